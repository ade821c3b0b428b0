// Whose an accepted connection is: one port serves links, transfers and browsers (gnutella.md,
// section 1).
#pragma once

#include "protocols/registry.h"

namespace p2p::gnutella {

// GNUTELLA, the root of the web (browse host) and push proxies' requests are links of the mode;
// other GETs, HEAD and GIV are transfers.
Arrival arrival(Bytes first);

}  // namespace p2p::gnutella
