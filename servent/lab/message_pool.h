// Messages on their way: one block of bytes however many copies are in flight, counted. Small ones
// lie in the slot itself, so a flood allocates nothing; slots are used again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/soon.h"

namespace p2p::lab {

class MessagePool {
 public:
  using Id = std::uint32_t;

  // With no copy yet: each add_copy() is ended by one drop().
  Id put(Bytes bytes) {
    const Id id = take_slot();
    Slot& slot = at(id);
    slot.size = static_cast<std::uint32_t>(bytes.size());
    slot.copies = 0;
    std::byte* place = slot.inside.data();
    if (bytes.size() > kInside) {
      slot.outside =
          std::make_unique<std::byte[]>(bytes.size());  // NOLINT(modernize-avoid-c-arrays)
      place = slot.outside.get();
    }
    if (!bytes.empty()) std::memcpy(place, bytes.data(), bytes.size());
    return id;
  }
  void add_copy(Id id) { ++at(id).copies; }
  // Valid until the last copy is dropped; other messages may come and go meanwhile.
  Bytes bytes(Id id) const {
    const Slot& slot = at(id);
    return {slot.outside ? slot.outside.get() : slot.inside.data(), slot.size};
  }
  void expect(Id id) const { needed_soon(&at(id)); }  // a hint
  void drop(Id id) {
    if (--at(id).copies == 0) free(id);
  }
  // Nobody took a copy.
  void drop_unused(Id id) {
    if (at(id).copies == 0) free(id);
  }
  std::size_t size() const { return blocks_.size() * kBlock - spare_.size(); }

 private:
  static constexpr std::size_t kInside = 96;
  static constexpr std::size_t kBlock = 1024;  // slots; blocks never move

  struct Slot {
    std::unique_ptr<std::byte[]> outside;  // NOLINT(modernize-avoid-c-arrays)
    std::uint32_t size = 0;
    std::uint32_t copies = 0;
    std::array<std::byte, kInside> inside;
  };
  using Block = std::array<Slot, kBlock>;

  Slot& at(Id id) { return (*blocks_[id / kBlock])[id % kBlock]; }
  const Slot& at(Id id) const { return (*blocks_[id / kBlock])[id % kBlock]; }
  Id take_slot() {
    if (spare_.empty()) {
      blocks_.push_back(std::make_unique<Block>());
      const auto end = static_cast<Id>(blocks_.size() * kBlock);
      for (Id id = end; id > end - kBlock; --id)
        spare_.push_back(id - 1);
    }
    const Id id = spare_.back();
    spare_.pop_back();
    return id;
  }
  void free(Id id) {
    at(id).outside.reset();
    spare_.push_back(id);
  }

  std::vector<std::unique_ptr<Block>> blocks_;
  std::vector<Id> spare_;
};

}  // namespace p2p::lab
