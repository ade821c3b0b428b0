#include "tui/tui.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "servent/filter/filter.h"

#include "tui/dialog.h"
#include "tui/format.h"
#include "tui/frame.h"
#include "tui/layout.h"
#include "tui/search_words.h"
#include "tui/views.h"

namespace p2p::tui {

using Focus = Dialog::Focus;

struct Tui::State {
  State(const Options& given, Keymap&& wanted) : options(given), keys(std::move(wanted)) {
    views.wear(given.looks);
    dialog.wear(given.theme, given.looks.motion);
  }

  void draw_prompt(const api::Snapshot& snapshot, const Layout& at);
  void draw_line(int x, int y, int width, const std::string& mark, const Prompt& line, bool here);
  void draw_hint(const Rect& in, bool always);
  void draw_command_line(const Rect& in);
  void draw_filter(const Rect& in);

  Options options;
  Surface surface;
  Keymap keys;
  Views views{keys, options.seconds_east_of_utc};
  Dialog dialog{views, keys};
  bool tick = false;
};

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
  surface.set_cursor(x, y);
  const std::string rest = line.text().substr(line.caret());
  if (rest.empty()) {
    if (!surface.looks().plain) surface.put(x, y, surface.is_ascii() ? "_" : "█", style, 1);
    return;
  }
  surface.put(x, y, surface.shown(rest), style, width);
  if (surface.looks().plain) return;  // the terminal's own cursor is seen
  surface.style_row({x, y, std::max(surface.shown(rest).clusters().front().width, 1), 1},
                    Style::selection);
}

void Tui::State::draw_prompt(const api::Snapshot& snapshot, const Layout& at) {
  if (at.prompt.empty()) return;
  surface.add({at.prompt, "prompt"});
  BoxTexts texts{"Search", search_age(snapshot),
                 search_chips(snapshot, at.prompt.width - 6, surface.looks())};
  const Rect in = draw_box(surface, at.prompt, texts, at.boxes);
  draw_line(in.x, in.y, in.width, "> ", dialog.prompt(), dialog.focus() == Focus::prompt);
}

// The filter being typed. What looks like a field and is none, and what is half typed, is marked,
// and said at the right end where there is room for it.
void Tui::State::draw_filter(const Rect& in) {
  const Prompt& typed = dialog.view().filter();
  const Filter filter(dialog.view().filters_fields() ? typed.text() : std::string());
  std::vector<RowFilter::Part> marked = filter.misread();
  const char* const why = marked.empty() ? "asks nothing yet: " : "searched as text: ";
  std::ranges::copy(filter.unfinished(), std::back_inserter(marked));
  int width = in.width;
  constexpr int kLeast = 30;  // that the filter keeps
  if (!marked.empty() && width > 2 * kLeast) {
    const auto [begin, end] = marked.front();
    width -= 1 + surface.right(in.width, in.y, why + typed.text().substr(begin, end - begin),
                               Style::warn, in.width - kLeast);
  }
  draw_line(0, in.y, width, "/", typed, true);
  if (surface.shown(typed.text()).width() > width - 3) return;  // it has moved to the left
  for (const auto& [begin, end] : marked) {
    const int from = 1 + surface.shown(typed.text().substr(0, begin)).width();
    const int cells = surface.shown(typed.text().substr(begin, end - begin)).width();
    for (int x = from; x < from + cells; ++x)
      if (surface.at(x, in.y).style != Style::selection)
        surface.style_row({x, in.y, 1, 1}, Style::mark);
  }
}

// The last line: a question, a filter being typed, a choice, a toast, or the keys. On a small
// screen it takes the place of the status line, and then only while it has something to say.
void Tui::State::draw_hint(const Rect& in, bool always) {
  const Focus focus = dialog.focus();
  const Screen screen = dialog.screen();
  const auto& question = dialog.question();
  const std::string& toast = dialog.toast();
  const bool speaks = focus == Focus::question || focus == Focus::filter ||
                      focus == Focus::choice || focus == Focus::typing || focus == Focus::command ||
                      !toast.empty();
  if (in.empty() || (!always && !speaks)) return;
  surface.fill(in, " ", Style::text);
  if (focus == Focus::question && question) {
    int x = surface.put(0, in.y, question->before, Style::warn, in.width);
    const int tail = surface.shown(question->after).width();
    x += surface.put_name(x, in.y, question->name, Style::warn, std::max(in.width - x - tail, 0));
    surface.put(x, in.y, question->after, Style::warn, in.width - x);
  } else if (focus == Focus::filter) {
    draw_filter(in);
  } else if (focus == Focus::typing) {
    draw_line(0, in.y, in.width, dialog.typing().label, dialog.typed(), true);
  } else if (focus == Focus::command) {
    draw_command_line(in);
  } else if (focus == Focus::choice) {
    surface.put(0, in.y, dialog.choice().words, Style::accent, in.width);
  } else if (!toast.empty()) {
    surface.put(0, in.y, toast, Style::warn, in.width);
  } else if (focus == Focus::prompt) {
    draw_hints(surface, in,
               {{"Enter", "search", ""},
                {"Down", "list", ""},
                {"Up", "older", ""},
                {"Tab", "screens", "next-screen"},
                {"F1", "help", "help"}});
  } else if (screen == Screen::help) {
    draw_line(0, in.y, in.width, "Type to find a key   Esc back   ", dialog.view().filter(), true);
  } else {
    draw_hints(surface, in, hints_of(keys, screen, in.width));
  }
}

