// query 06: the question of a child to its supernode (fasttrack.md, section 4.2).
//
//   u8 0 | u8 1 | u16 most results | u16 search id | u8 1 | u8 realm | u8 term count | terms
//   term: u8 comparison | varint tag | varint length | value
//
// Terms are joined by "and". The text of an `any contains` term holds words in any order, each to
// be found somewhere in some text tag.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/result.h"
#include "protocols/kazaa/file.h"
#include "protocols/kazaa/tags.h"

namespace p2p::kazaa {

enum class Comparison : std::uint8_t {
  equals = 0,
  at_most = 2,
  about = 3,
  at_least = 4,
  contains = 5,
  ignored = 6,  // unknown; KaZaA puts one into every query
};

// Where to look, in the low six bits of its byte: 20 and a Media, or everything.
enum class Realm : std::uint8_t {
  audio = 0x21,
  video = 0x22,
  image = 0x23,
  document = 0x24,
  software = 0x25,
  everything = 0x3f,
};
// Media::unknown is everything, and of a realm that nobody knows too.
Media media_of(Realm realm);
Realm realm_of(Media media);

// The search form of KaZaA has about ten fields. More terms than this, or a longer value, is an
// error: each is compared with every file of a supernode.
inline constexpr std::size_t kMaxTerms = 32;
inline constexpr std::size_t kMaxTermValue = 512;
// Room for all of these, and well below a frame: a payload is passed on unchanged in an envelope.
inline constexpr std::size_t kMaxQueryPayload = std::size_t{20} * 1024;

struct Term {
  Comparison comparison = Comparison::contains;  // any byte: what has no enumerator is ignored
  Tag tag = Tag::any;
  Bytes value{};  // text, or by number_of() or hash_of() of tags.h

  std::string_view text() const { return text_of(value); }
  friend bool operator==(const Term& a, const Term& b) {
    return a.comparison == b.comparison && a.tag == b.tag && a.text() == b.text();
  }
};

struct QueryMessage {
  std::uint16_t most_results = 0;  // KaZaA asks for 50, giFT for 1000
  std::uint16_t search_id = 0;     // of this child's session
  Realm realm = Realm::everything;
  std::vector<Term> terms;

  // The hash of its first `hash equals` term.
  std::optional<UuHash> hash() const;
  friend bool operator==(const QueryMessage&, const QueryMessage&) = default;
};
// malformed, or too_long above kMaxTerms, kMaxTermValue or kMaxQueryPayload.
Result<QueryMessage> decode_query(Bytes payload);
// terms.size() <= kMaxTerms
void append_query(Buffer& out, const QueryMessage& query);

}  // namespace p2p::kazaa
