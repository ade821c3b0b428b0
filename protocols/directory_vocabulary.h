// The words of a Directory and, for each, the files that have it: ids in ascending order. Words are
// numbered as they come; a hash table finds a word, a sorted list the words with one beginning.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/directory_hash.h"

namespace p2p {

inline constexpr std::uint32_t kNoFile = 0xffffffff;  // of file ids: none, gone

class Vocabulary {
 public:
  using Postings = std::vector<std::uint32_t>;

  explicit Vocabulary(const SipKey& key) : key_(key) {}

  // `file` has `word`; files come in ascending order and name a word once.
  void post(std::string_view word, std::uint32_t file);
  // Null when no file has the word. Lives until the next change.
  const Postings* find(std::string_view word) const;
  // The files of each word that begins so; false when there are more than `limit` such words.
  bool find_prefix(std::string_view prefix, std::size_t limit,
                   std::vector<const Postings*>& out) const;

  // File i becomes new_ids[i], or goes for kNoFile; the order stays. Words without files go.
  void renumber(std::span<const std::uint32_t> new_ids);

  std::size_t memory() const;

 private:
  struct Word {
    std::uint32_t text_at;
    std::uint32_t text_size;
    Postings files;
  };
  std::string_view text(std::uint32_t word) const;
  std::size_t slot_of(std::string_view word) const;
  void rehash(std::size_t slots);
  void sort_new_words();

  SipKey key_;
  std::vector<Word> words_;
  std::string texts_;
  std::vector<std::uint32_t> slots_;  // open addressing; number of a word + 1, 0 is free
  std::vector<std::uint32_t>
      sorted_;  // the words 0 .. sorted_.size()-1 by text; later ones lie aside
  std::size_t postings_bytes_ = 0;
};

}  // namespace p2p
