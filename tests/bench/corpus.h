// Names as people share them, the same in every benchmark (performance.md, section 6): seeded, the
// word of rank r with frequency ~ 1/(r+2.7), 60 % music, 18 % video, 10 % books, 5 % photos, 4 %
// packages, 3 % disc images, one name in three with a letter outside ASCII; 72 bytes on average.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "protocols/base/rng.h"

namespace p2p::bench {

class Corpus {
 public:
  // For so many names: 40,000 words for 100,000, 220,000 for a million.
  explicit Corpus(std::size_t names) {
    const std::size_t vocabulary = names / 5 + 20'000;
    double sum = 0;
    for (std::size_t rank = 0; rank < vocabulary; ++rank) {
      sums_.push_back(sum += 1 / (static_cast<double>(rank) + 2.7));
      std::string word;
      for (std::uint64_t letters = 3 + rng_.below(7); letters-- > 0;)
        word += static_cast<char>('a' + rng_.below(26));
      words_.push_back(word);
    }
  }

  const std::string& word() {
    const double at = sums_.back() * static_cast<double>(rng_.below(1U << 30U)) / (1U << 30U);
    const auto found = std::upper_bound(sums_.begin(), sums_.end(), at);
    return words_[static_cast<std::size_t>(found - sums_.begin())];
  }
  const std::string& hot_word() { return words_[rng_.below(30)]; }

  // A file name without a folder.
  std::string name() {
    const std::uint64_t kind = rng_.below(100);
    std::string name;
    if (kind < 60) {
      name = phrase(2, " ") + " - " + phrase(3, " ") + " - " + two_digits() + " - " +
             phrase(3 + rng_.below(3), " ") + pick({".mp3", ".mp3", ".ogg", ".flac"});
    } else if (kind < 78) {
      name = phrase(6, ".") + '.' + std::to_string(1950 + rng_.below(60)) + '.' + word() +
             pick({".avi", ".mkv", ".mpg"});
    } else if (kind < 88) {
      name = phrase(2, " ") + " - " + phrase(7, " ") + pick({".pdf", ".txt"});
    } else if (kind < 93) {
      name = "IMG_" + std::to_string(1000 + rng_.below(9000)) + ' ' + phrase(5, " ") + ".jpg";
    } else if (kind < 97) {
      name = phrase(5, "-") + "_" + std::to_string(rng_.below(10)) + '.' +
             std::to_string(rng_.below(20)) + "_amd64.deb";
    } else {
      name = phrase(6, "-") + "-" + two_digits() + ".iso";
    }
    if (rng_.below(3) == 0) name.insert(1 + rng_.below(3), pick({"é", "ü", "ø", "ñ"}));
    return name;
  }
  // As a Napster client shares it, two folders deep.
  std::string path() { return "C:\\Shared\\" + word() + ' ' + word() + '\\' + name(); }

  p2p::Rng& rng() { return rng_; }

 private:
  std::string phrase(std::uint64_t words, const char* joint) {
    std::string text = word();
    while (--words > 0)
      text += joint + word();
    return text;
  }
  std::string two_digits() {
    return std::string(1, static_cast<char>('0' + rng_.below(2))) +
           static_cast<char>('0' + rng_.below(10));
  }
  template <std::size_t N>
  const char* pick(const char* const (&from)[N]) {
    return from[rng_.below(N)];
  }

  p2p::Rng rng_{42};
  std::vector<double> sums_;
  std::vector<std::string> words_;
};

}  // namespace p2p::bench
