// The files of a Directory by the hash of their size or of their key. Removed files leave the
// chains in a sweep, a few at each call. Strangers choose sizes and keys, and all of them may be
// equal: a chain may be as long as the directory, so chains are split and swept node by node, never
// in one go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

#include "protocols/directory_buckets.h"

namespace p2p {

class Chains {
 public:
  // `hash_of(file, hash)` gives the hash of a file; false when the file was removed.
  template <class HashOf>
  void add(std::uint32_t file, std::uint64_t hash, const HashOf& hash_of) {
    constexpr std::size_t kSettledByAdd = 4;
    std::uint32_t node = free_;
    if (node == Buckets::kNone) {
      node = static_cast<std::uint32_t>(nodes_.size());
      nodes_.push_back({});
    } else {
      free_ = nodes_[node].next;
    }
    nodes_[node].file = file;
    link(node, hash);
    if (++count_ > buckets_.size() && loose_ == Buckets::kNone) loose_ = buckets_.grow();
    for (std::size_t i = 0; i < kSettledByAdd && loose_ != Buckets::kNone; ++i)
      settle(hash_of);
  }

  // Takes the file out when it is among the first of its chain, where the latest are: whoever adds
  // and removes one file for ever leaves nothing that others have to walk over.
  void remove(std::uint32_t file, std::uint64_t hash) {
    constexpr std::size_t kLookedAt = 16;
    std::uint32_t* link = &buckets_.of(hash);
    for (std::size_t i = 0; i < kLookedAt && *link != Buckets::kNone; ++i) {
      const std::uint32_t node = *link;
      if (nodes_[node].file == file) {
        *link = nodes_[node].next;
        return let_go(node);
      }
      link = &nodes_[node].next;
    }
  }

  // Calls `visit` for the files that have this hash, for removed ones and for some others,
  // until it says false.
  template <class Visit>
  void walk(std::uint64_t hash, const Visit& visit) const {
    for (std::uint32_t start : {buckets_.of(hash), loose_})
      for (std::uint32_t node = start; node != Buckets::kNone; node = nodes_[node].next)
        if (!visit(nodes_[node].file)) return;
  }

  void begin_sweep() { swept_ = 0; }
  // Takes one removed file out, or passes a living one; true when there is nothing left to look at.
  template <class HashOf>
  bool sweep(const HashOf& hash_of) {
    if (loose_ != Buckets::kNone) {
      settle(hash_of);
      return false;
    }
    if (swept_ >= buckets_.size()) return true;
    loose_ = std::exchange(buckets_.at(swept_++), Buckets::kNone);
    return false;
  }

  // Gives every file another id; removed ones, which a sweep has left in no chain, any.
  template <class NewId>
  void renumber(const NewId& new_id) {
    for (Node& node : nodes_)
      node.file = new_id(node.file);
  }

  std::size_t memory() const { return nodes_.size() * sizeof(Node) + buckets_.memory(); }

 private:
  struct Node {
    std::uint32_t file;
    std::uint32_t next;
  };

  void link(std::uint32_t node, std::uint64_t hash) {
    nodes_[node].next = std::exchange(buckets_.of(hash), node);
  }

  // Puts one loose node where it belongs.
  template <class HashOf>
  void settle(const HashOf& hash_of) {
    const std::uint32_t node = loose_;
    loose_ = nodes_[node].next;
    std::uint64_t hash = 0;
    if (hash_of(nodes_[node].file, hash)) return link(node, hash);
    let_go(node);
  }

  void let_go(std::uint32_t node) {
    nodes_[node].next = std::exchange(free_, node);
    --count_;
  }

  std::deque<Node> nodes_;
  Buckets buckets_;
  std::uint32_t free_ = Buckets::kNone;   // unused nodes
  std::uint32_t loose_ = Buckets::kNone;  // the chain that is being split or swept
  std::size_t swept_ = 0;                 // buckets
  std::size_t count_ = 0;
};

}  // namespace p2p
