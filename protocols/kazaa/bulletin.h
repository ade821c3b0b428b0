// Bulletin: how big the network is, as a supernode knows it and tells its children and the other
// supernodes from time to time (fasttrack.md, sections 4.4 and 10.1). Only what is known to be
// true: its own, and what those say of themselves that it is linked to.
#pragma once

#include <algorithm>
#include <optional>

#include "protocols/kazaa/children.h"
#include "protocols/kazaa/links.h"
#include "protocols/kazaa/peers.h"
#include "protocols/kazaa/relay.h"
#include "protocols/kazaa/statistics.h"

namespace p2p::kazaa {

class Bulletin {
 public:
  static constexpr Duration kEvery = 60s;
  static constexpr Duration kSoon = 5s;  // after a change; counts are not older when told

  struct Parts {  // of the supernode, which outlive the bulletin
    Links& links;
    const Children& children;
    const Peers& peers;
  };
  explicit Bulletin(const Parts& parts) : parts_(parts) {}

  void start(Time now) { due_ = now + kEvery; }
  void stop() { due_ = kNever; }
  void changed(Time now) { due_ = std::min(due_, now + kSoon); }
  void expire(Cx& cx);  // to all, when it is time
  Time deadline() const { return due_; }

  void tell_child(Link& child, Cx& cx);
  void tell_peer(Link& peer, Cx& cx);

 private:
  Hello hello() const;
  const Statistics& ours(Time now);
  Statistics network(Time now);
  void send(Link& to, Type type, const Statistics& statistics, Cx& cx);

  Parts parts_;
  Time due_ = kNever;
  Statistics ours_{};
  std::optional<Time> counted_at_;
};

}  // namespace p2p::kazaa
