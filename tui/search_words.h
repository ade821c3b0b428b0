// What the Search screen says of searches: the chips of those that are open, how long the one that
// is shown takes, and why a list has no rows.
#pragma once

#include <cstddef>
#include <string>

#include "servent/api/snapshot.h"

#include "tui/keymap.h"
#include "tui/surface.h"

namespace p2p::tui {

// The search whose results are in the snapshot, or none.
const api::SearchRow* shown_search(const api::Snapshot& snapshot);
// "①", the place of that search among those that are open; empty without one.
std::string search_number(const api::Snapshot& snapshot);
// "① free jazz 214 ⠹   ② live set 38 ✓   ★ coltrane +2 new": the open searches, and wishes that
// have found something new. If there is not room for all, the one that is shown and as many around
// it as fit.
std::string search_chips(const api::Snapshot& snapshot, int room, const Looks& looks = {});
// "12 s, 31 answers" of the search that is shown; empty without one.
std::string search_age(const api::Snapshot& snapshot);
// Why no row is seen, and which key helps. `results`: all that there are; `ignored`: those of them
// that only ignored users have.
std::string why_empty(const api::Snapshot& snapshot, std::size_t results, std::size_t ignored,
                      const KeyWords& keys);

}  // namespace p2p::tui
