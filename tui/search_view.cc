#include "tui/search_view.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "tui/filter.h"
#include "tui/format.h"
#include "tui/frame.h"

namespace p2p::tui {
namespace {

constexpr std::array<std::string_view, 9> kNumbers{"①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨"};
std::string extension(const std::string& name) {
  constexpr std::size_t kLongest = 5;
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos || dot == 0 || name.size() - dot - 1 > kLongest) return "";
  return name.substr(dot + 1);
}

std::string short_digest(const std::string& digest) {
  return digest.substr(digest.rfind(':') + 1).substr(0, 8);
}

std::uint64_t best_rate(const api::ResultRow& row) {
  std::uint64_t best = 0;
  for (const api::SourceRow& source : row.sources)
    best = std::max(best, source.rate_bps);
  return best;
}

// Whether it is here or on its way: what the backend knows, or a download of the same file.
api::Have have(const api::ResultRow& row, const std::vector<api::DownloadRow>& downloads) {
  if (row.have != api::Have::no) return row.have;
  for (const api::DownloadRow& download : downloads) {
    const bool same = row.digest.empty()
                          ? download.size_bytes == row.size_bytes && download.name == row.name
                          : download.digest == row.digest;
    if (!same || download.state == api::DownloadState::failed) continue;
    return download.state == api::DownloadState::done ? api::Have::have : api::Have::queued;
  }
  return api::Have::no;
}

std::string_view mark(const api::ResultRow& row, api::Have have) {
  switch (have) {
    case api::Have::have: return "✓";
    case api::Have::queued: return "▼";
    case api::Have::no: break;
  }
  return sanitize_name(row.name).altered() ? "!" : "";
}

constexpr std::array<Word, 3> kMarks{{{"✓", "have it"}, {"▼", "on its way"}, {"!", "odd name"}}};

std::uint64_t seconds(api::Millis since, api::Millis until) {
  return static_cast<std::uint64_t>(std::max<api::Millis>(until - since, 0) / 1000);
}

const api::SearchRow* shown_search(const api::Snapshot& snapshot) {
  const auto at = std::ranges::find(snapshot.searches, snapshot.search, &api::SearchRow::id);
  return at == snapshot.searches.end() ? nullptr : &*at;
}

// The trouble of the first network, when none is online.
std::string no_link(const api::Snapshot& snapshot) {
  for (const api::NetworkRow& network : snapshot.networks)
    if (network.online) return "";
  return snapshot.networks.empty() ? "no network is set up" : snapshot.networks.front().state;
}

std::string why_empty(const api::Snapshot& snapshot, std::size_t hidden) {
  if (hidden > 0) return hides_all(hidden);
  const api::SearchRow* search = shown_search(snapshot);
  const std::string trouble = no_link(snapshot);
  if (!trouble.empty()) return "No link is up (5 Network): " + trouble;
  if (search == nullptr) return "No search yet: n, then type words and press Enter";
  if (search->state == api::SearchState::finished)
    return "Nothing found: " + search->why + " · . asks again, n other words";
  std::uint64_t links = 0;
  for (const api::NetworkRow& network : snapshot.networks)
    links += network.peer_count;
  return "Nobody answered yet, " + plural(links, "link") + " asked, " +
         std::to_string(seconds(search->started_ms, snapshot.now_ms)) + " s";
}

std::string_view order_name(char column) {
  switch (column) {
    case 'n': return "name";
    case 's': return "size";
    case 'r': return "rate";
    case 't': return "type";
    case 'd': return "digest";
    default: return "sources";
  }
}

}  // namespace

void SearchView::learn(const api::Snapshot& snapshot, Desk& /*desk*/) {
  searches_ = snapshot.searches;
  const auto is_open = [&](std::uint32_t id) {
    return std::ranges::find(searches_, id, &api::SearchRow::id) != searches_.end();
  };
  if (!is_open(wanted_)) wanted_ = is_open(snapshot.search) && wanted_ == 0 ? snapshot.search : 0;
  std::erase_if(places_,
                [&](const auto& item) { return item.first != wanted_ && !is_open(item.first); });
}

