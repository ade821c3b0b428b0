// Pushes: the way to who cannot be called (gnutella.md, sections 3.5 and 9; third walk of
// architecture.md). A firewalled source is sent a PUSH the way its hits came, or over HTTP by the
// ultrapeers that keep a link to it; a PUSH of others goes on to its servent; one for us has the
// host call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "protocols/call_quota.h"
#include "protocols/gnutella/admission.h"
#include "protocols/gnutella/links.h"
#include "protocols/gnutella/push_proxy.h"
#include "protocols/gnutella/reaches.h"
#include "protocols/registry.h"
#include "protocols/routes.h"

namespace p2p::gnutella {

inline constexpr std::size_t kPushCapacity =
    16'384;  // servents whose way is known; at most 512 KiB

class Pushes {
 public:
  // `self` and `links` outlive it.
  Pushes(const Self& self, Links& links, std::uint64_t salt);

  // The servent is reached by this link: its hit came there, or it is a leaf of ours.
  void learn(const Guid& servent, LinkId link, Time now) { servents_.learn(servent, link, now); }
  // It will be learnt in a moment.
  void expect(const Guid& servent) { servents_.expect(servent); }

  // The user's: `here` is our address as the network sees it.
  void reach(const Reach& wanted, const Endpoint& here, Cx& cx);
  // A PUSH for us.
  void for_us(Neighbour& from, const Push& push, Cx& cx);
  // A PUSH for somebody else goes on to its servent; dropped where nobody knows the way, or its TTL
  // is over and the servent is no leaf of ours.
  void relay(Neighbour& from, const Frame& frame, const Push& push, Cx& cx);

  // ---- HTTP, both sides
  bool has(LinkId link) const { return calls_ && calls_->proxy.has(link); }
  void up(LinkId link, const LinkInfo& info, Cx& cx) { calls_->proxy.up(link, info, cx); }
  void receive(LinkId link, Bytes bytes, Cx& cx);
  void down(LinkId link) { calls_->proxy.down(link); }
  // A caller from `address` whose first bytes are a request for a push. False: no place for it.
  bool accept(LinkId link, std::uint32_t address, Bytes first, Cx& cx);
  void expire(Cx& cx) {
    if (calls_) calls_->proxy.expire(cx);
  }
  Time deadline() const { return calls_ ? calls_->proxy.deadline() : kNever; }

 private:
  struct Calls {
    Reaches reaches;
    PushProxy proxy;
  };
  Calls& calls();
  Neighbour* way(const Guid& servent);
  void send(Neighbour& to, const Push& push, std::uint8_t ttl, Cx& cx);

  const Self& self_;
  Links& links_;
  Routes servents_;
  std::unique_ptr<Calls> calls_;  // null: nobody called for a push so far
};

}  // namespace p2p::gnutella
