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
constexpr std::uint64_t kOld = 0x100;  // in an entry's way: of the older generation
constexpr unsigned kWayBits = 9;       // below the link

std::uint8_t tag_of(std::uint64_t hash) {
  return static_cast<std::uint8_t>(std::max<std::uint64_t>(1, hash >> 56U));
}

// Links are numbered one after the other: 55 bits are enough.
std::uint64_t way_of(LinkId link, std::uint8_t ttl) {
  return static_cast<std::uint64_t>(link) << kWayBits | ttl;
}
LinkId link_of(std::uint64_t way) {
  return LinkId{way >> kWayBits};
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
  if (Entry* const known = find(hash)) {
    if (ttl > ttl_of(known->way)) {
      known->way = way_of(link_of(known->way), ttl) | (known->way & kOld);
      return Seen::wider;
    }
    return link_of(known->way) == from ? Seen::repeat : Seen::other;
  }
  insert({hash, way_of(from, ttl)}, now);
  return Seen::fresh;
}

std::optional<LinkId> Routes::find(const Guid& guid) const {
  const Entry* const known = find(route_hash(guid, salt_));
  return known == nullptr ? std::nullopt : std::optional(link_of(known->way));
}

// What was learnt again lives as long as what is new.
void Routes::learn(const Guid& guid, LinkId link, Time now) {
  age(now);
  const std::uint64_t hash = route_hash(guid, salt_);
  if (Entry* const known = find(hash); known == nullptr) {
    insert({hash, way_of(link, 0)}, now);
  } else if ((known->way & kOld) == 0) {
    known->way = way_of(link, ttl_of(known->way));
  } else if (young_ == most()) {  // the turn leaves it behind
    insert({hash, way_of(link, ttl_of(known->way))}, now);
  } else {
    known->way = way_of(link, ttl_of(known->way));
    --old_;
    ++young_;
  }
}

void Routes::expect(const Guid& guid) const {
  if (table_.places == 0) return;
  const std::size_t at = route_hash(guid, salt_) & (table_.places - 1);
  needed_soon(table_.tags() + at);
  needed_soon(table_.entries.get() + at);
}

std::size_t Routes::memory_bytes() const {
  return std::size_t{table_.places} * (sizeof(Entry) + 1);
}

// ---- a table --------------------------------------------------------------------------------

Routes::Table::Table(std::size_t size) : places(static_cast<std::uint32_t>(size)) {
  const std::size_t for_tags = (size + sizeof(Entry) - 1) / sizeof(Entry);
  if (size != 0) entries = std::make_unique<Entry[]>(size + for_tags);  // NOLINT
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

void Routes::Table::add(const Entry& entry) {
  std::size_t at = entry.hash & (places - 1U);
  while (tags()[at] != 0)
    at = (at + 1) & (places - 1U);
  tags()[at] = tag_of(entry.hash);
  entries[at] = entry;
}

// ---- all entries ----------------------------------------------------------------------------

std::size_t Routes::places_for(std::size_t count) {
  if (count <= kFew) return 0;
  return count <= kTiny ? kTiny : std::bit_ceil(count + (count + 2) / 3);
}

std::size_t Routes::room() const {
  if (table_.places == 0) return kFew;
  return table_.places <= kTiny ? table_.places : table_.places / 4 * 3;
}

const Routes::Entry* Routes::find(std::uint64_t hash) const {
  if (table_.places != 0) return table_.find(hash);
  const auto end = few_.begin() + static_cast<std::ptrdiff_t>(size());
  const auto known =
      std::find_if(few_.begin(), end, [&](const Entry& e) { return e.hash == hash; });
  return known == end ? nullptr : &*known;
}

void Routes::insert(const Entry& entry, Time now) {
  if (young_ == most()) turn(now);
  if (size() == room()) lay_out(places_for(size() + 1), false);
  if (table_.places != 0)
    table_.add(entry);
  else
    few_[size()] = entry;
  ++young_;
}

void Routes::lay_out(std::size_t places, bool is_turn) {
  const Table from = std::exchange(table_, Table(places));
  const std::array<Entry, kFew> few = few_;
  std::size_t count = 0;
  const auto take = [&](Entry entry) {
    if (is_turn && (entry.way & kOld) != 0) return;
    if (is_turn) entry.way |= kOld;
    if (places != 0)
      table_.add(entry);
    else
      few_[count++] = entry;
  };
  if (from.places == 0) std::for_each_n(few.begin(), size(), take);
  for (std::size_t at = 0; at < from.places; ++at)
    if (from.tags()[at] != 0) take(from.entries[at]);
}

void Routes::age(Time now) {
  const Duration since = now - turned_;
  if (since < kRouteAge) return;
  turn(now);
  if (since >= 2 * kRouteAge) turn(now);
}

// The table stays as large as it is, unless that is far too large for twice as many entries as
// there were this time.
void Routes::turn(Time now) {
  const std::size_t wanted = places_for(2 * std::size_t{young_});
  lay_out(table_.places > 4 * wanted ? wanted : table_.places, true);
  old_ = std::exchange(young_, 0);
  turned_ = now;
}

}  // namespace p2p
