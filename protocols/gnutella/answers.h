// Answers: from a neighbour's query to the host's look-up and back as hits (first walk of
// architecture.md). The ticket holds all that the way back needs, so a query that is being looked
// up costs the mode no memory. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "protocols/base/file.h"
#include "protocols/gnutella/message.h"

namespace p2p::gnutella {

inline constexpr std::size_t kHitsPerAnswer = 50;      // files told to one query (section 11)
inline constexpr std::size_t kRecordsPerMessage = 10;  // customary (gnutella.md, section 3.4)
// More than the query's hops: the way back may have become longer (section 2.1).
inline constexpr std::uint8_t kHitTtl = 5;

// Who asked, by which message, from how far away, and how digests may be told.
struct Asker {
  Guid query;
  LinkId link{};
  std::uint8_t hops = 0;
  bool ggep_h = false;
  bool xml = false;  // it wants metadata
  // Who began it, where the query is a walker: is told that there are hits. Port 0: it is none.
  Endpoint origin{};
  friend bool operator==(const Asker&, const Asker&) = default;
};
Ticket ticket_of(const Asker& asker);
Asker asker_of(const Ticket& ticket);

// What every hit of ours says of us; without records.
HitMessage hit_of_ours(const Guid& servent, const Endpoint& here, std::uint32_t link_speed = 0);

// The records that tell these files; those are left out that the wire cannot say (an index of more
// than 32 bits).
std::vector<HitRecord> records_of(std::span<const SharedFile> files);

// The TTL of a hit for a query that came over so many links.
std::uint8_t hit_ttl(std::uint8_t hops, std::uint8_t most_hops);
// Whole hit messages for the first kHitsPerAnswer files.
std::vector<Buffer> answers_of(std::span<const SharedFile> files, HitMessage hit,
                               const Asker& asker, std::uint8_t most_hops);

}  // namespace p2p::gnutella
