// What passes by on a link, for who counts it (the laboratory): each network tells apart its plain
// messages on a link that has greeted, without compression or cipher.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "protocols/base/bytes.h"
#include "protocols/base/ids.h"

namespace p2p {

enum class Purpose : std::uint8_t {
  upkeep,  // goes on when nobody asks for anything
  query,   // asks for files
  answer,  // tells of files to who asked, or that there are no more
};
struct MessageKind {
  std::string_view name;
  Purpose purpose = Purpose::upkeep;
};

struct Passing {
  std::uint8_t kind = 0;  // place in Watching::kinds
  std::size_t size = 0;   // bytes, its header included
  // Where the wire tells: of the query that it is or answers; links that a query took before this.
  std::optional<Guid> id;
  std::optional<std::uint8_t> hops;
};

struct Watching {
  std::span<const MessageKind> kinds;
  bool has_state = false;  // `state` must be kept for each direction of each link
  // The first message of a run of whole ones. Nothing: the run does not begin with one, which may
  // be any bytes. `state` is 0 at the start of a stream.
  std::optional<Passing> (*first)(Bytes run, std::uint32_t& state) = nullptr;
  // A datagram that is told apart, where the network has such. Nothing: it is like all others.
  std::optional<Passing> (*datagram)(Bytes whole) = nullptr;
};

}  // namespace p2p
