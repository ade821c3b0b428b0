#include "protocols/base/keywords.h"

#include <algorithm>
#include <array>

#include "protocols/base/fold_table.h"
#include "protocols/base/letters.h"

namespace p2p {

namespace {

// A folded ASCII word character, or 0 for what separates words.
constexpr std::array<char, 128> ascii_words() {
  std::array<char, 128> table{};
  for (std::size_t c = '0'; c <= '9'; ++c)
    table[c] = static_cast<char>(c);
  for (std::size_t c = 'a'; c <= 'z'; ++c) {
    table[c] = static_cast<char>(c);
    table[c - 'a' + 'A'] = static_cast<char>(c);
  }
  return table;
}
constexpr auto kAsciiWord = ascii_words();

// The character at the head of `text`, which is taken off. A byte that begins no valid UTF-8
// sequence (overlong, surrogate and truncated ones included) stands for its Latin-1 character.
char32_t next_char(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const char32_t lead = byte(0);
  const std::size_t size = lead < 0x80   ? 1
                           : lead < 0xc2 ? 0
                           : lead < 0xe0 ? 2
                           : lead < 0xf0 ? 3
                                         : 4;
  char32_t c = size == 2 ? lead & 0x1fU : size == 3 ? lead & 0x0fU : lead & 0x07U;
  bool valid = size > 1 && size <= text.size() && lead < 0xf5;
  for (std::size_t i = 1; valid && i < size; ++i) {
    valid = (byte(i) & 0xc0U) == 0x80;
    c = (c << 6U) | (byte(i) & 0x3fU);
  }
  valid = valid && !(size == 3 && (c < 0x800 || (c >= 0xd800 && c < 0xe000))) &&
          !(size == 4 && (c < 0x10000 || c > 0x10ffff));
  text.remove_prefix(valid ? size : 1);
  return valid ? c : lead;
}

struct Utf8 {
  std::array<char, 4> bytes{};
  std::size_t size = 0;
  std::string_view view() const { return {bytes.data(), size}; }
};

Utf8 encode_utf8(char32_t c) {
  Utf8 out;
  const auto put = [&](char32_t value) { out.bytes[out.size++] = static_cast<char>(value); };
  const auto follow = [&](unsigned shift) { put(0x80U | ((c >> shift) & 0x3fU)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0U | (c >> 6U));
    follow(0);
  } else if (c < 0x10000) {
    put(0xe0U | (c >> 12U));
    follow(6);
    follow(0);
  } else {
    put(0xf0U | (c >> 18U));
    follow(12);
    follow(6);
    follow(0);
  }
  return out;
}

// Receives folded characters and leaves words in `out`, writing over the strings that lie there.
class WordCutter {
 public:
  WordCutter(std::vector<std::string>& out, std::size_t limit) : out_(out), limit_(limit) {}

  bool full() const { return count_ >= limit_; }

  void ascii(char word_char) {
    if (before_ != 0) end_run();
    if (word_char == 0) {
      end_run();
    } else if (size_ < kMaxWordBytes && !cut_) {
      word_[size_++] = word_char;
    } else {
      cut_ = true;
    }
  }

  void wide(char32_t c) {
    const CharClass is = class_of(c);
    if (is == CharClass::pair) {
      pair(c);
    } else if (is == CharClass::letter || (is == CharClass::mark && size_ > 0)) {
      if (before_ != 0) end_run();
      append(encode_utf8(c).view());
    } else {
      end_run();
    }
  }

  void finish() {
    end_run();
    out_.resize(count_);
  }

 private:
  // What does not fit is cut between characters, and the rest of the run with it.
  void append(std::string_view bytes) {
    cut_ = cut_ || size_ + bytes.size() > kMaxWordBytes;
    if (cut_) return;
    std::copy(bytes.begin(), bytes.end(), word_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += bytes.size();
  }

  void pair(char32_t c) {
    if (before_ == 0) {
      end_run();
    } else {
      size_ = 0;
      append(encode_utf8(before_).view());
      append(encode_utf8(c).view());
      emit();
      paired_ = true;
    }
    before_ = c;
  }

  void end_run() {
    if (before_ != 0 && !paired_) append(encode_utf8(before_).view());
    if (size_ > 1 || (size_ == 1 && !is_lower_letter(word_[0]))) emit();
    size_ = 0;
    cut_ = false;
    before_ = 0;
    paired_ = false;
  }

  void emit() {
    const std::string_view word(word_.data(), size_);
    size_ = 0;
    const auto end = out_.begin() + static_cast<std::ptrdiff_t>(count_);
    if (full() || std::find(out_.begin(), end, word) != end) return;
    if (count_ == out_.size()) out_.emplace_back();
    out_[count_++].assign(word);
  }

  std::vector<std::string>& out_;
  std::size_t limit_;
  std::size_t count_ = 0;
  std::array<char, kMaxWordBytes> word_{};
  std::size_t size_ = 0;
  bool cut_ = false;
  char32_t before_ = 0;  // the last character of an open run of pairs
  bool paired_ = false;  // and whether it ended a pair already
};

}  // namespace

std::string fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const char32_t c = next_char(text);
    if (c < 0x80) {
      out += lower_letter(static_cast<char>(c));
    } else if (const auto to = folded(c)) {
      for (const char16_t part : *to)
        out += encode_utf8(part).view();
    } else {
      out += encode_utf8(c).view();
    }
  }
  return out;
}

void words_into(std::string_view text, std::size_t limit, std::vector<std::string>& out) {
  WordCutter cutter(out, limit);
  while (!text.empty() && !cutter.full()) {
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80) {  // most names are nothing else
      cutter.ascii(kAsciiWord[lead]);
      text.remove_prefix(1);
      continue;
    }
    const char32_t c = next_char(text);
    const auto to = folded(c);
    if (!to) {
      cutter.wide(c);
      continue;
    }
    for (const char16_t part : *to) {
      if (part < 0x80) {
        cutter.ascii(kAsciiWord[part]);
      } else {
        cutter.wide(part);
      }
    }
  }
  cutter.finish();
}

std::vector<std::string> words_of(std::string_view text, std::size_t limit) {
  std::vector<std::string> out;
  words_into(text, limit, out);
  return out;
}

bool is_half_pair(std::string_view word) {
  if (word.size() < 3 || word.size() > 4) return false;
  const auto lead = static_cast<unsigned char>(word.front());
  if (word.size() != (lead >= 0xf0 ? 4U : lead >= 0xe0 ? 3U : 0U)) return false;
  char32_t c = lead & (word.size() == 4 ? 0x07U : 0x0fU);
  for (const char follow : word.substr(1))
    c = (c << 6U) | (static_cast<unsigned char>(follow) & 0x3fU);
  return class_of(c) == CharClass::pair;
}

std::string_view searched_part(std::string_view name, std::size_t folders) {
  std::size_t at = name.size();
  for (std::size_t parts = 0; parts <= folders; ++parts) {
    if (at == 0) return name;
    const std::size_t slash = name.find_last_of("/\\", at - 1);
    if (slash == std::string_view::npos) return name;
    at = slash;
  }
  return name.substr(at + 1);
}

}  // namespace p2p
