// Lists of files that neighbours tell a node with a local index (protocols/gnutella/local_index.h),
// each behind a byte for the link it comes by and two for its length: no harm comes of them.
#include <algorithm>
#include <cstdlib>
#include <span>

#include "protocols/gnutella/local_index.h"
#include "protocols/gnutella/message.h"
#include "protocols/gnutella/walker.h"
#include "protocols/registry.h"

namespace {
using namespace p2p;

struct Nobody final : Out {
  LinkId dial(const Endpoint&) override { return LinkId{1'000}; }
  void send(std::span<const LinkId>, Bytes, Urgency) override {}
  void send_to(const Endpoint&, Bytes) override {}
  void close(LinkId, Reason) override {}
  void report(Event) override {}
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ModeConfig config;
  config.flat.radius = 2;
  config.only_connect = true;
  const auto mode = find_mode("gnutella", "plain")->make(config);
  Nobody out;
  Rng rng(1);
  Cx cx{Time(Duration(1'000)), rng, out};
  mode->wake(cx);
  for (const std::uint64_t link : {1U, 2U})
    mode->link_up(LinkId{link}, {{0x0a000001, 6346}, true, true, {}, {}}, cx);
  for (Bytes rest = std::as_bytes(std::span(data, size)); rest.size() > 3;) {
    const auto link = LinkId{1 + std::to_integer<unsigned>(rest[0]) % 2U};
    const std::size_t length =
        std::to_integer<unsigned>(rest[1]) * 256U + std::to_integer<unsigned>(rest[2]);
    const Bytes list = rest.subspan(3, std::min(length, rest.size() - 3));
    rest = rest.subspan(3 + list.size());
    gnutella::VendorMessage told{{}, gnutella::kListSelector, 1, list};
    std::ranges::copy(gnutella::kWalkVendor, told.vendor.begin());
    Buffer payload, message;
    gnutella::append_vendor(payload, told);
    gnutella::append_message(message, {{}, gnutella::Type::vendor, 1, 0, 0}, payload);
    mode->receive(link, message, cx);
  }
  Report report;
  mode->describe(report);
  mode->link_down(LinkId{1}, Reason::closed, cx);
  return 0;
}
