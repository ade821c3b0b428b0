#include "tui/tui.h"

#include <algorithm>
#include <array>

#include "tui/format.h"
#include "tui/layout.h"
#include "tui/prompt.h"
#include "tui/views.h"

namespace p2p::tui {

enum class Focus : std::uint8_t { prompt, list, filter, question, sort };

struct Tui::State {
  Options options;
  Surface surface;
  Screen screen = Screen::search, before_help = Screen::search;
  Focus focus = Focus::prompt;
  Prompt prompt, filter;
  std::array<Table, 7> tables;
  Sort sort = Sort::sources;
  std::uint32_t wanted = 0, shown_search = 0;
  std::vector<std::uint32_t> searches;
  std::string question, toast;
  std::optional<api::Request> if_yes;
  api::Millis toast_from = -1;  // unknown until the first snapshot that shows it
  bool transfers = false, tick = false, quit = false;
  std::vector<std::pair<std::uint32_t, api::DownloadState>> downloads;

  Table& table() { return tables[static_cast<std::size_t>(screen)]; }
  void go(int place) {
    if (screen != Screen::help) before_help = screen;
    screen = static_cast<Screen>((place + 7) % 7);
    focus = Focus::list;
    filter.set("");
  }
  std::optional<api::Request> leave() {
    if (transfers) return ask("Transfers run. Quit? y/N", api::Quit{});
    quit = true;
    return api::Quit{};
  }
  std::optional<api::Request> ask(std::string words, api::Request request) {
    question = std::move(words);
    if_yes = std::move(request);
    focus = Focus::question;
    return std::nullopt;
  }
  std::optional<api::Request> run_prompt() {
    if (prompt.text().find_first_not_of(' ') == std::string::npos) return std::nullopt;
    prompt.remember();
    focus = Focus::list;
    wanted = 0;
    return api::StartSearch{prompt.text()};
  }
  std::optional<api::Request> list_key(const Key& key);
  std::optional<api::Request> screen_key(const Key& key);
};

std::optional<api::Request> Tui::State::list_key(const Key& key) {
  const int place = static_cast<int>(screen);
  if (key.name == KeyName::paste || (key.is("n") && screen == Screen::search)) {
    go(0);
    focus = Focus::prompt;
    prompt.set(key.text == "n" && key.name == KeyName::text ? "" : key.text);
  } else if (key.is("/")) {
    focus = Focus::filter;
  } else if (key.name == KeyName::tab) {
    go(place + 1);
  } else if (key.name == KeyName::back_tab) {
    go(place - 1);
  } else if (key.is("?") || key.name == KeyName::f1) {
    go(6);
  } else if (key.name == KeyName::escape) {
    if (!filter.text().empty())
      filter.set("");
    else if (screen == Screen::help)
      go(static_cast<int>(before_help));
  } else if (key.is("q")) {
    return leave();
  } else if (key.name == KeyName::text && !key.ctrl && key.text >= "1" && key.text <= "7" &&
             key.text.size() == 1) {
    go(key.text[0] - '1');
  } else if (!table().key(key)) {
    return screen_key(key);
  }
  return std::nullopt;
}

std::optional<api::Request> Tui::State::screen_key(const Key& key) {
  if (screen == Screen::search) {
    if (key.name == KeyName::enter && !table().empty())
      return api::GetResult{shown_search, table().selected_key()};
    if (key.is("s")) focus = Focus::sort;
    if (key.is("X") && shown_search != 0) return api::CloseSearch{shown_search};
    if (key.is(".") && shown_search != 0) return api::RepeatSearch{shown_search};
    if (key.is("[") || key.is("]")) {
      const auto now = std::ranges::find(searches, shown_search);
      if (key.is("[") && now != searches.begin() && now != searches.end()) wanted = *(now - 1);
      if (key.is("]") && now != searches.end() && now + 1 != searches.end()) wanted = *(now + 1);
    }
  }
  if (screen == Screen::shares && key.is("R")) return api::Rescan{};
  if (screen != Screen::downloads) return std::nullopt;
  if (key.is("c")) return api::ClearFinished{};
  const auto id = static_cast<std::uint32_t>(table().selected_key());
  const auto row = std::ranges::find(downloads, id, [](const auto& pair) { return pair.first; });
  if (table().empty() || row == downloads.end()) return std::nullopt;
  if (key.is("p")) return api::PauseDownload{id, row->second != api::DownloadState::paused};
  if (key.is("r")) return api::RetryDownload{id};
  if (key.is("x")) return ask("Cancel and delete what has arrived? y/N", api::CancelDownload{id});
  return std::nullopt;
}

Tui::Tui(Options options) : state_(std::make_unique<State>()) {
  state_->options = options;
}
Tui::~Tui() = default;
std::uint32_t Tui::wanted_search() const {
  return state_->wanted;
}
bool Tui::wants_tick() const {
  return state_->tick;
}
bool Tui::quit() const {
  return state_->quit;
}
void Tui::toast(std::string_view text) {
  state_->toast = text;
  state_->toast_from = -1;
}

std::optional<api::Request> Tui::type_search(std::string_view text) {
  state_->go(0);
  state_->prompt.set(text);
  return state_->run_prompt();
}

std::optional<api::Request> Tui::key(const Key& key) {
  State& s = *state_;
  if (s.focus == Focus::question) {
    s.focus = Focus::list;
    const bool quits = s.if_yes && std::holds_alternative<api::Quit>(*s.if_yes);
    const bool yes = key.is("y") || key.is("Y") || (quits && key.is_ctrl("c"));
    if (yes && quits) s.quit = true;
    auto request = yes ? s.if_yes : std::nullopt;
    s.if_yes.reset();
    return request;
  }
  if (key.is_ctrl("c")) return s.leave();
  if (s.focus == Focus::sort) {
    s.focus = Focus::list;
    if (key.is("n")) s.sort = Sort::name;
    if (key.is("s")) s.sort = Sort::size;
    if (key.is("c")) s.sort = Sort::sources;
    return std::nullopt;
  }
  if (s.focus == Focus::prompt) {
    if (key.name == KeyName::enter) return s.run_prompt();
    if (key.name == KeyName::escape)
      s.focus = Focus::list;
    else if (key.name == KeyName::tab)
      s.go(1);
    else if (key.name == KeyName::up)
      s.prompt.older();
    else if (key.name == KeyName::down) {
      if (!s.prompt.newer()) s.focus = Focus::list;
    } else
      s.prompt.key(key);
    return std::nullopt;
  }
  if (s.focus == Focus::filter) {
    if (key.name == KeyName::escape) s.filter.set("");
    if (key.name == KeyName::escape || key.name == KeyName::enter)
      s.focus = Focus::list;
    else
      s.filter.key(key);
    return std::nullopt;
  }
  return s.list_key(key);
}

const Surface& Tui::show(const api::Snapshot& snapshot, int width, int height) {
  State& s = *state_;
  s.surface = Surface(width, height, s.options.ascii);
  s.shown_search = snapshot.search;
  s.searches.clear();
  s.tick = false;
  for (const api::SearchRow& row : snapshot.searches) {
    s.searches.push_back(row.id);
    if (s.screen == Screen::search && row.id == snapshot.search && snapshot.results.empty() &&
        row.state == api::SearchState::listening)
      s.tick = true;
  }
  s.downloads.clear();
  s.transfers = std::ranges::any_of(
      snapshot.uploads, [](const auto& row) { return row.place == 0 && row.state == "running"; });
  for (const api::DownloadRow& row : snapshot.downloads) {
    s.downloads.emplace_back(row.id, row.state);
    if (row.state == api::DownloadState::running) s.transfers = true;
    if (s.screen == Screen::downloads && row.state == api::DownloadState::retrying) s.tick = true;
  }
  if (!s.toast.empty()) {
    if (s.toast_from < 0) s.toast_from = snapshot.now_ms;
    if (snapshot.now_ms - s.toast_from >= 4000)
      s.toast.clear();
    else
      s.tick = true;
  }
  const Layout at = layout(width, height, s.screen == Screen::search, false);
  Surface& out = s.surface;
  if (at.body.empty()) out.put(0, 0, "servent", Style::text);
  int x = 0;
  for (int i = 0; i < 7 && !at.tabs.empty(); ++i) {
    const bool here = i == static_cast<int>(s.screen);
    const std::string name =
        std::to_string(i + 1) +
        (width < 90 ? "" : " " + std::string(kScreenNames[static_cast<std::size_t>(i)]));
    x += out.put(x, 0, (here ? "[" : " ") + name + (here ? "]" : " "),
                 here ? Style::accent : Style::dim);
  }
  if (!at.tabs.empty() && !snapshot.networks.empty()) {
    const api::NetworkRow& network = snapshot.networks.front();
    out.right(width, 0, network.online ? network.mode + "·" + network.role : "offline",
              network.online ? Style::good : Style::warn, std::max(width - x - 1, 0));
  }
  const auto box = [&](Rect rect, const std::string& title) {
    if (!at.boxes || rect.height < 3) return rect;
    std::string line;
    for (int i = 2; i < rect.width; ++i)
      line += "─";
    out.put(rect.x, rect.y, "╭" + line + "╮", Style::border);
    out.put(rect.x, rect.y + rect.height - 1, "╰" + line + "╯", Style::border);
    for (int y = rect.y + 1; y < rect.y + rect.height - 1; ++y) {
      out.put(rect.x, y, "│", Style::border);
      out.put(rect.x + rect.width - 1, y, "│", Style::border);
    }
    out.put(rect.x + 2, rect.y, sanitize(" " + title + " ").end_cut(rect.width - 4), Style::header,
            rect.width - 4);
    return Rect{rect.x + 1, rect.y + 1, rect.width - 2, rect.height - 2};
  };
  const ListView view = view_of(s.screen, snapshot, s.filter.text(), s.sort);
  if (!at.prompt.empty()) {
    const Rect in = box(at.prompt, "Search");
    std::string text = s.prompt.text();
    if (s.focus == Focus::prompt) text.insert(s.prompt.caret(), "█");
    out.put(in.x, in.y, "> " + text, s.focus == Focus::prompt ? Style::accent : Style::text,
            in.width);
  }
  const Rect body = box(at.body, view.title);
  s.table().draw(
      out, body, view.columns, view.keys.size(), [&](std::size_t i) { return view.keys[i]; },
      view.row);
  if (view.keys.empty() && !body.empty()) {
    const bool hidden = !s.filter.text().empty() && s.screen != Screen::search;
    out.put(body.x, body.y + (body.height >= 4 ? 1 : 0),
            hidden ? "Filter hides all: Esc shows them" : view.empty, Style::dim, body.width);
  }
  const bool speaks = !s.toast.empty() || s.focus == Focus::question || s.focus == Focus::filter ||
                      s.focus == Focus::sort;
  if (!at.status.empty())
    out.put(0, at.status.y,
            " ▼ " + rate_text(snapshot.down_bps) + "  ▲ " + rate_text(snapshot.up_bps) +
                "  sharing " + std::to_string(snapshot.library.files) + " files",
            Style::dim);
  const int y = at.hint.empty() ? at.status.y : at.hint.y;
  if (at.hint.empty() && (!speaks || at.status.empty())) return out;
  std::string hint;
  if (s.focus == Focus::question)
    hint = s.question;
  else if (s.focus == Focus::filter)
    hint = "/" + s.filter.text() + "█";
  else if (s.focus == Focus::sort)
    hint = "sort by: n name  s size  c sources";
  else if (!s.toast.empty())
    hint = s.toast;
  else if (s.focus == Focus::prompt)
    hint = "Enter search  Down list  Tab screens";
  else
    for (const Binding& key : kKeymap)
      if (key.where == kScreenNames[static_cast<std::size_t>(s.screen)] ||
          key.command == "filter" || key.command == "help" || key.command == "quit")
        hint += std::string(key.keys) + " " + std::string(key.words) + "  ";
  std::string blank(static_cast<std::size_t>(std::max(width, 0)), ' ');
  out.put(0, y, blank, Style::text);
  out.put(0, y, sanitize(hint).end_cut(width), speaks ? Style::warn : Style::dim, width);
  return out;
}

}  // namespace p2p::tui
