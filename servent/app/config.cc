#include "servent/app/config.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include "protocols/base/bytes.h"
#include "protocols/registry.h"

#include "servent/api/rate.h"
#include "servent/app/log.h"
#include "servent/app/setting.h"
#include "servent/transfer/limits.h"

namespace p2p::app {

namespace fs = std::filesystem;

namespace {

constexpr std::array kNodeSettings{
    Setting{"mode", "mode", Kind::texts, 0, 0, "[\"napster\"]", "Networks to be in.",
            [](Settings& out, Value&& value) { out.modes = std::move(value.texts); }},
    Setting{"role", "role", Kind::texts, 0, 0, "[]",
            "Parts played there, in the order of the modes; where none is given, the mode's first.",
            [](Settings& out, Value&& value) { out.roles = std::move(value.texts); }},
    Setting{"listen", "listen", Kind::texts, 0, 0, "[]",
            "ADDR:PORT to accept connections on, in the order of the modes; else as is the custom.",
            [](Settings& out, Value&& value) { out.listens = std::move(value.texts); }},
    Setting{"connect", "connect", Kind::texts, 0, 0, "[]",
            "HOST[:PORT] to enter the first network by, in this order; MODE=HOST[:PORT] another.",
            [](Settings& out, Value&& value) { out.connect = std::move(value.texts); }},
    Setting{"share", "share", Kind::texts, 0, 0, "[]", "Folders whose files are offered.",
            [](Settings& out, Value&& value) {
              out.shares.assign(value.texts.begin(), value.texts.end());
            }},
    Setting{"downloads", "downloads", Kind::text, 0, 0, "\"\"",
            "Where finished files go; empty: below the home, else ~/Downloads.",
            [](Settings& out, Value&& value) { out.downloads = std::move(value.text); }},
    Setting{"nick", "nick", Kind::text, 0, 0, "\"\"",
            "Name in the network; empty: made from the login name.",
            [](Settings& out, Value&& value) { out.nick = std::move(value.text); }},
    Setting{"password", "", Kind::text, 0, 0, "\"\"",
            "In the network; empty: made once and kept in the home.",
            [](Settings& out, Value&& value) { out.password = std::move(value.text); }},
    Setting{"public", "public", Kind::yes_no, 0, 0, "false",
            "Talk to public addresses too, not to private ones only.",
            [](Settings& out, Value&& value) { out.allow_public = value.yes; }},
    Setting{"beacon", "no-beacon", Kind::yes_no, 0, 0, "true",
            "Find nodes of the same mode on the local network, and be found.",
            [](Settings& out, Value&& value) { out.beacon = value.yes; }},
    Setting{"beacon_at", "", Kind::text, 0, 0, "\"239.255.63.46:63460\"",
            "Multicast address and UDP port of that; nodes with another one are strangers.",
            [](Settings& out, Value&& value) { out.beacon_at = std::move(value.text); }},
    Setting{"firewalled", "", Kind::yes_no, 0, 0, "false",
            "Do not accept connections; peers are asked to let us come.",
            [](Settings& out, Value&& value) { out.firewalled = value.yes; }},
    Setting{"log_level", "log-level", Kind::text, 0, 0, "\"info\"", "debug, info, warn or error.",
            [](Settings& out, Value&& value) { out.log_level = std::move(value.text); }},
    Setting{"headless", "headless", Kind::yes_no, 0, 0, "false", "No screen.",
            [](Settings& out, Value&& value) { out.headless = value.yes; }},
    Setting{"link_speed", "", Kind::number, 0, 10, "0",
            "What peers are told, 0 (unknown) to 10 (T3 or more).",
            [](Settings& out, Value&& value) { out.link_speed = value.number; }},
    Setting{"upload_slots", "", Kind::number, 1, 200, "4",
            "Uploads at the same time; the others queue.",
            [](Settings& out, Value&& value) { out.upload_slots = value.number; }},
    Setting{"uploads_per_user", "", Kind::number, 1, 200, "1",
            "Of these for one user: more let him take a file in several parts at once.",
            [](Settings& out, Value&& value) { out.uploads_per_user = value.number; }},
    Setting{"upload_queue", "", Kind::number, 0, 1000, "50",
            "Places for those who have to wait; one user has at most half of them.",
            [](Settings& out, Value&& value) { out.upload_queue = value.number; }},
    Setting{"downloads_at_once", "", Kind::number, 1, 1000, "20",
            "Downloads that have sources at work at the same time; the others wait for their turn.",
            [](Settings& out, Value&& value) { out.downloads_at_once = value.number; }},
    Setting{"limit_up", "", Kind::rate, 0, 0, "\"0\"",
            "Bytes a second that all uploads may take: \"100K\", \"2M\"; 0: no limit.",
            [](Settings& out, Value&& value) { out.limit_up = value.rate; }},
    Setting{"limit_down", "", Kind::rate, 0, 0, "\"0\"", "The same for downloads.",
            [](Settings& out, Value&& value) { out.limit_down = value.rate; }},
    Setting{"limits", "", Kind::texts, 0, 0, "[]",
            "At other times, the first that fits: [\"mon-fri 08:00-18:00 up=100K down=500K\"].",
            [](Settings& out, Value&& value) { out.limits = std::move(value.texts); }},
    Setting{"kazaa.supernode_links", "", Kind::number, 0, 1000, "5",
            "Other supernodes that a supernode links to.",
            [](Settings& out, Value&& value) { out.supernode_links = value.number; }},
    Setting{"kazaa.supernode_max_links", "", Kind::number, 0, 1000, "10",
            "Links of a supernode to others at most.",
            [](Settings& out, Value&& value) { out.supernode_max_links = value.number; }},
    Setting{"kazaa.max_children", "", Kind::number, 0, 10000, "150",
            "Children of a supernode at most; further ones are sent on to others.",
            [](Settings& out, Value&& value) { out.max_children = value.number; }},
    Setting{"kazaa.query_ttl", "", Kind::number, 0, 15, "4",
            "How many supernodes a query goes through behind the first one.",
            [](Settings& out, Value&& value) { out.query_ttl = value.number; }},
    Setting{"kazaa.promote_after_s", "", Kind::number, 0, 86400, "600",
            "Seconds that a node has been up before it makes itself a supernode (role auto).",
            [](Settings& out, Value&& value) { out.promote_after_s = value.number; }},
    Setting{"server.max_users", "", Kind::number, 1, 1000000, "20000",
            "Users at once, when this is a server.",
            [](Settings& out, Value&& value) { out.max_users = value.number; }},
    Setting{"server.links_per_address", "", Kind::number, 1, 1000000, "100",
            "Connections from one address at once: a household, or a school behind one router.",
            [](Settings& out, Value&& value) { out.links_per_address = value.number; }},
    Setting{"server.links_per_loopback", "", Kind::number, 1, 1000000, "12000",
            "The same for 127.x.x.x: tests play whole networks there, short of max_users.",
            [](Settings& out, Value&& value) { out.links_per_loopback = value.number; }},
    Setting{"server.max_results", "", Kind::number, 1, 10000, "100",
            "Results of one search at most.",
            [](Settings& out, Value&& value) { out.max_results = value.number; }},
    Setting{"server.registered_only", "", Kind::yes_no, 0, 0, "false",
            "Refuse nicks that are not registered.",
            [](Settings& out, Value&& value) { out.registered_only = value.yes; }},
    Setting{"server.auto_register", "", Kind::yes_no, 0, 0, "false",
            "The first login of a nick registers it.",
            [](Settings& out, Value&& value) { out.auto_register = value.yes; }},
    Setting{"server.name", "", Kind::text, 0, 0, "\"servent.local\"",
            "What the server calls itself.",
            [](Settings& out, Value&& value) { out.server_name = std::move(value.text); }},
    Setting{"server.motd", "", Kind::texts, 0, 0, "[]", "Lines of the day, told at login.",
            [](Settings& out, Value&& value) { out.motd = std::move(value.texts); }},
    Setting{"server.admins", "", Kind::texts, 0, 0, "[]",
            "Nicks that are Admin when they are registered.",
            [](Settings& out, Value&& value) { out.admins = std::move(value.texts); }},
};

// Those of the node, then those of the screen.
std::vector<Setting> all_settings() {
  std::vector<Setting> all(kNodeSettings.begin(), kNodeSettings.end());
  // In front of the tables: in the file a key below a table's name belongs to it.
  const auto table = std::ranges::find_if(
      all, [](const Setting& setting) { return setting.key.find('.') != std::string_view::npos; });
  const auto screen = screen_settings();
  all.insert(table, screen.begin(), screen.end());
  return all;
}

constexpr std::array<std::string_view, 2> kTables{"kazaa", "server"};  // of the keys with a dot

// What is wrong with it for this setting, or nothing; "is not" goes before.
std::string take_value(const toml::node& node, const Setting& setting, Value& out) {
  switch (setting.kind) {
    case Kind::text:
      if (!node.is_string()) return "a text in \"quotes\"";
      out.text = node.value_or(std::string());
      return {};
    case Kind::texts:
      if (node.is_string()) {
        out.texts.push_back(node.value_or(std::string()));
        return {};
      }
      if (const toml::array* array = node.as_array()) {
        for (const toml::node& one : *array) {
          if (!one.is_string()) return "a list of texts: [\"a\", \"b\"]";
          out.texts.push_back(one.value_or(std::string()));
        }
        return {};
      }
      return "a list of texts: [\"a\", \"b\"]";
    case Kind::number: {
      const std::int64_t value = node.is_integer() ? node.value_or(std::int64_t{-1}) : -1;
      if (value < setting.least || value > setting.most || !node.is_integer())
        return "a number from " + std::to_string(setting.least) + " to " +
               std::to_string(setting.most);
      out.number = static_cast<std::uint32_t>(value);
      return {};
    }
    case Kind::rate: {
      const auto rate =
          api::parse_rate(node.is_integer() ? std::to_string(node.value_or(std::int64_t{-1}))
                                            : node.value_or(std::string()));
      if (!rate) return "a rate like \"100K\", \"2M\" or 0";
      out.rate = *rate;
      return {};
    }
    case Kind::yes_no:
      if (!node.is_boolean()) return "true or false";
      out.yes = node.value_or(false);
      return {};
  }
  return {};
}

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
      if (node.is_table() && before.empty() && std::ranges::count(kTables, name) > 0) {
        auto inner = read(*node.as_table(), name + '.');
        if (!inner) return inner;
        continue;
      }
      const auto setting = std::ranges::find(settings_, name, &Setting::key);
      if (setting == settings_.end()) return unknown(name, line);
      Value value;
      const std::string wanted = take_value(node, *setting, value);
      if (!wanted.empty())
        return wrong(line, std::string("\"").append(name).append("\" must be ").append(wanted));
      if (given_.contains(std::string(setting->option))) continue;
      setting->put(out_, std::move(value));
      if (const auto checked = check_settings(out_); !checked)
        return wrong(line, '"' + name + "\": " + checked.error().detail);
    }
    return {};
  }

 private:
  Result<void> unknown(const std::string& name, toml::source_index line) const {
    std::vector<std::string_view> keys;
    keys.reserve(settings_.size() + kTables.size());
    for (const Setting& setting : settings_)
      keys.push_back(setting.key);
    keys.insert(keys.end(), kTables.begin(), kTables.end());
    const std::string near(nearest_word(name, keys));
    return wrong(line, "unknown setting \"" + escaped(name) + '"' +
                           (near.empty() ? "" : ", did you mean \"" + near + "\"?"));
  }
  Result<void> wrong(toml::source_index line, const std::string& what) const {
    return fail(Errc::malformed, file_ + ':' + std::to_string(line) + ": " + what);
  }

  const std::vector<Setting> settings_ = all_settings();
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

std::string_view nearest_word(std::string_view word, std::span<const std::string_view> words) {
  word = word.substr(0, 64);
  std::string_view best;
  std::size_t best_edits = word.size() / 2 + 1;
  for (const std::string_view right : words) {
    std::vector<std::size_t> row(right.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j)
      row[j] = j;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      std::size_t corner = std::exchange(row[0], i);
      for (std::size_t j = 1; j < row.size(); ++j) {
        const std::size_t change = corner + (word[i - 1] == right[j - 1] ? 0U : 1U);
        corner = row[j];
        row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
      }
    }
    if (row.back() < best_edits) {
      best_edits = row.back();
      best = right;
    }
  }
  return best;
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
