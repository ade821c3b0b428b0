// A terminal as small as the orders that tui/ sends: bytes in, cells out. It has its own idea of
// how wide a character is, and an order that it does not know is a fault of the sender.
#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace p2p::test {

class ScreenEmulator {
 public:
  struct Cell {
    std::string text = " ";
    std::string style;  // parameters of the last SGR, without the leading 0
    bool operator==(const Cell&) const = default;
  };

  ScreenEmulator(int width, int height) { resize(width, height); }

  // As a terminal that keeps nothing of what it showed.
  void resize(int width, int height) {
    width_ = width;
    height_ = height;
    clear();
  }

  void feed(std::string_view bytes) {
    held_ += bytes;
    std::size_t at = 0;
    while (at < held_.size()) {
      const std::size_t used = take(std::string_view(held_).substr(at));
      if (used == 0) break;
      at += used;
    }
    held_.erase(0, at);
  }

  const Cell& at(int x, int y) const { return cells_[place(x, y)]; }
  std::string row(int y) const {
    std::string text;
    for (int x = 0; x < width_; ++x)
      text += at(x, y).text;
    const std::size_t end = text.find_last_not_of(' ');
    return end == std::string::npos ? "" : text.substr(0, end + 1);
  }
  std::string text() const {
    std::string all;
    for (int y = 0; y < height_; ++y)
      all += row(y) + '\n';
    return all;
  }
  bool has(std::string_view words) const { return text().find(words) != std::string::npos; }
  const std::set<int>& modes() const { return modes_; }  // private ones that are on; at first 25
  // The operating system commands (OSC) that came: "52;c;..." and the like.
  const std::vector<std::string>& commands() const { return commands_; }
  const std::vector<std::string>& faults() const { return faults_; }
  int scrolled() const { return scrolled_; }
  std::pair<int, int> cursor() const { return {x_, y_}; }

 private:
  static constexpr char kCancel = 0x18;  // ends an order that is not whole

