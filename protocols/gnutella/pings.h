// Pings: pings and pongs with the neighbours, both ways (gnutella.md, sections 3.2 and 5): whether
// a quiet one is still there, who else is in the network, and what we say when we are asked. Pings
// are not passed on: pongs that came lately answer them.
#pragma once

#include <optional>
#include <vector>

#include "protocols/gnutella/links.h"
#include "protocols/gnutella/own_pong.h"
#include "protocols/gnutella/pong_cache.h"

namespace p2p::gnutella {

// A quiet neighbour is pinged, and given up after so many unanswered pings (gnutella.md, section
// 5): two minutes for an ultrapeer, eight for a leaf.
inline constexpr Duration kQuietUltrapeer = 20s;
inline constexpr unsigned kUnansweredUltrapeer = 6;
inline constexpr Duration kQuietLeaf = 120s;
inline constexpr unsigned kUnansweredLeaf = 4;

class Pings {
 public:
  explicit Pings(Links& links) : links_(links) {}

  // When to ping a neighbour that stays quiet.
  static Time due(const Neighbour& neighbour);
  // Pings it, or gives it up; it may be gone afterwards.
  void keep_alive(Neighbour& neighbour, Cx& cx);
  // A ping that may be answered by many, with the wish for addresses of ultrapeers (SCP), or, of an
  // ultrapeer, for such that take another one.
  void ask_for_hosts(Neighbour& to, bool is_ultrapeer, Cx& cx);

  // What a ping asks for beside our pong. Nothing: there were too many, it is dropped.
  struct Wish {
    bool hosts = false;
  };
  std::optional<Wish> asked(Neighbour& from, const Frame& frame, const Cx& cx);
  // Our pong, then those of others if they are wanted and the ping may go further than to us.
  void answer(Neighbour& to, const Header& ping, const OwnPong& self, bool with_others, Cx& cx);

  // Keeps a pong of `from` with an address that can be called, to answer others with it.
  void keep(const Neighbour& from, const Header& header, const Pong& pong, Time now);
  void forget(LinkId link) { pongs_.forget(link); }
  bool is_as_made() const { return pongs_.is_as_made(); }

 private:
  Links& links_;
  PongCache pongs_;
};

// The addresses that a pong tells beside its own (GGEP IPP).
std::vector<Endpoint> told_hosts(const Pong& pong);

}  // namespace p2p::gnutella
