// Digester: one of OpenSSL's digests over bytes that come in turn.
#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include <openssl/evp.h>

#include "protocols/base/bytes.h"

namespace p2p::index {

class Digester {
 public:
  explicit Digester(const EVP_MD* kind) : context_(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(context_.get(), kind, nullptr);
  }
  void add(Bytes bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  // Of all that was added. Once only. `Digest` has an array of bytes.
  template <class Digest>
  Digest finish() {
    Digest digest;
    std::vector<unsigned char> out(EVP_MAX_MD_SIZE);
    unsigned length = 0;
    EVP_DigestFinal_ex(context_.get(), out.data(), &length);
    const auto bytes = std::as_bytes(std::span(out).first(length));
    std::ranges::copy(bytes.first(std::min(bytes.size(), digest.bytes.size())),
                      digest.bytes.begin());
    return digest;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

// The part of `block`, which stands at `offset` in the file, that lies within [begin, end).
inline Bytes part_within(Bytes block, std::uint64_t offset, std::uint64_t begin,
                         std::uint64_t end) {
  const std::uint64_t from = std::clamp(begin, offset, offset + block.size());
  const std::uint64_t to = std::clamp(end, from, std::max(from, offset + block.size()));
  return block.subspan(static_cast<std::size_t>(from - offset),
                       static_cast<std::size_t>(to - from));
}

}  // namespace p2p::index
