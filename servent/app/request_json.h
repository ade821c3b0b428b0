// Requests as JSON and back: {"what":"start_search","text":"sun dogs"}. docs/control.md lists them.
#pragma once

#include <optional>

#include "servent/api/request.h"
#include "servent/app/json.h"

namespace p2p::app {

Json request_json(const api::Request& request);
// Nothing when there is no such request, or one of its fields is of another kind.
std::optional<api::Request> request_in(const Json& object);

}  // namespace p2p::app
