#include "protocols/base/hash_tree.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace p2p {

namespace {

constexpr std::uint64_t kMostBytes = std::numeric_limits<std::int64_t>::max();  // no file has more

constexpr std::uint64_t divided_up(std::uint64_t value, std::uint64_t by) {
  return value / by + (value % by != 0 ? 1 : 0);
}

// Of a tree down to the blocks.
unsigned whole_depth(std::uint64_t size_bytes) {
  unsigned depth = 0;
  for (std::uint64_t nodes = divided_up(size_bytes, kTreeBlock); nodes > 1;
       nodes = divided_up(nodes, 2))
    ++depth;
  return depth;
}

std::vector<TigerRoot> level_above(std::span<const TigerRoot> below, const HashTree::Join& join) {
  std::vector<TigerRoot> above;
  above.reserve(below.size() / 2 + 1);
  for (std::size_t i = 0; i < below.size(); i += 2)
    above.push_back(i + 1 < below.size() ? join(below[i], below[i + 1]) : below[i]);
  return above;
}

}  // namespace

// ---- shape

TreeShape TreeShape::of(std::uint64_t size_bytes) {
  TreeShape shape{size_bytes, std::min(whole_depth(size_bytes), kMostDepth)};
  while (shape.depth > 0 && shape.leaf_bytes() < kLeastLeaf)
    --shape.depth;
  return shape;
}

std::uint64_t TreeShape::leaf_bytes() const {
  return kTreeBlock << (whole_depth(size_bytes) - depth);
}

std::size_t TreeShape::nodes_at(unsigned level) const {
  std::uint64_t nodes = divided_up(size_bytes, kTreeBlock);
  for (unsigned below = whole_depth(size_bytes); below > level; --below)
    nodes = divided_up(nodes, 2);
  return static_cast<std::size_t>(nodes);
}

std::size_t TreeShape::nodes() const {
  std::size_t sum = 0;
  for (unsigned level = 0; level <= depth; ++level)
    sum += nodes_at(level);
  return sum;
}

// ---- tree

HashTree HashTree::above(const TreeShape& shape, std::span<const TigerRoot> leaves,
                         const Join& join) {
  assert(leaves.size() == shape.leaves());
  std::vector<TigerRoot> nodes(leaves.begin(), leaves.end());
  std::vector<TigerRoot> level = nodes;
  for (unsigned i = 0; i < shape.depth; ++i) {
    level = level_above(level, join);
    nodes.insert(nodes.begin(), level.begin(), level.end());
  }
  return {shape, std::move(nodes)};
}

Result<HashTree> HashTree::of_nodes(std::uint64_t size_bytes, Bytes nodes) {
  const std::size_t given = nodes.size() / kNodeBytes;
  if (size_bytes == 0 || size_bytes > kMostBytes || given == 0 || nodes.size() % kNodeBytes != 0)
    return fail(Errc::malformed, "no tree of hashes");
  const unsigned most = whole_depth(size_bytes);
  TreeShape shape{size_bytes, 0};
  std::size_t kept = 1;
  for (; shape.depth < std::min(most, TreeShape::kMostDepth); ++shape.depth) {
    const std::size_t next = shape.nodes_at(shape.depth + 1);
    if (next > given - kept) break;
    kept += next;
  }
  if (shape.depth == most && given > kept)
    return fail(Errc::malformed, "more hashes than the file's tree has");
  std::vector<TigerRoot> read(kept);
  Reader reader(nodes);
  for (TigerRoot& node : read)
    std::ranges::copy(reader.take(kNodeBytes), node.bytes.begin());
  return HashTree(shape, std::move(read));
}

Buffer HashTree::to_nodes() const {
  Buffer out;
  out.reserve(nodes_.size() * kNodeBytes);
  for (const TigerRoot& node : nodes_)
    out.insert(out.end(), node.bytes.begin(), node.bytes.end());
  return out;
}

std::span<const TigerRoot> HashTree::level(unsigned level) const {
  std::size_t before = 0;
  for (unsigned i = 0; i < level; ++i)
    before += shape_.nodes_at(i);
  return std::span(nodes_).subspan(before, shape_.nodes_at(level));
}

bool HashTree::is_sound(const TigerRoot& root, const Join& join) const {
  if (nodes_.front() != root) return false;
  for (unsigned i = 0; i < shape_.depth; ++i)
    if (!std::ranges::equal(level(i), level_above(level(i + 1), join))) return false;
  return true;
}

bool HashTree::verify_piece(std::uint64_t first, std::uint64_t last,
                            std::span<const TigerRoot> leaves) const {
  const std::uint64_t leaf = shape_.leaf_bytes();
  if (first > last || last >= shape_.size_bytes || first % leaf != 0) return false;
  if (last + 1 != shape_.size_bytes && (last + 1) % leaf != 0) return false;
  const auto from = static_cast<std::size_t>(first / leaf);
  const auto count = static_cast<std::size_t>(last / leaf) - from + 1;
  return std::ranges::equal(this->leaves().subspan(from, count), leaves);
}

}  // namespace p2p
