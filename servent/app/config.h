// The settings file, servent.toml: read below the command line. Whatever is wrong in it is refused
// with file, line, the word and the nearest right one, so that a typing error is never a silence.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "protocols/base/result.h"

#include "servent/app/settings.h"

namespace p2p::app {

// Reads TOML `text` into `settings`, leaving alone the settings named in `given` (long option
// names, as Invocation::given). `file` is only for the messages: `FILE:LINE: unknown setting "X",
// did you mean "Y"?`. After an error `settings` is as it was.
Result<void> read_config(std::string_view text, const std::string& file,
                         const std::set<std::string>& given, Settings& settings);

// The same from settings.config, or else from the config place. A missing file is fine unless
// it was named on the command line.
Result<void> load_config(const std::set<std::string>& given, Settings& settings);

// The ranges and words that hold for settings from either place.
Result<void> check_settings(const Settings& settings);

// A servent.toml of every setting with its default and one line about it, commented out but for
// those in `chosen`: values as TOML writes them, by key.
std::string config_text(const std::map<std::string_view, std::string>& chosen = {});

// Writes that text where there is no file yet, so that a person finds what can be set.
Result<void> make_config(const std::filesystem::path& file,
                         const std::map<std::string_view, std::string>& chosen = {});

}  // namespace p2p::app
