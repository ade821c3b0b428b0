#include "protocols/routes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "protocols/base/rng.h"
#include "protocols/base/soon.h"

namespace p2p {

namespace {

constexpr std::size_t kLeastCapacity = 64;
constexpr std::size_t kLeastPlaces = 2;  // of a table that holds anything
constexpr unsigned kTtlBits = 8;

std::uint8_t tag_of(std::uint64_t hash) {
  return static_cast<std::uint8_t>(std::max<std::uint64_t>(1, hash >> 56U));
}

// Links are numbered one after the other: 56 bits are enough.
std::uint64_t way_of(LinkId link, std::uint8_t ttl) {
  return static_cast<std::uint64_t>(link) << kTtlBits | ttl;
}
LinkId link_of(std::uint64_t way) {
  return LinkId{way >> kTtlBits};
}
std::uint8_t ttl_of(std::uint64_t way) {
  return static_cast<std::uint8_t>(way);
}

__extension__ using Wide = unsigned __int128;

}  // namespace

// The halves of the GUID, hidden by two words of the salt, multiplied, and the product folded: the
// step that "wyhash" by W. Yi (2019, public domain) is made of. For fixed GUIDs and a salt that is
// not known, two meet by chance only.
std::uint64_t route_hash(const Guid& guid, std::uint64_t salt) {
  const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(guid.bytes);
  const Wide product = Wide{halves[0] ^ mixed(salt)} * (halves[1] ^ mixed(salt + kMixStep));
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

Routes::Routes(std::size_t capacity, std::uint64_t salt)
    : salt_(salt),
      capacity_(static_cast<std::uint32_t>(std::bit_ceil(std::max(kLeastCapacity, capacity)))) {}

Routes::Seen Routes::admit(const Guid& guid, LinkId from, std::uint8_t ttl, Time now) {
  age(now);
  const std::uint64_t hash = route_hash(guid, salt_);
  for (const Table* table : {&young_, &old_}) {
    Entry* const known = table->find(hash);
    if (known == nullptr) continue;
    if (ttl > ttl_of(known->way)) {
      known->way = way_of(link_of(known->way), ttl);
      return Seen::wider;
    }
    return link_of(known->way) == from ? Seen::repeat : Seen::other;
  }
  insert(hash, now).way = way_of(from, ttl);
  return Seen::fresh;
}

std::optional<LinkId> Routes::find(const Guid& guid) const {
  const std::uint64_t hash = route_hash(guid, salt_);
  for (const Table* table : {&young_, &old_})
    if (const Entry* known = table->find(hash)) return link_of(known->way);
  return std::nullopt;
}

void Routes::expect(const Guid& guid) const {
  const std::uint64_t hash = route_hash(guid, salt_);
  for (const Table* table : {&young_, &old_}) {
    if (table->places == 0) continue;
    const std::size_t at = hash & (table->places - 1);
    needed_soon(table->tags() + at);
    needed_soon(table->entries.get() + at);
  }
}

// One in the older generation is left behind: what was just learnt lives as long as a new one.
void Routes::learn(const Guid& guid, LinkId link, Time now) {
  age(now);
  const std::uint64_t hash = route_hash(guid, salt_);
  Entry* const known = young_.find(hash);
  Entry& entry = known != nullptr ? *known : insert(hash, now);
  entry.way = way_of(link, ttl_of(entry.way));
}

std::size_t Routes::memory_bytes() const {
  return young_.memory_bytes() + old_.memory_bytes();
}

std::size_t Routes::Table::memory_bytes() const {
  return std::size_t{places} * (sizeof(Entry) + 1);
}

Routes::Entry* Routes::Table::find(std::uint64_t hash) const {
  const std::uint8_t tag = tag_of(hash);
  const std::uint8_t* const all = tags();
  std::size_t at = hash & (places - 1U);
  for (std::uint32_t left = places; left > 0 && all[at] != 0; --left) {
    if (all[at] == tag && entries[at].hash == hash) return &entries[at];
    at = (at + 1) & (places - 1U);
  }
  return nullptr;
}

Routes::Entry& Routes::Table::add(std::uint64_t hash) {
  std::size_t at = hash & (places - 1U);
  while (tags()[at] != 0)
    at = (at + 1) & (places - 1U);
  tags()[at] = tag_of(hash);
  entries[at] = {hash, 0};
  ++count;
  return entries[at];
}

// Memory is kept where it fits.
void Routes::Table::clear(std::size_t wanted) {
  if (wanted != places) {
    const std::size_t for_tags = (wanted + sizeof(Entry) - 1) / sizeof(Entry);
    entries = wanted == 0 ? nullptr : std::make_unique<Entry[]>(wanted + for_tags);  // NOLINT
    places = static_cast<std::uint32_t>(wanted);
  } else if (places != 0) {
    std::fill_n(tags(), places, std::uint8_t{0});
  }
  count = 0;
}

Routes::Entry& Routes::insert(std::uint64_t hash, Time now) {
  if (young_.is_full()) {
    if (young_.places < capacity_)
      grow();
    else
      turn(now);
  }
  return young_.add(hash);
}

void Routes::grow() {
  Table wide;
  const std::size_t wanted = std::size_t{young_.places} * 2;
  wide.clear(young_.places == 0 ? kLeastPlaces : std::max<std::size_t>(kTiny, wanted));
  for (std::size_t from = 0; from < young_.places; ++from)
    if (young_.tags()[from] != 0)
      wide.add(young_.entries[from].hash).way = young_.entries[from].way;
  young_ = std::move(wide);
}

void Routes::age(Time now) {
  const Duration since = now - turned_;
  if (since < kRouteAge) return;
  turn(now);
  if (since >= 2 * kRouteAge) turn(now);
}

// The memory of the oldest is used again, unless it is too small or far too large for as many
// entries as there were this time.
void Routes::turn(Time now) {
  std::swap(young_, old_);
  const std::size_t count = old_.count;
  const std::size_t wanted = count == 0 ? 0 : std::bit_ceil(count + count / 3);
  const std::size_t has = young_.places;
  young_.clear(has < wanted || has > 4 * wanted ? wanted : has);
  turned_ = now;
}

}  // namespace p2p
