// Any cutting of a link's deciphered bytes gives the same frames and end, in bounded memory, and
// what was read is written to the same bytes.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "protocols/kazaa/frames.h"

using namespace p2p;
using namespace p2p::kazaa;
namespace {
// All the frames, written again; false when the link broke.
bool drain(Bytes bytes, std::size_t longest, Buffer& out) {
  FrameReader reader;
  FrameWriter writer;
  while (!bytes.empty()) {
    const std::size_t length = 1 + std::to_integer<std::size_t>(bytes.front()) % longest;
    const Bytes lent = bytes.first(std::min(length, bytes.size()));
    const Buffer piece(lent.begin(), lent.end());
    reader.feed(piece);
    for (auto next = reader.next();; next = reader.next()) {
      if (reader.held() > 2 * (kMaxPayload + kFrameHeaderBytes)) std::abort();
      if (!next) return false;
      if (!*next) break;
      const Frame& frame = **next;
      if (frame.kind == Frame::Kind::ping) writer.ping(out);
      if (frame.kind == Frame::Kind::pong) writer.pong(out);
      if (frame.kind == Frame::Kind::message) writer.message(out, frame.type, frame.payload);
    }
    bytes = bytes.subspan(piece.size());
  }
  return true;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = std::as_bytes(std::span(data, size));
  Buffer whole, cut;
  const bool good = drain(bytes, size + 1, whole);
  if (drain(bytes, 16, cut) != good || cut != whole) std::abort();
  return whole.size() <= size && std::equal(whole.begin(), whole.end(), bytes.begin())
             ? 0
             : (std::abort(), 0);
}
