// Routes: which messages of a flood were seen, and which way their answers go back (gnutella.md,
// section 2.2; fasttrack.md, section 10; performance.md, section 4). Flat open addressing in two
// generations: when the younger is full or kRouteAge old it becomes the older one and the oldest
// entries go.
//
// Peers choose the GUIDs, so all goes by a salted hash of 64 bits, which also stands for the GUID:
// 16 bytes an entry instead of 32. Two of n GUIDs are taken for one with a chance of n * n / 2^65,
// one in a billion for 200,000; who does not know the salt cannot find two. One that remembers
// nothing has nothing on the heap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "protocols/base/ids.h"
#include "protocols/base/time.h"

namespace p2p {

inline constexpr Duration kRouteAge =
    10min;  // at least so long a route lives, unless room is short

// Where a GUID's place is under a salt, spread over all 64 bits. Who does not know the salt cannot
// make two that meet.
std::uint64_t route_hash(const Guid& guid, std::uint64_t salt);

class Routes {
 public:
  // At most `capacity` places a generation (rounded up to a power of two, 64 or more), of which
  // a quarter stays free; it starts with none and grows to that.
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

  // Entries; one that was learnt again after a turn counts twice until the older one goes.
  std::size_t size() const { return young_.count + old_.count; }
  std::size_t memory_bytes() const;

 private:
  struct Entry {  // four to a cache line
    std::uint64_t hash = 0;
    std::uint64_t way = 0;  // the link, above eight bits of TTL
  };
  // Waiting for memory is nearly all that a search costs. The entries are far apart, their tags are
  // not: GUIDs that are not here are mostly told from the tags alone. One block holds both.
  struct Table {
    std::unique_ptr<Entry[]> entries;  // NOLINT(modernize-avoid-c-arrays)
    std::uint32_t places = 0;          // a power of two, or none; at most 3/4 used but in tiny ones
    std::uint32_t count = 0;

    // 8 bits of each entry's hash, never 0; 0: the place is free. Behind the entries.
    std::uint8_t* tags() const { return reinterpret_cast<std::uint8_t*>(entries.get() + places); }
    bool is_full() const { return count >= (places <= kTiny ? places : places / 4 * 3); }
    // The entry of this hash; null: it is not here.
    Entry* find(std::uint64_t hash) const;
    Entry& add(std::uint64_t hash);  // one that is not here, while it is not full
    void clear(std::size_t wanted);
    std::size_t memory_bytes() const;
  };
  static constexpr std::uint32_t kTiny = 8;  // places: searched through, and filled to the last

  Entry& insert(std::uint64_t hash, Time now);
  void grow();
  void age(Time now);
  void turn(Time now);

  std::uint64_t salt_;
  Table young_;
  Table old_;
  Time turned_{};
  std::uint32_t capacity_;
};

}  // namespace p2p
