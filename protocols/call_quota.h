// CallQuota: how often strangers may make us call somebody (a push names where): few times to one
// address, not too many in all, and never public addresses unless the user allows them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "protocols/base/ids.h"
#include "protocols/base/time.h"

namespace p2p {

inline constexpr std::size_t kCallsPerAddress = 5;  // as gtk-gnutella: 5 in 30 s
inline constexpr std::size_t kCallsInAll = 50;
inline constexpr Duration kCallsWindow = 30s;
// The same call was asked for by another way: once is enough.
inline constexpr Duration kSameCall = 10s;

class CallQuota {
 public:
  enum class Verdict : std::uint8_t {
    call,   // and it counts
    again,  // it was asked for a moment ago
    no,
  };
  // `what` tells calls to one place apart: a file's number, a push's.
  Verdict ask(const Endpoint& to, std::uint32_t what, Time now);

 private:
  struct Call {
    Endpoint to;
    std::uint32_t what = 0;
    Time at{};
  };
  std::deque<Call> calls_;  // of the window, at most kCallsInAll
};

// May we call there at all?
bool may_call(const Endpoint& endpoint, bool allow_public);

}  // namespace p2p
