#include "tui/theme.h"

namespace p2p::tui {

std::string_view sgr(Style style, bool colour) {
  switch (style) {
    case Style::text: return "";
    case Style::dim: return colour ? "90" : "";
    case Style::accent: return colour ? "36" : "1";
    case Style::selection: return "7";
    case Style::header: return "1";
    case Style::border: return colour ? "90" : "";
    case Style::good: return colour ? "32" : "";
    case Style::warn: return colour ? "33" : "1";
    case Style::bad: return colour ? "31" : "1";
    case Style::mark: return colour ? "35" : "1";
    case Style::bar: return colour ? "34" : "";
    case Style::spark: return colour ? "36" : "";
    case Style::hot: return colour ? "1;36" : "1";
  }
  return "";
}

}  // namespace p2p::tui
