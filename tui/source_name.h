// What a source is called on the screen.
#pragma once

#include <string>

#include "servent/api/snapshot.h"

namespace p2p::tui {

// Its user's name. Networks that know programs by a GUID only (32 hex digits) have none: there it
// is the address, or the first digits where that is not known.
std::string source_name(const api::SourceRow& source);

}  // namespace p2p::tui
