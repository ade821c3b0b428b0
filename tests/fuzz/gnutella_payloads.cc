// The first byte picks a message's decoder. What decodes is encoded to bytes that decode equal.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "protocols/gnutella/message.h"

namespace {
using namespace p2p::gnutella;

// Encoding it a second time gives the same bytes.
template <class Message>
void check(p2p::Result<Message> (*decode)(p2p::Bytes), void (*append)(p2p::Buffer&, const Message&),
           p2p::Bytes payload) {
  const auto message = decode(payload);
  if (!message) return;
  p2p::Buffer once, twice;
  append(once, *message);
  append(twice, decode(once).value());
  if (once != twice || once.size() > payload.size() + 2) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto payload = std::as_bytes(std::span(data, size)).subspan(1);
  const unsigned pick = data[0] % 8U;
  if (pick == 0) check(decode_pong, append_pong, payload);
  if (pick == 1) check(decode_query, append_query, payload);
  if (pick == 2) check(decode_push, append_push, payload);
  if (pick == 3) check(decode_bye, append_bye, payload);
  if (pick == 4) check(decode_vendor, append_vendor, payload);
  const auto hit = decode_hit(payload);
  if (pick <= 4 || !hit) return 0;
  p2p::Buffer again;
  append_hit(again, *hit, pick > 6);
  if (decode_hit(again).value() != *hit) std::abort();
  return 0;
}
