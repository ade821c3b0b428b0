// Byte 0: two sessions greet and talk, cut as the input says, and all arrives; or one of them hears
// a stranger's bytes, twice, cut in two ways, and comes to the same end.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "protocols/kazaa/session.h"

using namespace p2p;
using namespace p2p::kazaa;
namespace {
void hear(Session& session, Bytes piece, Buffer& heard) {
  const Buffer copy(piece.begin(), piece.end());
  session.feed(copy);
  for (auto next = session.next(); next && *next; next = session.next()) {
    Writer(heard).u8(static_cast<std::uint8_t>((*next)->kind));
    Writer(heard).u16be(static_cast<std::uint16_t>((*next)->type)).bytes((*next)->payload);
  }
  if (session.held() > 300'000) std::abort();
}

void stranger(Bytes bytes, bool is_child) {
  std::array<Buffer, 2> heard;
  std::array sides{is_child ? Session::child() : Session::supernode(),
                   is_child ? Session::child() : Session::supernode()};
  for (Bytes left = bytes; !left.empty();) {
    const std::size_t size = std::min(1 + std::to_integer<std::size_t>(left[0]) % 8, left.size());
    hear(sides[0], left.first(size), heard[0]);
    left = left.subspan(size);
  }
  hear(sides[1], bytes, heard[1]);
  if (heard[0] != heard[1] || sides[0].state() != sides[1].state()) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto draw = [&]() -> std::size_t { return size == 0 ? 255 : (--size, *data++); };
  if (const std::size_t pick = draw() % 4; pick < 2)
    return stranger(std::as_bytes(std::span(data, size)), pick == 0), 0;
  const std::size_t seed = draw() % known_seeds().size();
  std::array sides{Session::child(), Session::supernode(known_seeds()[seed].seed)};
  std::array<Buffer, 2> said, heard;
  const auto carry = [&](std::size_t to) {
    const Buffer bytes = sides[to ^ 1U].take_output();
    for (std::size_t at = 0, part = 0; at < bytes.size(); at += part) {
      part = std::min(bytes.size() - at, draw() * 2 + 1);
      hear(sides[to], Bytes(bytes).subspan(at, part), heard[to]);
    }
  };
  for (const std::size_t to : {1U, 0U, 1U})
    carry(to);
  for (std::size_t frames = draw() % 16; frames > 0; --frames) {
    const std::size_t to = draw() % 2;
    const Buffer payload(draw() * draw() % 3000, static_cast<std::byte>(draw()));
    const auto type = static_cast<Type>(draw());
    sides[to ^ 1U].send(type, payload);
    Writer(said[to]).u8(2).u16be(static_cast<std::uint16_t>(type)).bytes(payload);
    if (draw() % 2 == 0) carry(to);
  }
  carry(0);
  carry(1);
  return said == heard ? 0 : (std::abort(), 0);
}
