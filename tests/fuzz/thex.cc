// A body of THEX: no crash, a bounded tree, and what decodes is encoded so that it decodes equal.
#include "protocols/transfer/thex.h"

#include <cstdint>
#include <cstdlib>

using namespace p2p;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes body = std::as_bytes(std::span(data, size));
  for (const std::uint64_t file : {std::uint64_t{3'000'000}, std::uint64_t{1} << 40U}) {
    const auto tree = transfer::decode_thex(body, file);
    if (!tree) continue;
    if (tree->shape().leaves() > 1024) std::abort();
    const auto again = transfer::decode_thex(transfer::encode_thex(*tree), file);
    if (!again || again->to_nodes() != tree->to_nodes()) std::abort();
  }
  return 0;
}
