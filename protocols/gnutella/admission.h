// Admission: what we say of ourselves in a handshake, and whom we take (gnutella.md, sections 1.3
// and 1.4). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/alike.h"
#include "protocols/gnutella/handshake.h"
#include "protocols/gnutella/neighbour.h"
#include "protocols/gnutella/settings.h"

namespace p2p::gnutella {

struct Counts {
  std::uint32_t ultrapeers = 0;
  std::uint32_t leaves = 0;
  std::uint32_t plain = 0;
};

struct Self {
  Alike<Settings> told;  // of most nodes of a laboratory the same
  Guid servent{};
  Endpoint listen{};  // port 0: nowhere
};

// Our address as this neighbour sees it; port 0: nobody can call us.
inline Endpoint seen_from(const Neighbour& by, const Self& self) {
  return {by.local.address, self.listen.port};
}

// Block 1 of a call of ours to `remote`; `local` is our end of the link.
Fields first_block(const Self& self, const Endpoint& local, const Endpoint& remote);
// As the other side reads such a block of a node of ours, where the greeting is left out; but for
// its address.
const Greeting& greeting_as(Kind kind);

// Whether we take this neighbour, and as what it counts.
struct Verdict {
  std::uint16_t code = 200;
  std::string text = "OK";
  Kind kind = Kind::plain;
};
Verdict admit(const Self& self, const Counts& now, const Greeting& peer, bool inbound);

// Block 2 (to who called us) and block 3 (to whom we called). `hosts` go along with a refusal.
Reply answer(const Self& self, const Verdict& verdict, const Greeting& peer, const Endpoint& local,
             const Endpoint& remote, bool inbound, const std::vector<Endpoint>& hosts);
// For a crawler (header Crawler): who our neighbours are; the link is closed behind it.
Reply answer_crawler(const Self& self, const std::vector<Endpoint>& peers,
                     const std::vector<Endpoint>& leaves);

std::string host_list(const std::vector<Endpoint>& hosts);  // "1.2.3.4:6346,5.6.7.8:6346"

}  // namespace p2p::gnutella
