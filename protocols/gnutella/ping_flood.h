// PingFlood: asking the network who is there, again and again, as the first Gnutella did
// (gnutella.md, section 3.2). Without pong caching each ping goes to all until its TTL is used up,
// every node on the way answers, and each pong goes back the way that its ping came: more than half
// of all bytes of the network of 2000 (Ripeanu 2001). With it a ping goes one hop (pings.h).
#pragma once

#include <cstdint>

#include "protocols/gnutella/links.h"
#include "protocols/registry.h"
#include "protocols/routes.h"

namespace p2p::gnutella {

// Pings that are remembered: a few hundred a second for kRouteAge.
inline constexpr std::size_t kPingCapacity = 65'536;

class PingFlood {
 public:
  // Both outlive it.
  PingFlood(Links& links, const FlatOptions& options) : links_(links), options_(options) {}

  // There is a neighbour: the first ping is drawn from the period, so that not all ask at once.
  void begin(Cx& cx);
  void expire(Cx& cx);
  Time deadline() const { return next_; }

  bool floods() const { return options_.floods_pings; }
  // Passes a ping on. False: it was here before, or there are too many; it is dropped.
  bool passes(Neighbour& from, const Frame& ping, Cx& cx);
  // Passes a pong back. False: it answers one of ours, or nobody's.
  bool passes_back(const Frame& pong, Cx& cx);

 private:
  Links& links_;
  const FlatOptions& options_;
  Routes seen_{kPingCapacity, 0};  // salted at the beginning
  Time next_ = kNever;
};

}  // namespace p2p::gnutella
