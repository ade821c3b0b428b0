// PongCache: pongs that came lately, to answer pings from instead of passing them on (gnutella.md,
// section 5). Bounded by kMost; the oldest goes.
#pragma once

#include <cstdint>
#include <vector>

#include "protocols/base/ids.h"
#include "protocols/base/rare.h"
#include "protocols/base/rng.h"
#include "protocols/base/time.h"

namespace p2p::gnutella {

class PongCache {
 public:
  static constexpr std::size_t kMost = 100;
  static constexpr std::size_t kAnswers = 10;  // to one ping
  static constexpr Duration kAge = 120s;

  struct Known {
    Endpoint endpoint;
    std::uint32_t files = 0;
    std::uint32_t kilobytes = 0;
    std::uint8_t hops = 0;  // how far it was from us
    LinkId from{};
    Time at{};
  };

  // The newest of an endpoint counts; those that are too old by now go.
  void add(const Known& pong);
  // At most kAnswers for a ping that came by `asker`: spread over the distances, none that came by
  // the same link, no endpoint twice.
  std::vector<Known> answers(LinkId asker, Time now, Rng& rng) const;
  void forget(LinkId from);
  bool is_as_made() const { return known_.is_usual(); }

 private:
  Rare<std::vector<Known>> known_;  // oldest first
};

}  // namespace p2p::gnutella
