#include "tui/table.h"

#include <algorithm>

namespace p2p::tui {

void Table::move_to(std::size_t place) {
  place_ = keys_.empty() ? 0 : std::min(place, keys_.size() - 1);
}

bool Table::key(const Key& key) {
  const auto back = [&](std::size_t rows) { move_to(place_ > rows ? place_ - rows : 0); };
  if (key.name == KeyName::down || key.is("j"))
    move_to(place_ + 1);
  else if (key.name == KeyName::up || key.is("k"))
    back(1);
  else if (key.name == KeyName::page_down || key.is_ctrl("d"))
    move_to(place_ + page_);
  else if (key.name == KeyName::page_up || key.is_ctrl("u"))
    back(page_);
  else if (key.name == KeyName::home || key.is("g"))
    move_to(0);
  else if (key.name == KeyName::end || key.is("G"))
    move_to(keys_.size());
  else
    return false;
  return true;
}

void Table::draw(Surface& surface, Rect body, const std::vector<Column>& columns, std::size_t count,
                 const std::function<std::uint64_t(std::size_t)>& key_of,
                 const std::function<TableRow(std::size_t)>& row) {
  const std::uint64_t old_key = selected_key();
  const bool had = !keys_.empty();
  const std::size_t old_row = place_ >= top_ ? place_ - top_ : 0;
  keys_.resize(count);
  for (std::size_t i = 0; i < count; ++i)
    keys_[i] = key_of(i);
  move_to(place_);
  if (had && count > 0 && keys_[place_] != old_key) {
    const auto found = std::ranges::find(keys_, old_key);
    if (found != keys_.end()) {
      place_ = static_cast<std::size_t>(found - keys_.begin());
      top_ = place_ > old_row ? place_ - old_row : 0;  // it stays where it is on the screen
    }
  }
  if (body.empty()) return;
  std::vector<bool> kept(columns.size(), true);
  int rest = 0;
  for (;;) {
    rest = body.width;
    std::size_t least = columns.size();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!kept[i] || columns[i].width == 0) continue;
      rest -= columns[i].width + 1;
      if (least == columns.size() || columns[i].importance < columns[least].importance) least = i;
    }
    if (rest >= 12 || least == columns.size()) break;
    kept[least] = false;
  }
  const auto line = [&](int y, const TableRow* what) {
    int x = body.x;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!kept[i]) continue;
      const std::string_view text = what == nullptr          ? columns[i].title
                                    : i < what->cells.size() ? std::string_view(what->cells[i])
                                                             : std::string_view();
      const Style style = what == nullptr ? Style::header : what->style;
      if (columns[i].width == 0) {
        surface.put(x, y, sanitize(text).middle_cut(rest), style, rest);
        x += rest + 1;
      } else {
        surface.right(x + columns[i].width, y, text, style, columns[i].width);
        x += columns[i].width + 1;
      }
    }
  };
  if (body.height >= 4) {
    line(body.y, nullptr);
    ++body.y;
    --body.height;
  }
  page_ = static_cast<std::size_t>(body.height);
  if (place_ < top_) top_ = place_;
  if (place_ >= top_ + page_) top_ = place_ - page_ + 1;
  top_ = std::min(top_, count > page_ ? count - page_ : 0);
  for (std::size_t i = top_; i < std::min(count, top_ + page_); ++i) {
    const TableRow what = row(i);
    const int y = body.y + static_cast<int>(i - top_);
    line(y, &what);
    if (i == place_) surface.style_row({body.x, y, body.width, 1}, Style::selection);
  }
}

}  // namespace p2p::tui
