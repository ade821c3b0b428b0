#include "servent/transfer/start_check.h"

#include <algorithm>

#include <openssl/evp.h>

#include "index/hasher.h"

namespace p2p::transfer {

namespace {

constexpr std::uint64_t kLinuxClient = 300'000;  // bytes from the very beginning
constexpr std::uint64_t kSyncSearch = 16U << 10U;

// Length of an ID3v2 tag at the start (ID3v2.3, section 3.1); zero when there is none.
std::uint64_t tag_length(Bytes head) {
  if (head.size() < kStartHead || text_of(head.first(3)) != "ID3") return 0;
  std::uint64_t size = 0;
  for (const std::byte b : head.subspan(6, 4))
    size = (size << 7U) | std::to_integer<std::uint64_t>(b & std::byte{0x7f});
  return kStartHead + size;
}

bool has_md5(Bytes bytes, const Md5& promised) {
  Md5 sum;
  unsigned length = 0;
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_md5(), nullptr);
  EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  EVP_DigestFinal_ex(context.get(), out.data(), &length);
  std::ranges::transform(std::span(out).first(sum.bytes.size()), sum.bytes.begin(),
                         [](unsigned char c) { return std::byte{c}; });
  return sum == promised;
}

Bytes part_of(Bytes all, std::uint64_t begin, std::uint64_t length) {
  const auto from = static_cast<std::size_t>(std::min<std::uint64_t>(begin, all.size()));
  return all.subspan(from,
                     static_cast<std::size_t>(std::min<std::uint64_t>(length, all.size() - from)));
}

}  // namespace

std::uint64_t start_length(Bytes head, std::uint64_t size_bytes) {
  return std::min(size_bytes,
                  std::max(kLinuxClient, tag_length(head) + kSyncSearch + index::kStartMd5Bytes));
}

bool start_fits(Bytes start, const Md5& promised) {
  const std::uint64_t tag = tag_length(start);
  if (has_md5(part_of(start, tag, index::kStartMd5Bytes), promised)) return true;
  if (has_md5(part_of(start, 0, kLinuxClient), promised)) return true;
  const Bytes searched = part_of(start, tag, kSyncSearch);
  for (std::size_t i = 0; i + 1 < searched.size(); ++i) {
    if (searched[i] != std::byte{0xff} || (searched[i + 1] & std::byte{0xe0}) != std::byte{0xe0})
      continue;
    return has_md5(part_of(start, tag + i, index::kStartMd5Bytes), promised);
  }
  return false;
}

}  // namespace p2p::transfer
