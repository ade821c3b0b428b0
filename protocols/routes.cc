#include "protocols/routes.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "protocols/base/bytes.h"
#include "protocols/directory_hash.h"

namespace p2p {

namespace {

constexpr std::size_t kLeastPlaces = 64;
std::uint8_t tag_of(std::uint64_t hash) {
  return static_cast<std::uint8_t>(std::max<std::uint64_t>(1, hash >> 56U));
}

}  // namespace

std::uint64_t route_hash(const Guid& guid, std::uint64_t salt) {
  return sip_hash({salt, std::rotl(salt, 32) ^ 0x9e3779b97f4a7c15U}, text_of(guid.bytes));
}

Routes::Routes(std::size_t capacity, std::uint64_t salt)
    : capacity_(std::bit_ceil(std::max(kLeastPlaces, capacity))),
      salt_(salt),
      expected_{{}, route_hash({}, salt)},
      current_(expected_) {
  young_.clear(kLeastPlaces);
  old_.clear(kLeastPlaces);
}

Routes::Seen Routes::admit(const Guid& guid, LinkId from, std::uint8_t ttl, Time now) {
  age(now);
  const auto key = std::bit_cast<Key>(guid);
  const std::uint64_t hash = hash_of(guid);
  for (Table* table : {&young_, &old_}) {
    const std::size_t at = table->place(key, hash);
    if (!table->is_used(at)) continue;
    Entry& known = table->entries[at];
    if (ttl > known.ttl) {
      known.ttl = ttl;
      return Seen::wider;
    }
    return known.link == from ? Seen::repeat : Seen::other;
  }
  Entry& entry = insert(key, hash, now);
  entry.link = from;
  entry.ttl = ttl;
  return Seen::fresh;
}

std::optional<LinkId> Routes::find(const Guid& guid) const {
  const auto key = std::bit_cast<Key>(guid);
  const std::uint64_t hash = hash_of(guid);
  for (const Table* table : {&young_, &old_}) {
    const std::size_t at = table->place(key, hash);
    if (table->is_used(at)) return table->entries[at].link;
  }
  return std::nullopt;
}

void Routes::expect(const Guid& guid) {
  const std::uint64_t hash = route_hash(guid, salt_);
  current_ = expected_;
  expected_ = {guid, hash};
  for (const Table* table : {&young_, &old_}) {
    const std::size_t at = hash & (table->tags.size() - 1);
    __builtin_prefetch(&table->tags[at]);
    __builtin_prefetch(&table->entries[at], 1);
  }
}

std::uint64_t Routes::hash_of(const Guid& guid) const {
  if (guid == current_.guid) return current_.hash;
  if (guid == expected_.guid) return expected_.hash;
  return route_hash(guid, salt_);
}

// One in the older generation is left behind: what was just learnt lives as long as a new one.
void Routes::learn(const Guid& guid, LinkId link, Time now) {
  age(now);
  const auto key = std::bit_cast<Key>(guid);
  const std::uint64_t hash = hash_of(guid);
  const std::size_t at = young_.place(key, hash);
  Entry& entry = young_.is_used(at) ? young_.entries[at] : insert(key, hash, now);
  entry.link = link;
}

std::size_t Routes::memory_bytes() const {
  std::size_t bytes = 0;
  for (const Table* table : {&young_, &old_})
    bytes += table->tags.capacity() + table->entries.capacity() * sizeof(Entry);
  return bytes;
}

std::size_t Routes::Table::place(const Key& key, std::uint64_t hash) const {
  const std::size_t mask = tags.size() - 1;
  const std::uint8_t tag = tag_of(hash);
  std::size_t at = hash & mask;
  while (is_used(at) && (tags[at] != tag || entries[at].key != key))
    at = (at + 1) & mask;
  return at;
}

// Memory is kept where it fits.
void Routes::Table::clear(std::size_t places) {
  if (places == tags.size()) {
    std::ranges::fill(tags, std::uint8_t{0});
  } else {
    tags = std::vector<std::uint8_t>(places);
    entries = std::vector<Entry>(places);
  }
  count = 0;
}

Routes::Entry& Routes::insert(const Key& key, std::uint64_t hash, Time now) {
  if (young_.is_full()) {
    if (young_.tags.size() < capacity_) {
      grow();
    } else {
      turn(now);
    }
  }
  const std::size_t at = young_.place(key, hash);
  young_.tags[at] = tag_of(hash);
  young_.entries[at] = {key, {}, 0};
  ++young_.count;
  return young_.entries[at];
}

void Routes::grow() {
  Table wide;
  wide.clear(young_.tags.size() * 2);
  for (std::size_t from = 0; from < young_.tags.size(); ++from) {
    if (!young_.is_used(from)) continue;
    const Entry& entry = young_.entries[from];
    const std::uint64_t hash = route_hash(std::bit_cast<Guid>(entry.key), salt_);
    const std::size_t to = wide.place(entry.key, hash);
    wide.tags[to] = young_.tags[from];
    wide.entries[to] = entry;
  }
  wide.count = young_.count;
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
  const std::size_t wanted = std::bit_ceil(std::max(kLeastPlaces, count + count / 3));
  const std::size_t has = young_.tags.size();
  young_.clear(has < wanted || has > 4 * wanted ? wanted : has);
  turned_ = now;
}

}  // namespace p2p
