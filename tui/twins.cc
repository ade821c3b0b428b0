// Every sign of ours and its twin where the locale is not UTF-8 (section 8 of the specification).
#include <algorithm>
#include <array>
#include <utility>

#include "tui/sanitize.h"

namespace p2p::tui {
namespace {

constexpr std::array<std::pair<std::string_view, char>, 62> kTwins{{
    {"●", '*'}, {"○", 'o'}, {"◌", '.'}, {"▸", '>'}, {"▾", 'v'}, {"▼", 'v'}, {"▲", '^'}, {"✓", '+'},
    {"✗", 'x'}, {"‖", '='}, {"↻", '~'}, {"★", 'w'}, {"≈", '~'}, {"·", '-'}, {"…", '~'}, {"█", '#'},
    {"▓", ':'}, {"▒", '.'}, {"░", '-'}, {"─", '-'}, {"│", '|'}, {"╭", '+'}, {"╮", '+'}, {"╰", '+'},
    {"╯", '+'}, {"⟨", '<'}, {"⟩", '>'}, {"␠", '_'}, {"▁", '_'}, {"▂", '_'}, {"▃", '-'}, {"▄", '-'},
    {"▅", '='}, {"▆", '='}, {"▇", '#'}, {"→", '>'}, {"⠋", '|'}, {"⠙", '/'}, {"⠹", '-'}, {"⠸", '|'},
    {"⠼", '/'}, {"⠴", '-'}, {"⠦", '|'}, {"⠧", '/'}, {"⠇", '-'}, {"⠏", '|'}, {"①", '1'}, {"②", '2'},
    {"③", '3'}, {"④", '4'}, {"⑤", '5'}, {"⑥", '6'}, {"⑦", '7'}, {"⑧", '8'}, {"⑨", '9'}, {"–", '-'},
    {"┌", '+'}, {"┐", '+'}, {"└", '+'}, {"┘", '+'}, {"•", '*'}, {"├", '|'},
}};

char twin_of(const std::string& text) {
  if (static_cast<unsigned char>(text[0]) < 0x80) return text[0];  // without its accents
  const auto twin =
      std::ranges::find(kTwins, std::string_view(text), &std::pair<std::string_view, char>::first);
  return twin == kTwins.end() ? '?' : twin->second;
}

}  // namespace

Shown Shown::in_ascii() const {
  Shown plain;
  plain.altered_ = altered_;
  plain.ascii_ = true;
  for (const Cluster& cluster : clusters_)
    plain.add({std::string(1, twin_of(cluster.text)), 1, cluster.warn});
  return plain;
}

}  // namespace p2p::tui
