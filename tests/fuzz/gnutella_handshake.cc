// Any cutting of a peer's bytes ends alike. Byte 0 says who called, a piece's first its length.
#include <algorithm>
#include <cstdlib>
#include <span>

#include "protocols/gnutella/handshake.h"

using namespace p2p;
using gnutella::Handshake;
namespace {
Handshake begun(std::uint8_t how) {
  if (how % 3 == 0) return Handshake::acceptor();
  return how % 3 == 1 ? Handshake::initiator_04()
                      : Handshake::initiator({{"Accept-Encoding", "deflate"}});
}

Handshake fed(Handshake handshake, Bytes bytes, std::size_t longest) {
  const gnutella::Reply yes{200, "OK", {{"Content-Encoding", "deflate"}}};
  while (!bytes.empty() && handshake.state() == Handshake::State::reading) {
    const std::size_t length = 1 + std::to_integer<std::size_t>(bytes.front()) % longest;
    const Bytes piece = bytes.first(std::min(length, bytes.size()));
    if (handshake.feed(piece) == Handshake::State::decide) handshake.answer(yes);
    bytes = bytes.subspan(piece.size());
  }
  return handshake;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes bytes = std::as_bytes(std::span(data, size)).subspan(1);
  Handshake whole = fed(begun(*data), bytes, size);
  Handshake cut = fed(begun(*data), bytes, 16);
  if (whole.state() != cut.state() || whole.peer() != cut.peer() || whole.code() != cut.code() ||
      whole.text() != cut.text() || whole.error() != cut.error() ||
      whole.inflates() != cut.inflates() || whole.take_output() != cut.take_output())
    std::abort();
  return 0;
}
