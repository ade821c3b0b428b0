#include "tui/dialog.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace p2p::tui {

namespace {

constexpr api::Millis kToast = 4000;

}  // namespace

void Dialog::go(int to) {
  const auto next = static_cast<Screen>((to + 7) % 7);
  if (next == Screen::help && screen_ != Screen::help) views_.help.open(screen_);
  if (std::exchange(toast_until_seen_, false)) toast_.clear();
  screen_ = next;
  focus_ = Focus::list;
}

// ---- what a screen asks for

void Dialog::say(std::string_view text, bool until_seen) {
  toast_ = text;
  toast_from_ = -1;
  toast_until_seen_ = until_seen;
}

void Dialog::ask(Question question) {
  question_ = std::move(question);
  focus_ = Focus::question;
}

void Dialog::choose(Choice choice) {
  choice_ = std::move(choice);
  focus_ = Focus::choice;
}

void Dialog::type(Typing typing) {
  typing_ = std::move(typing);
  typed_.set(typing_.text);
  focus_ = Focus::typing;
}

void Dialog::open_prompt(std::string_view text) {
  go(0);
  prompt_.set(text);
  focus_ = Focus::prompt;
}

std::optional<api::Request> Dialog::leave() {
  if (transfers_) {
    ask({"Transfers run. Quit? y/N", "", "", api::Quit{}});
    return std::nullopt;
  }
  quit_ = true;
  return api::Quit{};
}

std::optional<api::Request> Dialog::run_prompt() {
  if (prompt_.text().find_first_not_of(' ') == std::string::npos) {
    say("Type a word or two first");
    return std::nullopt;
  }
  prompt_.remember();
  focus_ = Focus::list;
  views_.search.want_newest();
  return api::StartSearch{prompt_.text()};
}

std::optional<api::Request> Dialog::search_for(std::string_view text) {
  open_prompt(text);
  return run_prompt();
}

// ---- keys

std::optional<api::Request> Dialog::key(const Key& key) {
  if (focus_ == Focus::question) return answer_key(key);
  if (key.is_ctrl("c")) return leave();
  switch (focus_) {
    case Focus::prompt: return prompt_key(key);
    case Focus::filter: filter_key(key); return std::nullopt;
    case Focus::choice: return choice_key(key);
    case Focus::typing: return typing_key(key);
    case Focus::question:
    case Focus::list: break;
  }
  if (screen_ == Screen::help) {
    help_key(key);
    return std::nullopt;
  }
  return list_key(key);
}

std::optional<api::Request> Dialog::answer_key(const Key& key) {
  focus_ = Focus::list;
  if (!question_) return std::nullopt;
  const api::Request request = std::exchange(question_, std::nullopt)->if_yes;
  const bool quits = std::holds_alternative<api::Quit>(request);
  if (!key.is("y") && !key.is("Y") && !(quits && key.is_ctrl("c"))) return std::nullopt;
  quit_ = quits;
  return request;
}

std::optional<api::Request> Dialog::prompt_key(const Key& key) {
  if (key.name == KeyName::enter) return run_prompt();
  if (key.name == KeyName::escape)
    focus_ = Focus::list;
  else if (key.name == KeyName::tab)
    go(1);
  else if (key.name == KeyName::back_tab)
    go(-1);
  else if (key.name == KeyName::f1)
    go(6);
  else if (key.name == KeyName::up)
    prompt_.older();
  else if (key.name == KeyName::down) {
    if (!prompt_.newer()) focus_ = Focus::list;
  } else {
    prompt_.key(key);
  }
  return std::nullopt;
}

void Dialog::filter_key(const Key& key) {
  Prompt& filter = view().filter();
  if (key.name == KeyName::escape) filter.set("");
  if (key.name == KeyName::escape || key.name == KeyName::enter)
    focus_ = Focus::list;
  else if (key.name == KeyName::text || !view().table().command(keys_.command(screen_, key)))
    filter.key(key);
}

std::optional<api::Request> Dialog::choice_key(const Key& key) {
  focus_ = Focus::list;
  const bool is_letter = key.name == KeyName::text && !key.ctrl && key.text.size() == 1;
  if (!is_letter || choice_.letters.find(key.text[0]) == std::string::npos) return std::nullopt;
  return choice_.chosen(key.text[0]);
}

std::optional<api::Request> Dialog::typing_key(const Key& key) {
  if (key.name == KeyName::escape) focus_ = Focus::list;
  if (key.name != KeyName::enter) {
    typed_.key(key);
    return std::nullopt;
  }
  focus_ = Focus::list;
  return typing_.typed(typed_.text());
}

