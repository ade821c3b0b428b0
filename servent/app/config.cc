#include "servent/app/config.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <toml++/toml.h>

#include "protocols/base/bytes.h"
#include "protocols/base/nearest_word.h"
#include "protocols/registry.h"
#include "protocols/search_method.h"

#include "servent/api/rate.h"
#include "servent/app/config_table.h"
#include "servent/app/log.h"
#include "servent/app/screen_settings.h"
#include "servent/net/shaper.h"
#include "servent/transfer/limits.h"

namespace p2p::app {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 3> kTables{"gnutella", "kazaa",
                                                  "server"};  // of the keys with a dot
constexpr std::string_view kLabTable = "lab";

const Setting* find_setting(std::string_view name) {
  for (const auto settings : {all_settings(), lab_settings()})
    for (const Setting& setting : settings)
      if (setting.key == name) return &setting;
  return nullptr;
}

// Takes the value of a setting of each kind; returns what it should be, or nothing.
struct Taker {
  const toml::node& node;
  const Setting& setting;
  Settings& out;

  std::string operator()(std::string Settings::*member) const {
    if (!node.is_string()) return "a text in \"quotes\"";
    out.*member = node.value_or(std::string());
    return {};
  }
  std::string operator()(fs::path Settings::*member) const {
    if (!node.is_string()) return "a text in \"quotes\"";
    out.*member = node.value_or(std::string());
    return {};
  }
  std::string operator()(std::vector<std::string> Settings::*member) const {
    auto all = texts();
    if (!all) return "a list of texts: [\"a\", \"b\"]";
    out.*member = std::move(*all);
    return {};
  }
  std::string operator()(std::vector<fs::path> Settings::*member) const {
    const auto all = texts();
    if (!all) return "a list of texts: [\"a\", \"b\"]";
    (out.*member).assign(all->begin(), all->end());
    return {};
  }
  std::string operator()(std::uint32_t Settings::*member) const {
    const std::int64_t value = node.is_integer() ? node.value_or(std::int64_t{-1}) : -1;
    if (value < setting.least || value > setting.most || !node.is_integer())
      return "a number from " + std::to_string(setting.least) + " to " +
             std::to_string(setting.most);
    out.*member = static_cast<std::uint32_t>(value);
    return {};
  }
  std::string operator()(std::uint64_t Settings::*member) const {
    const auto rate =
        api::parse_rate(node.is_integer() ? std::to_string(node.value_or(std::int64_t{-1}))
                                          : node.value_or(std::string()));
    if (!rate) return "a rate like \"100K\", \"2M\" or 0";
    out.*member = *rate;
    return {};
  }
  std::string operator()(bool Settings::*member) const {
    if (!node.is_boolean()) return "true or false";
    out.*member = node.value_or(false);
    return {};
  }
  std::string operator()(std::string ScreenSettings::*member) const {
    if (!node.is_string()) return "a text in \"quotes\"";
    out.screen.*member = node.value_or(std::string());
    return {};
  }
  std::string operator()(bool ScreenSettings::*member) const {
    if (!node.is_boolean()) return "true or false";
    out.screen.*member = node.value_or(false);
    return {};
  }

 private:
  // Of a list of texts, or of one alone.
  std::optional<std::vector<std::string>> texts() const {
    if (node.is_string()) return std::vector{node.value_or(std::string())};
    const toml::array* array = node.as_array();
    if (array == nullptr) return {};
    std::vector<std::string> all;
    for (const toml::node& one : *array) {
      if (!one.is_string()) return {};
      all.push_back(one.value_or(std::string()));
    }
    return all;
  }
};

class FileReader {
 public:
  FileReader(const std::string& file, const std::set<std::string>& given, Settings& out)
      : file_(file),
        given_(given),
        out_(out) {}

  Result<void> read(const toml::table& table, const std::string& before) {
    for (const auto& [key, node] : table) {
      const std::string name = before + std::string(key.str());
      const auto line = key.source().begin.line;
      const bool is_known_table = std::ranges::count(kTables, name) > 0 || name == kLabTable;
      if (node.is_table() && before.empty() && is_known_table) {
        auto inner = read(*node.as_table(), name + '.');
        if (!inner) return inner;
        continue;
      }
      const Setting* setting = find_setting(name);
      if (setting == nullptr) return unknown(name, line);
      Settings unused;
      const bool is_given = given_.contains(std::string(setting->option));
      const std::string wanted =
          std::visit(Taker{node, *setting, is_given ? unused : out_}, setting->member);
      if (!wanted.empty())
        return wrong(line, std::string("\"").append(name).append("\" must be ").append(wanted));
      if (is_given) continue;
      if (const auto checked = check_settings(out_); !checked)
        return wrong(line, '"' + name + "\": " + checked.error().detail);
    }
    return {};
  }

