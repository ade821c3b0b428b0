#include "tui/dialog.h"

#include <algorithm>
#include <utility>

#include "servent/api/rate.h"

#include "tui/format.h"
#include "tui/log_view.h"

namespace p2p::tui {

namespace {

constexpr api::Millis kToast = 4000;
constexpr std::string_view kAsked = "Asked for: 2 Downloads shows how far it is";

}  // namespace

void Dialog::go(int to) {
  const auto next = static_cast<Screen>((to + 7) % 7);
  if (next == Screen::help && screen_ != Screen::help) {
    before_help_ = screen_;
    help_scroll_ = 0;
    places_[static_cast<std::size_t>(Screen::help)].filter.set("");
  }
  if (toast_ == kAsked) toast_.clear();  // he looks
  screen_ = next;
  focus_ = Focus::list;
}

void Dialog::open_prompt(std::string_view text) {
  go(0);
  prompt_.set(text);
  focus_ = Focus::prompt;
}

void Dialog::say(std::string_view text) {
  toast_ = text;
  toast_from_ = -1;
}

std::optional<api::Request> Dialog::leave() {
  if (transfers_) return ask({"Transfers run. Quit? y/N", "", "", api::Quit{}});
  quit_ = true;
  return api::Quit{};
}

std::optional<api::Request> Dialog::ask(Question asked) {
  question_ = std::move(asked);
  focus_ = Focus::question;
  return std::nullopt;
}

std::optional<api::Request> Dialog::run_prompt() {
  if (prompt_.text().find_first_not_of(' ') == std::string::npos) {
    say("Type a word or two first");
    return std::nullopt;
  }
  prompt_.remember();
  focus_ = Focus::list;
  wanted_ = 0;
  return api::StartSearch{prompt_.text()};
}

std::optional<api::Request> Dialog::search_for(std::string_view text) {
  open_prompt(text);
  return run_prompt();
}

std::optional<api::Request> Dialog::key(const Key& key) {
  if (focus_ == Focus::question) return answer_key(key);
  if (key.is_ctrl("c")) return leave();
  switch (focus_) {
    case Focus::prompt: return prompt_key(key);
    case Focus::filter: filter_key(key); return std::nullopt;
    case Focus::sort: sort_key(key); return std::nullopt;
    case Focus::limits: return limits_key(key);
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
  Prompt& filter = place().filter;
  const bool moves = key.name == KeyName::up || key.name == KeyName::down ||
                     key.name == KeyName::page_up || key.name == KeyName::page_down;
  if (key.name == KeyName::escape) filter.set("");
  if (key.name == KeyName::escape || key.name == KeyName::enter)
    focus_ = Focus::list;
  else if (moves)
    table().key(key);
  else
    filter.key(key);
}

void Dialog::sort_key(const Key& key) {
  focus_ = Focus::list;
  const std::string_view columns = screen_ == Screen::search ? "cnsrtd" : "tnspr";
  if (key.name != KeyName::text || key.ctrl || key.text.size() != 1 ||
      columns.find(key.text[0]) == std::string_view::npos)
    return;
  Order& now = screen_ == Screen::search ? search_order_ : download_order_;
  now = {key.text[0], now.column == key.text[0] && !now.reverse};
}

// Typing narrows here, so only keys without a letter do something else.
void Dialog::help_key(const Key& key) {
  constexpr int kPage = 10;
  Prompt& filter = place().filter;
  const bool typed = !filter.text().empty();
  if (key.name == KeyName::escape && typed)
    filter.set("");
  else if (key.name == KeyName::escape || key.name == KeyName::f1 || (key.is("?") && !typed))
    go(static_cast<int>(before_help_));
  else if (key.name == KeyName::tab)
    go(static_cast<int>(screen_) + 1);
  else if (key.name == KeyName::back_tab)
    go(static_cast<int>(screen_) - 1);
  else if (!typed && key.name == KeyName::text && !key.ctrl && key.text.size() == 1 &&
           key.text[0] >= '1' && key.text[0] <= '7')
    go(key.text[0] - '1');
  else if (key.name == KeyName::down)
    ++help_scroll_;
  else if (key.name == KeyName::up)
    --help_scroll_;
  else if (key.name == KeyName::page_down)
    help_scroll_ += kPage;
  else if (key.name == KeyName::page_up)
    help_scroll_ -= kPage;
  else
    filter.key(key);
}

std::optional<api::Request> Dialog::list_key(const Key& key) {
  const int here = static_cast<int>(screen_);
  if (key.name == KeyName::paste) {
    open_prompt(key.text);
  } else if (key.is("/")) {
    focus_ = Focus::filter;
  } else if (key.name == KeyName::tab) {
    go(here + 1);
  } else if (key.name == KeyName::back_tab) {
    go(here - 1);
  } else if (key.is("?") || key.name == KeyName::f1) {
    go(6);
  } else if (key.name == KeyName::escape) {
    place().filter.set("");
  } else if (key.is("q")) {
    return leave();
  } else if (key.name == KeyName::text && !key.ctrl && key.text.size() == 1 && key.text[0] >= '1' &&
             key.text[0] <= '7') {
    go(key.text[0] - '1');
  } else if (!table().key(key)) {
    return screen_key(key);
  }
  return std::nullopt;
}

std::optional<api::Request> Dialog::screen_key(const Key& key) {
  switch (screen_) {
    case Screen::search: return search_key(key);
    case Screen::downloads: return download_key(key);
    case Screen::shares:
      if (key.is("R")) return api::Rescan{};
      break;
    case Screen::log: log_key(key); break;
    case Screen::uploads: return upload_key(key);
    case Screen::network:
    case Screen::help: break;
  }
  return std::nullopt;
}

std::optional<api::Request> Dialog::search_key(const Key& key) {
  const auto here = std::ranges::find(searches_, wanted_, &api::SearchRow::id);
  const bool known = here != searches_.end();
  if (key.is("n")) open_prompt("");
  if (key.is("N")) open_prompt(known ? here->text : prompt_.text());
  if (key.is("s")) focus_ = Focus::sort;
  if (!known) return std::nullopt;
  if (key.name == KeyName::enter && !table().empty()) {
    say(kAsked);
    return api::GetResult{wanted_, table().selected_key()};
  }
  if (key.is("[") && here != searches_.begin()) wanted_ = (here - 1)->id;
  if (key.is("]") && here + 1 != searches_.end()) wanted_ = (here + 1)->id;
  if (key.is("X")) {
    const std::uint32_t closed = wanted_;
    wanted_ = here != searches_.begin() ? (here - 1)->id
              : searches_.size() > 1    ? (here + 1)->id
                                        : 0;
    return api::CloseSearch{closed};
  }
  if (key.is(".")) {
    const std::uint32_t again = std::exchange(wanted_, 0);
    return api::RepeatSearch{again};
  }
  return std::nullopt;
}

std::optional<api::Request> Dialog::download_key(const Key& key) {
  if (key.is("s")) focus_ = Focus::sort;
  if (key.is("c")) return api::ClearFinished{};
  const auto id = static_cast<std::uint32_t>(table().selected_key());
  const auto row = std::ranges::find(downloads_, id, &Download::id);
  if (table().empty() || row == downloads_.end()) return std::nullopt;
  const bool done = row->state == api::DownloadState::done;
  if (done && (key.is("p") || key.is("r") || key.is("x"))) {
    say("It is complete: c takes it from the list, the file stays");
    return std::nullopt;
  }
  if (key.is("p")) return api::PauseDownload{id, row->state != api::DownloadState::paused};
  if (key.is("r")) return api::RetryDownload{id};
  if (key.is("x"))
    return ask({"Cancel and delete " + size_text(row->have_bytes) + " of ", row->name, "? y/N",
                api::CancelDownload{id}});
  return done ? std::nullopt : change_key(key, *row);
}

std::optional<api::Request> Dialog::change_key(const Key& key, const Download& row) {
  const int step = key.is("+") ? 1 : key.is("-") ? -1 : 0;
  if (step != 0) {
    constexpr int kHigh = static_cast<int>(api::Priority::high);
    const int next = std::clamp(static_cast<int>(row.priority) + step, 0, kHigh);
    return api::ChangeDownload{row.id, {}, static_cast<api::Priority>(next), {}};
  }
  if (key.is("o")) return api::ChangeDownload{row.id, {}, {}, !row.in_order};
  if (key.is("l")) {
    limited_ = row.id;
    limits_.set("");
    focus_ = Focus::limits;
  }
  return std::nullopt;
}

std::optional<api::Request> Dialog::upload_key(const Key& key) {
  if (key.is("l")) {
    limits_.set("");
    focus_ = Focus::limits;
  }
  const auto id = static_cast<std::uint32_t>(table().selected_key());
  const auto row = std::ranges::find(uploads_, id, &Upload::id);
  if (key.is("x") && !table().empty() && row != uploads_.end())
    return ask({"End the upload to ", row->user, "? y/N", api::EndUpload{id}});
  return std::nullopt;
}

// Of one download, or of all: one rate is for uploads, a second one for downloads.
std::optional<api::Request> Dialog::limits_key(const Key& key) {
  if (key.name == KeyName::escape) focus_ = Focus::list;
  if (key.name != KeyName::enter) {
    limits_.key(key);
    return std::nullopt;
  }
  focus_ = Focus::list;
  const std::string& text = limits_.text();
  if (screen_ == Screen::downloads) {
    if (const auto rate = api::parse_rate(text))
      return api::ChangeDownload{limited_, *rate, {}, {}};
    say("Say a rate like 100K; 0 is no limit");
    return std::nullopt;
  }
  const std::size_t end = text.find_last_not_of(' ') + 1;
  const std::size_t begin = std::min(text.find_first_not_of(' '), end);
  const std::size_t blank = std::min(text.find(' ', begin), end);
  const std::size_t second = std::min(text.find_first_not_of(' ', blank), end);
  api::SetLimits wanted{api::parse_rate(text.substr(begin, blank - begin)), {}};
  if (second < end) wanted.down_bps = api::parse_rate(text.substr(second, end - second));
  if (wanted.up_bps && (second == end || wanted.down_bps)) return wanted;
  say("Say up and down like 100K 2M; 0 is no limit");
  return std::nullopt;
}

void Dialog::log_key(const Key& key) {
  if (key.is("L")) log_level_ = static_cast<api::LogLevel>((static_cast<int>(log_level_) + 1) % 4);
  if (key.is("e")) table().select(log_.error_below(table().selected_key()));
  if (key.is("F")) table().key({KeyName::home, "", false});
}

void Dialog::learn(const api::Snapshot& snapshot) {
  searches_ = snapshot.searches;
  const auto is_open = [&](std::uint32_t id) {
    return std::ranges::find(searches_, id, &api::SearchRow::id) != searches_.end();
  };
  if (!is_open(wanted_)) wanted_ = is_open(snapshot.search) && wanted_ == 0 ? snapshot.search : 0;
  std::erase_if(searched_,
                [&](const auto& item) { return item.first != wanted_ && !is_open(item.first); });

  note_downloads(snapshot);
  uploads_.clear();
  for (const api::UploadRow& row : snapshot.uploads)
    uploads_.push_back({row.id, row.user});
  counts_ = {};
  for (const Download& row : downloads_)
    if (row.state == api::DownloadState::running) ++counts_.downloads;
  for (const api::UploadRow& row : snapshot.uploads)
    if (row.place == 0 && row.state == "running") ++counts_.uploads;
  transfers_ = counts_.downloads + counts_.uploads > 0;
  if (screen_ == Screen::log && !snapshot.log.empty()) log_seen_ = snapshot.log.back().number;
  for (const api::LogRow& row : snapshot.log)
    if (row.level == api::LogLevel::error && row.number > log_seen_) ++counts_.errors;
  if (!toast_.empty() && toast_from_ < 0) toast_from_ = snapshot.now_ms;
  if (!toast_.empty() && snapshot.now_ms - toast_from_ >= kToast) toast_.clear();
  shown_ = list();
}

// The end of a download is told wherever the user looks.
void Dialog::note_downloads(const api::Snapshot& snapshot) {
  std::vector<Download> now;
  now.reserve(snapshot.downloads.size());
  for (const api::DownloadRow& row : snapshot.downloads) {
    const auto old = std::ranges::find(downloads_, row.id, &Download::id);
    const bool changed =
        old != downloads_.end() ? old->state != row.state : seen_any_ && snapshot.revision != 0;
    if (changed && row.state == api::DownloadState::done)
      say((row.verified ? "Complete and verified: " : "Complete, unverified: ") + row.name);
    if (changed && row.state == api::DownloadState::failed)
      say("Failed, " + row.reason + ": " + row.name);
    now.push_back({row.id, row.state, row.name, row.have_bytes, row.priority, row.in_order});
  }
  downloads_ = std::move(now);
  seen_any_ = true;
}

}  // namespace p2p::tui
