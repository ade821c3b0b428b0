// What walkers bring and their holders tell: any bytes are read without harm, and what is read says
// the same when it is written again (protocols/gnutella/walker.h).
#include <cstdint>
#include <cstdlib>
#include <span>

#include "protocols/gnutella/walker.h"

namespace g = p2p::gnutella;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const p2p::Bytes bytes = std::as_bytes(std::span(data, size));
  if (const auto note = g::read_walk_note(bytes))
    if (g::read_walk_note(g::to_bytes(*note)) != note) std::abort();
  std::size_t used = 0;
  const auto ggep = g::Ggep::decode(bytes, used);
  if (!ggep) return 0;
  const auto walker = g::read_walker(*ggep);
  if (!walker) return 0;
  if (walker->check_every == 0 || walker->origin.port == 0) std::abort();
  p2p::Buffer block;
  g::GgepWriter(true).add(g::kWalker, g::to_bytes(*walker)).append_to(block);
  const auto again = g::Ggep::decode(block, used);
  if (!again || g::read_walker(*again) != walker) std::abort();
  return 0;
}
