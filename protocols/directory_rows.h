// What a Directory knows of each file, by the file's id. Ids rise and are never used twice; the
// rows lie in chunks, and a chunk that lost half of its files is squeezed, so the room follows the
// files that live and no call moves more than one chunk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "protocols/directory_postings.h"

namespace p2p {

struct Row {
  std::uint64_t size_bytes;
  std::uint32_t owner;  // slot in the directory, or kNobody
  std::uint32_t place;  // in the owner's files
  std::uint32_t bitrate_kbps;
  std::uint32_t sample_rate_hz;
  std::uint32_t duration_s;

  static constexpr std::uint32_t kNobody = 0xffffffff;  // removed
};

class Rows {
 public:
  explicit Rows(std::uint32_t first_id) : chunk_base_(first_id / kChunk), next_(first_id) {}

  // No more ids: the directory has to number its files anew.
  bool is_full() const { return next_ == kNoFile; }
  std::uint32_t next_id() const { return next_; }
  std::uint32_t add(const Row& row);  // its id
  // Null when it was removed.
  const Row* find(std::uint32_t id) const;
  Row* find(std::uint32_t id) {
    return const_cast<Row*>(
        static_cast<const Rows*>(this)->find(id));  // NOLINT: *this is not const
  }
  void remove(std::uint32_t id);
  // The newest row that is not newer than `bound`; kNoFile when there is none.
  std::uint32_t at_most(std::uint32_t bound) const;
  // Calls `visit` for all rows in the order of their ids.
  template <class Visit>
  void each(const Visit& visit) const {
    for (const auto& chunk : chunks_)
      for (std::size_t i = 0; chunk && i < chunk->rows.size(); ++i)
        if (chunk->rows[i].owner != Row::kNobody) visit(chunk->rows[i]);
  }

  std::size_t memory() const;

 private:
  static constexpr std::uint32_t kChunk = 1024;
  struct Chunk {
    std::vector<Row> rows;
    std::vector<std::uint16_t> offsets;  // of the rows, ascending; empty: row i is of offset i
    std::uint32_t dead = 0;
  };
  static std::size_t place_in(const Chunk& chunk, std::uint32_t id);
  void squeeze(std::unique_ptr<Chunk>& chunk);

  std::deque<std::unique_ptr<Chunk>> chunks_;  // null: all its files are removed
  std::uint32_t chunk_base_;                   // the number of chunks_[0]
  std::uint32_t next_;
};

}  // namespace p2p
