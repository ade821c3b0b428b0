#include "index/tree_hasher.h"

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>
#include <utility>

#include <rhash.h>

namespace p2p::index {

namespace {

using Octets = std::array<unsigned char, sizeof(TigerRoot::bytes)>;

TigerRoot root_of(const Octets& octets) {
  TigerRoot root;
  std::ranges::copy(std::as_bytes(std::span(octets)), root.bytes.begin());
  return root;
}

rhash_context* new_context() {
  static const bool is_ready = [] {
    rhash_library_init();
    return true;
  }();
  rhash_context* context = is_ready ? rhash_init(RHASH_TTH) : nullptr;
  if (context == nullptr) throw std::runtime_error("librhash has no Tiger tree");
  return context;
}

}  // namespace

void LeafHasher::Free::operator()(rhash_context* context) const {
  rhash_free(context);
}

LeafHasher::LeafHasher(std::uint64_t leaf_bytes)
    : context_(new_context()),
      leaf_bytes_(leaf_bytes) {}

void LeafHasher::add(Bytes bytes) {
  while (!bytes.empty()) {
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), leaf_bytes_ - in_leaf_));
    rhash_update(context_.get(), bytes.data(), count);
    in_leaf_ += count;
    bytes = bytes.subspan(count);
    if (in_leaf_ == leaf_bytes_) end_leaf();
  }
}

void LeafHasher::end_leaf() {
  Octets octets{};
  rhash_final(context_.get(), octets.data());
  rhash_reset(context_.get());
  leaves_.push_back(root_of(octets));
  in_leaf_ = 0;
}

std::vector<TigerRoot> LeafHasher::finish() {
  if (in_leaf_ > 0) end_leaf();
  return std::move(leaves_);
}

TigerRoot join_tiger(const TigerRoot& left, const TigerRoot& right) {
  std::array<std::byte, 1 + 2 * sizeof(TigerRoot::bytes)> joined{std::byte{1}};
  const auto half = std::ranges::copy(left.bytes, joined.begin() + 1).out;
  std::ranges::copy(right.bytes, half);
  Octets octets{};
  rhash_msg(RHASH_TIGER, joined.data(), joined.size(), octets.data());
  return root_of(octets);
}

}  // namespace p2p::index
