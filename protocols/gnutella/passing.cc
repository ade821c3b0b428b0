#include "protocols/gnutella/passing.h"

#include <array>

#include "protocols/gnutella/message.h"

namespace p2p::gnutella {

namespace {

// In the order of place_of().
constexpr std::array<MessageKind, kTypes> kKinds{{
    {"ping"},
    {"pong"},
    {"bye"},
    {"table"},
    {"vendor"},
    {"vendor relayed"},
    {"push"},
    {"query", Purpose::query},
    {"hit", Purpose::answer},
}};

// A hit bears the GUID of the query it answers.
std::optional<Passing> first(Bytes run, std::uint32_t&) {
  if (run.size() < kHeaderBytes) return {};
  const auto header = decode_header(run.first(kHeaderBytes));
  if (!header || run.size() - kHeaderBytes < header->length) return {};
  const auto kind = place_of(header->type);
  if (!kind) return {};
  Passing passing{*kind, kHeaderBytes + header->length, {}};
  if (kKinds[*kind].purpose != Purpose::upkeep) passing.id = header->guid;
  return passing;
}

constexpr Watching kWatching{kKinds, false, first};

}  // namespace

const Watching& watching() {
  return kWatching;
}

}  // namespace p2p::gnutella
