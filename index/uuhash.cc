#include "index/uuhash.h"

#include <algorithm>
#include <array>

#include "protocols/base/digest.h"

namespace p2p::index {

namespace {

constexpr std::uint64_t kFirstPart = std::uint64_t{1} << 20U;
constexpr std::uint32_t kPolynomial = 0xedb88320;  // 04c11db7 with its bits turned round

constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & 1U) != 0 ? (crc >> 1U) ^ kPolynomial : crc >> 1U;
    table[i] = crc;
  }
  return table;
}();

std::uint32_t crc_of(Bytes bytes, std::uint32_t crc) {
  for (const std::byte b : bytes)
    crc = kCrcTable[(crc ^ std::to_integer<std::uint32_t>(b)) & 255U] ^ (crc >> 8U);
  return crc;
}

}  // namespace

UuHasher::UuHasher(std::uint64_t size_bytes) : md5_(EVP_md5()), size_(size_bytes) {
  next_part();
}

// The part that follows [begin_, end_): at the next power of two, or at the end of the file.
void UuHasher::next_part() {
  const std::uint64_t next = begin_ < kFirstPart ? kFirstPart : begin_ * 2;
  const bool was_last = end_ == size_;
  if (size_ <= kUuHashPart || was_last) {
    begin_ = end_ = size_;
  } else if (next <= size_ && size_ - next >= 2 * kUuHashPart) {
    begin_ = next;
    end_ = next + kUuHashPart;
  } else {
    begin_ = size_ - std::min(kUuHashPart, size_ - kUuHashPart);
    end_ = size_;
  }
}

void UuHasher::add(Bytes bytes) {
  md5_.add(part_within(bytes, offset_, 0, kUuHashPart));
  const std::uint64_t after = offset_ + bytes.size();
  for (;;) {
    crc_ = crc_of(part_within(bytes, offset_, begin_, end_), crc_);
    if (end_ > after || end_ == size_) break;
    next_part();
  }
  offset_ = after;
}

UuHash UuHasher::finish() {
  UuHash hash;
  std::ranges::copy(md5_.finish<Md5>().bytes, hash.bytes.begin());
  Buffer tail;
  Writer(tail).u32le(crc_ ^ static_cast<std::uint32_t>(size_ & 0xffffffffU));
  std::ranges::copy(tail, hash.bytes.end() - 4);
  return hash;
}

}  // namespace p2p::index