std::optional<api::Request> SearchView::command(std::string_view command, Desk& desk) {
  const auto here = std::ranges::find(searches_, wanted_, &api::SearchRow::id);
  const bool known = here != searches_.end();
  if (command == "new-search") desk.open_prompt("");
  if (command == "edit-search") desk.open_prompt(known ? here->text : "");
  if (command == "sort")
    choose_order(desk, "cnsrtd", "c sources  n name  s size  r rate  t type  d digest");
  if (!known) return std::nullopt;
  if (command == "get" && !table().empty()) {
    desk.say("Asked for: 2 Downloads shows how far it is", true);
    return api::GetResult{wanted_, table().selected_key()};
  }
  if (command == "previous-search" && here != searches_.begin()) wanted_ = (here - 1)->id;
  if (command == "next-search" && here + 1 != searches_.end()) wanted_ = (here + 1)->id;
  if (command == "close-search") {
    const std::uint32_t closed = wanted_;
    wanted_ = here != searches_.begin() ? (here - 1)->id
              : searches_.size() > 1    ? (here + 1)->id
                                        : 0;
    return api::CloseSearch{closed};
  }
  if (command == "repeat") return api::RepeatSearch{std::exchange(wanted_, 0)};
  return std::nullopt;
}

int SearchView::details_height(int /*height*/) const {
  return 6;
}

bool SearchView::moves(const api::Snapshot& snapshot) const {
  return std::ranges::any_of(snapshot.searches, [](const api::SearchRow& row) {
    return row.state == api::SearchState::listening;
  });
}

std::string SearchView::look() {
  return View::look() + std::to_string(wanted_);
}

void SearchView::look_at(const api::Snapshot& snapshot) {
  if (search_ != snapshot.search) known_.clear();
  search_ = snapshot.search;
  known_.resize(snapshot.results.size());
  for (std::size_t i = 0; i < known_.size(); ++i) {
    const api::ResultRow& row = snapshot.results[i];
    Known& known = known_[i];
    if (known.name != row.name || known.folded.empty()) {
      known.name = row.name;
      known.folded = Filter::folded(row.name);
    }
    if (known.sources == row.sources.size()) continue;
    known.sources = row.sources.size();
    known.rate_bps = best_rate(row);
    known.free = static_cast<std::size_t>(
        std::ranges::count(row.sources, "free slot", &api::SourceRow::state));
  }
}

void SearchView::sort(const api::Snapshot& snapshot, Order order) {
  // What the last order was is a good beginning: most rows are in their place.
  if (sorted_.size() > known_.size() || order.column != made_order_.column) sorted_.clear();
  for (std::size_t i = sorted_.size(); i < known_.size(); ++i)
    sorted_.push_back(i);
  const auto by_name = [&](const Known& x, const Known& y, std::size_t a, std::size_t b) {
    const int names = x.folded.compare(y.folded);
    return names != 0 ? names < 0 : a < b;
  };
  const auto before = [&](std::size_t a, std::size_t b) {
    const Known& x = known_[a];
    const Known& y = known_[b];
    const api::ResultRow& p = snapshot.results[a];
    const api::ResultRow& q = snapshot.results[b];
    switch (order.column) {
      case 'n': break;
      case 's':
        if (p.size_bytes != q.size_bytes) return p.size_bytes > q.size_bytes;
        break;
      case 'r':
        if (x.rate_bps != y.rate_bps) return x.rate_bps > y.rate_bps;
        break;
      case 't':
        if (const int types = extension(x.folded).compare(extension(y.folded)); types != 0)
          return types < 0;
        break;
      case 'd':
        if (const int digests = p.digest.compare(q.digest); digests != 0) return digests < 0;
        break;
      default:
        if (x.free != y.free) return x.free > y.free;
        if (x.sources != y.sources) return x.sources > y.sources;
        if (x.rate_bps != y.rate_bps) return x.rate_bps > y.rate_bps;
    }
    return by_name(x, y, a, b);
  };
  std::ranges::sort(sorted_, before);
}

