#include "protocols/directory_owner.h"

#include <algorithm>
#include <limits>

#include "protocols/directory_postings.h"

namespace p2p {

std::string_view OwnerFiles::name(const OwnedFile& file) const {
  return std::string_view(text_.data(), text_.size()).substr(file.text_at, file.name_size);
}

std::string_view OwnerFiles::tag(const OwnedFile& file) const {
  return std::string_view(text_.data(), text_.size())
      .substr(file.text_at + std::size_t{file.name_size}, file.tag_size);
}

void OwnerFiles::enter(std::uint32_t place) {
  std::size_t at = sip_hash(key_, name(places_[place])) & (slots_.size() - 1);
  while (slots_[at] != 0)
    at = (at + 1) & (slots_.size() - 1);
  slots_[at] = place + 1;
}

void OwnerFiles::rehash(std::size_t slots) {
  slots_ = std::vector<std::uint32_t>(slots);
  for (std::uint32_t place = 0; place < places_.size(); ++place)
    if (places_[place].id != kNoFile) enter(place);
}

bool OwnerFiles::add(std::string_view name, std::string_view tag, FileKind kind, std::uint32_t id) {
  const std::size_t size = text_.size() + name.size() + tag.size();
  if (size > std::numeric_limits<std::uint32_t>::max()) return false;
  if ((places_.size() + 1) * 4 > slots_.size() * 3)
    rehash(std::max<std::size_t>(4, slots_.size() * 2));
  push_tight(places_, OwnedFile{id, static_cast<std::uint32_t>(text_.size()),
                                static_cast<std::uint16_t>(name.size()),
                                static_cast<std::uint8_t>(tag.size()), kind});
  if (size > text_.capacity()) text_.reserve(size + size / 4);
  text_.insert(text_.end(), name.begin(), name.end());
  text_.insert(text_.end(), tag.begin(), tag.end());
  enter(static_cast<std::uint32_t>(places_.size() - 1));
  ++live_;
  return true;
}

std::optional<std::uint32_t> OwnerFiles::find(std::string_view name) const {
  if (slots_.empty()) return {};
  std::size_t at = sip_hash(key_, name) & (slots_.size() - 1);
  for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1)) {
    const OwnedFile& file = places_[slots_[at] - 1];
    if (file.id != kNoFile && this->name(file) == name) return slots_[at] - 1;
  }
  return {};
}

void OwnerFiles::remove(std::uint32_t place) {
  places_[place].id = kNoFile;
  --live_;
}

void OwnerFiles::tidy() {
  OwnerFiles kept(key_);
  for (const OwnedFile& file : places_)
    if (file.id != kNoFile) kept.add(name(file), tag(file), file.kind, file.id);
  *this = std::move(kept);
}

std::size_t OwnerFiles::memory() const {
  return sizeof(*this) + places_.capacity() * sizeof(OwnedFile) + text_.capacity() +
         slots_.capacity() * sizeof(std::uint32_t);
}

}  // namespace p2p