  std::size_t place(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
           static_cast<std::size_t>(x);
  }
  void clear() {
    cells_.assign(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_), {});
    x_ = y_ = 0;
    wraps_ = false;
  }

  // Bytes of one order or character at the front; 0: more are needed.
  std::size_t take(std::string_view bytes) {
    const auto lead = static_cast<unsigned char>(bytes[0]);
    if (lead == 0x1b) return take_order(bytes);
    if (lead < 0x20 || lead == 0x7f) {
      if (lead == '\r') x_ = 0, wraps_ = false;
      if (lead == '\n') line_feed();
      if (lead != '\r' && lead != '\n' && lead != kCancel)
        faults_.push_back("control " + std::to_string(lead));
      return 1;
    }
    const std::size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (bytes.size() < size) return 0;
    put(bytes.substr(0, size));
    return size;
  }

  std::size_t take_order(std::string_view bytes) {
    if (bytes.size() < 2) return 0;
    if (bytes[1] == ']') {
      const std::size_t end = bytes.find("\x1b\\");
      if (end == std::string_view::npos) return 0;
      commands_.emplace_back(bytes.substr(2, end - 2));
      return end + 2;
    }
    if (bytes[1] != '[') {
      faults_.push_back("escape " + std::string(1, bytes[1]));
      return 2;
    }
    std::size_t end = 2;
    while (end < bytes.size() && bytes[end] != kCancel && (bytes[end] < '@' || bytes[end] > '~'))
      ++end;
    if (end == bytes.size()) return 0;
    if (bytes[end] == kCancel) return end + 1;
    order(bytes.substr(2, end - 2), bytes[end]);
    return end + 1;
  }

  void order(std::string_view text, char what) {
    if (what == 'p' && text == "?2026$") return;  // a question, which it has no answer to
    const bool is_private = text.starts_with('?');
    if (is_private) text.remove_prefix(1);
    std::vector<int> numbers{0};
    for (const char c : text) {
      if (c == ';')
        numbers.push_back(0);
      else
        numbers.back() = numbers.back() * 10 + (c - '0');
    }
    if (is_private && (what == 'h' || what == 'l')) {
      for (const int mode : numbers) {
        if (what == 'h')
          modes_.insert(mode);
        else
          modes_.erase(mode);
        if (mode == 1049) clear();
      }
    } else if (what == 'H') {
      y_ = std::clamp(numbers[0] - 1, 0, height_ - 1);
      x_ = std::clamp((numbers.size() > 1 ? numbers[1] : 1) - 1, 0, width_ - 1);
      wraps_ = false;
    } else if (what == 'C') {
      x_ = std::min(x_ + std::max(numbers[0], 1), width_ - 1);
      wraps_ = false;
    } else if (what == 'J' && numbers[0] == 2) {
      cells_.assign(cells_.size(), {});
    } else if (what == 'J' && numbers[0] == 0) {
      std::fill(cells_.begin() + static_cast<std::ptrdiff_t>(place(x_, y_)), cells_.end(), Cell{});
    } else if (what == 'm') {
      style_ = text == "0" || text.empty() ? "" : std::string(text.substr(2));
    } else if (what == 'b') {
      const std::string again = last_;
      for (int i = 0; i < std::max(numbers[0], 1); ++i)
        put(again);
    } else {
      faults_.push_back("order " + std::string(text) + what);
    }
  }

  static int width_of(std::uint32_t point) {
    if (point >= 0x300 && point <= 0x36F) return 0;
    const auto in = [&](std::uint32_t first, std::uint32_t last) {
      return point >= first && point <= last;
    };
    return in(0x1100, 0x115F) || in(0x2E80, 0xA4CF) || in(0xAC00, 0xD7A3) || in(0xF900, 0xFAFF) ||
                   in(0xFE30, 0xFE6F) || in(0xFF00, 0xFF60) || in(0x1F300, 0x1F64F) ||
                   in(0x1F900, 0x1FAFF) || in(0x20000, 0x3FFFD)
               ? 2
               : 1;
  }

  void put(std::string_view character) {
    auto point = static_cast<std::uint32_t>(static_cast<unsigned char>(character[0]));
    if (character.size() > 1) {
      point &= 0x7FU >> character.size();
      for (const char c : character.substr(1))
        point = point << 6U | (static_cast<std::uint32_t>(c) & 0x3FU);
    }
    const int width = width_of(point);
    if (width == 0) {
      int before = wraps_ ? x_ : std::max(x_ - 1, 0);
      if (cells_[place(before, y_)].text.empty() && before > 0) --before;
      cells_[place(before, y_)].text += character;
      return;
    }
    if (wraps_ || x_ + width > width_) {
      x_ = 0;
      line_feed();
    }
    // A wide character loses both halves when one is written over.
    for (int i = 0; i < width; ++i) {
      const int x = x_ + i;
      if (cells_[place(x, y_)].text.empty() && x > 0 && i == 0) cells_[place(x - 1, y_)].text = " ";
      if (x + 1 < width_ && cells_[place(x + 1, y_)].text.empty())
        cells_[place(x + 1, y_)].text = " ";
    }
    cells_[place(x_, y_)] = {std::string(character), style_};
    if (width == 2) cells_[place(x_ + 1, y_)] = {"", style_};
    last_ = character;
    wraps_ = x_ + width >= width_;
    x_ = wraps_ ? width_ - 1 : x_ + width;
  }

  void line_feed() {
    wraps_ = false;
    if (y_ + 1 < height_) {
      ++y_;
      return;
    }
    ++scrolled_;
    cells_.erase(cells_.begin(), cells_.begin() + width_);
    cells_.resize(cells_.size() + static_cast<std::size_t>(width_));
  }

  int width_ = 0, height_ = 0;
  int x_ = 0, y_ = 0;
  bool wraps_ = false;  // at the right edge: the next character begins a line
  std::string style_, last_ = " ", held_;
  std::vector<Cell> cells_;
  std::set<int> modes_{25};
  std::vector<std::string> faults_, commands_;
  int scrolled_ = 0;
};

}  // namespace p2p::test
