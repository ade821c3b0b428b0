#include "tui/tui.h"

#include <algorithm>
#include <utility>

#include "tui/dialog.h"
#include "tui/downloads_view.h"
#include "tui/format.h"
#include "tui/frame.h"
#include "tui/help_view.h"
#include "tui/layout.h"
#include "tui/lists.h"
#include "tui/log_view.h"
#include "tui/search_view.h"

namespace p2p::tui {

using Focus = Dialog::Focus;

struct Tui::State {
  explicit State(Options given) : options(given) {}

  bool moves(const api::Snapshot& snapshot) const;
  ListView view(const api::Snapshot& snapshot, int width);
  void draw_prompt(const api::Snapshot& snapshot, const Layout& at);
  void draw_line(int x, int y, int width, const std::string& mark, const Prompt& line, bool here);
  void draw_list(const api::Snapshot& snapshot, const Layout& at);
  void draw_details(const api::Snapshot& snapshot, const Layout& at);
  void draw_hint(const Rect& in, bool always);

  Options options;
  Surface surface;
  SearchView search_view;
  DownloadsView downloads_view;
  LogView log_view;
  PlainList plain;
  Dialog dialog{log_view};
  bool tick = false;
};

// Something on the screen changes with time alone: a spinner, a countdown, a toast.
bool Tui::State::moves(const api::Snapshot& snapshot) const {
  if (!dialog.toast().empty()) return true;
  if (dialog.screen() == Screen::search)
    return std::ranges::any_of(snapshot.searches, [](const api::SearchRow& row) {
      return row.state == api::SearchState::listening;
    });
  return dialog.screen() == Screen::downloads &&
         std::ranges::any_of(snapshot.downloads, [](const api::DownloadRow& row) {
           return row.state == api::DownloadState::retrying;
         });
}

ListView Tui::State::view(const api::Snapshot& snapshot, int width) {
  const std::string& filter = dialog.place().filter.text();
  switch (dialog.screen()) {
    case Screen::search: return search_view.list(snapshot, filter, dialog.order(), width);
    case Screen::downloads: return downloads_view.list(snapshot, filter, dialog.order(), width);
    case Screen::uploads: return plain.uploads(snapshot, filter);
    case Screen::shares: return plain.shares(snapshot, filter);
    case Screen::network: return plain.network(snapshot, filter);
    case Screen::log:
      return log_view.list(snapshot, filter, dialog.log_level(), dialog.table().selected() == 0,
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
  draw_line(in.x, in.y, in.width, "> ", dialog.prompt(), dialog.focus() == Focus::prompt);
}

void Tui::State::draw_list(const api::Snapshot& snapshot, const Layout& at) {
  const Rect inside =
      at.boxes ? Rect{at.body.x + 1, at.body.y + 1, at.body.width - 2, at.body.height - 2}
               : at.body;
  const ListView list = view(snapshot, inside.width);
  const std::string& filter = dialog.place().filter.text();
  Table& rows = dialog.table();
  rows.draw(surface, inside, list.columns, list.keys, list.row, at.boxes && inside.height >= 4,
            dialog.screen() == Screen::log);
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
  const Screen screen = dialog.screen();
  const Table& rows = dialog.table();
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
  const Focus focus = dialog.focus();
  const Screen screen = dialog.screen();
  const auto& question = dialog.question();
  const std::string& toast = dialog.toast();
  const bool speaks = focus == Focus::question || focus == Focus::filter || focus == Focus::sort ||
                      focus == Focus::limits || !toast.empty();
  if (in.empty() || (!always && !speaks)) return;
  surface.fill(in, " ", Style::text);
  if (focus == Focus::question && question) {
    int x = surface.put(0, in.y, question->before, Style::warn, in.width);
    const int tail = surface.shown(question->after).width();
    x += surface.put_name(x, in.y, question->name, Style::warn, std::max(in.width - x - tail, 0));
    surface.put(x, in.y, question->after, Style::warn, in.width - x);
  } else if (focus == Focus::filter) {
    draw_line(0, in.y, in.width, "/", dialog.place().filter, true);
  } else if (focus == Focus::limits) {
    const bool of_one = screen == Screen::downloads;
    draw_line(0, in.y, in.width,
              of_one ? "Limit (100K): " : "Limits up, down (100K 2M): ", dialog.limits(), true);
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
    draw_line(0, in.y, in.width, "Type to find a key   Esc back   ", dialog.place().filter, true);
  } else {
    surface.put(0, in.y, hint_text(screen, in.width), Style::dim, in.width);
  }
}

// --- the class -----------------------------------------------------------------------------------

Tui::Tui(Options options) : state_(std::make_unique<State>(options)) {}
Tui::~Tui() = default;
std::uint32_t Tui::wanted_search() const {
  return state_->dialog.wanted_search();
}
bool Tui::wants_tick() const {
  return state_->tick;
}
bool Tui::is_stale() const {
  return state_->dialog.is_stale();
}
bool Tui::quit() const {
  return state_->dialog.quit();
}
void Tui::toast(std::string_view text) {
  state_->dialog.say(text);
}

std::optional<api::Request> Tui::type_search(std::string_view text) {
  return state_->dialog.search_for(text);
}

std::optional<api::Request> Tui::key(const Key& key) {
  return state_->dialog.key(key);
}

const Surface& Tui::show(const api::Snapshot& snapshot, int width, int height) {
  State& s = *state_;
  Dialog& dialog = s.dialog;
  s.surface = Surface(width, height, s.options.ascii);
  dialog.learn(snapshot);
  const Screen screen = dialog.screen();
  s.tick = s.moves(snapshot);

  int details = 0;
  if (screen == Screen::search) details = 6;
  if (screen == Screen::downloads) details = std::clamp(height / 2 - 4, 8, 16);
  if (screen == Screen::log) details = 4;
  const Layout at = layout(width, height, screen == Screen::search, details);
  if (at.body.empty()) {
    s.surface.put(0, 0, "servent", Style::text);
    return s.surface;
  }
  draw_tabs(s.surface, at.tabs, screen, dialog.counts(), snapshot);
  s.draw_prompt(snapshot, at);
  if (screen == Screen::help) {
    const Rect in = draw_box(s.surface, at.body, {"Help", "", ""}, at.boxes);
    draw_help(s.surface, in, dialog.before_help(), dialog.place().filter.text(),
              dialog.help_scroll());
    if (!at.title.empty()) s.surface.put(0, at.title.y, "Help", Style::header);
  } else {
    s.draw_list(snapshot, at);
    s.draw_details(snapshot, at);
  }
  std::string place;
  if (!at.boxes && screen != Screen::help && !dialog.table().empty())
    place = std::to_string(dialog.table().selected() + 1) + "/" +
            std::to_string(dialog.table().count());
  draw_status(s.surface, at.status, snapshot, place);
  s.draw_hint(at.hint.empty() ? at.status : at.hint, !at.hint.empty());
  return s.surface;
}

}  // namespace p2p::tui
