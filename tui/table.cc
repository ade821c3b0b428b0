#include "tui/table.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "tui/bar.h"

namespace p2p::tui {
namespace {

// The columns that fit, and what is left for the one without a width.
struct Fit {
  std::vector<bool> kept;
  int rest = 0;
};

Fit fit(const std::vector<Column>& columns, int width) {
  const int least_name = std::max(12, width * 3 / 10);
  Fit out{std::vector<bool>(columns.size(), true), width};
  for (;;) {
    out.rest = width;
    std::size_t least = columns.size();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!out.kept[i] || columns[i].width == 0) continue;
      out.rest -= columns[i].width + columns[i].gap;
      if (least == columns.size() || columns[i].importance < columns[least].importance) least = i;
    }
    if (out.rest >= least_name || least == columns.size()) return out;
    out.kept[least] = false;
  }
}

int widest_word(std::span<const Word> words) {
  std::size_t width = 0;
  for (const Word& one : words)
    width = std::max(width, one.word.size());
  return static_cast<int>(width);
}

std::string_view word_for(std::string_view sign, std::span<const Word> words) {
  const auto at = std::ranges::find(words, sign, &Word::sign);
  return at == words.end() ? sign : at->word;
}

// The cell that takes the rest, with what is around it.
void draw_name(Surface& surface, int x, int y, int room, const TableRow& row, std::string_view text,
               Style style) {
  const int lead = surface.put(x, y, row.lead, style, room);
  const int tail = surface.shown(row.tail).width();
  const int name = surface.put_name(x + lead, y, text, style, std::max(room - lead - tail, 0));
  surface.put(x + lead + name, y, row.tail, style, room - lead - name);
}

// Calls back with the place and the width of each column that is kept; false ends it.
template <class Draw>
void walk(const Rect& at, const std::vector<Column>& columns, const Fit& fits, const Draw& draw) {
  int x = at.x;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!fits.kept[i]) continue;
    const int width = columns[i].width == 0 ? fits.rest : columns[i].width;
    if (!draw(i, x, width)) return;
    x += width + columns[i].gap;
  }
}

void draw_row(Surface& surface, const Rect& at, const std::vector<Column>& columns, const Fit& fits,
              const TableRow& row) {
  walk(at, columns, fits, [&](std::size_t i, int x, int width) {
    std::string_view text = i < row.cells.size() ? std::string_view(row.cells[i]) : "";
    const Style style = i < row.styles.size() ? row.styles[i] : row.style;
    if (surface.looks().plain) text = word_for(text, columns[i].words);
    const bool is_last = columns[i].width == 0 && row.is_wide;
    if (columns[i].width == 0)
      draw_name(surface, x, at.y, is_last ? at.x + at.width - x : width, row, text, style);
    else if (columns[i].at_left)
      surface.put(x, at.y, text, style, width);
    else
      surface.right(x + width, at.y, text, style, width);
    if (columns[i].segments && style != Style::header) style_segments(surface, {x, at.y, width, 1});
    return !is_last;
  });
}

void draw_heads(Surface& surface, const Rect& at, const std::vector<Column>& columns,
                const Fit& fits, const Table& owner) {
  TableRow titles;
  titles.style = Style::header;
  for (const Column& column : columns)
    titles.cells.push_back(column.title.text);
  draw_row(surface, at, columns, fits, titles);
  walk(at, columns, fits, [&](std::size_t i, int x, int width) {
    const auto letter = static_cast<unsigned char>(columns[i].title.sorts_by);
    if (letter != 0) surface.add({{x, at.y, width + columns[i].gap, 1}, "column", letter, &owner});
    return true;
  });
}

}  // namespace

void Table::move_to(std::size_t place) {
  place_ = keys_.empty() ? 0 : std::min(place, keys_.size() - 1);
  selected_ = keys_.empty() ? 0 : keys_[place_];
}

