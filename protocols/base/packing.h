// Packer and Unpacker: values one behind the other, in as few bytes as hold them, for this very
// process to read again. Nothing of it ever comes from a peer.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include "protocols/base/bytes.h"
#include "protocols/base/time.h"

namespace p2p {

// A Time of the first 49 days, or kNever, in four bytes.
using PackedTime = std::uint32_t;
inline constexpr PackedTime kPackedNever = std::numeric_limits<PackedTime>::max();

class Packer {
 public:
  // As it lies in memory.
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void put(const T& value) {
    if (bytes_.size() - size_ < sizeof(value)) return refuse();
    std::memcpy(bytes_.data() + size_, &value, sizeof(value));
    size_ += sizeof(value);
  }
  // In a smaller type, of numbers that mostly are small, or of early times. What is too large does
  // not fit.
  template <std::unsigned_integral Small>
  Small narrow(std::uint64_t value) {
    refuse(value > std::numeric_limits<Small>::max());
    return static_cast<Small>(value);
  }
  PackedTime narrow(Time when) {
    if (when == kNever) return kPackedNever;
    const auto ms = static_cast<std::uint64_t>(when.time_since_epoch().count());
    refuse(ms >= kPackedNever);
    return static_cast<PackedTime>(ms);
  }

  // What is to be packed cannot be.
  void refuse(bool is_so = true) { fits_ = fits_ && !is_so; }
  // False: bytes() is nothing to be read.
  bool fits() const { return fits_; }
  Bytes bytes() const { return Bytes(bytes_).first(size_); }

 private:
  std::array<std::byte, 1024> bytes_;  // of which so many are set:
  std::size_t size_ = 0;
  bool fits_ = true;
};

inline Time time_of(PackedTime packed) {
  return packed == kPackedNever ? kNever : Time(Duration(packed));
}

// Takes what was put, in the same order and by the same types.
class Unpacker {
 public:
  explicit Unpacker(const std::byte* packed) : next_(packed) {}

  template <class T>
  requires std::is_trivially_copyable_v<T> T take() {
    T value;
    std::memcpy(&value, next_, sizeof(value));
    next_ += sizeof(value);
    return value;
  }
  Time take_time() { return time_of(take<PackedTime>()); }

 private:
  const std::byte* next_;
};

}  // namespace p2p
