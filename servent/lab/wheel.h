// The event wheel: what happens when, in the laboratory's time. Order is (time, sequence of the
// push), so a run can be repeated bit for bit (architecture.md, section 5).
//
// One bucket per millisecond for the block of time that is being lived through; what lies beyond
// waits by block and is dealt out when its block begins. Push and pop are O(1). Events lie in
// small chunks that are used again, so the memory is that of the events waiting, whatever the
// time.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace p2p::lab {

template <class Event>
class Wheel {
 public:
  using Ms = std::uint64_t;  // since the start of the run
  struct Due {
    Ms at = 0;
    Event event{};
  };

  // `at` is not before the time of the last pop; earlier ones are taken for that time.
  void push(Ms at, const Event& event) {
    at = std::max(at, now_);
    ++size_;
    if (block_of(at) == block_of(now_))
      near_[at % kBlock].push(event, spare_);
    else
      far_[block_of(at)].push_back({at, event});
  }

  // The next one that is due by `end`, or nothing; then the time is `end`, which is not before the
  // time of the last pop.
  std::optional<Due> pop(Ms end) {
    while (size_ > 0) {
      const Ms block_end = (block_of(now_) + 1) * kBlock;
      for (; now_ < block_end && now_ <= end; ++now_, popped_ = 0) {
        Bucket& bucket = near_[now_ % kBlock];
        if (!bucket.first) continue;
        const Due due{now_, bucket.pop(spare_)};
        --size_;
        ++popped_;
        scout();
        return due;
      }
      if (now_ > end || !enter_next_block(end)) break;
    }
    now_ = end;
    scout_.is_lost = true;
    return std::nullopt;
  }

  // The one that is due so many places behind the next one, less than kAhead, as far as is known: a
  // hint, which what was pushed lately is not part of. Null: none is due soon.
  const Event* ahead(std::size_t places) const {
    if (places >= scout_.lead) return nullptr;
    return &scout_.seen[(scout_.count - scout_.lead + places) % scout_.seen.size()];
  }
  static constexpr std::size_t kAhead = 32;

  Ms now() const { return now_; }
  std::size_t size() const { return size_; }

 private:
  static constexpr Ms kBlock = 4096;  // milliseconds
  static constexpr std::size_t kChunk = 62;

  struct Chunk {
    std::array<Event, kChunk> events;
    std::size_t count = 0;
    std::unique_ptr<Chunk> next;
  };
  // Chunks that are empty, for whoever needs one.
  struct Spare {
    std::unique_ptr<Chunk> first;

    std::unique_ptr<Chunk> take() {
      if (!first) return std::make_unique<Chunk>();
      std::unique_ptr<Chunk> taken = std::move(first);
      first = std::move(taken->next);
      return taken;
    }
    void give(std::unique_ptr<Chunk> chunk) {
      chunk->count = 0;
      chunk->next = std::move(first);
      first = std::move(chunk);
    }
  };
  // First in, first out.
  struct Bucket {
    std::unique_ptr<Chunk> first;
    Chunk* last = nullptr;
    std::size_t at = 0;  // popped of the first

    void push(const Event& event, Spare& spare) {
      if (last == nullptr || last->count == kChunk) {
        std::unique_ptr<Chunk> chunk = spare.take();
        Chunk* const raw = chunk.get();
        (last == nullptr ? first : last->next) = std::move(chunk);
        last = raw;
      }
      last->events[last->count++] = event;
    }
    // There is one.
    Event pop(Spare& spare) {
      const Event event = first->events[at++];
      if (at == first->count) {
        std::unique_ptr<Chunk> empty = std::move(first);
        first = std::move(empty->next);
        at = 0;
        if (!first) last = nullptr;
        spare.give(std::move(empty));
      }
      return event;
    }
  };

  // Reads before it is due what is due soon, over the edges of buckets. It stands in a bucket
  // behind those that were popped: the chunk of what it read last is there yet.
  struct Scout {
    bool is_lost = true;
    Ms at = 0;                     // its bucket
    const Chunk* chunk = nullptr;  // there; null: it has none yet
    std::size_t in_chunk = 0;      // read of that
    std::size_t read = 0;          // of the bucket
    std::array<Event, kAhead> seen{};
    std::size_t count = 0;  // seen, ever
    std::size_t lead = 0;   // of them, those that were not popped, as far as it knows
  };
  static constexpr Ms kHorizon = 8;  // milliseconds that it goes ahead

  static Ms block_of(Ms at) { return at / kBlock; }

  // After a pop.
  void scout() {
    if (scout_.lead > 0) --scout_.lead;
    const bool is_behind = scout_.at < now_ || (scout_.at == now_ && scout_.read <= popped_);
    if (scout_.is_lost || is_behind) {
      scout_.is_lost = false;
      scout_.lead = 0;
      stand(now_, popped_);
    }
    while (scout_.lead < kAhead && go_on())
      ++scout_.lead;
  }
  // Behind those that were popped of this bucket.
  void stand(Ms at, std::size_t popped) {
    scout_.at = at;
    scout_.chunk = nullptr;
    scout_.read = popped;
  }
  // False: nothing more is due soon.
  bool go_on() {
    const Ms end = std::min((block_of(now_) + 1) * kBlock, now_ + kHorizon);
    for (;; stand(scout_.at + 1, 0)) {
      if (read_one()) return true;
      if (scout_.at + 1 >= end) return false;
    }
  }
  bool read_one() {
    if (scout_.chunk == nullptr) {
      const Bucket& bucket = near_[scout_.at % kBlock];
      if (!bucket.first) return false;
      scout_.chunk = bucket.first.get();
      scout_.in_chunk = bucket.at;
    }
    if (scout_.in_chunk == scout_.chunk->count && scout_.chunk->next) {
      scout_.chunk = scout_.chunk->next.get();
      scout_.in_chunk = 0;
    }
    if (scout_.in_chunk == scout_.chunk->count) return false;
    scout_.seen[scout_.count++ % kAhead] = scout_.chunk->events[scout_.in_chunk++];
    ++scout_.read;
    return true;
  }

  // False: nothing is due in any block that begins by `end`.
  bool enter_next_block(Ms end) {
    if (far_.empty() || far_.begin()->first * kBlock > end) return false;
    auto block = far_.extract(far_.begin());
    now_ = block.key() * kBlock;
    popped_ = 0;
    for (const Due& due : block.mapped())
      near_[due.at % kBlock].push(due.event, spare_);
    return true;
  }

  std::array<Bucket, kBlock> near_{};
  std::map<Ms, std::vector<Due>> far_;  // by block
  Spare spare_;
  Ms now_ = 0;
  std::size_t popped_ = 0;  // of now's bucket
  std::size_t size_ = 0;
  Scout scout_;
};

}  // namespace p2p::lab
