// PushRouter: passes pushes on, from who wants a file to the supernode of who has it, and there to
// the child that shall call (fasttrack.md, sections 7 and 10.1).
#pragma once

#include <cstdint>

#include "protocols/kazaa/children.h"
#include "protocols/kazaa/links.h"
#include "protocols/kazaa/peers.h"
#include "protocols/kazaa/push.h"
#include "protocols/registry.h"

namespace p2p::kazaa {

class PushRouter {
 public:
  struct Parts {  // of the supernode, which outlive the router
    const ModeConfig& config;
    Links& links;
    Children& children;
    Peers& peers;
  };
  explicit PushRouter(const Parts& parts) : parts_(parts) {}

  // Our own user's. False: no way to that source is known.
  bool send(const PushRequest& push, Cx& cx) const;
  // A child may only ask that it be called itself.
  void from_child(Link& from, Child& child, Bytes payload, Cx& cx) const;
  void from_peer(Link& from, Peer& peer, Bytes payload, Cx& cx) const;

 private:
  bool is_us(const Endpoint& supernode) const;
  bool pass_on(const PushRequest& push, std::uint8_t ttl, const Link* but, Cx& cx) const;
  bool to_child(const PushRequest& push, Cx& cx) const;
  bool to_peer(const PushRequest& push, std::uint8_t ttl, const Link* but, Cx& cx) const;

  Parts parts_;
};

}  // namespace p2p::kazaa
