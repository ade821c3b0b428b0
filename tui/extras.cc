#include "tui/extras.h"

#include <algorithm>
#include <array>

#include "tui/sanitize.h"

namespace p2p::tui {

namespace {

constexpr std::size_t kLongestCopy = 6144;  // some terminals take 8 KiB of base64
constexpr int kLongestNotice = 120;         // cells

std::string base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 3) {
    std::uint32_t three = 0;
    for (std::size_t i = at; i < at + 3; ++i)
      three = three << 8U | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i)
      out += at + i > text.size() ? '=' : kDigits[three >> (18 - 6 * i) & 63U];
  }
  return out;
}

}  // namespace

std::string copy_order(std::string_view text) {
  if (text.empty() || text.size() > kLongestCopy) return "";
  return "\x1b]52;c;" + base64(text) + "\x1b\\";
}

Notices notices_of(std::string_view term, std::string_view program) {
  constexpr std::array<std::string_view, 2> kPrograms{"iTerm.app", "WezTerm"};
  constexpr std::array<std::string_view, 3> kTerms{"rxvt-unicode", "foot", "xterm-ghostty"};
  // Within tmux or screen the program's name is that of a terminal that does not get the order.
  if (term.starts_with("tmux") || term.starts_with("screen")) return Notices::none;
  if (std::ranges::count(kPrograms, program) > 0 || term == "xterm-kitty") return Notices::osc9;
  const bool known =
      std::ranges::any_of(kTerms, [&](std::string_view name) { return term.starts_with(name); });
  return known ? Notices::osc777 : Notices::none;
}

std::string notice_order(Notices kind, std::string_view text) {
  std::string words = sanitize(text).end_cut(kLongestNotice).text();
  if (kind == Notices::none) return "";
  if (kind == Notices::osc9) return "\x1b]9;" + words + "\x1b\\";
  std::ranges::replace(words, ';', ',');  // it parts the title from the words
  return "\x1b]777;notify;servent;" + words + "\x1b\\";
}

}  // namespace p2p::tui
