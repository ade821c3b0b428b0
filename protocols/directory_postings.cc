#include "protocols/directory_postings.h"

#include <algorithm>
#include <utility>

namespace p2p {

void Postings::resize(Ids& ids, std::uint32_t capacity) {
  // NOLINTNEXTLINE(modernize-avoid-c-arrays): the owned block
  auto files = std::make_unique_for_overwrite<std::uint32_t[]>(capacity);
  std::ranges::copy(ids.view(), files.get());
  ids.files = std::move(files);
  ids.capacity = capacity;
}

// Gives back what a sweep left unused.
void Postings::tighten(Ids& ids) {
  if (ids.size == 0) {
    ids = {};
  } else if (ids.capacity > ids.size + ids.size / 4 + 2) {
    resize(ids, ids.size);
  }
}

void Postings::push(std::uint32_t file) {
  if (last_.size == kBlockFiles) {
    if (!full_) full_ = std::make_unique<Full>();
    full_->files += last_.size;
    full_->blocks.push_back(std::exchange(last_, {}));
  }
  if (last_.size == last_.capacity)
    resize(last_, std::min<std::uint32_t>(kBlockFiles, last_.size + last_.size / 4 + 2));
  last_.files[last_.size++] = file;
}

// Block `at` is not the last one and was swept.
std::size_t Postings::joined(std::size_t at) {
  std::vector<Ids>& blocks = full_->blocks;
  Ids& ids = blocks[at];
  Ids* before = at > 0 ? &blocks[at - 1] : nullptr;
  const bool fits = before != nullptr && before->size + ids.size <= kBlockFiles;
  if (ids.size > 0 && !fits) {
    tighten(ids);
    return at + 1;
  }
  if (fits && ids.size > 0) {
    if (before->capacity < before->size + ids.size) resize(*before, before->size + ids.size);
    std::ranges::copy(ids.view(), before->files.get() + before->size);
    before->size += ids.size;
  }
  blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(at));
  if (blocks.empty()) full_.reset();
  return at;
}

std::size_t Postings::memory() const {
  constexpr std::size_t kHeapOverhead = 12;  // of the allocator, for each piece, about
  const auto of = [](const Ids& ids) {
    return ids.capacity == 0 ? 0 : ids.capacity * sizeof(std::uint32_t) + kHeapOverhead;
  };
  std::size_t sum = of(last_);
  if (!full_) return sum;
  sum += sizeof(Full) + full_->blocks.capacity() * sizeof(Ids) + 2 * kHeapOverhead;
  for (const Ids& ids : full_->blocks)
    sum += of(ids);
  return sum;
}

}  // namespace p2p
