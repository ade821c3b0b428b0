// Whose an accepted connection is: one port serves links, transfers and browsers (gnutella.md,
// section 1).
#pragma once

#include "protocols/registry.h"

namespace p2p::gnutella {

// GNUTELLA, the root of the web (browse host) and push proxies' requests are links of the mode;
// other GETs, GIV and any other method of HTTP (which is refused there) are transfers.
Arrival arrival(Bytes first);

}  // namespace p2p::gnutella
