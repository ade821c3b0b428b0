#include "tui/layout.h"

#include <algorithm>

namespace p2p::tui {

Layout layout(int width, int height, bool has_prompt, int details, bool wanted) {
  constexpr int kLeastList = 7;  // rows that a list keeps when a pane is below it
  Layout out;
  if (width < 10 || height < 2) return out;
  const bool fits = width >= 60 && height >= 16;
  out.boxes = fits && wanted;
  int top = 0;
  int bottom = height;
  const auto from_top = [&](int rows) { return Rect{0, (top += rows) - rows, width, rows}; };
  const auto from_bottom = [&](int rows) { return Rect{0, bottom -= rows, width, rows}; };
  if (height >= 8) out.tabs = from_top(1);
  if (height >= 8) out.hint = from_bottom(1);
  if (has_prompt) out.prompt = from_top(out.boxes ? 3 : 1);
  if (bottom - top >= 2) out.status = from_bottom(1);
  if (height >= 8 && !out.boxes) out.title = from_top(1);
  if (details > 0 && height >= 24 && fits)
    out.details = from_bottom(std::min(details, bottom - top - kLeastList));
  out.body = {0, top, width, std::max(bottom - top, 0)};
  return out;
}

}  // namespace p2p::tui
