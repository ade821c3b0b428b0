// The verbs of the control socket that only list what a moment has.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "servent/api/backend.h"
#include "servent/api/snapshot.h"
#include "servent/app/json.h"

namespace p2p::app {

// {"row":{...}} lines; nothing when the verb is another one.
std::optional<std::string> listed(const std::string& verb, const api::Snapshot& moment,
                                  const std::vector<Json>& settings);

std::string trail_lines(const std::vector<api::TrailRow>& rows);

}  // namespace p2p::app
