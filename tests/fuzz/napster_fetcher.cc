// Whole and byte by byte, the data and the digest are the same, and never more than was promised.
#include "protocols/transfer/napster_fetcher.h"

#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const p2p::Bytes bytes = std::as_bytes(std::span(data, size));
  for (const bool ours : {false, true}) {
    p2p::transfer::NapsterFetcher whole("me", "a", 2085, 5, ours);
    p2p::transfer::NapsterFetcher pieces("me", "a", 2085, 5, ours);
    const std::string first(p2p::text_of(whole.feed(bytes)));
    std::string second;
    for (std::size_t i = 0; i < size; ++i)
      second += p2p::text_of(pieces.feed(bytes.subspan(i, 1)));
    if (first != second || first.size() > 2080 || whole.sha1() != pieces.sha1()) std::abort();
  }
  return 0;
}