 private:
  Result<void> unknown(const std::string& name, toml::source_index line) const {
    std::vector<std::string_view> keys;
    for (const Setting& setting : all_settings())
      keys.push_back(setting.key);
    keys.insert(keys.end(), kTables.begin(), kTables.end());
    const std::string near(nearest_word(name, keys));
    return wrong(line, "unknown setting \"" + escaped(name) + '"' +
                           (near.empty() ? "" : ", did you mean \"" + near + "\"?"));
  }
  Result<void> wrong(toml::source_index line, const std::string& what) const {
    return fail(Errc::malformed, file_ + ':' + std::to_string(line) + ": " + what);
  }

  const std::string& file_;
  const std::set<std::string>& given_;
  Settings& out_;
};

fs::path place(const char* variable, const char* below_home) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing sets the environment
  if (const char* set = std::getenv(variable); set != nullptr && set[0] == '/')
    return fs::path(set) / "servent";
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  const char* home = std::getenv("HOME");
  return fs::path(home != nullptr ? home : "/") / below_home / "servent";
}

bool is_host_and_port(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  const std::string port = text.substr(colon + 1);
  return !port.empty() && port.size() <= 5 &&
         port.find_first_not_of("0123456789") == std::string::npos && std::stoul(port) <= 65535;
}

}  // namespace

Result<void> read_config(std::string_view text, const std::string& file,
                         const std::set<std::string>& given, Settings& settings) {
  Settings read = settings;
  try {
    const toml::table table = toml::parse(text, file);
    if (auto done = FileReader(file, given, read).read(table, ""); !done) return done;
  } catch (const toml::parse_error& error) {
    return fail(Errc::malformed, file + ':' + std::to_string(error.source().begin.line) + ": " +
                                     escaped(error.description(), 200));
  }
  settings = std::move(read);
  return {};
}

Result<void> load_config(const std::set<std::string>& given, Settings& settings) {
  const fs::path file = settings.config.empty() ? places_of(settings).config : settings.config;
  std::ifstream in(file, std::ios::binary);
  std::error_code error;
  if (!in || fs::is_directory(file, error)) {
    const bool may_miss = settings.config.empty() && !fs::exists(file, error);
    if (may_miss) return {};
    return fail(Errc::io, "cannot read " + file.string() + ": is it there, and yours to read?");
  }
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  return read_config(text, file.string(), given, settings);
}

namespace {

Result<void> check_roles(const Settings& settings) {
  if (settings.roles.size() > settings.modes.size())
    return fail(Errc::malformed, "more roles than modes");
  for (std::size_t i = 0; i < settings.roles.size(); ++i) {
    const std::string& role = settings.roles[i];
    const bool is_lone = settings.roles.size() == 1;  // of whichever mode has it
    const auto has_it = [&](const std::string& mode) { return find_mode(mode, role) != nullptr; };
    if (role.empty() ||
        (is_lone ? std::ranges::any_of(settings.modes, has_it) : has_it(settings.modes[i])))
      continue;
    std::vector<std::string_view> names;
    for (const ModeRow& row : modes())
      if (is_lone || row.mode == settings.modes[i]) names.push_back(row.role);
    const std::string near(nearest_word(role, names));
    return fail(Errc::malformed, "unknown role \"" + escaped(role) + '"' +
                                     (near.empty() ? "" : ", did you mean \"" + near + "\"?"));
  }
  return {};
}

// "gnutella=HOST:PORT" apart: the mode, and the host.
std::pair<std::string_view, std::string_view> host_of_mode(std::string_view text) {
  const std::size_t sign = text.find('=');
  if (sign == std::string_view::npos) return {{}, text};
  return {text.substr(0, sign), text.substr(sign + 1)};
}

Result<void> check_host(const Settings& settings, const std::string& text) {
  const auto [mode, host] = host_of_mode(text);
  if (host.empty() ||
      (host.find(':') != std::string_view::npos && !is_host_and_port(std::string(host))))
    return fail(Errc::malformed, '"' + escaped(text) + "\" is not HOST or HOST:PORT");
  const bool is_ours =
      text.find('=') == std::string::npos || std::ranges::count(settings.modes, mode) > 0;
  if (!is_ours)
    return fail(Errc::malformed, '"' + escaped(text) + "\" is for a mode that does not run");
  return {};
}

std::size_t place_of(const Settings& settings, std::string_view mode) {
  return static_cast<std::size_t>(std::ranges::find(settings.modes, mode) - settings.modes.begin());
}

}  // namespace

std::string role_for(const Settings& settings, std::string_view mode) {
  if (settings.roles.size() == 1)
    return find_mode(mode, settings.roles[0]) != nullptr ? settings.roles[0] : std::string();
  const std::size_t at = place_of(settings, mode);
  return at < settings.roles.size() ? settings.roles[at] : std::string();
}

std::string listen_for(const Settings& settings, std::string_view mode) {
  const std::size_t at = place_of(settings, mode);
  return at < settings.listens.size() ? settings.listens[at] : std::string();
}

