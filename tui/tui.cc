#include "tui/tui.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "tui/downloads_view.h"
#include "tui/format.h"
#include "tui/frame.h"
#include "tui/help_view.h"
#include "tui/layout.h"
#include "tui/lists.h"
#include "tui/log_view.h"
#include "tui/prompt.h"
#include "tui/search_view.h"

namespace p2p::tui {

namespace {

constexpr api::Millis kToast = 4000;
constexpr std::string_view kAsked = "Asked for: 2 Downloads shows how far it is";

// Where the user is in one list: kept while he looks elsewhere.
struct Place {
  Table table;
  Prompt filter;
};

// Asked before what cannot be undone; the name is cut where there is no room, the rest is not.
struct Question {
  std::string before, name, after;
  api::Request if_yes;
};

}  // namespace

struct Tui::State {
  enum class Focus : std::uint8_t { prompt, list, filter, question, sort };

  explicit State(Options given) : options(given) {}

  // --- keys
  Place& place() {
    return screen == Screen::search ? searched[wanted] : places[static_cast<std::size_t>(screen)];
  }
  Table& table() { return place().table; }
  Order& order() { return screen == Screen::search ? search_order : download_order; }
  void go(int to);
  void open_prompt(std::string_view text);
  void say(std::string_view text);
  std::optional<api::Request> leave();
  std::optional<api::Request> ask(Question asked);
  std::optional<api::Request> run_prompt();
  std::optional<api::Request> any_key(const Key& key);
  std::optional<api::Request> answer_key(const Key& key);
  std::optional<api::Request> prompt_key(const Key& key);
  void filter_key(const Key& key);
  void sort_key(const Key& key);
  void help_key(const Key& key);
  std::optional<api::Request> list_key(const Key& key);
  std::optional<api::Request> screen_key(const Key& key);
  std::optional<api::Request> search_key(const Key& key);
  std::optional<api::Request> download_key(const Key& key);
  void log_key(const Key& key);

  // --- drawing
  void learn(const api::Snapshot& snapshot);
  void note_downloads(const api::Snapshot& snapshot);
  bool moves(const api::Snapshot& snapshot);
  ListView view(const api::Snapshot& snapshot, int width);
  void draw_prompt(const api::Snapshot& snapshot, const Layout& at);
  void draw_line(int x, int y, int width, const std::string& mark, const Prompt& line, bool here);
  void draw_list(const api::Snapshot& snapshot, const Layout& at);
  void draw_details(const api::Snapshot& snapshot, const Layout& at);
  void draw_hint(const Rect& in, bool always);

  Options options;
  Surface surface;
  Screen screen = Screen::search;
  Screen before_help = Screen::search;
  Focus focus = Focus::prompt;
  Prompt prompt;
  std::array<Place, 7> places;
  std::map<std::uint32_t, Place> searched;  // one a search; 0 before the first
  Order search_order{'c', false};
  Order download_order{'t', false};
  api::LogLevel log_level = api::LogLevel::info;
  int help_scroll = 0;
  SearchView search_view;
  DownloadsView downloads_view;
  LogView log_view;
  PlainList plain;
  std::uint32_t wanted = 0;
  std::optional<Question> question;
  std::string toast;
  api::Millis toast_from = -1;  // unknown until the first snapshot that shows it
  bool tick = false;
  bool quit = false;

  // What keys need of the snapshot shown last.
  std::vector<api::SearchRow> searches;
  struct Download {
    std::uint32_t id = 0;
    api::DownloadState state = api::DownloadState::waiting;
    std::string name;
    std::uint64_t have_bytes = 0;
  };
  std::vector<Download> downloads;
  bool seen_any = false;
  bool transfers = false;
  TabCounts counts;
  std::uint64_t log_seen = 0;

