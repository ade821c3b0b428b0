// What operators may read and change of the running server by name (napster.md, section 10: 800,
// 810). A change holds until the server ends; names and texts as opennap-ng's.
#include <algorithm>
#include <array>

#include "protocols/napster/server_verbs.h"

namespace p2p::napster {

namespace {

struct Setting {
  std::string_view name;
  std::uint32_t ModeConfig::*count;  // or
  bool ModeConfig::*is_on;
};
constexpr std::array kSettings{
    Setting{"auto_register", nullptr, &ModeConfig::auto_register},
    Setting{"max_connections", &ModeConfig::max_users, nullptr},
    Setting{"max_results", &ModeConfig::max_results, nullptr},
    Setting{"max_shared", &ModeConfig::max_files_per_user, nullptr},
    Setting{"registered_only", nullptr, &ModeConfig::registered_only},
};
constexpr std::uint64_t kMostOfAny = 1'000'000;

std::string value_of(const ModeConfig& config, const Setting& setting) {
  if (setting.count != nullptr) return std::to_string(config.*setting.count);
  return config.*setting.is_on ? "on" : "off";
}

void tell(Turn& turn, const Setting& setting) {
  turn.notice(std::string(setting.name) + " = " + value_of(turn.state.config, setting));
}

const Setting* named(Turn& turn, std::string_view name) {
  const auto* const found = std::ranges::find(kSettings, name, &Setting::name);
  if (found != kSettings.end()) return found;
  turn.notice("no such variable " + escaped(name, 32));
  return nullptr;
}

bool set(ModeConfig& config, const Setting& setting, std::string_view value) {
  if (setting.count != nullptr) {
    const auto count = number(value, kMostOfAny);
    if (count) config.*setting.count = static_cast<std::uint32_t>(*count);
    return count.has_value();
  }
  const bool is_on = value == "on" || value == "1";
  if (!is_on && value != "off" && value != "0") return false;
  config.*setting.is_on = is_on;
  return true;
}

}  // namespace

// 810 [<name> [<value>]]: all, one, or a new value, which only the highest level may give
void verb_setting(Turn& turn) {
  const auto fields = split(turn.payload, 2);
  if (!fields) return turn.unparsable();
  if (fields->empty()) {
    for (const Setting& setting : kSettings)
      tell(turn, setting);
    return;
  }
  const Setting* setting = named(turn, (*fields)[0]);
  if (setting == nullptr) return;
  if (fields->size() == 1) return tell(turn, *setting);
  if (turn.who.level < Level::elite) return turn.notice("permission denied");
  if (!set(turn.state.config, *setting, (*fields)[1]))
    return turn.notice("error setting variable " + std::string(setting->name));
  turn.state.tell_operators(turn.who.nick + " set " + std::string(setting->name) + " to " +
                                value_of(turn.state.config, *setting),
                            turn.cx);
}

// 800 <name>: as a server without settings has it
void verb_setting_reset(Turn& turn) {
  const Setting* setting = named(turn, split_head(turn.payload).first);
  if (setting == nullptr) return;
  const std::string fresh = value_of(ModeConfig{}, *setting);
  (void)set(turn.state.config, *setting, fresh);
  turn.state.tell_operators(turn.who.nick + " reset " + std::string(setting->name) + " to " + fresh,
                            turn.cx);
}

}  // namespace p2p::napster
