#include "tui/sanitize.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "tui/width.h"

namespace p2p::tui {
namespace {

constexpr int kMostMarks = 4;  // combining marks kept on one base: more climb into other rows

// Decodes one code point from the front; 0 bytes taken means that the first byte is not UTF-8.
struct Decoded {
  std::uint32_t point = 0;
  std::size_t bytes = 0;
};

Decoded decode(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<std::uint32_t>(text[i]) & 0xFFU; };
  const std::uint32_t lead = at(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  std::uint32_t point = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((at(i) & 0xC0U) != 0x80U) return {};
    point = point << 6U | (at(i) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  if (point < kLeast.at(bytes) || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
    return {};
  return {point, bytes};
}

std::string hex(std::uint32_t value) {
  std::array<char, 12> text{};
  std::snprintf(text.data(), text.size(), "%02X", value);
  return text.data();
}

// The name inside ⟨⟩ of what must not be shown as itself, or empty.
std::string control_name(std::uint32_t point) {
  switch (point) {
    case 0x07: return "BEL";
    case 0x1B: return "ESC";
    case 0x7F: return "DEL";
    case 0x200E: return "LRM";
    case 0x200F: return "RLM";
    case 0x061C: return "ALM";
    case 0x202A: return "LRE";
    case 0x202B: return "RLE";
    case 0x202C: return "PDF";
    case 0x202D: return "LRO";
    case 0x202E: return "RLO";
    case 0x2066: return "LRI";
    case 0x2067: return "RLI";
    case 0x2068: return "FSI";
    case 0x2069: return "PDI";
    default: break;
  }
  return point < 0x20 || (point >= 0x80 && point < 0xA0) ? hex(point) : "";
}

bool is_space(std::uint32_t point) {
  return point == 0x09 || point == 0xA0 || point == 0x1680 ||
         (point >= 0x2000 && point <= 0x200A) || point == 0x2028 || point == 0x2029 ||
         point == 0x202F || point == 0x205F || point == 0x3000;
}

// Takes no cell and says nothing: zero width, soft hyphen, tags, variation selectors.
bool is_dropped(std::uint32_t point) {
  return point == 0xAD || (point >= 0x200B && point <= 0x200D) ||
         (point >= 0x2060 && point <= 0x2065) || (point >= 0x206A && point <= 0x206F) ||
         point == 0xFEFF || (point >= 0xFE00 && point <= 0xFE0F) || point == 0x180E ||
         point == 0x034F || point == 0x115F || point == 0x1160 || point == 0x3164 ||
         point == 0xFFA0 || (point >= 0xFFF0 && point <= 0xFFFB) ||
         (point >= 0x1D173 && point <= 0x1D17A) || (point >= 0xE0000 && point <= 0xE0FFF) ||
         (point >= 0x1F3FB && point <= 0x1F3FF);
}

bool is_picture(std::uint32_t point) {
  return (point >= 0x2190 && point < 0x2E80) || (point >= 0x1F000 && point < 0x20000);
}

std::string utf8(std::uint32_t point) {  // below 0x10000, no surrogate
  if (point < 0x80) return std::string(1, static_cast<char>(point));
  if (point < 0x800)
    return {static_cast<char>(0xC0U | point >> 6U), static_cast<char>(0x80U | (point & 0x3FU))};
  return {static_cast<char>(0xE0U | point >> 12U), static_cast<char>(0x80U | (point >> 6U & 0x3FU)),
          static_cast<char>(0x80U | (point & 0x3FU))};
}

// The syllable that begins `text` in pieces, as some systems store names; 0 bytes: none does.
// Terminals do not agree on the width of the pieces.
Decoded hangul(const Decoded& lead, std::string_view text) {
  if (lead.point < 0x1100 || lead.point > 0x1112) return {};
  text.remove_prefix(lead.bytes);
  const Decoded vowel = text.empty() ? Decoded{} : decode(text);
  if (vowel.point < 0x1161 || vowel.point > 0x1175) return {};
  text.remove_prefix(vowel.bytes);
  Decoded syllable{0xAC00 + ((lead.point - 0x1100) * 21 + (vowel.point - 0x1161)) * 28,
                   lead.bytes + vowel.bytes};
  const Decoded tail = text.empty() ? Decoded{} : decode(text);
  if (tail.point > 0x11A7 && tail.point <= 0x11C2) {
    syllable.point += tail.point - 0x11A7;
    syllable.bytes += tail.bytes;
  }
  return syllable;
}

// The text as UTF-8 if it is not that already and is plainly Latin-1: every byte that is not ASCII
// is a letter there. Empty: leave it as it is.
std::string from_latin1(std::string_view text) {
  bool is_utf8 = true;
  for (std::string_view rest = text; !rest.empty() && is_utf8;) {
    const Decoded next = decode(rest);
    is_utf8 = next.bytes != 0;
    rest.remove_prefix(next.bytes);
  }
  if (is_utf8) return {};
  std::string converted;
  for (const char byte : text) {
    const auto point = static_cast<std::uint32_t>(byte) & 0xFFU;
    if (point >= 0x80 && (point < 0xC0 || point == 0xD7 || point == 0xF7)) return {};
    converted += utf8(point);
  }
  return converted;
}

}  // namespace

std::string Shown::text() const {
  std::string all;
  for (const Cluster& cluster : clusters_)
    all += cluster.text;
  return all;
}

void Shown::add(Cluster cluster) {
  width_ += cluster.width;
  clusters_.push_back(std::move(cluster));
}

void Shown::add_all(const Shown& more) {
  for (const Cluster& cluster : more.clusters_)
    add(cluster);
}

Shown Shown::end_cut(int cells) const {
  if (width_ <= cells) return *this;
  Shown cut;
  cut.altered_ = altered_;
  cut.ascii_ = ascii_;
  const int mark = ascii_ ? 3 : 1;
  const bool marked = cells >= (ascii_ ? 4 : 1);
  for (const Cluster& cluster : clusters_) {
    if (cut.width_ + cluster.width > cells - (marked ? mark : 0)) break;
    cut.add(cluster);
  }
  for (int i = 0; marked && i < mark; ++i)
    cut.add({ascii_ ? "." : "…", 1, false});
  return cut;
}

Shown Shown::last(int cells) const {
  Shown end;
  end.altered_ = altered_;
  end.ascii_ = ascii_;
  std::size_t from = clusters_.size();
  for (int used = 0; from > 0 && used + clusters_[from - 1].width <= cells; --from)
    used += clusters_[from - 1].width;
  for (; from < clusters_.size(); ++from)
    end.add(clusters_[from]);
  return end;
}

Shown Shown::middle_cut(int cells) const {
  if (width_ <= cells) return *this;
  constexpr std::size_t kLongestExtension = 6;
  std::size_t tail = clusters_.size();
  for (std::size_t back = 1; back <= std::min(kLongestExtension, clusters_.size()); ++back) {
    if (clusters_[clusters_.size() - back].text == ".") tail = clusters_.size() - back + 1;
    if (tail != clusters_.size()) break;
  }
  int tail_width = 0;
  for (std::size_t i = tail; i < clusters_.size(); ++i)
    tail_width += clusters_[i].width;
  if (tail == clusters_.size() || tail_width + (ascii_ ? 5 : 3) > cells) return end_cut(cells);
  Shown cut = end_cut(cells - tail_width);
  cut.add_all(last(tail_width));
  return cut;
}

Shown sanitize(std::string_view untrusted) {
  const std::string converted = from_latin1(untrusted);
  if (!converted.empty()) untrusted = converted;
  Shown shown;
  int marks = 0;
  std::uint32_t before = 0;  // the code point shown last
  const auto escape = [&](const std::string& name) {
    shown.altered_ = true;
    shown.add({"⟨", 1, true});
    for (const char letter : name)
      shown.add({std::string(1, letter), 1, true});
    shown.add({"⟩", 1, true});
    marks = kMostMarks;
    before = 0;
  };
  while (!untrusted.empty()) {
    const Decoded next = decode(untrusted);
    if (next.bytes == 0) {
      escape(hex(static_cast<std::uint32_t>(untrusted[0]) & 0xFFU));
      untrusted.remove_prefix(1);
      continue;
    }
    if (const Decoded syllable = hangul(next, untrusted); syllable.bytes != 0) {
      shown.add({utf8(syllable.point), 2, false});
      untrusted.remove_prefix(syllable.bytes);
      marks = 0;
      before = syllable.point;
      continue;
    }
    const std::string_view bytes = untrusted.substr(0, next.bytes);
    untrusted.remove_prefix(next.bytes);
    if (is_space(next.point)) {
      shown.add({" ", 1, false});
      marks = kMostMarks;
      before = 0;
    } else if (const std::string name = control_name(next.point); !name.empty()) {
      escape(name);
    } else if (is_dropped(next.point)) {
      // Between the parts of a picture these only say how to join them, and the parts are shown.
      const bool joins = next.point == 0x200D || next.point == 0xFE0F;
      if (!joins || !is_picture(before)) shown.altered_ = true;
    } else {
      const Glyph glyph = glyph_of(next.point);
      switch (glyph) {
        case Glyph::combining:
          if (shown.clusters_.empty() || marks >= kMostMarks) {
            shown.altered_ = true;
          } else {
            shown.clusters_.back().text += bytes;
            ++marks;
          }
          break;
        case Glyph::unshown:
          shown.altered_ = true;
          shown.add({"\uFFFD", 1, false});
          marks = kMostMarks;
          before = 0;
          break;
        case Glyph::wide:
        case Glyph::narrow:
          shown.add({std::string(bytes), glyph == Glyph::wide ? 2 : 1, false});
          marks = 0;
          before = next.point;
          break;
      }
    }
  }
  return shown;
}

Shown sanitize_name(std::string_view untrusted) {
  Shown shown = sanitize(untrusted);
  for (std::size_t i = shown.clusters_.size(); i > 0 && shown.clusters_[i - 1].text == " "; --i) {
    shown.clusters_[i - 1] = {"␠", 1, true};
    shown.altered_ = true;
  }
  return shown;
}

}  // namespace p2p::tui
