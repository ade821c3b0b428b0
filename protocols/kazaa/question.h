// Question: a query of FastTrack made ready to be compared with many files (fasttrack.md, section
// 4.2). A supernode looks it up in its index and then asks fits_fields(); a node whose query is
// answered asks fits() of each result, for a supernode may answer with anything.
//
// Words are compared whole, as in the other networks of this program, not as a part of a longer
// one; a word that ends with '*' is the beginning of one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocols/base/query.h"
#include "protocols/kazaa/query.h"

namespace p2p::kazaa {

class Question {
 public:
  // Nothing when no term of it says what to look for. Nothing of `message` is kept.
  static std::optional<Question> of(const QueryMessage& message);

  // For the index: all words that must occur somewhere in the texts of a file, and the fields that
  // the index has itself. Its limit is for the caller to set.
  const Query& lookup() const { return lookup_; }
  const std::optional<UuHash>& hash() const { return lookup_.uuhash; }

  // Is there anything for fits_fields() to look at?
  bool has_fields() const {
    return !texts_.empty() || !numbers_.empty() || !resolutions_.empty() || sha1_;
  }
  // All but what the index has looked at: the terms about one text, year, resolution, ...
  bool fits_fields(const Tags& tags) const;
  // Everything, of somebody's result.
  bool fits(const File& file) const;

 private:
  struct TextTerm {
    Tag tag = Tag::any;
    std::vector<std::string> words;  // folded
    bool is_whole = false;           // the text has no other words
  };
  struct NumberTerm {
    Tag tag = Tag::any;
    Range<std::uint64_t> range;
  };
  struct ResolutionTerm {
    Range<std::uint32_t> width;
    Range<std::uint32_t> height;
  };

  bool take(const Term& term);
  bool take_any(std::string_view text);
  void take_words(std::vector<std::string> words, bool is_last_prefix);
  bool take_text(const Term& term);
  bool take_number(const Term& term);
  bool take_resolution(const Term& term);

  Query lookup_;
  std::vector<std::string> any_words_;
  std::vector<TextTerm> texts_;
  std::vector<NumberTerm> numbers_;
  std::vector<ResolutionTerm> resolutions_;
  std::optional<Sha1> sha1_;
};

// What the index knows a digest by: a word that is in no text, with its first digits. One of 4096
// files has it: a word for each file would be a quarter of the index. fits_fields() compares all.
std::string index_word(const Sha1& sha1);

}  // namespace p2p::kazaa
