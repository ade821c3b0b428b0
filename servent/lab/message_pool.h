// Messages on their way: one block of bytes however many copies are in flight, counted. Small ones
// lie in the slot itself, one line of the cache, so a flood allocates nothing; slots are used
// again.
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
    std::byte* const place = slot.size > kInside ? add_large(slot) : slot.inside.data();
    if (!bytes.empty()) std::memcpy(place, bytes.data(), bytes.size());
    return id;
  }
  void add_copy(Id id) { ++at(id).copies; }
  // Valid until the last copy is dropped; other messages may come and go meanwhile.
  Bytes bytes(Id id) const {
    const Slot& slot = at(id);
    return {slot.size > kInside ? large_[number_of_large(slot)].get() : slot.inside.data(),
            slot.size};
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
  static constexpr std::size_t kInside = 56;
  static constexpr std::size_t kBlock = 1024;  // slots; blocks never move

  struct alignas(64) Slot {
    std::uint32_t size = 0;
    std::uint32_t copies = 0;
    std::array<std::byte, kInside> inside;  // of a larger one: its number among them
  };
  static_assert(sizeof(Slot) == 64);
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
    Slot& slot = at(id);
    if (slot.size > kInside) {
      const std::uint32_t number = number_of_large(slot);
      large_[number].reset();
      spare_large_.push_back(number);
    }
    spare_.push_back(id);
  }
  static std::uint32_t number_of_large(const Slot& slot) {
    std::uint32_t number = 0;
    std::memcpy(&number, slot.inside.data(), sizeof(number));
    return number;
  }
  std::byte* add_large(Slot& slot) {
    if (spare_large_.empty()) {
      spare_large_.push_back(static_cast<std::uint32_t>(large_.size()));
      large_.emplace_back();
    }
    const std::uint32_t number = spare_large_.back();
    spare_large_.pop_back();
    std::memcpy(slot.inside.data(), &number, sizeof(number));
    large_[number] = std::make_unique<std::byte[]>(slot.size);  // NOLINT(modernize-avoid-c-arrays)
    return large_[number].get();
  }

  std::vector<std::unique_ptr<Block>> blocks_;
  std::vector<Id> spare_;
  std::vector<std::unique_ptr<std::byte[]>> large_;  // NOLINT(modernize-avoid-c-arrays)
  std::vector<std::uint32_t> spare_large_;           // numbers
};

}  // namespace p2p::lab
