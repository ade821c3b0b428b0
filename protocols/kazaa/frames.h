// Frames: what follows the greeting, deciphered (fasttrack.md, section 3.1).
//
//   50                          ping
//   52                          pong
//   4b | header 4 | payload     message
//
// A header is a 16-bit type and a 16-bit length whose four bytes stand in one of three orders.
// Which one hangs on a running state, so a message missed or a byte too many shows soon: the next
// frame does not begin with one of the three bytes, and the streams are out of step for good.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "protocols/base/bytes.h"
#include "protocols/base/result.h"
#include "protocols/kazaa/type.h"

namespace p2p::kazaa {

inline constexpr std::size_t kFrameHeaderBytes = 5;  // 4b and the header
inline constexpr std::size_t kMaxPayload = 65'535;   // what the length can say
inline constexpr std::size_t kKeptIdle = 512;        // capacity that an idle link keeps

// The header of the next message of one direction.
class HeaderOrder {
 public:
  HeaderOrder() = default;
  explicit HeaderOrder(std::uint32_t state) : state_(state) {}  // goes on where another was

  struct Header {
    Type type = Type::nodes;   // any number: unknown ones have no enumerator
    std::uint16_t length = 0;  // of the payload
  };
  // Both go on to the next state.
  Header read(std::span<const std::byte, 4> bytes);
  std::array<std::uint8_t, 4> write(Header header);

  std::uint32_t state() const { return state_; }

 private:
  void pass(Header header);

  std::uint32_t state_ = 0x51;
};

struct Frame {
  enum class Kind : std::uint8_t { ping, pong, message };
  Kind kind = Kind::ping;
  Type type = Type::nodes;  // of a message
  Bytes payload{};          // valid until the next call of the reader
};

// Parses whole frames in place; only a partial one is kept, at most kMaxPayload and its header.
class FrameReader {
 public:
  // Lends `bytes` until next() has said nothing. Only one feed at a time.
  void feed(Bytes bytes);
  // The next whole frame; nothing: feed more. malformed, for good: out of step.
  Result<std::optional<Frame>> next();
  std::size_t held() const { return held_.capacity(); }  // bytes of memory

 private:
  Result<std::optional<Frame>> take_frame();
  bool hold_up_to(std::size_t size);

  Bytes input_;  // lent, not yet parsed
  Buffer held_;  // a message of which more is to come, from its header on
  HeaderOrder order_;
  std::optional<HeaderOrder::Header> header_;  // of the message in held_, once it is known
  bool is_done_with_held_ = false;
  bool is_out_of_step_ = false;
};

// Appends frames of one direction.
class FrameWriter {
 public:
  void ping(Buffer& out) const;
  void pong(Buffer& out) const;
  // payload.size() <= kMaxPayload
  void message(Buffer& out, Type type, Bytes payload);

 private:
  HeaderOrder order_;
};

}  // namespace p2p::kazaa
