// What a person types to narrow a list: words that must all be in the text, case and accents
// ignored. The only file of tui/ that knows how words are folded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace p2p::tui {

class Filter {
 public:
  explicit Filter(std::string_view typed);
  bool empty() const { return words_.empty(); }
  bool passes(std::string_view text) const { return empty() || passes_folded(folded(text)); }
  bool passes_folded(std::string_view text) const;
  static std::string folded(std::string_view text);

 private:
  std::vector<std::string> words_;
};

}  // namespace p2p::tui
