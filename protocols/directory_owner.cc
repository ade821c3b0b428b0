#include "protocols/directory_owner.h"

#include <algorithm>
#include <array>
#include <limits>

#include "protocols/base/bytes.h"
#include "protocols/directory_postings.h"

namespace p2p {

namespace {

constexpr std::size_t kKeyBytes = sizeof(UuHash::bytes);

// Each copy has a hash of its own: many files of one key do not crowd the table in one place.
std::uint64_t hash_of_copy(const SipKey& sip_key, std::string_view key, std::uint32_t copy) {
  std::array<char, kKeyBytes + 1> text{};
  std::ranges::copy(key, text.begin());
  text.back() = static_cast<char>(copy);
  return sip_hash(sip_key, {text.data(), text.size()});
}

}  // namespace

std::string_view OwnerFiles::text(std::size_t at, std::size_t size) const {
  return std::string_view(text_.data(), text_.size()).substr(at, size);
}

std::string_view OwnerFiles::name(const OwnedFile& file) const {
  return text(file.text_at, file.name_size);
}

std::string_view OwnerFiles::tag(const OwnedFile& file) const {
  return text(std::size_t{file.text_at} + file.name_size, file.tag_size);
}

std::optional<UuHash> OwnerFiles::key(const OwnedFile& file) const {
  if (file.copy == 0) return {};
  UuHash key;
  std::ranges::copy(
      bytes_of(text(std::size_t{file.text_at} + file.name_size + file.tag_size, kKeyBytes)),
      key.bytes.begin());
  return key;
}

bool OwnerFiles::is_of(const OwnedFile& file, const UuHash& key) const {
  return file.copy != 0 && text(std::size_t{file.text_at} + file.name_size + file.tag_size,
                                kKeyBytes) == text_of(key.bytes);
}

std::uint64_t OwnerFiles::hash_of(const OwnedFile& file) const {
  if (file.copy == 0) return sip_hash(sip_key_, name(file));
  return hash_of_copy(sip_key_,
                      text(std::size_t{file.text_at} + file.name_size + file.tag_size, kKeyBytes),
                      file.copy);
}

void OwnerFiles::enter(std::uint32_t place) {
  std::size_t at = hash_of(places_[place]) & (slots_.size() - 1);
  while (slots_[at] != kFree && slots_[at] != kLeft)
    at = (at + 1) & (slots_.size() - 1);
  slots_[at] = place + 1;
}

void OwnerFiles::leave(std::uint32_t place) {
  std::size_t at = hash_of(places_[place]) & (slots_.size() - 1);
  while (slots_[at] != place + 1)
    at = (at + 1) & (slots_.size() - 1);
  slots_[at] = kLeft;
}

void OwnerFiles::rehash(std::size_t slots) {
  slots_ = std::vector<std::uint32_t>(slots);
  for (std::uint32_t place = 0; place < places_.size(); ++place)
    if (places_[place].id != kNoFile) enter(place);
}

bool OwnerFiles::add(const File& file) {
  const std::string_view key = file.key ? text_of(file.key->bytes) : std::string_view();
  const std::size_t size = text_.size() + file.name.size() + file.tag.size() + key.size();
  if (size > std::numeric_limits<std::uint32_t>::max()) return false;
  // A slot that was left counts until the table grows, for its place does.
  if ((places_.size() + 1) * 4 > slots_.size() * 3)
    rehash(std::max<std::size_t>(4, slots_.size() * 2));
  OwnedFile owned{};
  owned.id = file.id;
  owned.text_at = static_cast<std::uint32_t>(text_.size());
  owned.name_size = file.name.size() & OwnedFile::kMaxText;
  owned.tag_size = file.tag.size() & OwnedFile::kMaxText;
  owned.copy = file.copy & 0x7fU;
  owned.kind = file.kind;
  push_tight(places_, owned);
  if (size > text_.capacity()) text_.reserve(size + size / 4);
  for (const std::string_view part : {file.name, file.tag, key})
    text_.insert(text_.end(), part.begin(), part.end());
  enter(static_cast<std::uint32_t>(places_.size() - 1));
  ++live_;
  return true;
}

template <class Wanted>
std::optional<std::uint32_t> OwnerFiles::probe(std::uint64_t hash, const Wanted& wanted) const {
  if (slots_.empty()) return {};
  std::size_t at = hash & (slots_.size() - 1);
  for (; slots_[at] != kFree; at = (at + 1) & (slots_.size() - 1))
    if (slots_[at] != kLeft && wanted(places_[slots_[at] - 1])) return slots_[at] - 1;
  return {};
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

void OwnerFiles::tidy() {
  OwnerFiles kept(sip_key_);
  for (const OwnedFile& file : places_)
    if (file.id != kNoFile)
      kept.add({name(file), tag(file), key(file), static_cast<std::uint8_t>(file.copy), file.kind,
                file.id});
  *this = std::move(kept);
}

std::size_t OwnerFiles::memory() const {
  return sizeof(*this) + places_.capacity() * sizeof(OwnedFile) + text_.capacity() +
         slots_.capacity() * sizeof(std::uint32_t);
}

}  // namespace p2p
