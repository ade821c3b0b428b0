// The types of FastTrack's messages (fasttrack.md, sections 4, 5 and 10.1). `->` is from a child to
// its supernode, `<-` the other way, `==` between supernodes; ours are 60 to 6f, and nobody else's.
// A type that is not here is passed over, never an error.
#pragma once

#include <cstdint>
#include <string_view>

namespace p2p::kazaa {

enum class Type : std::uint16_t {
  nodes = 0x00,              // <- supernodes, the freshest cache there is
  neighbours = 0x01,         // == I am a supernode: the first message of a link
  node_info = 0x02,          // -> where I listen, and my name
  register_now = 0x03,       // <- empty; mldonkey registers its files only then
  unshare = 0x05,            // ->
  query = 0x06,              // ->
  reply = 0x07,              // <-
  end = 0x08,                // <- of the replies to one query
  statistics = 0x09,         // <-
  push = 0x0d,               // -> please let it call me; <- call there
  send_udp = 0x15,           // both: please send me a datagram
  network_name = 0x1d,       // both
  share = 0x22,              // ->
  shared_statistics = 0x24,  // == of one supernode, as statistics
  version = 0x26,            // both
  your_address = 0x2c,       // <- as the supernode sees it
  hello = 0x60,              // == ours, as are the following
  relayed_query = 0x61,      // ==
  relayed_reply = 0x62,      // ==
  relayed_end = 0x63,        // ==
  supernodes = 0x64,         // == as nodes
  relayed_push = 0x65,       // ==
};

// "nodes", "query", ...; "unknown" for other numbers.
std::string_view to_text(Type type);

}  // namespace p2p::kazaa
