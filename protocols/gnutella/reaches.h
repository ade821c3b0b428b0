// Reaches: how to get at a source, and who may get us to call (gnutella.md, 3.5 and 9). A source
// that can be called is called by the host; a firewalled one is sent a PUSH the way its hit came,
// and calls us with GIV.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "protocols/call_quota.h"
#include "protocols/gnutella/message.h"
#include "protocols/mode.h"
#include "protocols/routes.h"

namespace p2p::gnutella {

inline constexpr std::uint8_t kPushTtl = 7;

// Where and how a hit's records can be had. One for each record, in their order.
std::vector<Source> sources_of(const HitMessage& hit);

class Reaches {
 public:
  Reaches(bool allow_public, std::uint16_t port) : allow_public_(allow_public), port_(port) {}

  bool may_connect(const Endpoint& endpoint) const;
  // The PUSH to send, where the source must be asked to call; nothing when it was answered at once.
  // `here` is our address as the network sees it.
  struct Order {
    Push push;
    bool send = false;
  };
  Order reach(const Reach& reach, const Endpoint& here, Cx& cx) const;
  void asked(ReachId id, const Endpoint& here, Cx& cx) const;  // the PUSH is on its way
  // A PUSH for us came: tells the host to call, or not.
  bool pushed(const Push& push, const Guid& servent, const Endpoint& here, Cx& cx);

 private:
  bool allow_public_;
  std::uint16_t port_;
  CallQuota calls_;
};

}  // namespace p2p::gnutella
