// Percent escapes of URIs (RFC 3986, section 2.1): in links, in request lines, in kept settings.
#pragma once

#include <string>
#include <string_view>

#include "protocols/base/result.h"

namespace p2p {

// All but letters, digits and -._~ becomes %XX.
std::string percent_encoded(std::string_view text);
// Fails on a broken escape and on %00; a '+' stays a '+'.
Result<std::string> percent_decoded(std::string_view text);

}  // namespace p2p
