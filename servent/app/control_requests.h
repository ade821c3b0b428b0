// A line of the control socket as Requests. It comes from a program of the same user, so it is
// checked for sense, not for malice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "servent/api/request.h"
#include "servent/app/json.h"

namespace p2p::app {

// Of a request: eight links of the longest kind.
inline constexpr std::size_t kMaxLine = 64UL << 10U;

// Empty, or nothing, for what is not there or of another kind.
std::string text_in(const Json& object, const char* key);
std::optional<std::uint64_t> number_in(const Json& object, const char* key);  // at most 2^40
std::optional<bool> bool_in(const Json& object, const char* key);

// Nothing (discarded) for what is no JSON, and for what is nested deeper than any request: values
// are copied by recursion.
Json parse_request(const std::string& line);

// {"end":true,"ok":true}, or with what is wrong.
Json end_of(const std::string& error);

// What "search" and "browse" ask.
api::Request question(const std::string& verb, const Json& request);
// What {"do":"limit"} wants set: nothing, or rates of all or of the upload `id`, and slots.
std::vector<api::Request> limit_requests(const Json& request);
// What {"do":"change","limit":N,"priority":"low","in_order":true} wants set of download `id`, each
// if it is there. Nothing: a word that makes no sense.
std::optional<api::Request> change_request(std::uint32_t id, const Json& request);
// {"do":"move","where":"top"}; up, down, bottom.
std::optional<api::Request> move_request(std::uint32_t id, const Json& request);

}  // namespace p2p::app
