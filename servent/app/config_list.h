// `servent config`: every setting with its value, its default, and who said so.
#pragma once

#include <string>
#include <vector>

#include "protocols/base/result.h"

#include "servent/app/json.h"
#include "servent/app/options.h"

namespace p2p::app {

// {"key","value","default","from","about"} each, in the order of the settings' file. `from` is
// "command line", "FILE:LINE" or "default". A password is not told, only that there is one.
// `asked` has the settings after load_config; the text is the file's, with its name for `from`.
std::vector<Json> list_settings(const Invocation& asked, std::string_view text,
                                const std::string& file);
// The same with the file of that home; what cannot be read has no lines.
std::vector<Json> list_settings(const Invocation& asked);

}  // namespace p2p::app
