// Any cutting of a link's bytes gives the same frames and end, in bounded memory. Byte 0: zlib?
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "protocols/gnutella/frames.h"

using namespace p2p;
using namespace p2p::gnutella;
namespace {
// All the frames, or the first 64 KiB of them; false when the link broke.
bool drain(Bytes bytes, bool inflates, std::size_t longest, Buffer& out) {
  FrameReader reader(inflates);
  while (!bytes.empty() && out.size() < kMaxPayload) {
    const std::size_t length = 1 + std::to_integer<std::size_t>(bytes.front()) % longest;
    const Bytes lent = bytes.first(std::min(length, bytes.size()));
    const Buffer piece(lent.begin(), lent.end());
    reader.feed(piece);
    while (out.size() < kMaxPayload) {
      const auto next = reader.next();
      if (reader.held() > std::size_t{160} * 1024) std::abort();
      if (!next) return false;
      if (!*next) break;
      out.insert(out.end(), (*next)->whole.begin(), (*next)->whole.end());
    }
    bytes = bytes.subspan(piece.size());
  }
  return true;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes bytes = std::as_bytes(std::span(data, size)).subspan(1);
  Buffer whole, cut;
  const bool good = drain(bytes, *data % 2 == 1, size, whole);
  if (drain(bytes, *data % 2 == 1, 16, cut) != good || cut != whole) std::abort();
  return 0;
}
