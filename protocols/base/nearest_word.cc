#include "protocols/base/nearest_word.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace p2p {

std::string_view nearest_word(std::string_view word, std::span<const std::string_view> words) {
  word = word.substr(0, 64);
  std::string_view best;
  std::size_t best_edits = word.size() / 2 + 1;
  for (const std::string_view right : words) {
    std::vector<std::size_t> row(right.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j)
      row[j] = j;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      std::size_t corner = std::exchange(row[0], i);
      for (std::size_t j = 1; j < row.size(); ++j) {
        const std::size_t change = corner + (word[i - 1] == right[j - 1] ? 0U : 1U);
        corner = row[j];
        row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
      }
    }
    if (row.back() < best_edits) {
      best_edits = row.back();
      best = right;
    }
  }
  return best;
}

}  // namespace p2p
