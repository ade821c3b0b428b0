// How success went over time, and what a blow did to it: before it, while those it killed are away,
// and after they are back; and how long the dent is.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "servent/lab/crowd.h"
#include "servent/lab/outcome.h"

namespace p2p::lab {

// So many questions running tell how it goes, and the network has recovered when their success is
// this share of what it was before.
inline constexpr std::size_t kRunning = 10;
inline constexpr double kRecovered = 0.9;

// Shares of the questions with a hit; nothing where none was asked.
struct Dent {
  std::optional<double> before;
  std::optional<double> during;
  std::optional<double> after;
  // From the blow to the first of kRunning questions with the success of before; to the last
  // question when there are none such. Nothing: nothing was asked before or after the blow.
  std::optional<double> length_s;
};
// `asked` in the order of time; `back` is kNoReturn where nobody comes back.
inline constexpr World::Ms kNoReturn = ~World::Ms{0};
Dent dent_of(std::span<const AskedQuery> asked, World::Ms blow, World::Ms back);

// How success went from `start`, when the first was asked, for `length`: of each of kStretches
// equal stretches of that time in which something was asked.
inline constexpr std::size_t kStretches = 40;
std::vector<Stretch> course_of(std::span<const AskedQuery> asked, World::Ms start,
                               World::Ms length);

}  // namespace p2p::lab
