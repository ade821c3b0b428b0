// Dormitory: where nodes lie packed (Mode::pack), each in a block of just its size.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "protocols/base/packing.h"
#include "protocols/base/soon.h"
#include "protocols/mode.h"

#include "servent/lab/link_ends.h"

namespace p2p::lab {

class Dormitory {
 public:
  explicit Dormitory(std::size_t beds) { beds_.reserve(beds); }

  // This node, which does not lie here, may lie down. False: it cannot be packed.
  bool lay(NodeNumber node, const Mode& mode);
  bool has(NodeNumber node) const { return node < beds_.size() && beds_[node]; }
  // It leaves; null: it did not lie here.
  std::unique_ptr<Mode> wake(NodeNumber node);
  void leave(NodeNumber node);
  std::size_t size() const { return size_; }  // nodes that lie here
  // Hints: this node will be needed in a moment; first where it lies, then itself.
  void expect_place(NodeNumber node) const {
    if (node < beds_.size()) needed_soon(&beds_[node]);
  }
  void expect(NodeNumber node) const {
    if (has(node)) needed_soon(beds_[node].get(), kUsualBytes);
  }

 private:
  static constexpr std::size_t kUsualBytes = 192;
  static constexpr std::size_t kMostMoulds = 256;
  using Bed = std::unique_ptr<std::byte[]>;  // NOLINT(modernize-avoid-c-arrays); null: empty

  std::vector<Bed> beds_;  // by the number of the node
  std::size_t size_ = 0;
  std::vector<std::unique_ptr<Mode>> moulds_;  // one like each kind that ever lay here
};

}  // namespace p2p::lab
