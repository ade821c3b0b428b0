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
constexpr unsigned kTtlBits = 8;
constexpr unsigned kWayBits = 16;  // below the link

// Links are numbered one after the other: 48 bits are enough.
std::uint64_t way_of(LinkId link, std::uint8_t generation, std::uint8_t ttl) {
  return static_cast<std::uint64_t>(link) << kWayBits | std::uint64_t{generation} << kTtlBits | ttl;
}
LinkId link_of(std::uint64_t way) {
  return LinkId{way >> kWayBits};
}
std::uint8_t generation_of(std::uint64_t way) {
  return static_cast<std::uint8_t>(way >> kTtlBits);
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
  Entry* const place = place_of(hash);
  if (place == nullptr || !is_remembered(*place)) {
    insert(place, hash, from, ttl, now);
    return Seen::fresh;
  }
  if (ttl > ttl_of(place->way)) {
    place->way = way_of(link_of(place->way), generation_of(place->way), ttl);
    return Seen::wider;
  }
  return link_of(place->way) == from ? Seen::repeat : Seen::other;
}

std::optional<LinkId> Routes::find(const Guid& guid) const {
  const Entry* const place = place_of(route_hash(guid, salt_));
  if (place == nullptr || !is_remembered(*place)) return std::nullopt;
  return link_of(place->way);
}

// What is learnt again lives as long as what is new.
void Routes::learn(const Guid& guid, LinkId link, Time now) {
  age(now);
  const std::uint64_t hash = route_hash(guid, salt_);
  Entry* const place = place_of(hash);
  if (place == nullptr || !is_remembered(*place)) {
    insert(place, hash, link, 0, now);
    return;
  }
  if (generation_of(place->way) != generation_) {
    if (young_ == most()) {  // the turn leaves it behind
      insert(nullptr, hash, link, 0, now);
      return;
    }
    --old_;
    ++young_;
  }
  place->way = way_of(link, generation_, ttl_of(place->way));
}

// The line of its place and the next one: at 3/4 a search may go on for some places.
void Routes::expect(const Guid& guid) const {
  if (places_ == kFew) return;
  const std::size_t at = route_hash(guid, salt_) & (places_ - 1U);
  needed_soon(&table_[at]);
  needed_soon(&table_[(at + 4) & (places_ - 1U)]);
}

std::size_t Routes::memory_bytes() const {
  return places_ == kFew ? 0 : std::size_t{places_} * sizeof(Entry);
}

void Routes::pack(Packer& out) const {
  out.put(salt_);
  out.put(out.narrow(turned_));
  out.put(generation_);
  out.put(out.narrow<std::uint8_t>(size()));
  const Entry* const all = entries();
  for (std::size_t at = 0; at < places_; ++at) {
    if (!is_remembered(all[at])) continue;
    out.put(all[at].hash);
    out.put(out.narrow<std::uint32_t>(all[at].way >> kWayBits));
    out.put(static_cast<std::uint16_t>(all[at].way));
  }
}

void Routes::unpack(Unpacker& in) {
  salt_ = in.take<std::uint64_t>();
  turned_ = in.take_time();
  generation_ = in.take<std::uint8_t>();
  const std::uint32_t count = in.take<std::uint8_t>();
  if (count > kFew) lay_out(places_for(count));
  for (; used_ < count; ++used_) {
    const auto hash = in.take<std::uint64_t>();
    const std::uint64_t link = in.take<std::uint32_t>();
    const std::uint64_t way = link << kWayBits | in.take<std::uint16_t>();
    ++(generation_of(way) == generation_ ? young_ : old_);
    (places_ == kFew ? few_[used_] : *place_of(hash)) = {hash, way};
  }
}

// ---- places ---------------------------------------------------------------------------------

std::uint32_t Routes::places_for(std::size_t count) {
  return static_cast<std::uint32_t>(count <= kFew ? kFew : std::bit_ceil(count + (count + 2) / 3));
}

bool Routes::is_remembered(const Entry& entry) const {
  const std::uint8_t generation = generation_of(entry.way);
  return generation != 0 && (generation == generation_ || generation == before());
}

const Routes::Entry* Routes::place_of(std::uint64_t hash) const {
  const Entry* const all = entries();
  const Entry* room = nullptr;
  std::size_t at = hash & (places_ - 1U);
  for (std::uint32_t left = places_; left > 0; --left, at = (at + 1) & (places_ - 1U)) {
    const Entry& entry = all[at];
    if (is_remembered(entry)) {
      if (entry.hash == hash) return &entry;
    } else {
      if (room == nullptr) room = &entry;
      if (entry.way == 0 && places_ != kFew) break;
    }
  }
  return room;
}

void Routes::insert(Entry* place, std::uint64_t hash, LinkId link, std::uint8_t ttl, Time now) {
  if (young_ == most()) {
    turn(now);
    place = place_of(hash);
  }
  if (place == nullptr || (place->way == 0 && used_ == room())) {
    make_room();
    place = place_of(hash);
  }
  if (place->way == 0) ++used_;
  *place = {hash, way_of(link, generation_, ttl)};
  ++young_;
}

void Routes::make_room() {
  const std::uint32_t wanted = places_for(size() + 1);
  if (wanted > places_)
    lay_out(wanted);
  else
    sweep();
}

// In its place: each that stays goes to the first free place behind its own, all before it having
// been there. Few are in no order.
void Routes::sweep() {
  Entry* const all = entries();
  const std::size_t mask = places_ - 1U;
  used_ = young_ + old_;
  if (places_ == kFew) {
    for (Entry& entry : few_)
      if (!is_remembered(entry)) entry = {};
    return;
  }
  std::size_t at = 0;
  while (all[at].way != 0)
    ++at;
  for (std::uint32_t left = places_; left > 0; --left) {
    at = (at + 1) & mask;
    const Entry entry = std::exchange(all[at], {});
    if (!is_remembered(entry)) continue;
    std::size_t to = entry.hash & mask;
    while (all[to].way != 0)
      to = (to + 1) & mask;
    all[to] = entry;
  }
}

void Routes::lay_out(std::uint32_t places) {
  const std::uint32_t had = std::exchange(places_, places);
  const std::unique_ptr<Entry[]> table = std::move(table_);  // NOLINT(modernize-avoid-c-arrays)
  const std::array<Entry, kFew> few = std::exchange(few_, {});
  if (places != kFew) table_ = std::make_unique<Entry[]>(places);  // NOLINT
  used_ = young_ + old_;
  const Entry* const all = had == kFew ? few.data() : table.get();
  for (std::size_t from = 0; from < had; ++from)
    if (is_remembered(all[from])) *place_of(all[from].hash) = all[from];
}

// ---- time -----------------------------------------------------------------------------------

void Routes::age(Time now) {
  const Duration since = now - turned_;
  if (since < kRouteAge) return;
  turn(now);
  if (since >= 2 * kRouteAge) turn(now);
}

// The table stays as large as it is, unless that is far too large for twice as many entries as
// there were this time. Numbers of generations come again: what bears an old one is swept out
// before.
void Routes::turn(Time now) {
  generation_ = generation_ == kLastGeneration ? 1 : generation_ + 1;
  old_ = std::exchange(young_, 0);
  turned_ = now;
  const std::uint32_t wanted = places_for(2 * std::size_t{old_});
  const bool fits_here = wanted == kFew && places_ != kFew;
  if (fits_here || places_ > 4 * wanted)
    lay_out(wanted);
  else if (generation_ % 64 == 0)
    sweep();
}

}  // namespace p2p