bool Table::command(std::string_view command) {
  const auto back = [&](std::size_t rows) { move_to(place_ > rows ? place_ - rows : 0); };
  if (command == "down")
    move_to(place_ + 1);
  else if (command == "up")
    back(1);
  else if (command == "page-down")
    move_to(place_ + page_);
  else if (command == "page-up")
    back(page_);
  else if (command == "half-down")
    move_to(place_ + (page_ + 1) / 2);
  else if (command == "half-up")
    back((page_ + 1) / 2);
  else if (command == "first")
    move_to(0);
  else if (command == "last")
    move_to(keys_.size());
  else
    return false;
  touched();
  return true;
}

void Table::select(std::uint64_t key) {
  const auto found = std::ranges::find(keys_, key);
  if (found == keys_.end()) return;
  touched();
  move_to(static_cast<std::size_t>(found - keys_.begin()));
}

void Table::aim(std::uint64_t key) {
  touched();
  aimed_ = selected_ = key;
}

void Table::touched() {
  touched_ = true;
  held_ = false;
  aimed_ = 0;
}

void Table::select_place(std::size_t place) {
  if (place >= keys_.size()) return;
  touched();
  move_to(place);
}

void Table::scroll(int rows) {
  const auto by = static_cast<std::size_t>(std::abs(rows));
  const std::size_t last = keys_.size() > page_ ? keys_.size() - page_ : 0;
  top_ = rows < 0 ? top_ - std::min(top_, by) : std::min(top_ + by, last);
  touched();
  move_to(std::clamp(place_, top_, top_ + page_ - 1));
}

// Finds the selected row again in a list that may have changed, and keeps it where it is on the
// screen. Until the user moves, the list is seen from its top.
void Table::settle(std::span<const std::uint64_t> keys, bool follows) {
  const bool comes = aimed_ != 0 && std::ranges::find(keys, aimed_) != keys.end();
  if (comes) selected_ = std::exchange(aimed_, 0);
  const bool stays = comes || (!keys_.empty() && !(follows && place_ == 0));
  keys_.assign(keys.begin(), keys.end());
  if (stays && (place_ >= keys.size() || keys[place_] != selected_)) {
    const auto found = std::ranges::find(keys, selected_);
    if (found != keys.end()) {
      const auto place = static_cast<std::size_t>(found - keys.begin());
      const std::size_t row = place_ >= top_ ? place_ - top_ : 0;
      top_ = place > row ? place - row : 0;
      place_ = place;
    }
  }
  if (!touched_) {
    top_ = 0;
    if (place_ >= page_) place_ = 0;
  }
  move_to(place_);
}

void Table::draw(Surface& surface, Rect body, std::vector<Column> columns,
                 std::span<const std::uint64_t> keys,
                 const std::function<TableRow(std::size_t)>& row, bool heads, bool follows,
                 bool has_focus) {
  settle(keys, follows);
  if (body.empty()) return;
  if (surface.looks().plain)
    for (Column& column : columns)
      column.width = std::max(column.width, widest_word(column.words));
  const Fit fits = fit(columns, body.width);
  if (heads) {
    draw_heads(surface, body, columns, fits, *this);
    ++body.y;
    --body.height;
  }
  page_ = static_cast<std::size_t>(std::max(body.height, 1));
  if (place_ < top_) top_ = place_;
  if (place_ >= top_ + page_) top_ = place_ - page_ + 1;
  if (!held_) top_ = std::min(top_, keys.size() > page_ ? keys.size() - page_ : 0);
  surface.add({body, "row", top_, this});
  for (std::size_t i = top_; i < std::min(keys.size(), top_ + page_); ++i) {
    const Rect at{body.x, body.y + static_cast<int>(i - top_), body.width, 1};
    draw_row(surface, at, columns, fits, row(i));
    if (i != place_ || !has_focus) continue;
    surface.style_row(at, Style::selection);
    surface.set_cursor(at.x, at.y);
  }
}

}  // namespace p2p::tui
