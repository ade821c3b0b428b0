// A question: words and field limits, or a digest. The user's text, Napster's clauses and the
// wire of later modes all become this one struct.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/digest.h"
#include "protocols/base/file.h"

namespace p2p {

// Both ends included. The whole range means "do not care", and then unknown (0) matches too;
// with a limit set, a file whose field is unknown (0) is compared as 0.
template <class T>
struct Range {
  T least = 0;
  T most = std::numeric_limits<T>::max();
  bool holds(T value) const { return least <= value && value <= most; }
  bool is_everything() const { return least == 0 && most == std::numeric_limits<T>::max(); }
  friend bool operator==(const Range&, const Range&) = default;
};

enum class Order : std::uint8_t { newest, best };  // newest share first, or best match first

struct Query {
  // All folded by keywords.h. Every one of `words` and, as the start of some word, of `prefixes`
  // must occur; none of `excluded` may.
  std::vector<std::string> words;
  std::vector<std::string> prefixes;
  std::vector<std::string> excluded;
  std::optional<Sha1> sha1;
  Range<std::uint64_t> size_bytes;
  Range<std::uint32_t> bitrate_kbps;
  Range<std::uint32_t> sample_rate_hz;
  Range<std::uint32_t> duration_s;
  Range<std::uint32_t> link_speed;
  FileKind kind = FileKind::any;
  // Folded words that this text must hold, all of them; empty: do not care. A half pair
  // (keywords.h) must be the start of one.
  struct Texts {
    std::vector<std::string> artist;
    std::vector<std::string> title;
    std::vector<std::string> album;
    std::vector<std::string> genre;

    bool empty() const { return artist.empty() && title.empty() && album.empty() && genre.empty(); }
    friend bool operator==(const Texts&, const Texts&) = default;
  };
  Texts texts;
  Range<std::uint32_t> year;
  Range<std::uint32_t> width;  // pixels
  Range<std::uint32_t> height;
  std::optional<UuHash> uuhash;  // FastTrack's: other networks know nothing of it
  bool takes_partial = false;    // a neighbour's: files that are still being fetched, too
  std::uint32_t limit = 100;
  Order order = Order::newest;

  bool asks_nothing() const {
    return words.empty() && prefixes.empty() && texts.empty() && !sha1 && !uuhash;
  }
  friend bool operator==(const Query&, const Query&) = default;
};

// At most this many words count, the first ones (performance.md section 1).
inline constexpr std::size_t kMaxQueryWords = 32;
// Of a tag's text that are compared; more do not fit into kMaxTagText.
inline constexpr std::size_t kMaxTagWords = 128;

// What a person types: `two words`, `-live`, `pre*`, `"free jazz"` (as words), `size>1M size<2G
// bitrate>=192 duration>60 type:audio ext:flac`, `artist:coltrane title:"blue train" album:...
// genre:...`, `year>=1957 width>=1024 height:768 resolution>=1024x768`, `urn:sha1:...`,
// `urn:sig2dat:...`, `=...=` (uuhash.h). ':' before a number means '='. A part that does not parse
// as a field is searched as text. `ext:x` adds the word x.
Query parse_query(std::string_view text);

// The first field asked for that only FastTrack can ask for: "artist", "year", "a UuHash"...; empty
// when there is none. Other networks refuse such a search rather than answer another one.
std::string_view tag_asked(const Query& query);

// Do the tags hold all words of the query's texts, and its year and sizes?
bool tags_fit(const Query& query, const FileTags& tags);

// Does this name with these fields answer the query? The slow, obvious statement of what every
// index must agree with: tests compare them to it.
bool matches(const Query& query, std::string_view name, std::uint64_t size_bytes,
             const MediaFields& media, const FileTags& tags = {});

}  // namespace p2p
