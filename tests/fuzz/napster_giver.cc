// No request crashes the giver.
#include <cstdint>

#include "protocols/transfer/giver.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  p2p::transfer::Giver giver;
  giver.feed(std::as_bytes(std::span(data, size)));
  giver.feed_idle();
  return 0;
}
