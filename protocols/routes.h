// Routes: which messages of a flood were seen, and which way their answers go back (gnutella.md,
// section 2.2; fasttrack.md, section 10; performance.md, section 4). Flat open addressing, entries
// of two generations in one table: when the younger is full or kRouteAge old it becomes the older
// one and the oldest entries go.
//
// Peers choose the GUIDs, so all goes by a salted hash of 64 bits, which also stands for the GUID:
// 16 bytes an entry instead of 32. Two of n GUIDs are taken for one with a chance of n * n / 2^65,
// one in a billion for 200,000; who does not know the salt cannot find two. One that remembers a
// few only has nothing on the heap: in a large laboratory each block elsewhere is one more to wait
// for.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

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

 private:
  struct Entry {  // four to a cache line
    std::uint64_t hash = 0;
    std::uint64_t way = 0;  // the link, above a bit for the older ones and eight of TTL
  };
  // Waiting for memory is nearly all that a search costs. The entries are far apart, their tags are
  // not: GUIDs that are not here are mostly told from the tags alone. One block holds both.
  struct Table {
    std::unique_ptr<Entry[]> entries;  // NOLINT(modernize-avoid-c-arrays)
    std::uint32_t places = 0;          // a power of two, or none

    explicit Table(std::size_t size);
    // 8 bits of each entry's hash, never 0; 0: the place is free. Behind the entries.
    std::uint8_t* tags() const { return reinterpret_cast<std::uint8_t*>(entries.get() + places); }
    Entry* find(std::uint64_t hash) const;  // null: it is not here
    void add(const Entry& entry);           // one that is not here, while there is room
  };
  static constexpr std::size_t kFew = 4;     // entries
  static constexpr std::uint32_t kTiny = 8;  // places: searched through, and filled to the last

  static std::size_t places_for(std::size_t count);         // of the table of so many entries
  std::size_t room() const;                                 // for so many entries
  std::uint32_t most() const { return capacity_ / 4 * 3; }  // entries of a generation
  const Entry* find(std::uint64_t hash) const;
  Entry* find(std::uint64_t hash) { return const_cast<Entry*>(std::as_const(*this).find(hash)); }
  void insert(const Entry& entry, Time now);  // a young one that is not here
  // Moves all entries into a table of so many places. At a turn the older ones stay behind, and the
  // younger ones are old.
  void lay_out(std::size_t places, bool is_turn);
  void age(Time now);
  void turn(Time now);

  std::uint64_t salt_;
  Time turned_{};
  std::uint32_t capacity_;
  std::uint32_t young_ = 0;  // entries
  std::uint32_t old_ = 0;
  Table table_{0};  // without places: all of them lie in few_, one behind the other
  std::array<Entry, kFew> few_{};
};

}  // namespace p2p
