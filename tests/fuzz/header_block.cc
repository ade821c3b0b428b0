// Any cutting of the bytes gives the same blocks, and a block that is written is read back equal.
#include "protocols/header_block.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

namespace {
// All blocks, written again; false when the bytes broke. A piece's first byte says how long it is.
bool drain(p2p::Bytes bytes, std::size_t longest, std::string& out) {
  p2p::HeaderBlockReader reader;
  while (!bytes.empty()) {
    const std::size_t length = 1 + std::to_integer<std::size_t>(bytes.front()) % longest;
    const auto used = reader.feed(bytes.first(std::min(length, bytes.size())));
    if (!used) return false;
    bytes = bytes.subspan(*used);
    if (!reader.is_complete()) continue;
    const p2p::HeaderBlock block = reader.take();
    p2p::HeaderBlockWriter writer(block.start_line);
    for (const auto& [name, value] : block.fields)
      writer.field(name, value);
    out += writer.text();
    p2p::HeaderBlockReader again({SIZE_MAX, SIZE_MAX, SIZE_MAX});
    if (again.feed(p2p::bytes_of(writer.text())) != writer.text().size()) std::abort();
    if (again.take().fields != block.fields) std::abort();
  }
  return true;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const p2p::Bytes bytes = std::as_bytes(std::span(data, size));
  std::string whole;
  std::string cut;
  const bool good = drain(bytes, size + 1, whole);
  if (drain(bytes, 16, cut) != good || cut != whole) std::abort();
  return 0;
}
