// What our pong says of us (gnutella.md, sections 3.2 and 4). Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "protocols/base/ids.h"
#include "protocols/base/time.h"
#include "protocols/gnutella/admission.h"

namespace p2p::gnutella {

struct OwnPong {
  Endpoint here;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  Role role = Role::leaf;
  Limits limits;
  Counts counts;
  Duration up{};
  std::vector<Endpoint> hosts;  // to be told (GGEP IPP), if they were asked for
};

// The payload; GGEP (VC, UP, DU, IPP) only for who understands it.
Buffer pong_payload(const OwnPong& self, bool with_ggep);

}  // namespace p2p::gnutella
