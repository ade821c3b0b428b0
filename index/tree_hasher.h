// Computes the leaves of a HashTree from bytes that stream by once, and joins two of them: librhash
// has Tiger and whole trees, but gives of a tree the root alone. A leaf is the root of the tree
// over its own part, so that is enough, and as fast.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/digest.h"

struct rhash_context;

namespace p2p::index {

// Of a file, or of a part that begins with a leaf and ends with one or with the file.
class LeafHasher {
 public:
  explicit LeafHasher(std::uint64_t leaf_bytes);  // TreeShape::leaf_bytes()

  void add(Bytes bytes);
  // Once only; none of nothing.
  std::vector<TigerRoot> finish();

 private:
  struct Free {
    void operator()(rhash_context* context) const;
  };
  void end_leaf();

  std::unique_ptr<rhash_context, Free> context_;
  std::uint64_t leaf_bytes_;
  std::uint64_t in_leaf_ = 0;  // bytes of the one that is not full yet
  std::vector<TigerRoot> leaves_;
};

// Tiger(01 | left | right), as HashTree::Join.
TigerRoot join_tiger(const TigerRoot& left, const TigerRoot& right);

}  // namespace p2p::index
