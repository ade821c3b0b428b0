#include "protocols/kazaa/frames.h"

#include <algorithm>
#include <cassert>

namespace p2p::kazaa {

namespace {

constexpr std::byte kPing{0x50};
constexpr std::byte kPong{0x52};
constexpr std::byte kMessage{0x4b};

// Where the four parts of a header stand, for each state modulo 3.
struct Places {
  std::uint8_t type_high, type_low, length_high, length_low;
};
constexpr std::array<Places, 3> kPlaces{{
    {1, 0, 2, 3},
    {0, 2, 1, 3},
    {0, 3, 2, 1},
}};

std::uint16_t joined_bytes(std::byte high, std::byte low) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(high) << 8U |
                                    std::to_integer<unsigned>(low));
}

}  // namespace

void HeaderOrder::pass(Header header) {
  state_ ^= ~(static_cast<std::uint32_t>(header.type) + header.length);
}

HeaderOrder::Header HeaderOrder::read(std::span<const std::byte, 4> bytes) {
  const Places& at = kPlaces[state_ % 3];
  const Header header{static_cast<Type>(joined_bytes(bytes[at.type_high], bytes[at.type_low])),
                      joined_bytes(bytes[at.length_high], bytes[at.length_low])};
  pass(header);
  return header;
}

std::array<std::uint8_t, 4> HeaderOrder::write(Header header) {
  const Places& at = kPlaces[state_ % 3];
  const auto type = static_cast<std::uint16_t>(header.type);
  std::array<std::uint8_t, 4> bytes{};
  bytes[at.type_high] = static_cast<std::uint8_t>(type >> 8U);
  bytes[at.type_low] = static_cast<std::uint8_t>(type & 0xffU);
  bytes[at.length_high] = static_cast<std::uint8_t>(header.length >> 8U);
  bytes[at.length_low] = static_cast<std::uint8_t>(header.length & 0xffU);
  pass(header);
  return bytes;
}

void FrameReader::feed(Bytes bytes) {
  assert(input_.empty() || is_out_of_step_);
  input_ = bytes;
}

Result<std::optional<Frame>> FrameReader::next() {
  if (is_done_with_held_) {
    held_.clear();
    if (held_.capacity() > kKeptIdle) Buffer().swap(held_);
    is_done_with_held_ = false;
  }
  if (is_out_of_step_) return fail(Errc::malformed, "out of step");
  auto frame = take_frame();
  is_out_of_step_ = !frame;
  return frame;
}

// Moves input into held_ until that has so many bytes. False: there is not enough.
bool FrameReader::hold_up_to(std::size_t size) {
  const Bytes taken = input_.first(std::min(size - held_.size(), input_.size()));
  held_.insert(held_.end(), taken.begin(), taken.end());
  input_ = input_.subspan(taken.size());
  return held_.size() == size;
}

Result<std::optional<Frame>> FrameReader::take_frame() {
  if (held_.empty()) {
    if (input_.empty()) return std::nullopt;
    const std::byte first = input_.front();
    if (first == kPing || first == kPong) {
      input_ = input_.subspan(1);
      return Frame{first == kPing ? Frame::Kind::ping : Frame::Kind::pong};
    }
    if (first != kMessage) return fail(Errc::malformed, "out of step");
  }
  if (!header_) {
    const bool in_place = held_.empty() && input_.size() >= kFrameHeaderBytes;
    if (!in_place && !hold_up_to(kFrameHeaderBytes)) return std::nullopt;
    header_ = order_.read((in_place ? input_ : Bytes(held_)).subspan<1, 4>());
  }
  const std::size_t size = kFrameHeaderBytes + header_->length;
  Frame frame{Frame::Kind::message, header_->type, {}};
  if (held_.empty() && input_.size() >= size) {
    frame.payload = input_.subspan(kFrameHeaderBytes, header_->length);
    input_ = input_.subspan(size);
  } else {
    if (!hold_up_to(size)) return std::nullopt;
    frame.payload = Bytes(held_).subspan(kFrameHeaderBytes);
    is_done_with_held_ = true;
  }
  header_.reset();
  return frame;
}

void FrameWriter::ping(Buffer& out) const {
  out.push_back(kPing);
}

void FrameWriter::pong(Buffer& out) const {
  out.push_back(kPong);
}

void FrameWriter::message(Buffer& out, Type type, Bytes payload) {
  assert(payload.size() <= kMaxPayload);
  const auto header = order_.write({type, static_cast<std::uint16_t>(payload.size())});
  const std::size_t at = out.size();
  out.resize(at + kFrameHeaderBytes + payload.size());  // in one step: most buffers are empty
  out[at] = kMessage;
  std::ranges::copy(std::as_bytes(std::span(header)), &out[at + 1]);
  std::ranges::copy(payload, &out[at] + kFrameHeaderBytes);
}

}  // namespace p2p::kazaa
