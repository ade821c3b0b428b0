// The messages by which nodes tell about themselves and each other (fasttrack.md, section 4). What
// is behind a payload's known end is passed over. Views live as long as the payload.
//
// The others: file.h (share), query.h, reply.h, push.h, statistics.h, relay.h (between supernodes),
// datagram.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/ids.h"
#include "protocols/base/result.h"
#include "protocols/kazaa/type.h"
#include "protocols/kazaa/wire.h"

namespace p2p::kazaa {

// ---- nodes 00, and between supernodes 64: repeat ip4 | u16 port | u8 last seen | u8 load
struct NodeEntry {
  Endpoint endpoint;
  std::uint8_t last_seen_minutes = 0;
  std::uint8_t load_percent = 0;

  friend bool operator==(const NodeEntry&, const NodeEntry&) = default;
};
// KaZaA always lists so many: entries behind it are passed over.
inline constexpr std::size_t kMaxNodes = 200;
// malformed when the last entry is cut short. An address may be any: the caller asks is_routable().
Result<std::vector<NodeEntry>> decode_nodes(Bytes payload);
void append_nodes(Buffer& out, const std::vector<NodeEntry>& nodes);  // the first kMaxNodes

// ---- neighbours 01: repeat ip4 | u16 port | 19 bytes unknown | u8 hops
// Our link between supernodes begins with one entry: its caller, 19 zero bytes, hops 0.
struct Neighbour {
  Endpoint endpoint;
  std::uint8_t hops = 0;

  friend bool operator==(const Neighbour&, const Neighbour&) = default;
};
inline constexpr std::size_t kMaxNeighbours = 64;  // as kMaxNodes; a supernode had some 50 links
Result<std::vector<Neighbour>> decode_neighbours(Bytes payload);
void append_neighbours(Buffer& out, const std::vector<Neighbour>& neighbours);

// ---- node info 02: ip4 | u16 port | u8 bandwidth | u8 0 | user name to the end
struct NodeInfo {
  Endpoint endpoint;  // as the child believes; another address than its link's: reach it by push
  std::uint8_t bandwidth = 0;  // bandwidth.h
  std::string_view user;       // at most kMaxUserName

  friend bool operator==(const NodeInfo&, const NodeInfo&) = default;
};
Result<NodeInfo> decode_node_info(Bytes payload);
void append_node_info(Buffer& out, const NodeInfo& info);

// ---- send udp 15: ip4 | u16 port
Result<Endpoint> decode_send_udp(Bytes payload);
void append_send_udp(Buffer& out, const Endpoint& to);

// ---- network name 1d: to the end. too_long above kMaxNetworkName.
Result<std::string_view> decode_network_name(Bytes payload);
void append_network_name(Buffer& out, std::string_view name);

// ---- version 26: u32
inline constexpr std::uint32_t kVersion = 0x22;  // as KaZaA 2.6.2 said
// Nodes of this program know each other by it, with KaZaA's number in the low half: files of 2 GiB
// and more are announced to no others (file.h).
inline constexpr std::uint32_t kOurVersion = 0x73760000U | kVersion;
bool is_ours(std::uint32_t version);
Result<std::uint32_t> decode_version(Bytes payload);
void append_version(Buffer& out, std::uint32_t version);

// ---- your address 2c: ip4
Result<std::uint32_t> decode_your_address(Bytes payload);
void append_your_address(Buffer& out, std::uint32_t address);

}  // namespace p2p::kazaa
