// Walks over lists of file ids from the newest file to the oldest, leaping over what is not asked
// for. `at_most` is asked with falling bounds only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "protocols/directory_vocabulary.h"

namespace p2p {

// One list.
class PostingCursor {
 public:
  explicit PostingCursor(const Vocabulary::Postings& files) : files_(&files), end_(files.size()) {}

  // The newest file not newer than `bound`; kNoFile when there is none. Costs the logarithm of the
  // distance leapt.
  std::uint32_t at_most(std::uint32_t bound) {
    const Vocabulary::Postings& files = *files_;
    std::size_t step = 1;
    while (step <= end_ && files[end_ - step] > bound)
      step *= 2;
    const auto low = files.begin() + static_cast<std::ptrdiff_t>(step <= end_ ? end_ - step : 0);
    const auto high = files.begin() + static_cast<std::ptrdiff_t>(end_ - step / 2);
    end_ = static_cast<std::size_t>(std::upper_bound(low, high, bound) - files.begin());
    return end_ == 0 ? kNoFile : files[end_ - 1];
  }

 private:
  const Vocabulary::Postings* files_;
  std::size_t end_;  // files from here on are passed
};

// The union of some lists, or every id there is.
class UnionCursor {
 public:
  explicit UnionCursor(const std::vector<const Vocabulary::Postings*>& lists) {
    for (const Vocabulary::Postings* list : lists)
      push(PostingCursor(*list), kNoFile - 1);
  }
  static UnionCursor everything() {
    UnionCursor all({});
    all.everything_ = true;
    return all;
  }

  std::uint32_t at_most(std::uint32_t bound) {
    if (everything_) return bound;
    while (!heap_.empty() && heap_.front().file > bound) {
      std::ranges::pop_heap(heap_, {}, &Head::file);
      const PostingCursor cursor = heap_.back().cursor;
      heap_.pop_back();
      push(cursor, bound);
    }
    return heap_.empty() ? kNoFile : heap_.front().file;
  }

 private:
  struct Head {
    std::uint32_t file;
    PostingCursor cursor;
  };
  void push(PostingCursor cursor, std::uint32_t bound) {
    const std::uint32_t file = cursor.at_most(bound);
    if (file == kNoFile) return;
    heap_.push_back({file, cursor});
    std::ranges::push_heap(heap_, {}, &Head::file);
  }

  std::vector<Head> heap_;
  bool everything_ = false;
};

}  // namespace p2p