ListView SearchView::list(const api::Snapshot& snapshot, int width) {
  const std::string filter = this->filter().text();
  const Order order = order_;
  const api::SearchRow* search = shown_search(snapshot);
  const std::size_t sources = search == nullptr ? 0 : search->sources;
  const bool same_search = search_ == snapshot.search;
  const bool same_rows = same_search && results_ == snapshot.results.size() &&
                         (revision_ == snapshot.revision || (sources_ == sources && sources > 0));
  const bool same_order = same_rows && made_order_.column == order.column;
  if (!same_search) sorted_.clear();
  if (!same_rows) look_at(snapshot);
  if (!same_order) sort(snapshot, order);
  if (!same_order || made_order_ != order || made_filter_ != filter) {
    const Filter words(filter);
    shown_.clear();
    keys_.clear();
    for (const std::size_t i : sorted_)
      if (words.passes_folded(known_[i].folded)) shown_.push_back(i);
    if (order.reverse) std::ranges::reverse(shown_);
    keys_.reserve(shown_.size());
    for (const std::size_t i : shown_)
      keys_.push_back(snapshot.results[i].key);
  }
  revision_ = snapshot.revision;
  results_ = snapshot.results.size();
  sources_ = sources;
  made_order_ = order;
  made_filter_ = filter;

  ListView view;
  view.title = plural(results_, "file") + " · " + plural(sources, "source");
  view.right = "sort: " + std::string(order_name(order.column)) + (order.reverse ? " ▲" : " ▼");
  view.brief = count_text(results_) + " · " + std::string(order_name(order.column)) +
               (order.reverse ? " ▲" : " ▼");
  if (search != nullptr)
    view.brief = search_chips(snapshot, width / 3, looks_) + " · " + view.brief;
  view.empty = why_empty(snapshot, shown_.empty() ? results_ : 0);
  view.keys = keys_;
  const bool narrow = width < 60;
  if (narrow) {
    view.columns = {{"", 1, 9, true, kMarks}, {"Name"}, {"Size", 5, 3}, {"Src", 4, 4}};
  } else {
    view.columns = {{"", 2, 9, true, kMarks},
                    {head("Name", 'n', order, false)},
                    {head("Size", 's', order, true), 10, 5},
                    {head("Src", 'c', order, true), 5, 6},
                    {head("Best rate", 'r', order, true), 11, 2},
                    {head("Type", 't', order, false), 5, 3, true},
                    {head("Digest", 'd', order, false), 8, 1, true}};
  }
  view.row = [this, &snapshot, narrow](std::size_t i) {
    const api::ResultRow& row = snapshot.results[shown_[i]];
    const api::Have had = have(row, snapshot.downloads);
    const std::string digest = short_digest(row.digest);
    const Style style = had == api::Have::have ? Style::good : Style::text;
    const std::string sources_text =
        (row.digest.empty() ? "≈" : "") + std::to_string(row.sources.size());
    if (narrow)
      return TableRow{
          {std::string(mark(row, had)), row.name, size_short(row.size_bytes), sources_text}, style};
    return TableRow{{std::string(mark(row, had)), row.name, size_text(row.size_bytes), sources_text,
                     rate_text(best_rate(row)), extension(row.name), digest.empty() ? "-" : digest},
                    style};
  };
  return view;
}

namespace {
// What is after a search's count: does it still listen?
std::string_view search_sign(const api::SearchRow& search, api::Millis now, const Looks& looks) {
  const bool over = search.state == api::SearchState::finished;
  if (looks.plain) return over ? "done" : "listening";
  if (over) return "✓";
  return spinner_sign(looks.motion ? now : 0);
}
}  // namespace

