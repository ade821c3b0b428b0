#include "tui/theme.h"

#include <algorithm>
#include <cstdlib>

namespace p2p::tui {
namespace {

// How one style is painted: 24 bit, the place among the sixteen, and what is bold or reverse.
struct Paint {
  std::uint32_t colour;  // 0xRRGGBB
  std::uint8_t sixteen;  // 0 to 15
  bool bold = false, reverse = false;
};
using Paints = std::array<Paint, kStyles>;

struct Ground {
  std::uint32_t colour;
  std::uint8_t sixteen;
};

// In the order of Style: text dim accent selection, header border good warn, bad mark bar spark
// hot, bar1 to bar8.
constexpr Paints kDark{
    {{0xd6d9e0, 7},        {0x9aa1ad, 7},  {0x5fd7ff, 14}, {0xd6d9e0, 7, false, true},
     {0xf2f4f8, 15, true}, {0x7f8792, 8},  {0x7fd88f, 10}, {0xf0c674, 11},
     {0xff8080, 9},        {0xd7a6ff, 13}, {0x8ab4ff, 6},  {0x5fd7ff, 14},
     {0x5fd7ff, 14, true}, {0x5fd7ff, 14}, {0xffb454, 3},  {0x7fd88f, 10},
     {0xff8fa3, 9},        {0xd7a6ff, 13}, {0xf0e06a, 11}, {0x4fc9b0, 6},
     {0xb0b8c4, 7}}};
constexpr Ground kDarkGround{0x16181d, 0};

constexpr Paints kLight{
    {{0x24292f, 0},       {0x5a626d, 0},       {0x005a9e, 4},       {0x24292f, 0, false, true},
     {0x000000, 0, true}, {0x6a727d, 0},       {0x1a6b2d, 0},       {0x7a5200, 1},
     {0xb3261e, 1, true}, {0x7b2fa0, 4},       {0x1f5fbf, 4},       {0x005a9e, 4},
     {0x005a9e, 4, true}, {0x005a9e, 4},       {0x9a4a00, 1},       {0x1a6b2d, 0},
     {0xb0205a, 1, true}, {0x7b2fa0, 4, true}, {0x6b5a00, 0, true}, {0x00696b, 4},
     {0x4a4f57, 0}}};
constexpr Ground kLightGround{0xfafaf7, 15};

constexpr Paints kSafe{
    {{0xe6e6e6, 7},        {0xa8a8a8, 7},        {0x6fb7ff, 14}, {0xe6e6e6, 7, false, true},
     {0xffffff, 15, true}, {0x8a8a8a, 8},        {0x6fb7ff, 14}, {0xffd08a, 11},
     {0xff8c1a, 3, true},  {0xffffff, 15, true}, {0x4f9be6, 6},  {0x6fb7ff, 14},
     {0x9fd0ff, 14, true}, {0xcfe6ff, 15},       {0xff9a33, 3},  {0x5aa9f5, 6},
     {0xffd08a, 11},       {0xffffff, 15, true}, {0x7f9dbd, 14}, {0xd07a1e, 3, true},
     {0x949494, 7}}};
constexpr Ground kSafeGround{0x101318, 0};

constexpr int kOwn = -1;  // the terminal's own text
struct Simple {
  int sixteen = kOwn;
  bool bold = false, reverse = false;
};
constexpr std::array<Simple, kStyles> kTerminal{
    {{},   {8},  {6}, {kOwn, false, true}, {kOwn, true}, {8}, {2}, {3}, {1},
     {5},  {4},  {6}, {6, true},           {6},          {3}, {2}, {1}, {5},
     {11}, {12}, {10}}};
// What is left where there are no colours.
constexpr std::array<std::string_view, kStyles> kAttributes{
    "", "", "1", "7", "1", "", "", "1", "1", "", "", "", "1", "", "", "", "", "", "", "", ""};

Rgb rgb(std::uint32_t colour) {
  return {static_cast<std::uint8_t>(colour >> 16U), static_cast<std::uint8_t>(colour >> 8U & 0xFFU),
          static_cast<std::uint8_t>(colour & 0xFFU)};
}

// Of the cube and the greys: the sixteen may be any colours.
int nearest(std::uint32_t colour) {
  const Rgb wanted = rgb(colour);
  int best = 16;
  int best_off = 1 << 30;
  for (int index = 16; index < 256; ++index) {
    const Rgb have = palette(index);
    const auto off = [](int a, int b) { return (a - b) * (a - b); };
    const int sum =
        off(wanted.red, have.red) + off(wanted.green, have.green) + off(wanted.blue, have.blue);
    if (sum < best_off) best = index;
    best_off = std::min(best_off, sum);
  }
  return best;
}

const Paints& paints(ThemeName name) {
  return name == ThemeName::light ? kLight : name == ThemeName::safe ? kSafe : kDark;
}

Ground ground(ThemeName name) {
  return name == ThemeName::light  ? kLightGround
         : name == ThemeName::safe ? kSafeGround
                                   : kDarkGround;
}

std::string of_sixteen(int index, bool behind) {
  return std::to_string((index < 8 ? 30 : 82) + (behind ? 10 : 0) + index);
}

std::string order(std::uint32_t colour, int sixteen, Depth depth, bool behind) {
  if (depth == Depth::sixteen) return of_sixteen(sixteen, behind);
  const std::string kind = behind ? "48;" : "38;";
  if (depth == Depth::indexed) return kind + "5;" + std::to_string(nearest(colour));
  const Rgb exact = rgb(colour);
  return kind + "2;" + std::to_string(exact.red) + ';' + std::to_string(exact.green) + ';' +
         std::to_string(exact.blue);
}

std::string with(std::string attributes, const std::string& more) {
  if (!attributes.empty() && !more.empty()) attributes += ';';
  return attributes + more;
}

std::string attributes(bool bold, bool reverse) {
  return with(bold ? "1" : "", reverse ? "7" : "");
}

}  // namespace

Rgb palette(int index) {
  constexpr std::array<std::uint32_t, 16> kSixteen{
      0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
      0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};
  if (index < 16) return rgb(kSixteen[static_cast<std::size_t>(index)]);
  if (index >= 232) {
    const auto grey = static_cast<std::uint8_t>(8 + 10 * (index - 232));
    return {grey, grey, grey};
  }
  const auto step = [](int part) {
    return static_cast<std::uint8_t>(part == 0 ? 0 : 55 + 40 * part);
  };
  const int cube = index - 16;
  return {step(cube / 36), step(cube / 6 % 6), step(cube % 6)};
}

std::optional<ThemeName> theme_named(std::string_view name) {
  const auto* const at = std::ranges::find(kThemeNames, name);
  if (at == kThemeNames.end()) return std::nullopt;
  return static_cast<ThemeName>(at - kThemeNames.begin());
}

Theme::Theme(ThemeName name, Depth depth) : name_(name), depth_(depth) {
  for (std::size_t i = 0; i < kStyles; ++i) {
    if (depth == Depth::none) {
      orders_[i] = kAttributes[i];
    } else if (name == ThemeName::terminal) {
      const Simple& paint = kTerminal[i];
      orders_[i] = with(attributes(paint.bold, paint.reverse),
                        paint.sixteen == kOwn ? "" : of_sixteen(paint.sixteen, false));
    } else {
      const Paint& paint = paints(name)[i];
      const Ground behind = ground(name);
      orders_[i] = with(attributes(paint.bold, paint.reverse),
                        order(paint.colour, paint.sixteen, depth, false) + ';' +
                            order(behind.colour, behind.sixteen, depth, true));
    }
  }
  std::string& mark = orders_[static_cast<std::size_t>(Style::mark)];
  mark = with("4", mark);  // underlined, whatever the colours
}

Theme::Seen Theme::seen(Style style) const {
  const Paint& paint = paints(name_)[static_cast<std::size_t>(style)];
  const Ground behind = ground(name_);
  const auto shown = [this](std::uint32_t colour, int sixteen) {
    if (depth_ == Depth::sixteen) return palette(sixteen);
    return depth_ == Depth::indexed ? palette(nearest(colour)) : rgb(colour);
  };
  return {shown(paint.colour, paint.sixteen), shown(behind.colour, behind.sixteen)};
}

Depth colour_depth(std::string_view wanted, const char* no_colour, const char* colorterm,
                   int terminfo_colours) {
  if (wanted == "never") return Depth::none;
  if (wanted == "16") return Depth::sixteen;
  if (wanted == "256") return Depth::indexed;
  if (wanted == "full") return Depth::full;
  if (no_colour != nullptr && *no_colour != '\0') return Depth::none;
  const std::string_view announced = colorterm == nullptr ? "" : colorterm;
  if (announced == "truecolor" || announced == "24bit") return Depth::full;
  if (terminfo_colours >= 256) return Depth::indexed;
  return terminfo_colours >= 8 ? Depth::sixteen : Depth::none;
}

}  // namespace p2p::tui
