// Reaches: how to get at a source, and who may get us to call (fasttrack.md, section 7). A source
// that can be called is called by the host; for another one its supernode is asked to tell it to
// call us, which it does with "GIVE <push id>".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocols/call_quota.h"
#include "protocols/kazaa/push.h"
#include "protocols/mode.h"

namespace p2p::kazaa {

class Reaches {
 public:
  explicit Reaches(bool allow_public) : allow_public_(allow_public) {}

  // What others must hear of us on a transfer connection.
  struct Us {
    std::string_view user;
    Endpoint here;       // port 0: nobody can call us
    Endpoint supernode;  // our parent, or we ourselves
  };

  bool may_connect(const Endpoint& endpoint) const { return may_call(endpoint, allow_public_); }
  // The push to send, where the source must be asked to call; its views live as long as `reach`.
  // Nothing when all is said already.
  std::optional<PushRequest> reach(const Reach& reach, const Us& us, Cx& cx) const;
  void asked(ReachId id, const PushRequest& push, const Us& us, Cx& cx) const;  // it is on its way
  // We are asked to call: tells the host to, or does not.
  void ordered(const PushOrder& order, const Us& us, Cx& cx);

 private:
  bool allow_public_;
  CallQuota calls_;
};

}  // namespace p2p::kazaa
