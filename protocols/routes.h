// Routes: which messages of a flood were seen, and which way their answers go back (gnutella.md,
// section 2.2; fasttrack.md, section 10; performance.md, section 4). Flat open addressing, entries
// of two generations in one table: when the younger is full or kRouteAge old it becomes the older
// one and what was in that is forgotten.
//
// Peers choose the GUIDs, so all goes by a salted hash of 64 bits, which also stands for the GUID:
// 16 bytes an entry instead of 32. Two of n GUIDs are taken for one with a chance of n * n / 2^65,
// one in a billion for 200,000; who does not know the salt cannot find two.
//
// Waiting for memory is nearly all that a search costs, so a few entries lie in the object itself,
// and of a table mostly one line is read.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "protocols/base/ids.h"
#include "protocols/base/packing.h"
#include "protocols/base/time.h"

namespace p2p {

inline constexpr Duration kRouteAge =
    10min;  // at least so long a route lives, unless room is short

// Where a GUID's place is under a salt, spread over all 64 bits. Who does not know the salt cannot
// make two that meet.
std::uint64_t route_hash(const Guid& guid, std::uint64_t salt);

class Routes {
 public:
  // At most 3/4 of `capacity` (rounded up to a power of two, 64 or more) a generation; it starts
  // with no memory and grows to what those take.
  Routes(std::size_t capacity, std::uint64_t salt);

  enum class Seen : std::uint8_t {
    fresh,   // and remembered now
    wider,   // seen with a lower TTL before: may go on once more, to ultrapeers only
    repeat,  // the same link sent it again
    other,   // came by another link before
  };
  // A broadcast message came by `from` with this TTL.
  Seen admit(const Guid& guid, LinkId from, std::uint8_t ttl, Time now);
  // Where answers to it go. Nothing: unknown or forgotten.
  std::optional<LinkId> find(const Guid& guid) const;
  // Sets or replaces the way, for servent GUIDs out of hits: the latest link wins.
  void learn(const Guid& guid, LinkId link, Time now);

  // It will be asked for in a moment: its places come from memory meanwhile.
  void expect(const Guid& guid) const;

  std::size_t size() const { return std::size_t{young_} + old_; }  // entries
  std::size_t memory_bytes() const;                                // on the heap

  // All that is remembered; into an empty one of the same capacity.
  void pack(Packer& out) const;
  void unpack(Unpacker& in);

 private:
  struct Entry {  // four to a cache line
    std::uint64_t hash = 0;
    std::uint64_t way = 0;  // the link, above eight bits of generation and eight of TTL; 0: free
  };
  static constexpr std::uint32_t kFew = 4;  // entries that lie here, in any order

  static std::uint32_t places_for(std::size_t count);  // of a table of so many entries
  std::uint32_t room() const { return places_ == kFew ? kFew : places_ / 4 * 3; }  // entries
  std::uint32_t most() const { return capacity_ / 4 * 3; }  // entries of a generation
  Entry* entries() { return places_ == kFew ? few_.data() : table_.get(); }
  const Entry* entries() const { return places_ == kFew ? few_.data() : table_.get(); }
  bool is_remembered(const Entry& entry) const;
  std::uint8_t before() const { return generation_ == 1 ? kLastGeneration : generation_ - 1; }
  // The entry of this hash that is remembered. Else the place for it: one that is free or
  // forgotten; null: there is none.
  const Entry* place_of(std::uint64_t hash) const;
  Entry* place_of(std::uint64_t hash) {
    return const_cast<Entry*>(std::as_const(*this).place_of(hash));
  }
  // A new one, by what place_of() said.
  void insert(Entry* place, std::uint64_t hash, LinkId link, std::uint8_t ttl, Time now);
  void make_room();                    // for one more
  void sweep();                        // what is forgotten leaves its place free
  void lay_out(std::uint32_t places);  // what is remembered, in a table of so many
  void age(Time now);
  void turn(Time now);

  static constexpr std::uint8_t kLastGeneration = 255;  // behind it comes 1

  std::uint64_t salt_;
  Time turned_{};
  std::unique_ptr<Entry[]> table_;  // NOLINT(modernize-avoid-c-arrays); null: they are in few_
  std::uint32_t places_ = kFew;     // a power of two
  std::uint32_t used_ = 0;          // of them, not free
  std::uint32_t young_ = 0;         // entries
  std::uint32_t old_ = 0;
  std::uint32_t capacity_;
  std::uint8_t generation_ = 1;  // of the young ones
  std::array<Entry, kFew> few_{};
};

}  // namespace p2p
