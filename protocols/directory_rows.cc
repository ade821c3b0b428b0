#include "protocols/directory_rows.h"

#include <algorithm>
#include <utility>

namespace p2p {

// Where the row of the id is, or rows.size().
std::size_t Rows::place_in(const Chunk& chunk, std::uint32_t id) {
  const std::uint32_t offset = id % kChunk;
  if (chunk.offsets.empty()) return offset;
  const auto at = std::ranges::lower_bound(chunk.offsets, offset);
  if (at == chunk.offsets.end() || *at != offset) return chunk.rows.size();
  return static_cast<std::size_t>(at - chunk.offsets.begin());
}

const Row* Rows::find(std::uint32_t id) const {
  const std::size_t number = id / kChunk - chunk_base_;
  if (id / kChunk < chunk_base_ || number >= chunks_.size() || !chunks_[number]) return nullptr;
  const Chunk& chunk = *chunks_[number];
  const std::size_t place = place_in(chunk, id);
  if (place >= chunk.rows.size() || chunk.rows[place].owner == Row::kNobody) return nullptr;
  return &chunk.rows[place];
}

std::uint32_t Rows::add(const Row& row) {
  if (chunks_.empty() || next_ % kChunk == 0) {
    if (!chunks_.empty()) squeeze(chunks_.back());  // the last one is squeezed only when it is full
    while (!chunks_.empty() && !chunks_.front()) {
      chunks_.pop_front();
      ++chunk_base_;
    }
    if (chunks_.empty()) chunk_base_ = next_ / kChunk;
    chunks_.push_back(std::make_unique<Chunk>());
    chunks_.back()->rows.reserve(kChunk);
    // An id that does not begin its chunk is the very first one.
    Row nobody{};
    nobody.owner = Row::kNobody;
    chunks_.back()->rows.resize(next_ % kChunk, nobody);
    chunks_.back()->dead = next_ % kChunk;
  }
  chunks_.back()->rows.push_back(row);
  return next_++;
}

void Rows::remove(std::uint32_t id) {
  Row* row = find(id);
  if (row == nullptr) return;
  row->owner = Row::kNobody;
  std::unique_ptr<Chunk>& chunk = chunks_[id / kChunk - chunk_base_];
  ++chunk->dead;
  if (id / kChunk != next_ / kChunk) squeeze(chunk);
}

std::uint32_t Rows::at_most(std::uint32_t bound) const {
  if (chunks_.empty() || bound / kChunk < chunk_base_) return kNoFile;
  std::size_t number = bound / kChunk - chunk_base_;
  std::uint32_t offset = bound % kChunk;
  if (number >= chunks_.size()) {
    number = chunks_.size() - 1;
    offset = kChunk - 1;
  }
  for (;; --number, offset = kChunk - 1) {
    if (chunks_[number]) {
      const Chunk& chunk = *chunks_[number];
      std::size_t end = std::min<std::size_t>(offset + 1, chunk.rows.size());
      if (!chunk.offsets.empty())
        end = static_cast<std::size_t>(std::ranges::upper_bound(chunk.offsets, offset) -
                                       chunk.offsets.begin());
      while (end > 0 && chunk.rows[end - 1].owner == Row::kNobody)
        --end;
      if (end > 0) {
        const std::size_t at = chunk.offsets.empty() ? end - 1 : chunk.offsets[end - 1];
        return static_cast<std::uint32_t>((chunk_base_ + number) * kChunk + at);
      }
    }
    if (number == 0) return kNoFile;
  }
}

// Half of it or more is of removed files: only the others stay.
void Rows::squeeze(std::unique_ptr<Chunk>& chunk) {
  if (!chunk || std::size_t{chunk->dead} * 2 < chunk->rows.size()) return;
  if (chunk->dead == chunk->rows.size()) {
    chunk.reset();
    return;
  }
  auto kept = std::make_unique<Chunk>();
  kept->rows.reserve(chunk->rows.size() - chunk->dead);
  kept->offsets.reserve(chunk->rows.size() - chunk->dead);
  for (std::size_t i = 0; i < chunk->rows.size(); ++i) {
    if (chunk->rows[i].owner == Row::kNobody) continue;
    kept->rows.push_back(chunk->rows[i]);
    kept->offsets.push_back(chunk->offsets.empty() ? static_cast<std::uint16_t>(i)
                                                   : chunk->offsets[i]);
  }
  chunk = std::move(kept);
}

std::size_t Rows::memory() const {
  std::size_t sum = chunks_.size() * sizeof(chunks_[0]);
  for (const auto& chunk : chunks_)
    if (chunk)
      sum += sizeof(Chunk) + chunk->rows.capacity() * sizeof(Row) +
             chunk->offsets.capacity() * sizeof(std::uint16_t);
  return sum;
}

}  // namespace p2p
