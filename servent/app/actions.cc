#include "servent/app/actions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/nearest_word.h"

#include "servent/api/rate.h"

namespace p2p::app {

namespace {

// What may follow "downloads"; "uploads" has the third one only.
struct Action {
  std::string_view word;
  Command command;
  bool takes_value = false;
};
constexpr std::array kActions{
    Action{"pause", Command::pause},        Action{"resume", Command::resume},
    Action{"cancel", Command::cancel},      Action{"retry", Command::retry},
    Action{"limit", Command::change, true}, Action{"priority", Command::change, true},
    Action{"order", Command::change, true}, Action{"move", Command::move, true},
};

// The last word says what the action sets. Returns the mistake, or nothing.
std::string value_of(const std::string& action, Invocation& out) {
  if (out.words.size() < 2) return "ID and what it is to be are required";
  const std::string value = out.words.back();
  out.words.pop_back();
  const auto is_one = [&](std::initializer_list<std::string_view> all) {
    return std::ranges::find(all, value) != all.end();
  };
  const std::string said = '"' + escaped(value) + "\" is none of ";
  if (action == "limit") {
    out.rate = api::parse_rate(value);
    if (!out.rate) return '"' + escaped(value) + "\" is no rate: say 100K, 2M or 0 for no limit";
  } else if (action == "priority") {
    if (!is_one({"low", "normal", "high"})) return said + "low, normal, high";
    out.priority = value;
  } else if (action == "order") {
    if (!is_one({"sequential", "rarest"})) return said + "sequential, rarest";
    out.in_order = value == "sequential";
  } else {
    if (!is_one({"top", "up", "down", "bottom"})) return said + "top, up, down, bottom";
    out.where = value;
  }
  return {};
}

constexpr std::array kWishActions{Action{"add", Command::add_wish},
                                  Action{"remove", Command::drop_wish},
                                  Action{"see", Command::see_wish}};
constexpr std::array kPeerActions{
    Action{"drop", Command::drop_peer}, Action{"ban", Command::ban_host},
    Action{"unban", Command::unban_host}, Action{"known", Command::hosts}};
constexpr std::array kUnwantedActions{Action{"remove", Command::drop_unwanted}};

std::span<const Action> actions_of(Command command) {
  switch (command) {
    case Command::downloads: return kActions;
    case Command::uploads: return std::span(kActions).subspan(2, 1);
    case Command::wish: return kWishActions;
    case Command::peers: return kPeerActions;
    case Command::unwanted: return kUnwantedActions;
    default: return {};
  }
}

// The words that are left are numbers of rows.
std::string read_ids(Invocation& out) {
  for (const std::string& id : std::exchange(out.words, {})) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (error != std::errc() || end != id.data() + id.size())
      return '"' + escaped(id) + "\" is no ID of a row";
    out.ids.push_back(number);
  }
  return out.ids.empty() ? "ID is required" : "";
}

// One address, of a row of `servent peers`.
std::string read_peer(Invocation& out) {
  if (out.words.size() != 1) return "one HOST:PORT is required, as servent peers shows it";
  out.endpoint = std::exchange(out.words, {}).front();
  return {};
}

}  // namespace

std::vector<std::string> action_words(Command command) {
  std::vector<std::string> words;
  for (const Action& action : actions_of(command))
    words.emplace_back(action.word);
  return words;
}

std::string read_action(Invocation& out) {
  const std::span<const Action> known = actions_of(out.command);
  const bool is_for_add =
      out.download || !out.group.empty() || (out.command == Command::wish && !out.filter.empty());
  if (is_for_add && (out.words.empty() || out.words.front() != "add"))
    return "--download, --filter and --group are for wish add";
  if (known.empty() || out.words.empty()) return {};
  const bool of_uploads = out.command == Command::uploads;
  const std::string word = out.words.front();
  const auto at = std::ranges::find(known, word, &Action::word);
  if (at == known.end()) {
    std::vector<std::string_view> words;
    for (const Action& action : known)
      words.push_back(action.word);
    const std::string near(nearest_word(word, words));
    return "unknown word \"" + escaped(word) + '"' +
           (near.empty() ? "" : ", did you mean \"" + near + "\"?");
  }
  out.command = of_uploads ? Command::end_upload : at->command;
  out.words.erase(out.words.begin());
  if (at->takes_value)
    if (std::string wrong = value_of(word, out); !wrong.empty()) return wrong;
  if (out.command == Command::add_wish) return out.words.empty() ? "WORDS is required" : "";
  if (out.command == Command::hosts) return out.words.empty() ? "" : "nothing follows peers known";
  if (std::ranges::find(kPeerActions, out.command, &Action::command) != kPeerActions.end())
    return read_peer(out);
  return read_ids(out);
}

}  // namespace p2p::app
