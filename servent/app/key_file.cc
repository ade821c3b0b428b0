#include "servent/app/key_file.h"

#include <fstream>
#include <iterator>
#include <utility>

#include <toml++/toml.h>

#include "protocols/base/bytes.h"

namespace p2p::app {

namespace {

Result<void> read_table(const toml::table& table, const std::string& screen,
                        std::vector<KeyLine>& out) {
  for (const auto& [key, node] : table) {
    KeyLine line;
    line.screen = screen;
    line.command = std::string(key.str());
    line.line = key.source().begin.line;
    const auto wrong = [&] {
      return fail(Errc::malformed, std::to_string(line.line) + ": \"" + escaped(line.command) +
                                       "\" must be a key, or a list of keys: [\"j\", \"Down\"]");
    };
    if (node.is_table() && screen.empty()) {
      if (auto read = read_table(*node.as_table(), line.command, out); !read) return read;
      continue;
    }
    if (node.is_string()) {
      line.keys.push_back(node.value_or(std::string()));
    } else if (const toml::array* keys = node.as_array()) {
      for (const toml::node& one : *keys) {
        if (!one.is_string()) return wrong();
        line.keys.push_back(one.value_or(std::string()));
      }
    } else {
      return wrong();
    }
    out.push_back(std::move(line));
  }
  return {};
}

}  // namespace

Result<std::vector<KeyLine>> read_keys(std::string_view text) {
  std::vector<KeyLine> lines;
  try {
    if (auto read = read_table(toml::parse(text), "", lines); !read)
      return fail(read.error().code, read.error().detail);
  } catch (const toml::parse_error& error) {
    return fail(Errc::malformed, std::to_string(error.source().begin.line) + ": " +
                                     escaped(error.description(), 200));
  }
  return lines;
}

Result<std::vector<KeyLine>> load_keys(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::error_code error;
  if (!in) {
    if (!std::filesystem::exists(file, error)) return std::vector<KeyLine>();
    return fail(Errc::io, "cannot read " + file.string());
  }
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  auto lines = read_keys(text);
  if (!lines) return fail(lines.error().code, file.string() + ':' + lines.error().detail);
  return lines;
}

}  // namespace p2p::app
