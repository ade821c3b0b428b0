// Themes: what each style looks like on a terminal of so many colours (section 8 of the
// specification). Each order begins at nothing: it is what follows "0;" in an SGR.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tui/surface.h"

namespace p2p::tui {

enum class Depth : std::uint8_t { none, sixteen, indexed, full };  // attributes, 16, 256, 24 bit

// terminal: the sixteen colours of the user on his own ground. safe: blue, orange and white, which
// red-green blindness leaves apart.
enum class ThemeName : std::uint8_t { terminal, dark, light, safe };
constexpr std::array<std::string_view, 4> kThemeNames{"terminal", "dark", "light", "safe"};
std::optional<ThemeName> theme_named(std::string_view name);

struct Rgb {
  std::uint8_t red = 0, green = 0, blue = 0;
  bool operator==(const Rgb&) const = default;
};
// The palette that xterm begins with: 16 colours that users change, a cube, greys.
Rgb palette(int index);

class Theme {
 public:
  explicit Theme(ThemeName name = ThemeName::terminal, Depth depth = Depth::none);

  // Without the leading "0;": empty is the terminal's own text. Lives as long as the theme.
  std::string_view sgr(Style style) const { return orders_[static_cast<std::size_t>(style)]; }
  ThemeName name() const { return name_; }
  // Blanks have a colour of their own: an empty terminal does not look like an empty surface.
  bool has_ground() const { return name_ != ThemeName::terminal && depth_ != Depth::none; }
  // What the eye gets, as far as it is known; not of the theme `terminal`.
  struct Seen {
    Rgb text, ground;
  };
  Seen seen(Style style) const;

 private:
  ThemeName name_;
  Depth depth_;
  std::array<std::string, kStyles> orders_;
};

// From what the user wants ("auto", "never", "16", "256", "full"), the values of NO_COLOR and
// COLORTERM (null: not set), and the number of colours in terminfo.
Depth colour_depth(std::string_view wanted, const char* no_colour, const char* colorterm,
                   int terminfo_colours);

}  // namespace p2p::tui
