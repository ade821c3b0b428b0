#include "protocols/directory_owner.h"

#include <algorithm>
#include <array>
#include <utility>

#include "protocols/base/bytes.h"
#include "protocols/directory_buckets.h"
#include "protocols/directory_postings.h"

namespace p2p {

namespace {

constexpr std::size_t kKeyBytes = sizeof(UuHash::bytes);

std::size_t text_size_of(const OwnedFile& file) {
  return std::size_t{file.name_size} + file.tag_size + (file.copy == 0 ? 0 : kKeyBytes);
}

// Each copy has a hash of its own: many files of one key do not crowd one chain.
std::uint64_t hash_of_copy(const SipKey& sip_key, std::string_view key, std::uint32_t copy) {
  std::array<char, kKeyBytes + 1> text{};
  std::ranges::copy(key, text.begin());
  text.back() = static_cast<char>(copy);
  return sip_hash(sip_key, {text.data(), text.size()});
}

}  // namespace

std::string_view OwnerFiles::name(const OwnedFile& file) const {
  return texts_.view(file.text_at, 0, file.name_size);
}

std::string_view OwnerFiles::tag(const OwnedFile& file) const {
  return texts_.view(file.text_at, file.name_size, file.tag_size);
}

std::string_view OwnerFiles::key_text(const OwnedFile& file) const {
  return texts_.view(file.text_at, std::size_t{file.name_size} + file.tag_size, kKeyBytes);
}

std::optional<UuHash> OwnerFiles::key(const OwnedFile& file) const {
  if (file.copy == 0) return {};
  UuHash key;
  std::ranges::copy(bytes_of(key_text(file)), key.bytes.begin());
  return key;
}

bool OwnerFiles::is_of(const OwnedFile& file, const UuHash& key) const {
  return file.copy != 0 && key_text(file) == text_of(key.bytes);
}

std::uint64_t OwnerFiles::hash_of(const OwnedFile& file) const {
  if (file.copy == 0) return sip_hash(sip_key_, name(file));
  return hash_of_copy(sip_key_, key_text(file), file.copy);
}

std::uint32_t& OwnerFiles::head_of(const OwnedFile& file) {
  return heads_[bucket_of(hash_of(file), heads_.size())];
}

void OwnerFiles::enter(std::uint32_t place) {
  places_[place].next = std::exchange(head_of(places_[place]), place);
}

void OwnerFiles::leave(std::uint32_t place) {
  std::uint32_t* link = &head_of(places_[place]);
  while (*link != place)
    link = &places_[*link].next;
  *link = places_[place].next;
}

void OwnerFiles::split_chain() {
  const std::size_t fresh = heads_.size();
  push_tight(heads_, Buckets::kNone);
  if (fresh == 0) return;
  for (std::uint32_t place = std::exchange(heads_[parent_of(fresh)], Buckets::kNone);
       place != Buckets::kNone;) {
    const std::uint32_t after = places_[place].next;
    enter(place);
    place = after;
  }
}

// Until there are no more than files.
void OwnerFiles::join_chains() {
  while (heads_.size() > live_) {
    const std::uint32_t last = heads_.back();
    heads_.pop_back();
    std::uint32_t* end = &heads_[parent_of(heads_.size())];
    while (*end != Buckets::kNone)
      end = &places_[*end].next;
    *end = last;
  }
  heads_.shrink_to_fit();
}

bool OwnerFiles::add(const File& file) {
  const std::string_view key = file.key ? text_of(file.key->bytes) : std::string_view();
  const auto text_at = texts_.keep({file.name, file.tag, key});
  if (!text_at) return false;
  if (live_ >= heads_.size()) split_chain();
  OwnedFile owned{};
  owned.id = file.id;
  owned.text_at = *text_at;
  owned.name_size = file.name.size() & OwnedFile::kMaxText;
  owned.tag_size = file.tag.size() & OwnedFile::kMaxText;
  owned.copy = file.copy & 0x7fU;
  owned.kind = file.kind;
  push_tight(places_, owned);
  enter(static_cast<std::uint32_t>(places_.size() - 1));
  ++live_;
  return true;
}

template <class Wanted>
std::optional<std::uint32_t> OwnerFiles::probe(std::uint64_t hash, const Wanted& wanted) const {
  if (heads_.empty()) return {};
  std::uint32_t place = heads_[bucket_of(hash, heads_.size())];
  while (place != Buckets::kNone && !wanted(places_[place]))
    place = places_[place].next;
  return place == Buckets::kNone ? std::nullopt : std::optional(place);
}

std::optional<std::uint32_t> OwnerFiles::find(std::string_view name) const {
  return probe(sip_hash(sip_key_, name),
               [&](const OwnedFile& file) { return file.copy == 0 && this->name(file) == name; });
}

std::optional<std::uint32_t> OwnerFiles::find(const UuHash& key, std::uint32_t copy) const {
  return probe(hash_of_copy(sip_key_, text_of(key.bytes), copy),
               [&](const OwnedFile& file) { return file.copy == copy && is_of(file, key); });
}

std::optional<std::uint32_t> OwnerFiles::find(const UuHash& key, std::string_view name) const {
  for (std::uint32_t copy = 1; copy <= OwnedFile::kMaxCopies; ++copy) {
    const auto place = find(key, copy);
    if (!place || this->name(places_[*place]) == name) return place;
  }
  return {};
}

std::uint8_t OwnerFiles::copy_for(const UuHash& key, std::string_view name) const {
  for (std::uint8_t copy = 1; copy <= OwnedFile::kMaxCopies; ++copy) {
    const auto place = find(key, copy);
    if (!place) return copy;
    if (this->name(places_[*place]) == name) return 0;
  }
  return 0;
}

std::optional<std::uint32_t> OwnerFiles::remove(std::uint32_t place) {
  leave(place);
  places_[place].id = kNoFile;
  --live_;
  const std::uint32_t copy = places_[place].copy;
  if (copy == 0) return {};
  const UuHash key = *this->key(places_[place]);
  std::optional<std::uint32_t> last;
  for (std::uint32_t next = copy + 1; const auto found = find(key, next); ++next)
    last = found;
  if (!last) return {};
  leave(*last);
  places_[*last].copy = copy & 0x7fU;
  enter(*last);
  return copy == 1 ? last : std::nullopt;
}

// The chains stay as they are but for the places' numbers: nothing is hashed.
void OwnerFiles::tidy() {
  std::vector<std::uint32_t> new_places(places_.size(), Buckets::kNone);
  std::vector<OwnedFile> kept;
  OwnedTexts kept_texts;
  kept.reserve(live_);
  for (std::size_t place = 0; place < places_.size(); ++place) {
    OwnedFile file = places_[place];
    if (file.id == kNoFile) continue;
    file.text_at = *kept_texts.keep({texts_.view(file.text_at, 0, text_size_of(file))});
    new_places[place] = static_cast<std::uint32_t>(kept.size());
    kept.push_back(file);
  }
  places_ = std::move(kept);
  texts_ = std::move(kept_texts);
  const auto renumber = [&](std::uint32_t& place) {
    if (place != Buckets::kNone) place = new_places[place];
  };
  std::ranges::for_each(heads_, renumber);
  for (OwnedFile& file : places_)
    renumber(file.next);
  join_chains();
}

std::size_t OwnerFiles::memory() const {
  return sizeof(*this) + places_.capacity() * sizeof(OwnedFile) + texts_.memory() +
         heads_.capacity() * sizeof(std::uint32_t);
}

}  // namespace p2p
