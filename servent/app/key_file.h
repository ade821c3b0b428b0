// keys.toml, beside servent.toml: which keys a command has.
//
//   quit = "Q"                  # wherever the command is
//   down = ["j", "Ctrl-N"]
//   [Downloads]
//   pause = "P"                 # on this screen only
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/result.h"

namespace p2p::app {

struct KeyLine {       // as it was written: any bytes
  std::string screen;  // empty: wherever the command is
  std::string command;
  std::vector<std::string> keys;  // none: it has no key any more
  std::size_t line = 0;
};

// An error begins with the line: "3: ...". Whether the names are known is for who has the table.
Result<std::vector<KeyLine>> read_keys(std::string_view text);

// The same from the file; nothing where there is none. Errors begin with the file's name.
Result<std::vector<KeyLine>> load_keys(const std::filesystem::path& file);

}  // namespace p2p::app
