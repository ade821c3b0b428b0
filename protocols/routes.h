// Routes: which messages of a flood were seen, and which way their answers go back (gnutella.md,
// section 2.2; fasttrack.md, section 10; performance.md, section 4). Flat open addressing in two
// generations: when the younger is full or kRouteAge old it becomes the older one and the oldest
// entries go. Peers choose the GUIDs, so places are salted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

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
  // a quarter stays free; it starts small and grows to that.
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
  void expect(const Guid& guid);

  // Entries; one that was learnt again after a turn counts twice until the older one goes.
  std::size_t size() const { return young_.count + old_.count; }
  std::size_t memory_bytes() const;

 private:
  struct Key {  // a GUID, as two words that compare fast
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct alignas(32) Entry {  // two to a cache line
    Key key;
    LinkId link{};
    std::uint8_t ttl = 0;
  };
  // Waiting for memory is nearly all that a search costs. The entries are far apart, their tags are
  // not: GUIDs that are not here are mostly told from the tags alone.
  struct Table {
    std::vector<std::uint8_t> tags;  // 8 bits of the entry's hash, never 0; 0: the place is free
    std::vector<Entry> entries;      // as many, a power of two, at most 3/4 used
    std::size_t count = 0;

    bool is_full() const { return count >= tags.size() / 4 * 3; }
    bool is_used(std::size_t place) const { return tags[place] != 0; }
    // Where this key is, or the free place where it would be.
    std::size_t place(const Key& key, std::uint64_t hash) const;
    void clear(std::size_t places);
  };

  std::uint64_t hash_of(const Guid& guid) const;
  Entry& insert(const Key& key, std::uint64_t hash, Time now);
  void grow();
  void age(Time now);
  void turn(Time now);

  std::size_t capacity_;
  std::uint64_t salt_;
  // The hash of what is expected, and of what was before it and is being asked for.
  struct Hashed {
    Guid guid;
    std::uint64_t hash = 0;
  };
  Hashed expected_;
  Hashed current_;
  Table young_;
  Table old_;
  Time turned_{};
};

}  // namespace p2p
