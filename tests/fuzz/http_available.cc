// X-Available-Ranges: whatever is said lies in the file, what is written is read the same, and what
// is cut short is a part of it.
#include "protocols/transfer/http_available.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "protocols/base/bytes.h"

namespace {
using namespace p2p;
using namespace p2p::transfer;

void check(bool holds) {
  if (!holds) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
  Reader reader(std::as_bytes(std::span(data, length)));
  const std::uint64_t size = reader.u64le();
  const std::size_t room = std::max<std::size_t>(reader.u8(), 5);
  const std::string_view value = text_of(reader.rest());
  if (const auto count = read_available_count(value, size)) check(*count <= size);
  const auto have = read_available(value, size);
  if (!have) return 0;
  check(have->runs().size() <= kMaxAvailable && have->bytes() <= size);
  for (const auto& [begin, end] : have->runs())
    check(begin < end && end <= size);
  check(read_available(to_available(*have, std::size_t{64} * kMaxAvailable), size) == have);
  const std::string some = to_available(*have, room, size / 2);
  check(some.size() <= room);
  const auto told = read_available(some, size);
  check(told.has_value());
  for (const auto& [begin, end] : told->runs())
    check(have->contains({begin, end}));
  return 0;
}
