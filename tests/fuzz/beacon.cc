// Any datagram: what decodes survives being written again, and a node that hears it stays sane.
#include "protocols/beacon.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const p2p::Bytes bytes = std::as_bytes(std::span(data, size));
  if (const auto message = p2p::decode_beacon(bytes)) {
    const p2p::Buffer again = p2p::encode(*message);
    if (again.size() > size || !std::equal(again.begin(), again.end(), bytes.begin())) std::abort();
  }
  p2p::Rng rng;
  p2p::Beacon beacon({"gnutella", "leaf", 6346, 7});
  beacon.wake({}, rng);
  const auto heard = beacon.receive(0x0a000001, bytes, {}, rng);
  if (heard && (heard->endpoint.port == 0 || heard->role.size() > 16)) std::abort();
  if (beacon.deadline() > p2p::Time{} + p2p::Duration(70'000)) std::abort();
  return 0;
}
