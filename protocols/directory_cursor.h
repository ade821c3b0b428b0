// Walks over lists of file ids from the newest file to the oldest, leaping over what is not asked
// for. `at_most` is asked with falling bounds only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "protocols/directory_postings.h"

namespace p2p {

// One list.
class PostingCursor {
 public:
  explicit PostingCursor(const Postings& files)
      : files_(&files),
        block_(files.blocks() - 1),
        end_(files.block(block_).size()) {}

  // The newest file not newer than `bound`; kNoFile when there is none. Costs the logarithm of the
  // distance leapt.
  std::uint32_t at_most(std::uint32_t bound) {
    if (end_ == 0 || files_->block(block_)[0] > bound) leave_block(bound);
    const std::span<const std::uint32_t> files = files_->block(block_);
    std::size_t step = 1;
    while (step <= end_ && files[end_ - step] > bound)
      step *= 2;
    const auto low = files.begin() + static_cast<std::ptrdiff_t>(step <= end_ ? end_ - step : 0);
    const auto high = files.begin() + static_cast<std::ptrdiff_t>(end_ - step / 2);
    end_ = static_cast<std::size_t>(std::upper_bound(low, high, bound) - files.begin());
    return end_ == 0 ? kNoFile : files[end_ - 1];
  }

 private:
  // To the last of the blocks before that does not begin after `bound`.
  void leave_block(std::uint32_t bound) {
    std::size_t low = 0;
    for (std::size_t high = block_; low < high;) {
      const std::size_t middle = (low + high) / 2;
      if (files_->block(middle)[0] <= bound) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    block_ = low == 0 ? 0 : low - 1;
    end_ = low == 0 ? 0 : files_->block(block_).size();
  }

  const Postings* files_;
  std::size_t block_;
  std::size_t end_;  // files of the block from here on are passed, and all blocks behind it
};

// The union of some lists.
class UnionCursor {
 public:
  explicit UnionCursor(const std::vector<const Postings*>& lists) {
    for (const Postings* list : lists)
      push(PostingCursor(*list), kNoFile - 1);
  }

  std::uint32_t at_most(std::uint32_t bound) {
    while (!heap_.empty() && heap_.front().file > bound) {
      std::ranges::pop_heap(heap_, {}, &Head::file);
      const PostingCursor cursor = heap_.back().cursor;
      heap_.pop_back();
      push(cursor, bound);
    }
    return heap_.empty() ? kNoFile : heap_.front().file;
  }
  // How often a list was looked at.
  std::size_t looks() const { return looks_; }

 private:
  struct Head {
    std::uint32_t file;
    PostingCursor cursor;
  };
  void push(PostingCursor cursor, std::uint32_t bound) {
    const std::uint32_t file = cursor.at_most(bound);
    ++looks_;
    if (file == kNoFile) return;
    heap_.push_back({file, cursor});
    std::ranges::push_heap(heap_, {}, &Head::file);
  }

  std::vector<Head> heap_;
  std::size_t looks_ = 0;
};

}  // namespace p2p
