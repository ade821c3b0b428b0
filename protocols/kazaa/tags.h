// Tags: what a share or a result says of its file, number and value each (fasttrack.md,
// section 4.1).
//
//   varint number | varint length | value
//
// Of two tags with one number the first counts: a second cannot contradict what somebody already
// took as said. Numbers that we do not know are kept as they came and passed on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "protocols/base/bytes.h"
#include "protocols/base/digest.h"
#include "protocols/base/result.h"
#include "protocols/base/uuhash.h"

namespace p2p::kazaa {

enum class Tag : std::uint32_t {
  any = 0x00,         // in queries: every text
  year = 0x01,        // number
  name = 0x02,        // text: the file's
  hash = 0x03,        // 20 bytes, in queries
  title = 0x04,       // text
  duration = 0x05,    // number: seconds
  artist = 0x06,      // text
  album = 0x08,       // text
  language = 0x0a,    // text
  keywords = 0x0c,    // text
  resolution = 0x0d,  // two numbers: width, height
  genre = 0x0e,       // text
  system = 0x10,      // text: what it runs on
  bit_depth = 0x11,   // number
  kind = 0x12,        // text: "movie", "video clip", ...
  bitrate = 0x15,     // number: kbit/s, FastTrack calls it quality
  version = 0x18,     // text
  comment = 0x1a,     // text
  codec = 0x1c,       // text
  rating = 0x1d,      // number: 0 to 4
  size = 0x21,        // number, in queries: bytes
  sha1 = 0x39,        // text: 32 letters of base32. Ours; the number is in no list seen
  kzhash = 0x10003,   // 36 bytes, in queries; the first 20 are the hash
};

// Is its value a text, which "any contains" looks into? Of sha1: no, though it is letters.
bool is_text(Tag tag);

// A file has some 20 that we know. More than this is an error, before anything is kept: a count may
// claim 65535 and more.
inline constexpr std::size_t kMaxTags = 64;
// Longest value that is looked at: four times the longest file name there is. A longer one is
// passed over as if it was not there.
inline constexpr std::size_t kMaxTagValue = 1024;

struct Resolution {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  friend bool operator==(const Resolution&, const Resolution&) = default;
};

struct TagValue {
  Tag tag = Tag::any;
  Bytes value;  // as sent
};

// The value of a tag or of a query's term, read as what it is; nothing when it is something else.
std::optional<std::uint64_t> number_of(Bytes value);
std::optional<Resolution> resolution_of(Bytes value);
std::optional<UuHash> hash_of(Bytes value);  // 20 bytes, or 36 of a kzhash

// A view of tags that were checked when they were read: it lives as long as their bytes do.
class Tags {
 public:
  Tags() = default;
  // malformed when they go beyond the reader's bytes, too_long above kMaxTags.
  static Result<Tags> read(Reader& reader);

  std::size_t count() const { return count_; }
  Bytes encoded() const { return encoded_; }  // without their count

  // The first of that number, up to kMaxTagValue long.
  std::optional<Bytes> find(Tag tag) const;
  // Empty when there is none; bytes as the sharer sent them, only ever shown through tui's
  // sanitize.
  std::string_view text(Tag tag) const;
  std::optional<std::uint64_t> number(Tag tag) const;
  // The same for fields where 0 means unknown: what does not fit into 32 bits is unknown too.
  std::uint32_t number_or_0(Tag tag) const;
  std::optional<Resolution> resolution() const;
  std::optional<Sha1> sha1() const;

  // Calls f(TagValue) for each as they came, second ones of a number included, over-long ones not.
  template <class F>
  void for_each(F f) const {
    Reader reader(encoded_);
    while (!reader.empty()) {
      const TagValue next = next_of(reader);
      if (next.value.size() <= kMaxTagValue) f(next);
    }
  }

  friend bool operator==(const Tags& a, const Tags& b);

 private:
  friend class TagBuilder;
  Tags(Bytes encoded, std::size_t count) : encoded_(encoded), count_(count) {}
  static TagValue next_of(Reader& checked);

  Bytes encoded_;
  std::size_t count_ = 0;
};

void append_tags(Buffer& out, const Tags& tags);  // with their count

// Makes tags. What is over a limit, and a text that is empty, is left out.
class TagBuilder {
 public:
  TagBuilder& text(Tag tag, std::string_view value);
  TagBuilder& number(Tag tag, std::uint64_t value);
  TagBuilder& resolution(const Resolution& resolution);
  TagBuilder& sha1(const Sha1& digest);
  TagBuilder& bytes(Tag tag, Bytes value);
  TagBuilder& all(const Tags& tags);  // as they are; left out when there is no room for all
  void clear();

  Tags tags() const { return {encoded_, count_}; }  // a view of this builder

 private:
  Buffer encoded_;
  std::size_t count_ = 0;
};

}  // namespace p2p::kazaa
