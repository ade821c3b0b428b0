#include "protocols/kazaa/query.h"

#include <algorithm>
#include <cassert>
#include <string>

#include "protocols/kazaa/varint.h"

namespace p2p::kazaa {

namespace {

constexpr std::uint8_t kRealmBits = 0x3f;
// KaZaA and giFT set it, always; mldonkey for hashes only.
constexpr std::uint8_t kRealmMark = 0x80;
constexpr std::uint8_t kMediaRealm = 0x20;

}  // namespace

Media media_of(Realm realm) {
  const auto media = static_cast<std::uint8_t>(static_cast<std::uint8_t>(realm) - kMediaRealm);
  const bool is_known = media <= static_cast<std::uint8_t>(Media::software);
  return is_known ? static_cast<Media>(media) : Media::unknown;
}

Realm realm_of(Media media) {
  if (media == Media::unknown) return Realm::everything;
  return static_cast<Realm>(kMediaRealm + static_cast<std::uint8_t>(media));
}

std::optional<UuHash> QueryMessage::hash() const {
  const auto asks = std::ranges::find_if(terms, [](const Term& term) {
    return term.comparison == Comparison::equals &&
           (term.tag == Tag::hash || term.tag == Tag::kzhash);
  });
  return asks == terms.end() ? std::nullopt : hash_of(asks->value);
}

Result<QueryMessage> decode_query(Bytes payload) {
  if (payload.size() > kMaxQueryPayload)
    return fail(Errc::too_long, "query of " + std::to_string(payload.size()) + " bytes");
  Reader reader(payload);
  reader.skip(2);
  QueryMessage query;
  query.most_results = reader.u16be();
  query.search_id = reader.u16be();
  reader.skip(1);
  query.realm = static_cast<Realm>(reader.u8() & kRealmBits);
  const std::size_t count = reader.u8();
  if (reader.failed()) return fail(Errc::malformed, "query cut short");
  if (count > kMaxTerms) return fail(Errc::too_long, std::to_string(count) + " terms");
  query.terms.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto comparison = static_cast<Comparison>(reader.u8());
    const auto tag = read_varint32(reader);
    const auto length = tag ? read_varint(reader) : std::nullopt;
    if (!length || *length > reader.size())
      return fail(Errc::malformed, "a query's term beyond the end");
    if (*length > kMaxTermValue)
      return fail(Errc::too_long, "a query's term of " + std::to_string(*length) + " bytes");
    const Bytes value = reader.take(static_cast<std::size_t>(*length));
    query.terms.push_back({comparison, static_cast<Tag>(*tag), value});
  }
  return query;
}

void append_query(Buffer& out, const QueryMessage& query) {
  assert(query.terms.size() <= kMaxTerms);
  Writer(out)
      .u8(0)
      .u8(1)
      .u16be(query.most_results)
      .u16be(query.search_id)
      .u8(1)
      .u8(static_cast<std::uint8_t>(static_cast<std::uint8_t>(query.realm) | kRealmMark))
      .u8(static_cast<std::uint8_t>(query.terms.size()));
  for (const Term& term : query.terms) {
    Writer(out).u8(static_cast<std::uint8_t>(term.comparison));
    append_varint(out, static_cast<std::uint32_t>(term.tag));
    append_varint(out, term.value.size());
    Writer(out).bytes(term.value);
  }
}

}  // namespace p2p::kazaa
