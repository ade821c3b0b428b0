// What the themes look like: can it be read, and how many colours there are.
#include "tui/theme.h"

#include <array>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

namespace p2p::tui {
namespace {

constexpr std::array kGrounded{ThemeName::dark, ThemeName::light, ThemeName::safe};
constexpr std::array kColoured{Depth::sixteen, Depth::indexed, Depth::full};

// Relative luminance and contrast as WCAG 2 defines them.
double luminance(Rgb colour) {
  const auto part = [](std::uint8_t value) {
    const double share = value / 255.0;
    return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * part(colour.red) + 0.7152 * part(colour.green) + 0.0722 * part(colour.blue);
}

double contrast(Rgb a, Rgb b) {
  const double x = luminance(a) + 0.05;
  const double y = luminance(b) + 0.05;
  return x > y ? x / y : y / x;
}

TEST(Theme, CanBeRead) {
  EXPECT_NEAR(contrast({0, 0, 0}, {255, 255, 255}), 21.0, 0.01);
  for (const ThemeName name : kGrounded)
    for (const Depth depth : kColoured)
      for (std::size_t i = 0; i < kStyles; ++i) {
        // Lines around boxes are no text; in 16 colours there is but one grey for them.
        const auto style = static_cast<Style>(i);
        const double least = style == Style::border ? 3.0 : 4.5;
        const Theme::Seen seen = Theme(name, depth).seen(style);
        EXPECT_GE(contrast(seen.text, seen.ground), least)
            << kThemeNames[static_cast<std::size_t>(name)] << ' ' << static_cast<int>(depth)
            << " style " << i;
      }
}

TEST(Theme, TellsTheSourcesOfADownloadApart) {
  for (const Depth depth : {Depth::indexed, Depth::full})
    for (const ThemeName name :
         {ThemeName::terminal, ThemeName::dark, ThemeName::light, ThemeName::safe}) {
      const Theme theme(name, depth);
      std::set<std::string_view> orders;
      for (std::size_t place = 0; place < 8; ++place)
        orders.insert(theme.sgr(bar_style(place)));
      EXPECT_EQ(orders.size(), 8U) << static_cast<int>(name);
    }
  EXPECT_EQ(bar_style(9), Style::bar2);
}

// The sources of `safe` differ in brightness too.
TEST(Theme, SafeDiffersInBrightness) {
  const Theme theme(ThemeName::safe, Depth::full);
  for (std::size_t a = 0; a < 8; ++a)
    for (std::size_t b = 0; b < a; ++b)
      EXPECT_GE(contrast(theme.seen(bar_style(a)).text, theme.seen(bar_style(b)).text), 1.05)
          << a << ' ' << b;
  EXPECT_GE(contrast(theme.seen(Style::good).text, theme.seen(Style::warn).text), 1.3);
  EXPECT_GE(contrast(theme.seen(Style::warn).text, theme.seen(Style::bad).text), 1.3);
}

TEST(Theme, SaysTheColoursOfItsDepth) {
  EXPECT_EQ(Theme(ThemeName::dark, Depth::sixteen).sgr(Style::text), "37;40");
  EXPECT_EQ(Theme(ThemeName::dark, Depth::full).sgr(Style::text), "38;2;214;217;224;48;2;22;24;29");
  EXPECT_EQ(Theme(ThemeName::dark, Depth::indexed).sgr(Style::selection), "7;38;5;253;48;5;234");
  EXPECT_EQ(Theme(ThemeName::light, Depth::sixteen).sgr(Style::hot), "1;34;107");
  EXPECT_EQ(Theme(ThemeName::terminal, Depth::full).sgr(Style::good), "32");
  EXPECT_EQ(Theme(ThemeName::terminal, Depth::full).sgr(Style::text), "");
  EXPECT_EQ(Theme(ThemeName::terminal, Depth::full).sgr(Style::mark), "4;35");
  EXPECT_EQ(Theme(ThemeName::terminal, Depth::none).sgr(Style::mark), "4");
}

TEST(Theme, HasNoColourWithoutColour) {
  for (std::size_t name = 0; name < kThemeNames.size(); ++name) {
    const Theme theme(static_cast<ThemeName>(name), Depth::none);
    EXPECT_FALSE(theme.has_ground());
    for (std::size_t i = 0; i < kStyles; ++i)
      EXPECT_TRUE(std::set<std::string_view>({"", "1", "4", "7"})
                      .contains(theme.sgr(static_cast<Style>(i))));
    EXPECT_EQ(theme.sgr(Style::selection), "7");
  }
}

TEST(Theme, FindsHowManyColoursThereAre) {
  EXPECT_EQ(colour_depth("auto", nullptr, nullptr, 256), Depth::indexed);
  EXPECT_EQ(colour_depth("auto", nullptr, nullptr, 8), Depth::sixteen);
  EXPECT_EQ(colour_depth("auto", nullptr, nullptr, -1), Depth::none);
  EXPECT_EQ(colour_depth("auto", nullptr, "truecolor", 8), Depth::full);
  EXPECT_EQ(colour_depth("auto", nullptr, "24bit", 256), Depth::full);
  EXPECT_EQ(colour_depth("auto", nullptr, "yes", 256), Depth::indexed);
  EXPECT_EQ(colour_depth("auto", "1", "truecolor", 256), Depth::none);
  EXPECT_EQ(colour_depth("auto", "", nullptr, 256), Depth::indexed);
  EXPECT_EQ(colour_depth("full", "1", nullptr, -1), Depth::full);
  EXPECT_EQ(colour_depth("16", nullptr, "truecolor", 256), Depth::sixteen);
  EXPECT_EQ(colour_depth("never", nullptr, "truecolor", 256), Depth::none);
}

}  // namespace
}  // namespace p2p::tui
