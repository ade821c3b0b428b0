// The words of a Directory and, for each, the files that have it. A hash table finds a word, a
// sorted list the words with one beginning. Nothing here moves all at once: the tables grow entry
// by entry, and removed files and words without files go in a sweep, a little at each call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "protocols/directory_buckets.h"
#include "protocols/directory_hash.h"
#include "protocols/directory_postings.h"

namespace p2p {

// The texts of words, in blocks. Let go all together: a sweep copies what is still in use.
class WordTexts {
 public:
  const char* keep(std::string_view text);  // at most kMaxWordBytes
  std::size_t memory() const { return blocks_.size() * kBlock; }

 private:
  static constexpr std::size_t kBlock = 4096;
  // NOLINTNEXTLINE(modernize-avoid-c-arrays): owned blocks
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t used_ = kBlock;  // of the last block
};

class Vocabulary {
 public:
  explicit Vocabulary(const SipKey& key) : key_(key) {}

  // `file` has `word`; files come in ascending order and name a word once.
  void post(std::string_view word, std::uint32_t file);
  // Null when no file has the word. Lives until the next change.
  const Postings* find(std::string_view word) const;
  // The files of each word that begins so; false when there are more than `limit` such words.
  bool find_prefix(std::string_view prefix, std::size_t limit,
                   std::vector<const Postings*>& out) const;

  void begin_sweep();
  // Looks through one block of one word's files, in which those stay of which `stays` is true. What
  // that cost, in postings looked at (what waits for memory counts as many); 0: the sweep is over.
  template <class Stays>
  std::size_t sweep(const Stays& stays) {
    if (swept_ >= words_.size()) {
      old_texts_ = {};
      return 0;
    }
    Word& word = words_[swept_];
    if (word.text == nullptr) {
      ++swept_;
      return 1;
    }
    const std::size_t looked_at = word.files.block(swept_block_).size();
    swept_block_ = word.files.sweep(swept_block_, stays);
    return looked_at + (swept_block_ == word.files.blocks() ? end_word() : 1);
  }

  // Gives every file another id; their order stays.
  template <class NewId>
  void renumber(const NewId& new_id) {
    for (Word& word : words_)
      word.files.renumber(new_id);
  }

  std::size_t memory() const;

 private:
  struct Word {
    Postings files;
    const char* text;  // in texts_ or old_texts_; null: the number is free
    std::uint32_t next;
    std::uint8_t text_size;
  };
  std::string_view text(std::uint32_t word) const {
    return {words_[word].text, words_[word].text_size};
  }
  std::uint32_t number_of(std::string_view word, std::uint64_t hash) const;
  std::uint32_t make(std::string_view word, std::uint64_t hash);
  void drop(std::uint32_t word);
  void split_bucket();
  std::size_t end_word();

  using Leaf = std::vector<std::uint32_t>;
  std::size_t leaf_of(std::string_view word) const;
  std::size_t place_in(const Leaf& leaf, std::string_view word) const;
  void sort_in(std::uint32_t word);
  void sort_out(std::uint32_t word);

  SipKey key_;
  std::deque<Word> words_;
  std::vector<std::uint32_t> free_;  // numbers of words that are gone
  std::size_t count_ = 0;
  Buckets buckets_;
  std::vector<Leaf> sorted_;  // the words by text, in leaves that are never empty
  WordTexts texts_;
  WordTexts old_texts_;    // of the words that the sweep has not come to
  std::size_t swept_ = 0;  // words
  std::size_t swept_block_ = 0;
};

}  // namespace p2p