  // Which list was shown last.
  struct List {
    Screen screen = Screen::search;
    std::uint32_t search = 0;
    std::string filter;
    Order order;
    api::LogLevel level = api::LogLevel::info;
    bool operator==(const List&) const = default;
  };
  List list() { return {screen, wanted, place().filter.text(), order(), log_level}; }
  List shown;
};

// --- keys ----------------------------------------------------------------------------------------

void Tui::State::go(int to) {
  const auto next = static_cast<Screen>((to + 7) % 7);
  if (next == Screen::help && screen != Screen::help) {
    before_help = screen;
    help_scroll = 0;
    places[static_cast<std::size_t>(Screen::help)].filter.set("");
  }
  if (toast == kAsked) toast.clear();  // he looks
  screen = next;
  focus = Focus::list;
}

void Tui::State::open_prompt(std::string_view text) {
  go(0);
  prompt.set(text);
  focus = Focus::prompt;
}

void Tui::State::say(std::string_view text) {
  toast = text;
  toast_from = -1;
}

std::optional<api::Request> Tui::State::leave() {
  if (transfers) return ask({"Transfers run. Quit? y/N", "", "", api::Quit{}});
  quit = true;
  return api::Quit{};
}

std::optional<api::Request> Tui::State::ask(Question asked) {
  question = std::move(asked);
  focus = Focus::question;
  return std::nullopt;
}

std::optional<api::Request> Tui::State::run_prompt() {
  if (prompt.text().find_first_not_of(' ') == std::string::npos) {
    say("Type a word or two first");
    return std::nullopt;
  }
  prompt.remember();
  focus = Focus::list;
  wanted = 0;
  return api::StartSearch{prompt.text()};
}

std::optional<api::Request> Tui::State::any_key(const Key& key) {
  if (focus == Focus::question) return answer_key(key);
  if (key.is_ctrl("c")) return leave();
  switch (focus) {
    case Focus::prompt: return prompt_key(key);
    case Focus::filter: filter_key(key); return std::nullopt;
    case Focus::sort: sort_key(key); return std::nullopt;
    case Focus::question:
    case Focus::list: break;
  }
  if (screen == Screen::help) {
    help_key(key);
    return std::nullopt;
  }
  return list_key(key);
}

std::optional<api::Request> Tui::State::answer_key(const Key& key) {
  focus = Focus::list;
  if (!question) return std::nullopt;
  const api::Request request = std::exchange(question, std::nullopt)->if_yes;
  const bool quits = std::holds_alternative<api::Quit>(request);
  if (!key.is("y") && !key.is("Y") && !(quits && key.is_ctrl("c"))) return std::nullopt;
  quit = quits;
  return request;
}

std::optional<api::Request> Tui::State::prompt_key(const Key& key) {
  if (key.name == KeyName::enter) return run_prompt();
  if (key.name == KeyName::escape)
    focus = Focus::list;
  else if (key.name == KeyName::tab)
    go(1);
  else if (key.name == KeyName::back_tab)
    go(-1);
  else if (key.name == KeyName::f1)
    go(6);
  else if (key.name == KeyName::up)
    prompt.older();
  else if (key.name == KeyName::down) {
    if (!prompt.newer()) focus = Focus::list;
  } else {
    prompt.key(key);
  }
  return std::nullopt;
}

void Tui::State::filter_key(const Key& key) {
  Prompt& filter = place().filter;
  const bool moves = key.name == KeyName::up || key.name == KeyName::down ||
                     key.name == KeyName::page_up || key.name == KeyName::page_down;
  if (key.name == KeyName::escape) filter.set("");
  if (key.name == KeyName::escape || key.name == KeyName::enter)
    focus = Focus::list;
  else if (moves)
    table().key(key);
  else
    filter.key(key);
}

void Tui::State::sort_key(const Key& key) {
  focus = Focus::list;
  const std::string_view columns = screen == Screen::search ? "cnsrtd" : "tnspr";
  if (key.name != KeyName::text || key.ctrl || key.text.size() != 1 ||
      columns.find(key.text[0]) == std::string_view::npos)
    return;
  Order& now = order();
  now = {key.text[0], now.column == key.text[0] && !now.reverse};
}

// Typing narrows here, so only keys without a letter do something else.
void Tui::State::help_key(const Key& key) {
  constexpr int kPage = 10;
  Prompt& filter = place().filter;
  const bool typed = !filter.text().empty();
  if (key.name == KeyName::escape && typed)
    filter.set("");
  else if (key.name == KeyName::escape || key.name == KeyName::f1 || (key.is("?") && !typed))
    go(static_cast<int>(before_help));
  else if (key.name == KeyName::tab)
    go(static_cast<int>(screen) + 1);
  else if (key.name == KeyName::back_tab)
    go(static_cast<int>(screen) - 1);
  else if (!typed && key.name == KeyName::text && !key.ctrl && key.text.size() == 1 &&
           key.text[0] >= '1' && key.text[0] <= '7')
    go(key.text[0] - '1');
  else if (key.name == KeyName::down)
    ++help_scroll;
  else if (key.name == KeyName::up)
    --help_scroll;
  else if (key.name == KeyName::page_down)
    help_scroll += kPage;
  else if (key.name == KeyName::page_up)
    help_scroll -= kPage;
  else
    filter.key(key);
}

std::optional<api::Request> Tui::State::list_key(const Key& key) {
  const int here = static_cast<int>(screen);
  if (key.name == KeyName::paste) {
    open_prompt(key.text);
  } else if (key.is("/")) {
    focus = Focus::filter;
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

std::optional<api::Request> Tui::State::screen_key(const Key& key) {
  switch (screen) {
    case Screen::search: return search_key(key);
    case Screen::downloads: return download_key(key);
    case Screen::shares:
      if (key.is("R")) return api::Rescan{};
      break;
    case Screen::log: log_key(key); break;
    case Screen::uploads:
    case Screen::network:
    case Screen::help: break;
  }
  return std::nullopt;
}

std::optional<api::Request> Tui::State::search_key(const Key& key) {
  const auto here = std::ranges::find(searches, wanted, &api::SearchRow::id);
  const bool known = here != searches.end();
  if (key.is("n")) open_prompt("");
  if (key.is("N")) open_prompt(known ? here->text : prompt.text());
  if (key.is("s")) focus = Focus::sort;
  if (!known) return std::nullopt;
  if (key.name == KeyName::enter && !table().empty()) {
    say(kAsked);
    return api::GetResult{wanted, table().selected_key()};
  }
  if (key.is("[") && here != searches.begin()) wanted = (here - 1)->id;
  if (key.is("]") && here + 1 != searches.end()) wanted = (here + 1)->id;
  if (key.is("X")) {
    const std::uint32_t closed = wanted;
    wanted = here != searches.begin() ? (here - 1)->id : searches.size() > 1 ? (here + 1)->id : 0;
    return api::CloseSearch{closed};
  }
  if (key.is(".")) {
    const std::uint32_t again = std::exchange(wanted, 0);
    return api::RepeatSearch{again};
  }
  return std::nullopt;
}

std::optional<api::Request> Tui::State::download_key(const Key& key) {
  if (key.is("s")) focus = Focus::sort;
  if (key.is("c")) return api::ClearFinished{};
  const auto id = static_cast<std::uint32_t>(table().selected_key());
  const auto row = std::ranges::find(downloads, id, &Download::id);
  if (table().empty() || row == downloads.end()) return std::nullopt;
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
  return std::nullopt;
}

void Tui::State::log_key(const Key& key) {
  if (key.is("L")) log_level = static_cast<api::LogLevel>((static_cast<int>(log_level) + 1) % 4);
  if (key.is("e")) table().select(log_view.error_below(table().selected_key()));
  if (key.is("F")) table().key({KeyName::home, "", false});
}

// --- drawing -------------------------------------------------------------------------------------

void Tui::State::learn(const api::Snapshot& snapshot) {
  searches = snapshot.searches;
  const auto is_open = [&](std::uint32_t id) {
    return std::ranges::find(searches, id, &api::SearchRow::id) != searches.end();
  };
  if (!is_open(wanted)) wanted = is_open(snapshot.search) && wanted == 0 ? snapshot.search : 0;
  std::erase_if(searched,
                [&](const auto& item) { return item.first != wanted && !is_open(item.first); });

  note_downloads(snapshot);
  counts = {};
  for (const Download& row : downloads)
    if (row.state == api::DownloadState::running) ++counts.downloads;
  for (const api::UploadRow& row : snapshot.uploads)
    if (row.place == 0 && row.state == "running") ++counts.uploads;
  transfers = counts.downloads + counts.uploads > 0;
  if (screen == Screen::log && !snapshot.log.empty()) log_seen = snapshot.log.back().number;
  for (const api::LogRow& row : snapshot.log)
    if (row.level == api::LogLevel::error && row.number > log_seen) ++counts.errors;
}

// The end of a download is told wherever the user looks.
void Tui::State::note_downloads(const api::Snapshot& snapshot) {
  std::vector<Download> now;
  now.reserve(snapshot.downloads.size());
  for (const api::DownloadRow& row : snapshot.downloads) {
    const auto old = std::ranges::find(downloads, row.id, &Download::id);
    const bool changed =
        old != downloads.end() ? old->state != row.state : seen_any && snapshot.revision != 0;
    if (changed && row.state == api::DownloadState::done)
      say((row.verified ? "Complete and verified: " : "Complete, unverified: ") + row.name);
    if (changed && row.state == api::DownloadState::failed)
      say("Failed, " + row.reason + ": " + row.name);
    now.push_back({row.id, row.state, row.name, row.have_bytes});
  }
  downloads = std::move(now);
  seen_any = true;
}

// Something on the screen changes with time alone: a spinner, a countdown, a toast.
bool Tui::State::moves(const api::Snapshot& snapshot) {
  if (!toast.empty()) return true;
  if (screen == Screen::search)
    return std::ranges::any_of(snapshot.searches, [](const api::SearchRow& row) {
      return row.state == api::SearchState::listening;
    });
  return screen == Screen::downloads &&
         std::ranges::any_of(snapshot.downloads, [](const api::DownloadRow& row) {
           return row.state == api::DownloadState::retrying;
         });
}

ListView Tui::State::view(const api::Snapshot& snapshot, int width) {
  const std::string& filter = place().filter.text();
  switch (screen) {
    case Screen::search: return search_view.list(snapshot, filter, search_order, width);
    case Screen::downloads: return downloads_view.list(snapshot, filter, download_order, width);
    case Screen::uploads: return plain.uploads(snapshot, filter);
    case Screen::shares: return plain.shares(snapshot, filter);
    case Screen::network: return plain.network(snapshot, filter);
    case Screen::log:
      return log_view.list(snapshot, filter, log_level, table().selected() == 0,
                           options.seconds_east_of_utc);
    case Screen::help: break;
  }
  return {};
}

// One line being typed: what is around the caret is always seen.
void Tui::State::draw_line(int x, int y, int width, const std::string& mark, const Prompt& line,
                           bool here) {
  const Style style = here ? Style::accent : Style::text;
  const int used = surface.put(x, y, mark, style, width);
  x += used;
  width -= used;
  if (!here) {
    surface.put(x, y, line.text(), style, width);
    return;
  }
  const Shown before = surface.shown(line.text().substr(0, line.caret())).last(width - 2);
  x += surface.put(x, y, before, style, width);
  width -= before.width();
  const std::string rest = line.text().substr(line.caret());
  if (rest.empty()) {
    surface.put(x, y, surface.is_ascii() ? "_" : "█", style, 1);
    return;
  }
  surface.put(x, y, surface.shown(rest), style, width);
  surface.style_row({x, y, std::max(surface.shown(rest).clusters().front().width, 1), 1},
                    Style::selection);
}

void Tui::State::draw_prompt(const api::Snapshot& snapshot, const Layout& at) {
  if (at.prompt.empty()) return;
  BoxTexts texts{"Search", search_age(snapshot), search_chips(snapshot, at.prompt.width - 6)};
  const Rect in = draw_box(surface, at.prompt, texts, at.boxes);
  draw_line(in.x, in.y, in.width, "> ", prompt, focus == Focus::prompt);
}

void Tui::State::draw_list(const api::Snapshot& snapshot, const Layout& at) {
  const Rect inside =
      at.boxes ? Rect{at.body.x + 1, at.body.y + 1, at.body.width - 2, at.body.height - 2}
               : at.body;
  const ListView list = view(snapshot, inside.width);
  const std::string& filter = place().filter.text();
  Table& rows = table();
  rows.draw(surface, inside, list.columns, list.keys, list.row, at.boxes && inside.height >= 4,
            screen == Screen::log);
  std::string foot;
  if (!rows.empty() && rows.shown() < rows.count())
    foot = "rows " + std::to_string(rows.first() + 1) + "-" +
           std::to_string(rows.first() + rows.shown()) + " of " + count_text(rows.count());
  if (!filter.empty()) foot += (foot.empty() ? "/" : " · /") + filter;
  draw_box(surface, at.body, {list.title, list.right, foot}, at.boxes);
  if (rows.empty() && !inside.empty())
    surface.put(inside.x, inside.y + (inside.height >= 4 ? 1 : 0), list.empty, Style::dim,
                inside.width);
  if (at.title.empty()) return;
  int end = at.title.width;
  if (!filter.empty())
    end -= 1 + surface.right(end, at.title.y, "/" + filter, Style::accent, end / 2);
  surface.put(0, at.title.y, list.brief, Style::header, end);
}

void Tui::State::draw_details(const api::Snapshot& snapshot, const Layout& at) {
  if (at.details.empty()) return;
  Table& rows = table();
  BoxTexts texts{"Selected", "", ""};
  if (!rows.empty())
    texts.right = count_text(rows.selected() + 1) + " of " + count_text(rows.count());
  const auto* result =
      screen == Screen::search ? search_view.row(snapshot, rows.selected()) : nullptr;
  const auto* download =
      screen == Screen::downloads ? downloads_view.row(snapshot, rows.selected()) : nullptr;
  const auto* line = screen == Screen::log ? log_view.row(snapshot, rows.selected()) : nullptr;
  if (download != nullptr) texts.title = sanitize(download->name).middle_cut(60).text();
  const Rect in = draw_box(surface, at.details, texts, at.boxes);
  if (result != nullptr) draw_result(surface, in, *result);
  if (download != nullptr) draw_download(surface, in, *download, snapshot.now_ms);
  if (line != nullptr) draw_log_row(surface, in, *line);
}

// The last line: a question, a filter being typed, a choice, a toast, or the keys. On a small
// screen it takes the place of the status line, and then only while it has something to say.
void Tui::State::draw_hint(const Rect& in, bool always) {
  const bool speaks =
      focus == Focus::question || focus == Focus::filter || focus == Focus::sort || !toast.empty();
  if (in.empty() || (!always && !speaks)) return;
  surface.fill(in, " ", Style::text);
  if (focus == Focus::question && question) {
    int x = surface.put(0, in.y, question->before, Style::warn, in.width);
    const int tail = surface.shown(question->after).width();
    x += surface.put_name(x, in.y, question->name, Style::warn, std::max(in.width - x - tail, 0));
    surface.put(x, in.y, question->after, Style::warn, in.width - x);
  } else if (focus == Focus::filter) {
    draw_line(0, in.y, in.width, "/", place().filter, true);
  } else if (focus == Focus::sort) {
    surface.put(0, in.y,
                screen == Screen::search
                    ? "sort by: c sources  n name  s size  r rate  t type  d digest"
                    : "sort by: t state  n name  s size  p progress  r rate",
                Style::accent, in.width);
  } else if (!toast.empty()) {
    surface.put(0, in.y, toast, Style::warn, in.width);
  } else if (focus == Focus::prompt) {
    surface.put(0, in.y, "Enter search  Down list  Up older  Tab screens  F1 help", Style::dim,
                in.width);
  } else if (screen == Screen::help) {
    draw_line(0, in.y, in.width, "Type to find a key   Esc back   ", place().filter, true);
  } else {
    surface.put(0, in.y, hint_text(screen, in.width), Style::dim, in.width);
  }
}

// --- the class -----------------------------------------------------------------------------------

Tui::Tui(Options options) : state_(std::make_unique<State>(options)) {}
Tui::~Tui() = default;
std::uint32_t Tui::wanted_search() const {
  return state_->wanted;
}
bool Tui::wants_tick() const {
  return state_->tick;
}
bool Tui::is_stale() const {
  return state_->list() != state_->shown;
}
bool Tui::quit() const {
  return state_->quit;
}
void Tui::toast(std::string_view text) {
  state_->say(text);
}

std::optional<api::Request> Tui::type_search(std::string_view text) {
  state_->open_prompt(text);
  return state_->run_prompt();
}

std::optional<api::Request> Tui::key(const Key& key) {
  return state_->any_key(key);
}

const Surface& Tui::show(const api::Snapshot& snapshot, int width, int height) {
  State& s = *state_;
  s.surface = Surface(width, height, s.options.ascii);
  s.learn(snapshot);
  if (!s.toast.empty() && s.toast_from < 0) s.toast_from = snapshot.now_ms;
  if (!s.toast.empty() && snapshot.now_ms - s.toast_from >= kToast) s.toast.clear();
  s.tick = s.moves(snapshot);
  s.shown = s.list();

  int details = 0;
  if (s.screen == Screen::search) details = 6;
  if (s.screen == Screen::downloads) details = std::clamp(height / 2 - 4, 8, 16);
  if (s.screen == Screen::log) details = 4;
  const Layout at = layout(width, height, s.screen == Screen::search, details);
  if (at.body.empty()) {
    s.surface.put(0, 0, "servent", Style::text);
    return s.surface;
  }
  draw_tabs(s.surface, at.tabs, s.screen, s.counts, snapshot);
  s.draw_prompt(snapshot, at);
  if (s.screen == Screen::help) {
    const Rect in = draw_box(s.surface, at.body, {"Help", "", ""}, at.boxes);
    draw_help(s.surface, in, s.before_help, s.place().filter.text(), s.help_scroll);
    if (!at.title.empty()) s.surface.put(0, at.title.y, "Help", Style::header);
  } else {
    s.draw_list(snapshot, at);
    s.draw_details(snapshot, at);
  }
  std::string place;
  if (!at.boxes && s.screen != Screen::help && !s.table().empty())
    place = std::to_string(s.table().selected() + 1) + "/" + std::to_string(s.table().count());
  draw_status(s.surface, at.status, snapshot, place);
  s.draw_hint(at.hint.empty() ? at.status : at.hint, !at.hint.empty());
  return s.surface;
}

}  // namespace p2p::tui
