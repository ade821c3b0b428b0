// Tags that are read are written to tags that read equal, and every one is looked at as every kind.
#include <cstdint>
#include <cstdlib>
#include <span>

#include "protocols/kazaa/tags.h"

using namespace p2p;
using namespace p2p::kazaa;
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes bytes = std::as_bytes(std::span(data, size));
  Reader reader(bytes);
  const auto tags = Tags::read(reader);
  if (!tags) return 0;
  if (tags->count() > kMaxTags || tags->encoded().size() + reader.size() > size) std::abort();
  Buffer written;
  append_tags(written, *tags);
  Reader again(written);
  if (Tags::read(again) != *tags || !again.empty()) std::abort();
  TagBuilder builder;
  std::size_t seen = 0;
  tags->for_each([&](const TagValue& tag) {
    ++seen;
    (void)number_of(tag.value);
    (void)resolution_of(tag.value);
    (void)hash_of(tag.value);
    const auto first = tags->find(tag.tag);
    if (!first || (is_text(tag.tag) && tags->text(tag.tag) != text_of(*first))) std::abort();
    builder.bytes(tag.tag, tag.value);
  });
  (void)tags->resolution();
  (void)tags->sha1();
  if (seen > tags->count() || builder.tags().count() != seen) std::abort();
  Buffer built;
  append_tags(built, builder.tags());
  Reader third(built);
  return Tags::read(third) == builder.tags() ? 0 : (std::abort(), 0);
}
