// PushProxy: pushes asked for over HTTP, both sides. A firewalled leaf's hits name the ultrapeers
// that keep a link to it (GGEP PUSH); whoever wants its file asks one of those to pass a PUSH on,
// where the way that the hit came may be gone. Source: "Push Proxy", version 0.6, 2003.
//
//   asked:  GET /gnutella/push-proxy?ServerId=<26 letters of base32> HTTP/1.1
//           GET /gnet/push-proxy?guid=<32 hex digits>[&file=<index>] HTTP/1.1
//           X-Node: <ip>:<port>            where the leaf shall call
//       ->  202 passed on | 410 no such leaf here | 400 | 503, and the end
//   asking: dial -> HEAD /gnet/push-proxy?guid=... -> its head -> close
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocols/gnutella/message.h"
#include "protocols/gnutella/neighbour.h"
#include "protocols/gnutella/reaches.h"
#include "protocols/header_block.h"
#include "protocols/mode.h"
#include "protocols/token_bucket.h"

namespace p2p::gnutella {

inline constexpr std::size_t kProxiesAsked = 3;      // for one push
inline constexpr std::size_t kMostProxyCalls = 12;   // ours, at once; further ones are left out
inline constexpr std::size_t kMostProxyAskers = 20;  // theirs; further ones are closed
inline constexpr Duration kProxyPatience = 10s;
// Who said no to a push is not asked for it again so soon; of the oldest beyond the limit nobody
// knows any more.
inline constexpr Duration kProxyRefused = 10min;
inline constexpr std::size_t kMostProxyRefused = 100;

class PushProxy {
 public:
  PushProxy(std::string agent, bool allow_public, std::uint16_t port)
      : agent_(std::move(agent)),
        reaches_(allow_public, port),
        port_(port) {}

  // Do a caller's first bytes (kArrivalBytes) begin such a request?
  static bool is_for(Bytes first);
  bool has(LinkId link) const { return askers_.contains(link) || calls_.contains(link); }

  // A caller from that address; his bytes go to receive(). False: no place for one more.
  bool accept(LinkId link, std::uint32_t from, Cx& cx);
  // The PUSH that this caller wants passed on: answer() it. It names the address he calls from,
  // whatever he says, so that nobody has others called.
  std::optional<Push> receive(LinkId link, Bytes bytes, Cx& cx);
  void answer(LinkId link, bool passed_on, Cx& cx);

  // Has some of these pass the push on, and says how many are asked.
  std::size_t ask(const Push& push, std::span<const Endpoint> proxies, Cx& cx);

  void up(LinkId link, const LinkInfo& info, Cx& cx);
  void down(LinkId link);
  void expire(Cx& cx);
  Time deadline() const;

 private:
  struct Asker {
    HeaderBlockReader head{kHttpLimits};
    std::uint32_t from = 0;
    Time deadline{};
  };
  struct Call {
    Guid servent;
    std::uint32_t index = 0;
    Endpoint to;
    HeaderBlockReader head{kHttpLimits};
    Time deadline{};
  };
  struct Refusal {
    Guid servent;
    Endpoint by;
    Time at{};
  };

  std::optional<Push> hear(LinkId link, Asker& asker, Bytes bytes, Cx& cx);
  void listen(LinkId link, Call& call, Bytes bytes, Cx& cx);
  void say(LinkId link, std::string_view status, Cx& cx);
  bool has_refused(const Guid& servent, const Endpoint& by, Time now) const;

  std::string agent_;
  Reaches reaches_;
  std::uint16_t port_;  // ours
  TokenBucket pushes_{kPushRate.per_second, kPushRate.burst};
  std::unordered_map<LinkId, Asker> askers_;
  std::unordered_map<LinkId, Call> calls_;
  std::deque<Refusal> refusals_;  // the oldest first
};

}  // namespace p2p::gnutella
