// HashTree: the upper levels of a file's tree of Tiger hashes (THEX, draft-jchapweske-thex-02,
// sections 2 and 3.3; gnutella.md, section 9). With it a part of a file is checked before the whole
// is there, and its root tells whether the tree is the right one.
//
// Below are blocks of 1024 bytes, the last one shorter: Tiger(00 | block). Above two nodes stands
// Tiger(01 | left | right); an odd one at the end of a level moves up unchanged. So each node is
// the root of a tree over its own part of the file, and a tree may be cut at any level: the lowest
// one that is kept are its leaves, each over 1024 * 2^k bytes.
//
// How Tiger is computed is index/tree_hasher's business: it is handed in.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/digest.h"
#include "protocols/base/result.h"

namespace p2p {

inline constexpr std::uint64_t kTreeBlock = 1024;

// Which levels are kept of a tree.
struct TreeShape {
  // Ours, and the deepest that is kept of a stranger's: 1024 leaves, 49,128 bytes in all.
  static constexpr unsigned kMostDepth = 10;
  // No smaller leaf is worth its hash; with these two a tree is as gtk-gnutella's up to 1 GiB.
  static constexpr std::uint64_t kLeastLeaf = std::uint64_t{256} * 1024;

  std::uint64_t size_bytes = 0;  // of the file; from 1 to 2^63 - 1
  unsigned depth = 0;            // levels below the root

  // What we compute of a file of this size.
  static TreeShape of(std::uint64_t size_bytes);

  std::uint64_t leaf_bytes() const;            // but for the last leaf
  std::size_t nodes_at(unsigned level) const;  // 1 at level 0; level <= depth
  std::size_t leaves() const { return nodes_at(depth); }
  std::size_t nodes() const;  // of all levels

  friend bool operator==(const TreeShape&, const TreeShape&) = default;
};

class HashTree {
 public:
  static constexpr std::size_t kNodeBytes = sizeof(TigerRoot::bytes);
  // Tiger(01 | left | right).
  using Join = std::function<TigerRoot(const TigerRoot& left, const TigerRoot& right)>;

  // Computes what stands above the leaves, of which there are as many as the shape says.
  static HashTree above(const TreeShape& shape, std::span<const TigerRoot> leaves,
                        const Join& join);
  // Level by level from the root, as it is stored and sent. The levels that are there whole are
  // kept, down to kMostDepth; what follows is left out. malformed: no nodes, or more than the whole
  // tree of a file of this size has.
  static Result<HashTree> of_nodes(std::uint64_t size_bytes, Bytes nodes);
  Buffer to_nodes() const;

  const TreeShape& shape() const { return shape_; }
  const TigerRoot& root() const { return nodes_.front(); }
  std::span<const TigerRoot> leaves() const { return level(shape_.depth); }

  // Is the tree that of this root, each node made of those below? Nothing a stranger sent may be
  // compared with before.
  bool is_sound(const TigerRoot& root, const Join& join) const;
  // Are these the leaves over the bytes from `first` to `last`, both included? False when the part
  // does not begin and end with a leaf, or lies outside.
  bool verify_piece(std::uint64_t first, std::uint64_t last,
                    std::span<const TigerRoot> leaves) const;

 private:
  HashTree(const TreeShape& shape, std::vector<TigerRoot> nodes)
      : shape_(shape),
        nodes_(std::move(nodes)) {}
  std::span<const TigerRoot> level(unsigned level) const;

  TreeShape shape_;
  std::vector<TigerRoot> nodes_;  // as many as shape_ says
};

}  // namespace p2p
