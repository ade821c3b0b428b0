// Blocks: the buffers between the sockets and the disk, few on purpose: when all are under way a
// socket is not read until the disk gives one back (architecture.md, third walk). A connection on
// which nothing comes holds none. Loop's thread only.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "protocols/transfer/fetcher.h"

namespace p2p::transfer {

struct Block {
  static constexpr std::size_t kRead = std::size_t{256} * 1024;
  static constexpr std::size_t kRoom = kRead + Fetcher::kHeldBack;

  Buffer data = Buffer(kRoom);
  std::size_t begin = 0;
  std::size_t size = 0;

  Bytes bytes() const { return Bytes(data).subspan(begin, size); }
};
using BlockPtr = std::shared_ptr<Block>;

class Blocks {
 public:
  explicit Blocks(std::size_t count) : left_(count) {}

  // Null when all are under way: wait() then.
  BlockPtr take() {
    if (free_.empty()) {
      if (left_ == 0) return nullptr;
      --left_;
      return std::make_shared<Block>();
    }
    BlockPtr block = std::move(free_.back());
    free_.pop_back();
    return block;
  }
  void give_back(BlockPtr block) {
    free_.push_back(std::move(block));
    // One that has lost interest takes nothing, and the next has its turn.
    while (!free_.empty() && !waiting_.empty()) {
      const auto ready = std::move(waiting_.front());
      waiting_.pop_front();
      ready();
    }
  }
  void wait(std::function<void()> ready) { waiting_.push_back(std::move(ready)); }

 private:
  std::size_t left_;  // not made yet
  std::vector<BlockPtr> free_;
  std::deque<std::function<void()>> waiting_;
};

}  // namespace p2p::transfer
