// statistics 09: how big the network is, as a supernode knows it (fasttrack.md, section 4.4).
//
//   u32 users | u32 files | volume | six times: u32 files | volume | per network: name 00 u32 users
//   volume: u16 mantissa | u16 exponent, in GiB mantissa * 2^(exponent - 30)
//
// 60 bytes are enough for giFT. mldonkey throws away what has fewer than 89, so three networks are
// always named: 97 bytes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/result.h"

namespace p2p::kazaa {

struct Volume {
  std::uint16_t mantissa = 0;
  std::uint16_t exponent = 0;

  static Volume of(std::uint64_t bytes);  // rounded down to 16 bits
  std::uint64_t bytes() const;            // the most there is when it does not fit
  friend bool operator==(const Volume&, const Volume&) = default;
};

struct Amount {
  std::uint32_t files = 0;
  Volume volume;

  friend bool operator==(const Amount&, const Amount&) = default;
};

struct Statistics {
  std::uint32_t users = 0;
  Amount all;
  std::array<Amount, 6> by_media{};  // in the order of Media (file.h)
  // The users of the networks after the first three: left out. They are KaZaA, FileShare and
  // Grokster when we write, and what was sent when we read.
  std::array<std::uint32_t, 3> users_by_network{};

  void add(const Statistics& other);  // sums that do not fit are the most there is
  friend bool operator==(const Statistics&, const Statistics&) = default;
};
inline constexpr std::size_t kStatisticsBytes = 97;  // as we write it
// malformed below 60 bytes. A network cut short is not there.
Result<Statistics> decode_statistics(Bytes payload);
void append_statistics(Buffer& out, const Statistics& statistics);

}  // namespace p2p::kazaa
