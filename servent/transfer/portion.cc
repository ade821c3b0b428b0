#include "servent/transfer/portion.h"

#include <algorithm>

#include "protocols/transfer/reciprocity.h"

namespace p2p::transfer {
using namespace std::chrono_literals;

namespace {

// mldonkey reads all that waits into a buffer of 50,000 bytes; more ends its transfer, often for
// good (fasttrack.md, section 8; measured: with pauses alone, 5 ms behind each 8 KiB, when the
// machine was busy). It asks for the next range while one comes, and for what is missing of a short
// one: two portions and their heads always fit.
constexpr FileSender::Pace kGentle{std::size_t{8} * 1024, 2ms};
constexpr std::uint64_t kPortion = std::uint64_t{16} * 1024;
// While others wait a part is no longer than a turn, so that it comes to an end; at the start, when
// no rate is known, as much as gtk-gnutella gives (gnutella.md, section 9).
constexpr std::uint64_t kFirstPortion = std::uint64_t{512} * 1024;
constexpr std::string_view kOurAgent = "servent";  // as ModeConfig::agent begins

}  // namespace

bool is_delicate(DialectKind kind, std::string_view agent) {
  return kind == DialectKind::kazaa && !agent.starts_with(kOurAgent);
}

HttpAnswer portion_of(HttpAnswer what, const Asking& by) {
  if (what.status != 206) return what;
  std::uint64_t most = what.range.count();
  if (by.others_wait) {
    const auto turn = static_cast<std::uint64_t>(kTurn / 1s);
    most = std::min(most, std::max(kFirstPortion, by.rate_bps * turn));
  }
  if (by.is_delicate) most = std::min(most, kPortion);
  what.range.last = what.range.first + most - 1;
  return what;
}

FileSender::Pace pace_of(bool is_delicate) {
  return is_delicate ? kGentle : FileSender::Pace{};
}

}  // namespace p2p::transfer