// Typing narrows here, so only keys without a letter do something else.
void Dialog::help_key(const Key& key) {
  Prompt& filter = views_.help.filter();
  const bool typed = !filter.text().empty();
  const bool is_letter = key.name == KeyName::text && !key.ctrl;
  const std::string_view command = keys_.command(screen_, key);
  const bool types = is_letter && (typed || (command != "screen" && command != "help"));
  if (key.name == KeyName::escape && typed)
    filter.set("");
  else if (key.name == KeyName::escape || (command == "help" && !types))
    go(static_cast<int>(views_.help.from()));
  else if (types || (!views_.help.scroll(command) && !general(command, key)))
    filter.key(key);
}

std::optional<api::Request> Dialog::list_key(const Key& key) {
  if (key.name == KeyName::paste) {
    open_prompt(key.text);
    return std::nullopt;
  }
  return run(keys_.command(screen_, key), key);
}

std::optional<api::Request> Dialog::run(std::string_view command, const Key& key) {
  if (command == "quit") return leave();
  if (command.empty() || general(command, key) || view().table().command(command))
    return std::nullopt;
  return view().command(command, *this);
}

// ---- the mouse

std::optional<api::Request> Dialog::mouse(const Key& key, const Zone* zone) {
  constexpr int kWheel = 3;  // rows
  if (focus_ == Focus::question) return std::nullopt;
  if (key.name == KeyName::wheel_up || key.name == KeyName::wheel_down) {
    wheel(key.name == KeyName::wheel_up ? -kWheel : kWheel, zone);
    return std::nullopt;
  }
  if (zone == nullptr) return std::nullopt;
  focus_ = zone->command == "prompt" ? Focus::prompt : Focus::list;
  if (zone->command == "prompt") return std::nullopt;
  if (zone->command == "screen") {
    go(static_cast<int>(zone->number));
    return std::nullopt;
  }
  if (zone->list == nullptr) return run(zone->command, key);
  if (zone->list != &view().table() && !view().focus_on(zone->list)) return std::nullopt;
  if (zone->command == "column") return sort_by(static_cast<char>(zone->number));
  view().table().select_place(zone->number + static_cast<std::size_t>(key.y - zone->where.y));
  if (key.name == KeyName::double_press && !view().table().empty())
    return list_key({KeyName::enter, "", false});
  return std::nullopt;
}

// As the command to sort, and then the letter of the column.
std::optional<api::Request> Dialog::sort_by(char letter) {
  if (auto asked = run("sort", {})) return asked;
  if (focus_ != Focus::choice) return std::nullopt;
  return choice_key({KeyName::text, std::string(1, letter), false});
}

void Dialog::wheel(int rows, const Zone* zone) {
  if (screen_ == Screen::help) {
    for (int i = 0; i < std::abs(rows); ++i)
      views_.help.scroll(rows < 0 ? "up" : "down");
  } else if (zone == nullptr || zone->list == nullptr || zone->list == &view().table()) {
    view().table().scroll(rows);
  }
}

// Those that mean the same on all screens; false: it is not one of them.
bool Dialog::general(std::string_view command, const Key& key) {
  const int here = static_cast<int>(screen_);
  if (command == "screen")
    go(key.text.empty() ? here : key.text[0] - '1');
  else if (command == "next-screen")
    go(here + 1);
  else if (command == "previous-screen")
    go(here - 1);
  else if (command == "help")
    go(static_cast<int>(Screen::help));
  else if (command == "filter")
    focus_ = Focus::filter;
  else if (command == "back")
    view().filter().set("");
  else if (command == "theme")
    next_theme();
  else
    return false;
  return true;
}

void Dialog::next_theme() {
  theme_ = static_cast<ThemeName>((static_cast<std::size_t>(theme_) + 1) % kThemeNames.size());
  say("Theme: " + std::string(kThemeNames[static_cast<std::size_t>(theme_)]) +
      "; theme = \"...\" in servent.toml keeps one");
}

// ---- the snapshot

void Dialog::learn(const api::Snapshot& snapshot) {
  for (std::size_t i = 0; i < kScreenNames.size(); ++i)
    views_.at(static_cast<Screen>(i)).learn(snapshot, *this);
  count(snapshot);
  if (!toast_.empty() && toast_from_ < 0) toast_from_ = snapshot.now_ms;
  if (!toast_.empty() && snapshot.now_ms - toast_from_ >= kToast) toast_.clear();
  shown_ = look();
}

void Dialog::count(const api::Snapshot& snapshot) {
  counts_ = {};
  for (const api::DownloadRow& row : snapshot.downloads)
    if (row.state == api::DownloadState::running) ++counts_.downloads;
  for (const api::UploadRow& row : snapshot.uploads)
    if (row.place == 0 && row.state == "running") ++counts_.uploads;
  transfers_ = counts_.downloads + counts_.uploads > 0;
  if (screen_ == Screen::log && !snapshot.log.empty()) log_seen_ = snapshot.log.back().number;
  for (const api::LogRow& row : snapshot.log)
    if (row.level == api::LogLevel::error && row.number > log_seen_) ++counts_.errors;
}

}  // namespace p2p::tui
