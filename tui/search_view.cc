#include "tui/search_view.h"

#include <algorithm>
#include <utility>

#include "tui/format.h"
#include "tui/frame.h"
#include "tui/result_details.h"
#include "tui/source_name.h"

namespace p2p::tui {

namespace {

using Kind = ResultLine::Kind;

constexpr api::Millis kTellGap = 10'000;  // between two news of one wish: answers come one by one

std::string group_text(Grouping grouping) {
  switch (grouping) {
    case Grouping::digest: break;
    case Grouping::folder: return "folder";
    case Grouping::user: return "user";
    case Grouping::none: return "none";
  }
  return "";
}

Grouping group_of(std::string_view text) {
  for (const Grouping each : {Grouping::folder, Grouping::user, Grouping::none})
    if (text == group_text(each)) return each;
  return Grouping::digest;
}

}  // namespace

void SearchView::learn(const api::Snapshot& snapshot, Desk& desk) {
  for (const api::SearchRow& search : snapshot.searches)
    if (search.wish != 0) wear_wish(search, snapshot.wishes);
  tell_wishes(snapshot, desk);
  if (std::exchange(revision_, snapshot.revision) != snapshot.revision)
    learn_ignored(snapshot.unwanted);
  searches_ = snapshot.searches;
  downloads_.clear();
  for (const api::DownloadRow& row : snapshot.downloads)
    downloads_.insert(row.id);
  now_ms_ = snapshot.now_ms;
  const auto is_open = [&](std::uint32_t id) {
    return std::ranges::find(searches_, id, &api::SearchRow::id) != searches_.end();
  };
  if (!is_open(wanted_)) wanted_ = is_open(snapshot.search) && wanted_ == 0 ? snapshot.search : 0;
  std::erase_if(places_,
                [&](const auto& item) { return item.first != wanted_ && !is_open(item.first); });
  const auto has_news = [](const api::WishRow& wish) { return wish.unseen > 0; };
  const auto wish = std::ranges::find_if(snapshot.wishes, has_news);
  wish_ = wish == snapshot.wishes.end() ? 0 : wish->id;
  if (errand_) run(*std::exchange(errand_, std::nullopt), snapshot, desk);
}

// A search that was made for a wish has its filter and its groups from the beginning on.
void SearchView::wear_wish(const api::SearchRow& search, const std::vector<api::WishRow>& wishes) {
  if (std::ranges::find(searches_, search.id, &api::SearchRow::id) != searches_.end()) return;
  const auto wish = std::ranges::find(wishes, search.wish, &api::WishRow::id);
  if (wish == wishes.end()) return;
  places_[search.id].filter.set(wish->filter);
  grouping_ = group_of(wish->group);
}

// What they had found before this screen was opened is no news.
void SearchView::tell_wishes(const api::Snapshot& snapshot, Desk& desk) {
  std::map<std::uint32_t, Told> told;
  for (const api::WishRow& wish : snapshot.wishes) {
    const auto old = told_.find(wish.id);
    Told now = old == told_.end() ? Told{seen_wishes_ ? 0 : wish.unseen, {}} : old->second;
    now.unseen = std::min(now.unseen, wish.unseen);
    const bool is_soon = now.at && snapshot.now_ms - *now.at < kTellGap;
    if (wish.unseen > now.unseen && !is_soon) {
      desk.tell("Wish found: " + wish.text + ", +" + count_text(wish.unseen) + " new");
      now = {wish.unseen, snapshot.now_ms};
    }
    told[wish.id] = now;
  }
  told_ = std::move(told);
  seen_wishes_ = true;
}

const ResultLine* SearchView::selected() {
  const std::size_t place = table().selected();
  if (place >= rows_.size() || rows_.keys()[place] != table().selected_key()) return nullptr;
  return &rows_.line(place);
}

// ---- commands

std::optional<api::Request> SearchView::command(std::string_view command, Desk& desk) {
  const auto here = std::ranges::find(searches_, wanted_, &api::SearchRow::id);
  const bool known = here != searches_.end();
  if (command == "new-search") desk.open_prompt("");
  if (command == "edit-search") desk.open_prompt(known ? here->text : "");
  if (command == "sort") choose_order(desk, "c sources  n name  s size  r rate  t type  d digest");
  if (command == "group") choose_group(desk);
  if (command == "show-ignored") return show_ignored(desk);
  const bool is_last = !known || here + 1 == searches_.end();
  if (command == "next-search" && is_last && wish_ != 0) {
    want_newest();
    return api::SeeWish{wish_};
  }
  if (!known) return std::nullopt;
  if (command == "close-search") {
    desk.offer_undo("Closed \"" + here->text + '"', api::StartSearch{here->text});
    walk(here != searches_.begin() ? "previous-search" : "next-search");
    if (wanted_ == here->id) wanted_ = 0;
    return api::CloseSearch{here->id};
  }
  if (command == "wish" || command == "fetching-wish") return keep_wish(*here, command, desk);
  if (command == "repeat") return api::RepeatSearch{std::exchange(wanted_, 0)};
  walk(command);
  return list_command(command, desk);
}

// With the filter that is in force and the groups that are seen.
api::Request SearchView::keep_wish(const api::SearchRow& search, std::string_view command,
                                   Desk& desk) {
  const bool fetches = command == "fetching-wish";
  const std::string& words = filter().text();
  desk.say(std::string(fetches ? "Kept as a wish that fetches the first file with two sources"
                               : "Kept as a wish: it asks again by itself") +
           (words.empty() ? "; what is new is a chip above" : "; news is what passes /" + words));
  return api::AddWish{search.text, fetches, words, group_text(grouping_)};
}

void SearchView::walk(std::string_view command) {
  const auto here = std::ranges::find(searches_, wanted_, &api::SearchRow::id);
  if (command == "previous-search" && here != searches_.begin()) wanted_ = (here - 1)->id;
  if (command == "next-search" && here + 1 != searches_.end()) wanted_ = (here + 1)->id;
}

// Those that are about the selected line.
std::optional<api::Request> SearchView::list_command(std::string_view command, Desk& desk) {
  if (command == "get") return get(desk);
  const ResultLine* line = selected();
  if (line == nullptr) return std::nullopt;
  if (command == "mark") mark(*line);
  if (command == "open") open(*line);
  if (command == "close") close(*line);
  if (command == "ignore") ignore(*line, desk);
  if (line->kind == Kind::head) return std::nullopt;
  const RowKey result = line->key;
  if (command == "copy-link") errand_ = {Errand::What::copy_link, result};
  if (command != "add-sources") return std::nullopt;
  if (!rows_.order().is_coming(line->result)) {
    desk.say(key_words_("No download of it is under way: {get} begins one"));
    return std::nullopt;
  }
  desk.say("All its sources are added to its download");
  return api::GetResult{wanted_, result};
}

std::optional<api::Request> SearchView::get(Desk& desk) {
  std::set<RowKey>& marked = places_[wanted_].marked;
  const ResultLine* line = selected();
  if (!marked.empty()) {
    const std::set<RowKey> wanted = std::exchange(marked, {});
    desk.say("Asked for " + plural(wanted.size(), "file") + ": 2 Downloads shows how far", true);
    for (auto next = std::next(wanted.begin()); next != wanted.end(); ++next)
      desk.also(api::GetResult{wanted_, *next});
    return api::GetResult{wanted_, *wanted.begin()};
  }
  if (line == nullptr) return std::nullopt;
  if (line->kind == Kind::head || line->kind == Kind::more) {
    if (line->kind == Kind::head && rows_.is_open(table().selected()))
      close(*line);
    else
      open(*line);
    return std::nullopt;
  }
  desk.say("Asked for: 2 Downloads shows how far it is", true);
  asked_for_ = line->key;
  return api::GetResult{wanted_, line->key};
}

void SearchView::told(const api::Request& asked, const api::Outcome& outcome, Desk& desk) {
  const auto* const file = std::get_if<api::GetResult>(&asked);
  if (file == nullptr || file->key != std::exchange(asked_for_, 0)) return;
  const bool was_there = downloads_.contains(outcome.id);
  desk.say((was_there ? "It is download " : "This is download ") + std::to_string(outcome.id) +
               (was_there ? " already" : "") + ": 2 Downloads shows how far it is",
           true);
}

void SearchView::mark(const ResultLine& line) {
  if (line.kind == Kind::head) return;
  std::set<RowKey>& marked = places_[wanted_].marked;
  if (!marked.insert(line.key).second) marked.erase(line.key);
  table().command("down");
}

void SearchView::open(const ResultLine& line) {
  auto& opened = places_[wanted_].opened;
  if (line.kind == Kind::head || line.kind == Kind::file)
    opened.try_emplace(table().selected_key(), ResultRows::Opened::some);
  if (line.kind == Kind::more) opened[line.key] = ResultRows::Opened::all;
}

// A line that is below another closes that one, and goes there.
void SearchView::close(const ResultLine& line) {
  auto& opened = places_[wanted_].opened;
  if (opened.erase(table().selected_key()) > 0 || line.parent == 0) return;
  opened.erase(line.parent);
  table().select(line.parent);
}

void SearchView::choose_group(Desk& desk) {
  desk.choose(
      {"group by: d digest  f folder  u user  n none   g first row", "dfung", [this](char letter) {
         const ResultLine* line = selected();
         if (letter == 'g') {
           table().command("first");
         } else {
           if (line != nullptr && line->kind != Kind::head) regrouped_ = line->result;
           grouping_ = static_cast<Grouping>(letter);
         }
         return std::nullopt;
       }});
}

void SearchView::ignore(const ResultLine& line, Desk& desk) {
  if (line.kind == Kind::head && grouping_ == Grouping::user) {
    const ResultHead& head = rows_.head(line);
    ignore_user(head.network, head.name, head.name, desk);
  } else if (line.kind == Kind::source || line.kind == Kind::answer) {
    errand_ = {Errand::What::ignore, line.key, line.source};
  } else if (line.kind == Kind::file) {
    errand_ = {Errand::What::ignore, line.key};
  }
}

void SearchView::ignore_user(const std::string& network, const std::string& user,
                             const std::string& name, Desk& desk) {
  const std::string key = ResultOrder::user_key(network, user);
  asked_to_ignore_.insert(key);
  ignored_.insert(key);
  desk.also(api::IgnoreUser{network, user});
  desk.say(name + key_words_(" is ignored from now on: {show-ignored} shows all again"));
}

std::optional<api::Request> SearchView::show_ignored(Desk& desk) {
  if (ignored_.empty()) {
    desk.say("Nobody is ignored");
    return std::nullopt;
  }
  ignored_.clear();
  asked_to_ignore_.clear();
  return api::ForgetIgnored{};
}

// What was asked for holds here before the node says so.
void SearchView::learn_ignored(const std::vector<api::UnwantedRow>& rows) {
  ignored_ = asked_to_ignore_;
  for (const api::UnwantedRow& row : rows) {
    if (row.what != api::Unwanted::ignored) continue;
    const std::string key = ResultOrder::user_key(row.network, row.who);
    asked_to_ignore_.erase(key);
    ignored_.insert(key);
  }
}

void SearchView::run(const Errand& errand, const api::Snapshot& snapshot, Desk& desk) {
  if (snapshot.search != wanted_) return;
  const auto row = std::ranges::find(snapshot.results, errand.result, &api::ResultRow::key);
  if (row == snapshot.results.end()) return;
  if (errand.what == Errand::What::copy_link) {
    if (!row->link.empty()) desk.copy(row->link);
    return;
  }
  if (!errand.source && row->sources.size() > 1) {
    desk.say(key_words_("Several have it: {open} shows them, {ignore} on one of them ignores it"));
    return;
  }
  const std::uint32_t place = errand.source.value_or(0);
  if (place >= row->sources.size()) return;
  const api::SourceRow& source = row->sources[place];
  ignore_user(source.network, source.user, source_name(source), desk);
}

// ---- what is seen

int SearchView::details_height(int /*height*/) const {
  return 6;
}

bool SearchView::moves(const api::Snapshot& snapshot) const {
  const api::Millis newest = rows_.order().newest_ms();
  if (newest > seen_ms_ && snapshot.now_ms - newest < kNews) return true;
  return std::ranges::any_of(snapshot.searches, [](const api::SearchRow& row) {
    return row.state == api::SearchState::listening;
  });
}

std::string SearchView::look() {
  std::size_t opened = 0;
  for (const auto& [key, how] : places_[wanted_].opened)
    opened += how == ResultRows::Opened::all ? 2 : 1;
  return View::look() + std::to_string(wanted_) + static_cast<char>(grouping_) +
         std::to_string(opened) + '-' + std::to_string(ignored_.size()) + (errand_ ? "!" : "");
}

std::string SearchView::habit() const {
  return View::habit() + group_text(grouping_);
}

bool SearchView::take_habit(std::string_view word) {
  const std::string_view group = word.substr(std::min<std::size_t>(word.size(), 2));
  if (group_text(group_of(group)) != group || !View::take_habit(word.substr(0, 2))) return false;
  grouping_ = group_of(group);
  return true;
}

void SearchView::draw_details(Surface& out, const Rect& box, bool boxes,
                              const api::Snapshot& snapshot) {
  const Rect in = draw_box(out, box, {"Selected", place_text(), ""}, boxes);
  const ResultLine* line = selected();
  if (line == nullptr) return;
  if (line->kind == Kind::head) {
    draw_head(out, in, rows_.head(*line));
    return;
  }
  const api::ResultRow& row = snapshot.results[line->result];
  const bool is_one = line->kind == Kind::source || line->kind == Kind::answer;
  const bool has_it = is_one && line->source < row.sources.size();
  draw_result(out, in, row, has_it ? &row.sources[line->source] : nullptr, snapshot.now_ms);
}

}  // namespace p2p::tui
