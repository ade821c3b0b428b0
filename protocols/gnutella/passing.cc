#include "protocols/gnutella/passing.h"

#include <array>

#include "protocols/gnutella/message.h"

namespace p2p::gnutella {

namespace {

// In the order of the types.
constexpr std::array<MessageKind, 9> kKinds{{
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

std::optional<std::uint8_t> kind_of(Type type) {
  switch (type) {
    case Type::ping: return 0;
    case Type::pong: return 1;
    case Type::bye: return 2;
    case Type::qrp: return 3;
    case Type::vendor: return 4;
    case Type::vendor_relay: return 5;
    case Type::push: return 6;
    case Type::query: return 7;
    case Type::hit: return 8;
  }
  return {};
}

// A hit bears the GUID of the query it answers.
std::optional<Passing> first(Bytes run, std::uint32_t&) {
  if (run.size() < kHeaderBytes) return {};
  const auto header = decode_header(run.first(kHeaderBytes));
  if (!header || run.size() - kHeaderBytes < header->length) return {};
  const auto kind = kind_of(header->type);
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
