// The files that have one word: ids in ascending order, in blocks of bounded size, so that adding
// one, and looking through one block for removed files, cost the same however long the list is.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace p2p {

inline constexpr std::uint32_t kNoFile = 0xffffffff;  // of file ids: none, gone

class Postings {
 public:
  static constexpr std::size_t kBlockFiles = 1024;

  void push(std::uint32_t file);  // greater than all before
  std::size_t size() const { return (full_ ? full_->files : 0) + last_.size; }

  // Blocks count from 0 to blocks() - 1; only the last one may be empty.
  std::size_t blocks() const { return (full_ ? full_->blocks.size() : 0) + 1; }
  std::span<const std::uint32_t> block(std::size_t at) const {
    return full_ && at < full_->blocks.size() ? full_->blocks[at].view() : last_.view();
  }

  // Leaves in block `at` the files of which `stays` is true, and joins it to the one before when
  // both fit in one. The number of the block to look at next.
  template <class Stays>
  std::size_t sweep(std::size_t at, const Stays& stays) {
    const bool is_last = at + 1 == blocks();
    Ids& ids = is_last ? last_ : full_->blocks[at];
    std::uint32_t kept = 0;
    for (const std::uint32_t file : ids.view())
      if (stays(file)) ids.files[kept++] = file;
    if (!is_last) full_->files -= ids.size - kept;
    ids.size = kept;
    return is_last ? (tighten(ids), at + 1) : joined(at);
  }

  // Gives every file another id; their order stays.
  template <class NewId>
  void renumber(const NewId& new_id) {
    const auto change = [&](Ids& ids) {
      for (std::uint32_t i = 0; i < ids.size; ++i)
        ids.files[i] = new_id(ids.files[i]);
    };
    if (full_) std::ranges::for_each(full_->blocks, change);
    change(last_);
  }

  std::size_t memory() const;  // of what it points at, allocator included

 private:
  struct Ids {
    // NOLINTNEXTLINE(modernize-avoid-c-arrays): 8 bytes a word less than a vector
    std::unique_ptr<std::uint32_t[]> files;
    std::uint32_t size = 0;
    std::uint32_t capacity = 0;
    std::span<const std::uint32_t> view() const { return {files.get(), size}; }
  };
  struct Full {
    std::vector<Ids> blocks;
    std::size_t files = 0;  // in all of them
  };
  static void resize(Ids& ids, std::uint32_t capacity);
  static void tighten(Ids& ids);
  std::size_t joined(std::size_t at);

  std::unique_ptr<Full> full_;  // most words are rare and have the last block only
  Ids last_;
};

}  // namespace p2p
