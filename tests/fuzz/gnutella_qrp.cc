// What one link's routing tables can be made to do: payloads, each behind its length in two bytes
// (little endian). A table that is whole is never larger than its bitmap, and what we would send
// of it, or of its changes, makes the same table at another receiver.
#include <cstdlib>
#include <optional>
#include <span>

#include "protocols/gnutella/qrp.h"

namespace {
void send(p2p::gnutella::QrpReceiver& to, const p2p::gnutella::QrpTable* before,
          const p2p::gnutella::QrpTable& after) {
  for (const p2p::Buffer& payload : p2p::gnutella::qrp_update(before, after))
    if (!to.take(payload)) std::abort();
  if (to.table() == nullptr || !(*to.table() == after)) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  p2p::Reader in(std::as_bytes(std::span(data, size)));
  p2p::gnutella::QrpReceiver receiver;
  p2p::gnutella::QrpReceiver other;
  std::optional<p2p::gnutella::QrpTable> before;
  for (int tables = 0; !in.empty() && tables < 4;) {
    const auto whole = receiver.take(in.take(in.u16le()));
    if (!whole) break;
    if (!*whole) continue;
    const p2p::gnutella::QrpTable& table = *receiver.table();
    if (table.memory_bytes() > table.slots() / 8 || table.set_slots().size() != table.count())
      std::abort();
    send(other, before ? &*before : nullptr, table);
    before = table;
    ++tables;
  }
  return 0;
}