// With what it can become behind it.
void Tui::State::draw_command_line(const Rect& in) {
  draw_line(0, in.y, in.width, ":", dialog.command_line(), true);
  std::string names;
  for (const std::string_view name : dialog.completions())
    names.append("  ").append(name);
  const int used = surface.shown(dialog.command_line().text()).width() + 2;
  surface.put(used, in.y, names, Style::dim, in.width - used);
}

// --- the class -----------------------------------------------------------------------------------

Tui::Tui(Options options, Keymap keys)
    : state_(std::make_unique<State>(options, std::move(keys))) {}
Tui::~Tui() = default;
std::uint32_t Tui::wanted_search() const {
  return state_->views.search.wanted();
}
std::optional<std::string> Tui::take_wanted_folder() {
  return state_->views.shares.take_wanted();
}
void Tui::learn(api::Listing listing) {
  state_->views.shares.heard(std::move(listing));
}
bool Tui::take_wants_hosts() {
  return state_->views.network.hosts().take_wanted();
}
void Tui::learn(api::HostList list) {
  state_->views.network.hosts().heard(std::move(list));
}
bool Tui::wants_tick() const {
  return state_->tick;
}
bool Tui::is_stale() const {
  return state_->dialog.is_stale();
}
std::vector<std::string> Tui::take_news() {
  return state_->dialog.take_news();
}
std::string Tui::take_copied() {
  return state_->dialog.take_copied();
}
Dialog::Errand Tui::take_errand() {
  return state_->dialog.take_errand();
}
ThemeName Tui::theme() const {
  return state_->dialog.theme();
}
std::string Tui::habits() const {
  return state_->views.habits();
}
bool Tui::take_habits(std::string_view text) {
  return state_->views.take_habits(text);
}
bool Tui::quit() const {
  return state_->dialog.quit();
}
void Tui::told(const api::Request& asked, const api::Outcome& outcome) {
  state_->dialog.told(asked, outcome);
}
void Tui::toast(std::string_view text) {
  state_->dialog.say(text);
}

std::optional<api::Request> Tui::type_search(std::string_view text) {
  return state_->dialog.search_for(text);
}

std::optional<api::Request> Tui::key(const Key& key) {
  if (key.is_mouse()) return state_->dialog.mouse(key, state_->surface.zone_at(key.x, key.y));
  return state_->dialog.key(key);
}

std::optional<api::Request> Tui::more() {
  return state_->dialog.more();
}

const Surface& Tui::show(const api::Snapshot& snapshot, int width, int height) {
  State& s = *state_;
  Dialog& dialog = s.dialog;
  s.surface = Surface(width, height, s.options.looks);
  dialog.learn(snapshot);
  const Screen screen = dialog.screen();
  View& view = dialog.view();

  const Looks& looks = s.options.looks;
  const Layout at = layout(width, height, screen == Screen::search, view.details_height(height),
                           looks.border != Border::none && !looks.plain);
  s.tick = false;
  if (at.body.empty()) {
    s.surface.put(0, 0, "servent", Style::text);
    return s.surface;
  }
  draw_tabs(s.surface, at.tabs, screen, dialog.counts(), snapshot);
  view.draw(s.surface, at, snapshot);
  s.tick = dialog.toast_moves() || view.moves(snapshot);
  s.draw_prompt(snapshot, at);
  std::string place;
  if (!at.boxes && !view.table().empty())
    place =
        std::to_string(view.table().selected() + 1) + "/" + std::to_string(view.table().count());
  draw_status(s.surface, at.status, snapshot, place);
  s.draw_hint(at.hint.empty() ? at.status : at.hint, !at.hint.empty());
  return s.surface;
}

}  // namespace p2p::tui
