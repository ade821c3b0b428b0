// Datagrams, on the port of the links (fasttrack.md, section 9.1): is there a supernode with room?
//
//   27 ping            u8 27 | u32 lowest cipher type | u8 80 | network 00
//   28 supernode pong  u8 28 | u32 lowest cipher type | u8 0 | u8 age | u8 links | u8 children |
//                      u8 load percent | u8 unknown | network 00
//   29 node pong       u8 29 | u32 lowest cipher type | ...: no supernode for you
//
// The meaning of age (counts half hours), links and children is what giFT's authors took it for.
#pragma once

#include <cstdint>
#include <string_view>

#include "protocols/base/bytes.h"
#include "protocols/base/result.h"
#include "protocols/kazaa/greeting.h"

namespace p2p::kazaa {

struct Datagram {
  enum class Kind : std::uint8_t { ping = 0x27, supernode_pong = 0x28, node_pong = 0x29 };
  Kind kind = Kind::ping;
  std::uint32_t lowest_cipher = 1;  // type, not masked
  // Of a supernode pong.
  std::uint8_t age = 0;
  std::uint8_t links = 0;
  std::uint8_t children = 0;
  std::uint8_t load_percent = 0;
  // Of all but a node pong; who reads asks is_network_name().
  std::string_view network = kNetworkName;

  friend bool operator==(const Datagram&, const Datagram&) = default;
};
// unsupported: another first byte. malformed, too_long: a network's name above kMaxNetworkName.
Result<Datagram> decode_datagram(Bytes bytes);
void append_datagram(Buffer& out, const Datagram& datagram);

}  // namespace p2p::kazaa
