#include "protocols/kazaa/tags.h"

#include <algorithm>
#include <limits>
#include <string>

#include "protocols/kazaa/varint.h"

namespace p2p::kazaa {

namespace {

std::optional<TagValue> read_tag(Reader& reader) {
  const auto number = read_varint32(reader);
  const auto length = number ? read_varint(reader) : std::nullopt;
  if (!length || *length > reader.size()) return {};
  return TagValue{static_cast<Tag>(*number), reader.take(static_cast<std::size_t>(*length))};
}

}  // namespace

bool is_text(Tag tag) {
  switch (tag) {
    case Tag::name:
    case Tag::title:
    case Tag::artist:
    case Tag::album:
    case Tag::language:
    case Tag::keywords:
    case Tag::genre:
    case Tag::system:
    case Tag::kind:
    case Tag::version:
    case Tag::comment:
    case Tag::codec: return true;
    case Tag::any:
    case Tag::year:
    case Tag::hash:
    case Tag::duration:
    case Tag::resolution:
    case Tag::bit_depth:
    case Tag::bitrate:
    case Tag::rating:
    case Tag::size:
    case Tag::sha1:
    case Tag::kzhash: return false;
  }
  return false;
}

std::optional<std::uint64_t> number_of(Bytes value) {
  Reader reader(value);
  const auto number = read_varint(reader);
  return reader.empty() ? number : std::nullopt;
}

std::optional<Resolution> resolution_of(Bytes value) {
  Reader reader(value);
  const auto width = read_varint32(reader);
  const auto height = width ? read_varint32(reader) : std::nullopt;
  if (!height || !reader.empty()) return {};
  return Resolution{*width, *height};
}

std::optional<UuHash> hash_of(Bytes value) {
  UuHash hash;
  constexpr std::size_t kTreeRoot = 16;  // of a kzhash, behind the hash
  const std::size_t size = hash.bytes.size();
  if (value.size() != size && value.size() != size + kTreeRoot) return {};
  std::ranges::copy(value.first(size), hash.bytes.begin());
  return hash;
}

Result<Tags> Tags::read(Reader& reader) {
  const auto count = read_varint(reader);
  if (!count) return fail(Errc::malformed, "no count of tags");
  if (*count > kMaxTags) return fail(Errc::too_long, std::to_string(*count) + " tags");
  const Bytes all = reader.rest();
  for (std::uint64_t i = 0; i < *count; ++i)
    if (!read_tag(reader)) return fail(Errc::malformed, "a tag beyond the end");
  return Tags(all.first(all.size() - reader.size()), static_cast<std::size_t>(*count));
}

TagValue Tags::next_of(Reader& checked) {
  return read_tag(checked).value_or(TagValue{});
}

std::optional<Bytes> Tags::find(Tag tag) const {
  Reader reader(encoded_);
  while (!reader.empty()) {
    const TagValue next = next_of(reader);
    if (next.tag == tag && next.value.size() <= kMaxTagValue) return next.value;
  }
  return {};
}

std::string_view Tags::text(Tag tag) const {
  return text_of(find(tag).value_or(Bytes{}));
}

std::optional<std::uint64_t> Tags::number(Tag tag) const {
  const auto value = find(tag);
  return value ? number_of(*value) : std::nullopt;
}

std::uint32_t Tags::number_or_0(Tag tag) const {
  const std::uint64_t value = number(tag).value_or(0);
  const bool fits = value <= std::numeric_limits<std::uint32_t>::max();
  return fits ? static_cast<std::uint32_t>(value) : 0;
}

std::optional<Resolution> Tags::resolution() const {
  const auto value = find(Tag::resolution);
  return value ? resolution_of(*value) : std::nullopt;
}

std::optional<Sha1> Tags::sha1() const {
  return sha1_from_base32(text(Tag::sha1));
}

bool operator==(const Tags& a, const Tags& b) {
  return a.count_ == b.count_ && std::ranges::equal(a.encoded_, b.encoded_);
}

void append_tags(Buffer& out, const Tags& tags) {
  append_varint(out, tags.count());
  Writer(out).bytes(tags.encoded());
}

TagBuilder& TagBuilder::bytes(Tag tag, Bytes value) {
  if (count_ == kMaxTags || value.size() > kMaxTagValue) return *this;
  append_varint(encoded_, static_cast<std::uint32_t>(tag));
  append_varint(encoded_, value.size());
  Writer(encoded_).bytes(value);
  ++count_;
  return *this;
}

TagBuilder& TagBuilder::all(const Tags& tags) {
  if (count_ + tags.count() > kMaxTags) return *this;
  Writer(encoded_).bytes(tags.encoded());
  count_ += tags.count();
  return *this;
}

void TagBuilder::clear() {
  encoded_.clear();
  count_ = 0;
}

TagBuilder& TagBuilder::text(Tag tag, std::string_view value) {
  return value.empty() ? *this : bytes(tag, bytes_of(value));
}

TagBuilder& TagBuilder::number(Tag tag, std::uint64_t value) {
  Buffer number;
  append_varint(number, value);
  return bytes(tag, number);
}

TagBuilder& TagBuilder::resolution(const Resolution& resolution) {
  Buffer numbers;
  append_varint(numbers, resolution.width);
  append_varint(numbers, resolution.height);
  return bytes(Tag::resolution, numbers);
}

TagBuilder& TagBuilder::sha1(const Sha1& digest) {
  return text(Tag::sha1, to_base32(digest));
}

}  // namespace p2p::kazaa
