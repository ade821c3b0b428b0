#include "servent/app/config_list.h"

#include <fstream>
#include <iterator>
#include <map>
#include <variant>

#include <toml++/toml.h>

#include "servent/app/config_table.h"
#include "servent/app/wire.h"

namespace p2p::app {

namespace {

// The line of each key of the file; of a file that is broken nothing is known.
void add_lines(const toml::table& table, const std::string& before,
               std::map<std::string, toml::source_index>& lines) {
  for (const auto& [key, node] : table) {
    const std::string name = before + std::string(key.str());
    if (const toml::table* inner = node.as_table(); inner != nullptr && before.empty())
      add_lines(*inner, name + '.', lines);
    else
      lines[name] = key.source().begin.line;
  }
}

std::map<std::string, toml::source_index> key_lines(std::string_view text) {
  std::map<std::string, toml::source_index> lines;
  try {
    add_lines(toml::parse(text), "", lines);
  } catch (const toml::parse_error&) {
    lines.clear();
  }
  return lines;
}

struct Teller {
  const Settings& settings;

  template <class T>
  Json operator()(T Settings::*member) const {
    return Wire<T>::out(settings.*member);
  }
  template <class T>
  Json operator()(T ScreenSettings::*member) const {
    return Wire<T>::out(settings.screen.*member);
  }
  Json operator()(std::filesystem::path Settings::*member) const {
    return to_wire((settings.*member).string());
  }
  Json operator()(std::vector<std::filesystem::path> Settings::*member) const {
    Json all = Json::array();
    for (const auto& path : settings.*member)
      all.push_back(to_wire(path.string()));
    return all;
  }
};

}  // namespace

std::vector<Json> list_settings(const Invocation& asked, std::string_view text,
                                const std::string& file) {
  const auto lines = key_lines(text);
  const Settings standard;
  std::vector<Json> rows;
  for (const Setting& setting : all_settings()) {
    const std::string key(setting.key);
    const auto line = lines.find(key);
    std::string from = "default";
    if (line != lines.end()) from = to_wire(file) + ':' + std::to_string(line->second);
    if (asked.given.contains(std::string(setting.option))) from = "command line";
    Json value = std::visit(Teller{asked.settings}, setting.member);
    if (key == "password" && !asked.settings.password.empty()) value = "***";
    rows.push_back({{"key", key},
                    {"value", std::move(value)},
                    {"default", std::visit(Teller{standard}, setting.member)},
                    {"from", std::move(from)},
                    {"about", setting.about}});
  }
  return rows;
}

std::vector<Json> list_settings(const Invocation& asked) {
  const std::filesystem::path file = places_of(asked.settings).config;
  std::ifstream in(file, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return list_settings(asked, text, file.string());
}

}  // namespace p2p::app
