#include "tui/dialog.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "tui/format.h"

namespace p2p::tui {

namespace {

constexpr std::size_t kMostNews = 16;  // kept until somebody asks

}  // namespace

void Dialog::go(int to) {
  const auto next = static_cast<Screen>((to + 7) % 7);
  if (next == Screen::help && screen_ != Screen::help) views_.help.open(screen_);
  toast_.moved();
  screen_ = next;
  focus_ = Focus::list;
}

// By number or name: "3", "Uploads".
void Dialog::go_to(std::string_view text) {
  const bool is_number = text.size() == 1 && text[0] >= '1' && text[0] <= '7';
  const auto* const named = std::ranges::find(kScreenNames, text);
  if (is_number)
    go(text[0] - '1');
  else if (named != kScreenNames.end())
    go(static_cast<int>(named - kScreenNames.begin()));
  else
    say("Which screen: 1 to 7?");
}

// ---- what a screen asks for

void Dialog::say(std::string_view text, bool until_seen) {
  toast_.say(text, until_seen);
}

void Dialog::tell(std::string_view news) {
  toast_.tell(news);
  if (news_.size() < kMostNews) news_.emplace_back(news);
}

void Dialog::offer_undo(std::string_view done, api::Request request) {
  toast_.offer_undo(std::string(done) + ": " + keys_.key_of(screen_, "undo") + " takes it back",
                    std::move(request));
}

void Dialog::copy(std::string_view text) {
  copied_ = text;
  say("To paste: " + std::string(text));
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

std::optional<api::Request> Dialog::more() {
  if (more_.empty()) return std::nullopt;
  api::Request next = std::move(more_.front());
  more_.pop_front();
  return next;
}

std::optional<api::Request> Dialog::leave() {
  if (transfers_) {
    ask({"Transfers run. Quit? y/N", "", "", api::Quit{}});
    return std::nullopt;
  }
  quit_ = true;
  return api::Quit{};
}

std::optional<api::Request> Dialog::undo() {
  auto request = toast_.undo();
  if (!request) say("There is nothing to take back");
  return request;
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
  toast_.key(motion_);
  view().pressed();
  if (focus_ == Focus::question) return answer_key(key);
  if (key.is_ctrl("c")) return leave();
  switch (focus_) {
    case Focus::prompt: return prompt_key(key);
    case Focus::filter: filter_key(key); return std::nullopt;
    case Focus::choice: return choice_key(key);
    case Focus::typing: return typing_key(key);
    case Focus::command: return command_key(key);
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

// ---- the command line

void Dialog::open_command_line() {
  command_line_.set("");
  focus_ = Focus::command;
}

std::optional<api::Request> Dialog::command_key(const Key& key) {
  const bool is_empty = command_line_.text().empty();
  if (key.name == KeyName::enter) return run_command_line();
  if (key.name == KeyName::escape || (key.name == KeyName::backspace && is_empty))
    focus_ = Focus::list;
  else if (key.name == KeyName::tab)
    complete();
  else if (key.name == KeyName::up)
    command_line_.older();
  else if (key.name == KeyName::down)
    command_line_.newer();
  else
    command_line_.key(key);
  return std::nullopt;
}

std::vector<std::string_view> Dialog::completions() const {
  std::vector<std::string_view> all = keys_.commands(screen_);
  std::erase_if(all,
                [this](std::string_view name) { return !name.starts_with(command_line_.text()); });
  return all;
}

// As far as all that it can become are the same.
void Dialog::complete() {
  const std::vector<std::string_view> all = completions();
  if (all.empty()) return;
  std::size_t same = all.front().size();
  for (const std::string_view name : all)
    while (!name.starts_with(all.front().substr(0, same)))
      --same;
  command_line_.set(all.front().substr(0, same));
}

std::optional<api::Request> Dialog::run_command_line() {
  command_line_.remember();
  focus_ = Focus::list;
  const std::string& line = command_line_.text();
  const std::string name = line.substr(0, line.find(' '));
  const std::string rest = line.substr(std::min(name.size() + 1, line.size()));
  if (name.empty()) return std::nullopt;
  const auto known = keys_.commands(screen_);
  if (std::ranges::count(known, name) == 0) {
    say("There is no command \"" + name + "\" here; Tab shows what there is");
    return std::nullopt;
  }
  return run(name, {KeyName::text, rest, false});
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
  if (command == "quit" || command == "leave") return leave();
  if (command == "undo") return undo();
  if (command == "detach") return api::Detach{};
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
  Table* const list = table_of(*zone);
  if (list == nullptr) return std::nullopt;
  if (list != &view().table()) view().focus_on(list);
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
    return;
  }
  Table* const under = zone == nullptr ? nullptr : table_of(*zone);
  (under == nullptr ? view().table() : *under).scroll(rows);
}

// The list that is drawn there; null: none of this screen's.
Table* Dialog::table_of(const Zone& zone) {
  const std::vector<Table*> lists = view().tables();
  const auto at = std::ranges::find(lists, zone.list);
  return at == lists.end() ? nullptr : *at;
}

// Those that mean the same on all screens; false: it is not one of them.
bool Dialog::general(std::string_view command, const Key& key) {
  const int here = static_cast<int>(screen_);
  if (command == "screen")
    go_to(key.text);
  else if (command == "next-screen")
    go(here + 1);
  else if (command == "previous-screen")
    go(here - 1);
  else if (command == "help")
    go(static_cast<int>(Screen::help));
  else if (command == "filter")
    focus_ = Focus::filter;
  else if (command == "back" && view().filter().text().empty())
    (void)view().back();
  else if (command == "back")
    view().filter().set("");
  else if (command == "theme")
    next_theme();
  else if (command == "redraw")
    errand_ = Errand::redraw;
  else if (command == "suspend")
    errand_ = Errand::suspend;
  else if (command == "command-line")
    open_command_line();
  else
    return false;
  return true;
}

void Dialog::next_theme() {
  theme_ = static_cast<ThemeName>((static_cast<std::size_t>(theme_) + 1) % kThemeNames.size());
  say("Theme: " + std::string(kThemeNames[static_cast<std::size_t>(theme_)]) +
      "; theme = \"...\" in servent.toml keeps one");
}

void Dialog::told(const api::Request& asked, const api::Outcome& outcome) {
  if (!outcome.error.empty()) return say(outcome.error);
  const bool fetches = std::holds_alternative<api::GetResult>(asked);
  if (fetches && outcome.id != 0) views_.downloads.go_to(outcome.id);
  view().told(asked, outcome, *this);
}

// ---- the snapshot

void Dialog::learn(const api::Snapshot& snapshot) {
  for (std::size_t i = 0; i < kScreenNames.size(); ++i)
    views_.at(static_cast<Screen>(i)).learn(snapshot, *this);
  count(snapshot);
  const bool online = is_online(snapshot);
  if (std::exchange(online_, online) && !online)
    tell("The last link is lost: " +
         (snapshot.networks.empty() ? std::string() : snapshot.networks.front().state));
  if (snapshot.disk.is_low && !std::exchange(disk_is_low_, true))
    tell("The disk is nearly full: " + size_text(snapshot.disk.free_bytes) +
         " are left for downloads");
  disk_is_low_ = snapshot.disk.is_low;
  toast_.learn(snapshot.now_ms, motion_);
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
