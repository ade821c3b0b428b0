#include "protocols/kazaa/datagram.h"

#include <string>

namespace p2p::kazaa {

namespace {

constexpr std::uint8_t kPingMark = 0x80;

// A node pong's bytes behind the type, as seen of KaZaA: 01, "not available", and an id of zero.
constexpr std::size_t kNodePongRest = 7;

void append_network(Buffer& out, std::string_view network) {
  Writer(out).text(network.substr(0, network.find('\0')).substr(0, kMaxNetworkName)).u8(0);
}

}  // namespace

Result<Datagram> decode_datagram(Bytes bytes) {
  Reader reader(bytes);
  Datagram datagram;
  const std::uint8_t first = reader.u8();
  if (first < static_cast<std::uint8_t>(Datagram::Kind::ping) ||
      first > static_cast<std::uint8_t>(Datagram::Kind::node_pong))
    return fail(Errc::unsupported, "datagram of kind " + std::to_string(first));
  datagram.kind = static_cast<Datagram::Kind>(first);
  datagram.lowest_cipher = reader.u32be();
  reader.skip(1);
  switch (datagram.kind) {
    case Datagram::Kind::ping: datagram.network = reader.cstring(); break;
    case Datagram::Kind::supernode_pong:
      datagram.age = reader.u8();
      datagram.links = reader.u8();
      datagram.children = reader.u8();
      datagram.load_percent = reader.u8();
      reader.skip(1);
      datagram.network = reader.cstring();
      break;
    case Datagram::Kind::node_pong: datagram.network = {}; break;
  }
  if (reader.failed()) return fail(Errc::malformed, "datagram cut short");
  if (datagram.network.size() > kMaxNetworkName)
    return fail(Errc::too_long, "a network's name of a datagram");
  return datagram;
}

void append_datagram(Buffer& out, const Datagram& datagram) {
  Writer writer(out);
  writer.u8(static_cast<std::uint8_t>(datagram.kind)).u32be(datagram.lowest_cipher);
  switch (datagram.kind) {
    case Datagram::Kind::ping:
      writer.u8(kPingMark);
      append_network(out, datagram.network);
      break;
    case Datagram::Kind::supernode_pong:
      writer.u8(0)
          .u8(datagram.age)
          .u8(datagram.links)
          .u8(datagram.children)
          .u8(datagram.load_percent)
          .u8(0);
      append_network(out, datagram.network);
      break;
    case Datagram::Kind::node_pong:
      writer.u8(1);
      out.resize(out.size() + kNodePongRest);
      break;
  }
}

}  // namespace p2p::kazaa