std::vector<std::string> hosts_for(const Settings& settings, std::string_view mode) {
  std::vector<std::string> hosts;
  for (const std::string& text : settings.connect) {
    const auto [named, host] = host_of_mode(text);
    const std::string_view its = named.empty() ? std::string_view(settings.modes.front()) : named;
    if (its == mode) hosts.emplace_back(host);
  }
  return hosts;
}

Result<void> check_settings(const Settings& settings) {
  if (settings.modes.empty()) return fail(Errc::malformed, "no mode is named");
  for (const std::string& mode : settings.modes) {
    if (find_mode(mode) == nullptr) {
      std::vector<std::string_view> names;
      for (const ModeRow& row : modes())
        names.push_back(row.mode);
      const std::string near(nearest_word(mode, names));
      return fail(Errc::malformed, "unknown mode \"" + escaped(mode) + '"' +
                                       (near.empty() ? "" : ", did you mean \"" + near + "\"?"));
    }
  }
  for (const std::string& mode : settings.modes)
    if (std::ranges::count(settings.modes, mode) > 1)
      return fail(Errc::malformed, "mode \"" + mode + "\" is named twice");
  if (auto checked = check_roles(settings); !checked) return checked;
  if (settings.listens.size() > settings.modes.size())
    return fail(Errc::malformed, "more places to listen on than modes");
  for (const std::string& place : settings.listens)
    if (!place.empty() && !is_host_and_port(place))
      return fail(Errc::malformed, '"' + escaped(place) + "\" is not ADDR:PORT");
  for (const std::string& host : settings.connect)
    if (auto checked = check_host(settings, host); !checked) return checked;
  if (const auto lines = transfer::Schedule::parse(settings.limits); !lines)
    return fail(lines.error().code, lines.error().detail);
  if (const auto link = net::LinkShape::parse(settings.lab_link);
      !settings.lab_link.empty() && !link)
    return fail(link.error().code, link.error().detail);
  const auto group = parse_endpoint(settings.beacon_at);
  if (!group || group->port == 0 || (group->address >> 28U) != 14)
    return fail(Errc::malformed, '"' + escaped(settings.beacon_at) +
                                     "\" is not a multicast address like 239.255.63.46:63460");
  if (!log_level_of(settings.log_level)) {
    constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warn", "error"};
    const std::string near(nearest_word(settings.log_level, kLevels));
    return fail(Errc::malformed, "unknown log level \"" + escaped(settings.log_level) + '"' +
                                     (near.empty() ? ": say debug, info, warn or error"
                                                   : ", did you mean \"" + near + "\"?"));
  }
  if (!search_method(settings.flat_method)) {
    const std::string near(nearest_word(settings.flat_method, kSearchMethods));
    return fail(Errc::malformed, "unknown search method \"" + escaped(settings.flat_method) + '"' +
                                     (near.empty() ? ": say flood, ring, walk or directed"
                                                   : ", did you mean \"" + near + "\"?"));
  }
  return check_screen_settings(settings.screen);
}

std::string config_text(const std::map<std::string_view, std::string>& chosen) {
  std::string text = "# servent.toml: what is set here holds unless the command line says else.\n";
  std::string_view table;
  for (const Setting& setting : all_settings()) {
    std::string_view key = setting.key;
    if (const std::size_t dot = key.find('.'); dot != std::string_view::npos) {
      if (table != key.substr(0, dot)) {
        table = key.substr(0, dot);
        text.append("\n[").append(table).append("]\n");
      }
      key.remove_prefix(dot + 1);
    }
    const auto value = chosen.find(setting.key);
    const bool is_chosen = value != chosen.end();
    text += "\n# " + std::string(setting.about) + (is_chosen ? "\n" : "\n# ") + std::string(key) +
            " = " + (is_chosen ? value->second : std::string(setting.standard)) + '\n';
  }
  return text;
}

Result<void> make_config(const fs::path& file,
                         const std::map<std::string_view, std::string>& chosen) {
  std::error_code error;
  if (fs::exists(file, error)) return {};
  std::ofstream out(file);
  out << config_text(chosen);
  out.close();
  if (!out) return fail(Errc::io, "cannot write the settings' example " + file.string());
  return {};
}

Places places_of(const Settings& settings) {
  Places out;
  if (!settings.home.empty()) {
    out = {settings.home / "servent.toml", settings.home,          settings.home,
           settings.home / "control.sock", settings.home / "lock", settings.home / "downloads"};
  } else {
    out.config = place("XDG_CONFIG_HOME", ".config") / "servent.toml";
    out.data = place("XDG_DATA_HOME", ".local/share");
    out.state = place("XDG_STATE_HOME", ".local/state");
    out.socket = place("XDG_RUNTIME_DIR", ".local/state") / "control.sock";
    out.lock = out.state / "lock";
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    const char* home = std::getenv("HOME");
    out.downloads = fs::path(home != nullptr ? home : "/") / "Downloads";
  }
  if (!settings.config.empty()) out.config = settings.config;
  if (!settings.downloads.empty()) out.downloads = settings.downloads;
  return out;
}

}  // namespace p2p::app
