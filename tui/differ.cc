#include "tui/differ.h"

#include <optional>
#include <utility>

namespace p2p::tui {
namespace {

constexpr int kLongRun = 6;  // equal cells from which an order to repeat is cheaper

class DifferenceWriter {
 public:
  DifferenceWriter(const Surface& last, const Surface& next, const Movement& movement,
                   const Theme& theme)
      : last_(last),
        next_(next),
        movement_(movement),
        theme_(theme),
        fresh_(last.width() != next.width() || last.height() != next.height()) {}

  std::string write() {
    if (fresh_) out_ = "\x1b[0m" + movement_.clear;
    for (int y = 0; y < next_.height(); ++y)
      for (int x = 0; x < next_.width();)
        x += differs(x, y) ? put(x, y) : 1;
    if (!style_.empty()) out_ += "\x1b[0m";  // every difference begins and ends without a style
    park();
    return std::move(out_);
  }

 private:
  bool differs(int x, int y) const {
    const Cell& cell = next_.at(x, y);
    // A wide cell is equal only with its right half, which is drawn with it.
    if (cell.width == 0) return false;
    if (fresh_ ? cell == blank_ && !theme_.has_ground() : cell == last_.at(x, y)) return false;
    const bool is_last = y == next_.height() - 1 && x + cell.width >= next_.width();
    return !is_last || movement_.has_last_cell || next_.height() == 1;
  }

  // Writes the cell, or the run of equal ones that begins with it; the cells that this took.
  int put(int x, int y) {
    if (y != pen_y_ || x != pen_x_) go(x, y);
    const Cell& cell = next_.at(x, y);
    wear(theme_.sgr(cell.style));
    int run = 1;
    if (movement_.repeat && cell.text.size() == 1)
      while (x + run < next_.width() - 1 && next_.at(x + run, y) == cell)
        ++run;
    if (run >= kLongRun)
      out_ += movement_.repeat(cell.text.front(), run);
    else
      out_ += cell.text.view();
    const int taken = run >= kLongRun ? run : cell.width;
    is_sure_ = is_sure_ && cell.text.size() == 1;
    pen_x_ = x + taken;
    pen_y_ = y;
    if (pen_x_ >= next_.width()) pen_x_ = -1;  // whether it wraps is the terminal's secret
    return taken;
  }

  void go(int x, int y) {
    std::string way = movement_.move(x, y);
    bool is_by_place = true;
    if (y == pen_y_ && pen_x_ >= 0 && x > pen_x_) {
      const std::string right =
          is_sure_ && movement_.right ? movement_.right(x - pen_x_) : std::string();
      if (auto again = same_again(x, y, right.empty() ? way.size() : right.size())) {
        way = std::move(*again);
        is_by_place = false;
      } else if (!right.empty() && right.size() < way.size()) {
        way = right;
        is_by_place = false;
      }
    }
    is_sure_ = is_sure_ || is_by_place;
    out_ += way;
  }

  // What stands between the pen and there, if that is no longer than `most` bytes and needs no
  // other style.
  std::optional<std::string> same_again(int x, int y, std::size_t most) const {
    std::string cells;
    for (int i = pen_x_; i < x; ++i) {
      const Cell& cell = next_.at(i, y);
      cells += cell.text.view();
      if (cell.text.size() != 1 || cells.size() > most || theme_.sgr(cell.style) != style_)
        return std::nullopt;
    }
    return cells;
  }

  void park() {
    const Spot to = next_.cursor();
    const bool is_inside = to.x >= 0 && to.y >= 0 && to.x < next_.width() && to.y < next_.height();
    const bool is_there = out_.empty() ? to == last_.cursor() : pen_x_ == to.x && pen_y_ == to.y;
    if (is_inside && !is_there) out_ += movement_.move(to.x, to.y);
  }

  void wear(std::string_view style) {
    if (style == style_) return;
    out_ += "\x1b[0";
    if (!style.empty()) out_ += ";" + std::string(style);
    out_ += "m";
    style_ = style;
  }

  const Surface& last_;
  const Surface& next_;
  const Movement& movement_;
  const Theme& theme_;
  const bool fresh_;
  const Cell blank_;
  std::string out_;
  std::string_view style_;
  int pen_x_ = -1;
  int pen_y_ = -1;
  // Only ASCII was written since the pen was put there: every terminal has it where we think. How
  // wide other characters are, some see in another way.
  bool is_sure_ = false;
};

}  // namespace

std::string difference(const Surface& last, const Surface& next, const Movement& movement,
                       const Theme& theme) {
  return DifferenceWriter(last, next, movement, theme).write();
}

}  // namespace p2p::tui
