// Routes: which messages were seen, and which way their answers go back (gnutella.md, section 2.2;
// performance.md, section 4). Flat open addressing in two generations: when the younger is full or
// kRouteAge old it becomes the older one and the oldest entries go. Peers choose the GUIDs, so
// places are salted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "protocols/base/ids.h"
#include "protocols/base/time.h"

namespace p2p::gnutella {

inline constexpr Duration kRouteAge =
    10min;  // at least so long a route lives, unless room is short

class Routes {
 public:
  // At most `capacity` entries a generation (rounded up to a power of two); it starts small and
  // grows to that.
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

  std::size_t size() const;
  std::size_t memory_bytes() const;

 private:
  struct Entry {
    Guid guid;
    LinkId link{};
    std::uint8_t ttl = 0;
    bool used = false;
  };
  struct Table {
    std::vector<Entry> entries;  // power of two, at most 3/4 full
    std::size_t count = 0;
  };

  std::size_t place(const Guid& guid, const Table& table) const;
  const Entry* look_up(const Guid& guid, const Table& table) const;
  Entry& insert(const Guid& guid, Time now);
  void turn(Time now);

  std::size_t capacity_;
  std::uint64_t salt_;
  Table young_;
  Table old_;
  Time turned_{};
};

}  // namespace p2p::gnutella
