// Whom the user keeps out, on the screens where he does so: one is chosen by his name to come back.
#pragma once

#include <string>
#include <vector>

#include "servent/api/snapshot.h"

#include "tui/desk.h"

namespace p2p::tui {

// Those of one kind, the newest last.
std::vector<api::UnwantedRow> unwanted_of(const api::Snapshot& snapshot, api::Unwanted what);
// "Banned: 192.0.2.7, 192.0.2.9. Take back: " with the newest one typed already. `word` is
// "Banned".
void type_readmission(Desk& desk, const std::string& word, std::vector<api::UnwantedRow> rows);

}  // namespace p2p::tui
