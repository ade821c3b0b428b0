#include "protocols/gnutella/passing.h"

#include <array>

#include "protocols/gnutella/message.h"
#include "protocols/gnutella/walker.h"

namespace p2p::gnutella {

namespace {

// In the order of place_of(), then those of walkers (walker.h), which go as datagrams.
constexpr std::array<MessageKind, kTypes + kNoteKinds> kPassingKinds{{
    {"ping"},
    {"pong"},
    {"bye"},
    {"table"},
    {"vendor"},
    {"vendor relayed"},
    {"push"},
    {"query", Purpose::query},
    {"hit", Purpose::answer},
    {"check", Purpose::query},
    {"verdict", Purpose::query},
    {"found", Purpose::answer},
}};

// A hit bears the GUID of the query it answers.
std::optional<Passing> first(Bytes run, std::uint32_t&) {
  if (run.size() < kHeaderBytes) return {};
  const auto header = decode_header(run.first(kHeaderBytes));
  if (!header || run.size() - kHeaderBytes < header->length) return {};
  const auto kind = place_of(header->type);
  if (!kind) return {};
  Passing passing{*kind, kHeaderBytes + header->length, {}, {}};
  const Purpose purpose = kPassingKinds[*kind].purpose;
  if (purpose != Purpose::upkeep) passing.id = header->guid;
  if (purpose == Purpose::query) passing.hops = header->hops;
  return passing;
}

std::optional<Passing> datagram(Bytes whole) {
  const auto note = read_walk_note(whole);
  if (!note) return {};
  return Passing{static_cast<std::uint8_t>(place_of(*note)), whole.size(), {}, {}};
}

constexpr Watching kWatching{kPassingKinds, false, first, datagram};

}  // namespace

const Watching& watching() {
  return kWatching;
}

}  // namespace p2p::gnutella
