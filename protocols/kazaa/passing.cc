#include "protocols/kazaa/passing.h"

#include <algorithm>
#include <array>

#include "protocols/kazaa/frames.h"
#include "protocols/kazaa/type.h"

namespace p2p::kazaa {

namespace {

struct Row {
  Type type;
  Purpose purpose = Purpose::upkeep;
};
// In ascending order. The kinds are these, then ping, pong and types that nobody knows.
constexpr std::array kRows{
    Row{Type::nodes},
    Row{Type::neighbours},
    Row{Type::node_info},
    Row{Type::register_now},
    Row{Type::unshare},
    Row{Type::query, Purpose::query},
    Row{Type::reply, Purpose::answer},
    Row{Type::end, Purpose::answer},
    Row{Type::statistics},
    Row{Type::push},
    Row{Type::send_udp},
    Row{Type::network_name},
    Row{Type::share},
    Row{Type::shared_statistics},
    Row{Type::version},
    Row{Type::your_address},
    Row{Type::hello},
    Row{Type::relayed_query, Purpose::query},
    Row{Type::relayed_reply, Purpose::answer},
    Row{Type::relayed_end, Purpose::answer},
    Row{Type::supernodes},
    Row{Type::relayed_push},
};
constexpr std::uint8_t kUnknown = kPongKind + 1;
static_assert(kPingKind == kRows.size() && kUnknown + 1 == kKinds);

using Kinds = std::array<MessageKind, kKinds>;
Kinds make_kinds() {
  Kinds kinds;
  for (std::size_t i = 0; i < kRows.size(); ++i)
    kinds[i] = {to_text(kRows[i].type), kRows[i].purpose};
  kinds[kPingKind] = {"ping"};
  kinds[kPongKind] = {"pong"};
  kinds[kUnknown] = {"unknown"};
  return kinds;
}

constexpr std::byte kPingByte{0x50};
constexpr std::byte kPongByte{0x52};
constexpr std::byte kMessageByte{0x4b};

// A stream that is out of step stays so. No order has this state: the upper 15 bits of one are all
// alike, as sums of a type and a length have 17.
constexpr std::uint32_t kLost = 0x80000000;
// A fresh stream's state is 0 here.
const std::uint32_t fresh_state = HeaderOrder().state();

// What supernodes say to each other names its query first.
std::optional<Guid> id_of(Type type, Bytes payload) {
  Guid id;
  const bool has_one =
      type == Type::relayed_query || type == Type::relayed_reply || type == Type::relayed_end;
  if (!has_one || payload.size() < id.bytes.size()) return {};
  std::copy_n(payload.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

std::optional<Passing> message(Bytes run, std::uint32_t& state) {
  if (run.size() < kFrameHeaderBytes) return {};
  HeaderOrder order(state ^ fresh_state);
  const HeaderOrder::Header header = order.read(run.subspan<1, 4>());
  if (run.size() - kFrameHeaderBytes < header.length) return {};
  state = order.state() ^ fresh_state;
  const Bytes payload = run.subspan(kFrameHeaderBytes, header.length);
  return Passing{
      kind_of(header.type), kFrameHeaderBytes + payload.size(), id_of(header.type, payload), {}};
}

std::optional<Passing> first(Bytes run, std::uint32_t& state) {
  if (run.empty() || state == kLost) return {};
  if (run.front() == kPingByte) return Passing{kPingKind, 1, {}, {}};
  if (run.front() == kPongByte) return Passing{kPongKind, 1, {}, {}};
  auto passing = run.front() == kMessageByte ? message(run, state) : std::nullopt;
  if (!passing) state = kLost;
  return passing;
}

}  // namespace

std::uint8_t kind_of(Type type) {
  const auto* const row = std::ranges::lower_bound(kRows, type, {}, &Row::type);
  if (row == kRows.end() || row->type != type) return kUnknown;
  return static_cast<std::uint8_t>(row - kRows.begin());
}

const Watching& watching() {
  static const Kinds kinds = make_kinds();
  static const Watching all{kinds, true, first};
  return all;
}

}  // namespace p2p::kazaa
