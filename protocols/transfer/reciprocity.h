// Who is given a slot now: those who gave us most lately, one other in turn whatever he gave, and
// where nobody gave anything everybody in turn. Decides only; time and chance are handed in, and
// the host gives slots and takes them back.
//
// The idea is BitTorrent's: B. Cohen, "Incentives Build Robustness in BitTorrent" (2003), sections
// 3.2 and 3.4. The lottery is what lets a newcomer, who has nothing yet, begin to give.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/rng.h"
#include "protocols/base/time.h"

namespace p2p::transfer {

// How long a drawn slot, or one that goes round, is kept while others want it: BitTorrent's figure,
// long enough for a connection to come to its full rate.
inline constexpr Duration kTurn = 30s;

// What users gave us, in bytes that fade: half of a gift counts after kHalfLife.
class Gifts {
 public:
  static constexpr Duration kHalfLife = 10min;
  static constexpr std::uint64_t kLeast = std::uint64_t{64} * 1024;  // less buys no slot
  static constexpr std::size_t kMostUsers = 1000;  // then the least giver is forgotten

  void gave(std::string_view user, std::uint64_t bytes, Time now);
  // What still counts; zero when it is less than kLeast.
  std::uint64_t lately(std::string_view user, Time now) const;
  std::size_t users() const { return users_.size(); }

 private:
  struct Gift {
    double bytes = 0;  // at the time of `at`
    Time at;
  };
  static double at(const Gift& gift, Time now);
  void forget_least(Time now);

  std::map<std::string, Gift, std::less<>> users_;
};

// One user's wish for a slot, or his hold of one. Each user once.
struct Wish {
  std::string user;
  Time since;               // of waiting: when he came, or when his last turn ended
  bool holds = false;       // has a slot now, and `since` is when he got it
  std::uint32_t turns = 0;  // that he had: of two who wait equally long, fewer go first
  std::string giver{};      // his name in Gifts, if it is another one: several users may share it
};

// The slot that is drawn, from one decision to the next. No user: none is.
struct Draw {
  std::string user;
  Time until;
};

struct Turns {
  std::vector<std::string> served;   // have or get a slot now; at most as many as there are
  std::vector<std::string> waiting;  // the others, in the order in which they will go
  Draw draw;                         // for the next decision
};

// All slots but one go to those who gave most. The last one is drawn among the others, anew every
// kTurn or when its user no longer wants it; nobody is drawn twice in a row while there is another.
// What is left goes round: who waited longest is next, and a hold has its end after kTurn when
// somebody waits. A single slot is the best giver's and the drawn one's by turns of kTurn. Where
// nobody gave anything all slots go round.
Turns turns(std::span<const Wish> wishes, std::size_t slots, const Gifts& gifts, const Draw& before,
            Rng& rng, Time now);

// How long slots were held of late: the mean of the last sixteen.
class SlotTimes {
 public:
  static constexpr Duration kUsual = 60s;  // before any has ended

  void ended(Duration held);
  Duration mean() const;

 private:
  std::array<Duration, 16> last_{};
  std::size_t count_ = 0;  // of all that ended
};

// What the one at `place`, from 1, is told honestly: with `slots` slots one ends every mean/slots.
// Whole seconds, rounded up; zero at place 0, and a day where nobody is ever served.
std::chrono::seconds waiting_time(std::size_t place, std::size_t slots, Duration mean);

}  // namespace p2p::transfer