std::string search_chips(const api::Snapshot& snapshot, int room, const Looks& looks) {
  constexpr int kWords = 16;
  std::string all;
  std::string own;
  int number = 0;
  for (const api::SearchRow& search : snapshot.searches) {
    std::string chip(number < 9 ? kNumbers[static_cast<std::size_t>(number)] : "·");
    ++number;
    chip += ' ' + sanitize(search.text).end_cut(kWords).text();
    if (search.id == snapshot.search) own = chip;
    chip += ' ' + std::to_string(search.results) + ' ';
    chip += search_sign(search, snapshot.now_ms, looks);
    if (search.id == snapshot.search) {
      own = chip;
      chip.insert(0, 1, '[').push_back(']');
    }
    all += (all.empty() ? "" : "  ") + chip;
  }
  if (sanitize(all).width() <= room) return all;
  return sanitize(own).end_cut(std::max(room, 1)).text();
}

std::string search_age(const api::Snapshot& snapshot) {
  const api::SearchRow* search = shown_search(snapshot);
  if (search == nullptr) return "";
  const bool over = search->state == api::SearchState::finished;
  return std::to_string(seconds(search->started_ms, over ? search->ended_ms : snapshot.now_ms)) +
         " s, " + plural(search->sources, "answer") + (over ? ", " + search->why : "");
}

namespace {

std::string tags_text(const api::TagsRow& tags) {
  std::string out;
  const auto add = [&](const std::string& text) {
    if (!text.empty()) out += (out.empty() ? "" : " · ") + text;
  };
  add(tags.artist);
  add(tags.title);
  add(tags.album);
  if (tags.year > 0) add(std::to_string(tags.year));
  add(tags.genre);
  return out;
}

void draw_result(Surface& out, const Rect& in, const api::ResultRow& row) {
  const auto line = [&](int number, const std::string& text, Style style) {
    if (number < in.height) out.put(in.x, in.y + number, text, style, in.width);
  };
  const std::string digest = row.digest.empty()
                                 ? "no digest: grouped by name and size"
                                 : row.digest.substr(std::min(row.digest.size(), std::size_t{4}));
  const int used =
      in.height > 0 ? out.right(in.x + in.width, in.y, digest, Style::dim, in.width / 2) : 0;
  if (in.height > 0) out.put_name(in.x, in.y, row.name, Style::header, in.width - used - 2);

  std::string who = plural(row.sources.size(), "source") + ":";
  for (std::size_t i = 0; i < std::min(row.sources.size(), std::size_t{20}); ++i) {
    const api::SourceRow& source = row.sources[i];
    who += (i == 0 ? " " : " · ") + source.user;
    if (!source.state.empty()) who += ", " + source.state;
    if (source.rate_bps > 0) who += ", " + rate_text(source.rate_bps);
  }
  line(1, who, Style::text);

  std::string about = size_text(row.size_bytes) + " (" + count_text(row.size_bytes) + " bytes)";
  if (row.media.bitrate_kbps > 0)
    about += " · " + std::to_string(row.media.bitrate_kbps) + " kbit/s";
  if (row.media.sample_rate_hz > 0) {
    const std::uint32_t tenths = row.media.sample_rate_hz / 100;
    about += " · " + std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10) + " kHz";
  }
  if (row.media.duration_s > 0) about += " · " + time_text(row.media.duration_s);
  if (row.tags.width > 0 && row.tags.height > 0)
    about += " · " + std::to_string(row.tags.width) + 'x' + std::to_string(row.tags.height);
  line(2, about, Style::text);
  const std::string tags = tags_text(row.tags);
  const std::string folder = row.folder.empty() ? "" : "in " + row.folder;
  if (in.height > 3 && !tags.empty()) {
    const int half = out.right(in.x + in.width, in.y + 3, folder, Style::dim, in.width / 2);
    out.put(in.x, in.y + 3, tags, Style::text, in.width - half - 2);
  } else {
    line(3, folder, Style::dim);
  }
}

}  // namespace

void SearchView::draw_details(Surface& out, const Rect& box, bool boxes,
                              const api::Snapshot& snapshot) {
  const Rect in = draw_box(out, box, {"Selected", place_text(), ""}, boxes);
  const std::size_t place = table().selected();
  if (place < shown_.size() && shown_[place] < snapshot.results.size())
    draw_result(out, in, snapshot.results[shown_[place]]);
}

}  // namespace p2p::tui
