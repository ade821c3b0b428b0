// Computes a UuHash of a file that streams by once, from its first byte to its last
// (fasttrack.md, section 6; checked there against giFT's own program).
//
// 20 bytes: the MD5 of the first 307200 bytes, or of all if there are fewer; then, little-endian, a
// CRC-32 register without its final complement (polynomial 04c11db7, reflected, from ffffffff),
// fed with 307200 bytes at each of 1 MiB, 2 MiB, 4 MiB ... that end at least 307200 bytes before
// the file does, then with the last 307200 bytes (fewer if they would reach into the first), XORed
// with the low 32 bits of the size.
#pragma once

#include <cstddef>
#include <cstdint>

#include "protocols/base/bytes.h"
#include "protocols/base/uuhash.h"

#include "index/digester.h"

namespace p2p::index {

inline constexpr std::uint64_t kUuHashPart = 307'200;

class UuHasher {
 public:
  // `size_bytes` must be known: it says where the last part begins.
  explicit UuHasher(std::uint64_t size_bytes);

  // The next bytes of the file; those behind `size_bytes` do not count.
  void add(Bytes bytes);
  // Means something when all `size_bytes` came. Once only.
  UuHash finish();

 private:
  void next_part();

  Digester md5_;
  std::uint64_t size_ = 0;
  std::uint64_t offset_ = 0;  // of the bytes that come next
  std::uint64_t begin_ = 0;   // of the part that the CRC is taken of now or next
  std::uint64_t end_ = 0;
  std::uint32_t crc_ = 0xffffffff;
};

}  // namespace p2p::index
