// Any cutting of the bytes gives the same frames, and what decodes is encoded to the same bytes.
#include <algorithm>
#include <cstdlib>
#include <span>

#include "protocols/napster/message.h"

namespace {
// Takes out all frames, encoded again; false when the stream broke.
bool drain(p2p::napster::FrameReader& reader, p2p::Buffer& out) {
  for (;;) {
    const auto next = reader.next();
    if (!next) return false;
    if (!*next) return true;
    p2p::napster::append_frame(out, (*next)->type, (*next)->payload);
    (void)p2p::napster::split((*next)->payload);
  }
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const p2p::Bytes bytes = std::as_bytes(std::span(data, size));
  p2p::Buffer whole;
  p2p::Buffer cut;
  p2p::napster::FrameReader at_once;
  at_once.feed(bytes);
  const bool good = drain(at_once, whole);
  p2p::napster::FrameReader slow;
  bool slow_good = true;
  for (std::size_t at = 0; at < size && slow_good;) {
    const std::size_t length = std::min<std::size_t>(1 + data[at] % 16U, size - at);
    slow.feed(bytes.subspan(at, length));
    slow_good = drain(slow, cut);
    at += length;
  }
  const bool same = std::equal(whole.begin(), whole.end(), bytes.begin());
  if (good != slow_good || whole != cut || !same) std::abort();
  return 0;
}
