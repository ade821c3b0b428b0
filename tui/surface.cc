#include "tui/surface.h"

#include <algorithm>

namespace p2p::tui {

Border border_named(std::string_view name) {
  constexpr std::array<std::string_view, 3> kNames{"none", "ascii", "light"};
  const auto* const at = std::ranges::find(kNames, name);
  return static_cast<Border>(at - kNames.begin());
}

Surface::Surface(int width, int height, Looks looks)
    : width_(std::max(width, 0)),
      height_(std::max(height, 0)),
      looks_(looks),
      cells_(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_)) {}

Cell& Surface::cell(int x, int y) {
  return cells_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
                static_cast<std::size_t>(x)];
}

const Cell& Surface::at(int x, int y) const {
  return cells_[static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
                static_cast<std::size_t>(x)];
}

void Surface::set(int x, int y, const Cluster& cluster, Style style) {
  const bool wide = cluster.width == 2;
  // Half a wide character is none: what is left of one that is overdrawn becomes a blank.
  if (cell(x, y).width == 0 && x > 0) cell(x - 1, y) = {Sign(" "), cell(x - 1, y).style, 1};
  const int last = wide ? x + 1 : x;
  if (last + 1 < width_ && cell(last, y).width == 2) {
    cell(last + 1, y) = {Sign(" "), cell(last + 1, y).style, 1};
  }
  if (wide && last + 1 < width_ && cell(last + 1, y).width == 0) cell(last + 1, y) = Cell{};
  const Style seen = cluster.warn ? Style::warn : style;
  cell(x, y) = {Sign(cluster.text), seen, static_cast<std::uint8_t>(wide ? 2 : 1)};
  if (wide) cell(x + 1, y) = {Sign(""), seen, 0};
}

int Surface::put(int x, int y, const Shown& what, Style style, int room) {
  if (looks_.ascii && !what.is_ascii()) return put(x, y, what.in_ascii(), style, room);
  if (y < 0 || y >= height_ || x < 0) return 0;
  room = std::min(room, width_ - x);
  int used = 0;
  for (const Cluster& cluster : what.clusters()) {
    if (used + cluster.width > room) break;
    set(x + used, y, cluster, style);
    used += cluster.width;
  }
  return used;
}

Shown Surface::shown(std::string_view text) const {
  return looks_.ascii ? sanitize(text).in_ascii() : sanitize(text);
}

int Surface::put(int x, int y, std::string_view what, Style style, int room) {
  return put(x, y, shown(what).end_cut(std::min(room, width_ - x)), style, room);
}

int Surface::put_name(int x, int y, std::string_view name, Style style, int room) {
  const Shown whole = looks_.ascii ? sanitize_name(name).in_ascii() : sanitize_name(name);
  return put(x, y, whole.middle_cut(std::min(room, width_ - x)), style, room);
}

int Surface::right(int x_end, int y, std::string_view what, Style style, int room) {
  const Shown cut = shown(what).end_cut(room);
  return put(x_end - cut.width(), y, cut, style, room);
}

void Surface::fill(const Rect& rect, std::string_view sign, Style style) {
  const Shown one = shown(sign);
  for (int y = std::max(rect.y, 0); y < std::min(rect.y + rect.height, height_); ++y)
    for (int x = std::max(rect.x, 0); x < std::min(rect.x + rect.width, width_); ++x)
      set(x, y, one.clusters().front(), style);
}

void Surface::style_row(const Rect& row, Style style) {
  if (row.y < 0 || row.y >= height_) return;
  for (int x = std::max(row.x, 0); x < std::min(row.x + row.width, width_); ++x) {
    cell(x, row.y).style = style;
  }
}

const Zone* Surface::zone_at(int x, int y) const {
  for (std::size_t i = zones_.size(); i-- > 0;) {
    const Rect& at = zones_[i].where;
    if (x >= at.x && x < at.x + at.width && y >= at.y && y < at.y + at.height) return &zones_[i];
  }
  return nullptr;
}

std::string Surface::row_text(int y) const {
  std::string text;
  for (int x = 0; x < width_; ++x)
    text += at(x, y).text.view();
  const std::size_t end = text.find_last_not_of(' ');
  return end == std::string::npos ? "" : text.substr(0, end + 1);
}

}  // namespace p2p::tui
