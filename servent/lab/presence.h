// Presence: who comes and goes, drawn from a seed or told by a trace. Times are since the start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "protocols/base/result.h"
#include "protocols/base/rng.h"

#include "servent/lab/lifetimes.h"
#include "servent/lab/world.h"

namespace p2p::lab {

struct Move {
  World::Ms at = 0;
  NodeNumber node = 0;
  bool is_up = false;  // comes; else leaves
  friend bool operator==(const Move&, const Move&) = default;
};

// One node's sessions and absences as they alternate for ever: looked at from a time long after
// their beginning, so that the first it is met in is one of any length, met anywhere.
class Coming {
 public:
  // Absences are exponential. `absence_s` is their mean.
  Coming(const Lifetime& session, double absence_s, std::uint64_t seed);

  bool is_up() const { return is_up_; }
  World::Ms until() const { return until_; }  // then it changes
  void change();

 private:
  Lifetime session_;
  Lifetime absence_;
  Rng rng_;
  bool is_up_ = true;
  World::Ms until_ = 0;
};

// A trace: a line a move, `SECONDS NODE up|down`, in the order of time; '#' starts a comment. Who
// comes first in it is away before, who leaves first is there, and who is not in it stays.
// Errc::malformed names the line: one that is none, a node not below `nodes`, a time before that of
// the line above, or one who is up coming again.
Result<std::vector<Move>> read_moves(std::istream& in, const std::string& file, std::size_t nodes);
inline constexpr std::size_t kMostMoves = 10'000'000;  // lines of a trace; more is refused

}  // namespace p2p::lab
