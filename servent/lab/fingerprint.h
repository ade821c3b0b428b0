// A running hash of all that happened, to tell whether two runs were the same. Not for secrets.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "protocols/base/bytes.h"

namespace p2p::lab {

class Fingerprint {
 public:
  void add(std::uint64_t value) { state_ = (std::rotl(state_, 29) ^ value) * 0x9e3779b97f4a7c15U; }
  // Their number goes in, too.
  void add(Bytes bytes) {
    add(bytes.size());
    for (; bytes.size() >= sizeof(std::uint64_t); bytes = bytes.subspan(sizeof(std::uint64_t)))
      add(word(bytes.first(sizeof(std::uint64_t))));
    if (!bytes.empty()) add(word(bytes));
  }
  std::uint64_t value() const { return state_ ^ (state_ >> 32U); }
  std::string text() const {  // 16 digits
    Buffer bytes;
    const std::uint64_t all = value();
    Writer(bytes)
        .u32be(static_cast<std::uint32_t>(all >> 32U))
        .u32be(static_cast<std::uint32_t>(all));
    return to_hex(bytes);
  }

 private:
  static std::uint64_t word(Bytes bytes) {  // at most eight
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), bytes.size());
    return word;
  }

  std::uint64_t state_ = 0x243f6a8885a308d3U;
};

}  // namespace p2p::lab
