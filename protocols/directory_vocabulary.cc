#include "protocols/directory_vocabulary.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace p2p {

namespace {

// New words are sorted in when there are this many, or an eighth of the sorted ones: each word is
// then moved some eight times in all, and a prefix search passes over few unsorted ones.
constexpr std::size_t kUnsortedWords = 4096;

}  // namespace

std::string_view Vocabulary::text(std::uint32_t word) const {
  return std::string_view(texts_).substr(words_[word].text_at, words_[word].text_size);
}

// Where the word is, or would be put. slots_ is never full.
std::size_t Vocabulary::slot_of(std::string_view word) const {
  std::size_t at = sip_hash(key_, word) & (slots_.size() - 1);
  while (slots_[at] != 0 && text(slots_[at] - 1) != word)
    at = (at + 1) & (slots_.size() - 1);
  return at;
}

void Vocabulary::rehash(std::size_t slots) {
  slots_ = std::vector<std::uint32_t>(slots);
  for (std::uint32_t word = 0; word < words_.size(); ++word)
    slots_[slot_of(text(word))] = word + 1;
}

void Vocabulary::post(std::string_view word, std::uint32_t file) {
  if ((words_.size() + 1) * 4 > slots_.size() * 3)
    rehash(std::max<std::size_t>(64, slots_.size() * 2));
  const std::size_t slot = slot_of(word);
  if (slots_[slot] == 0) {
    // 4 GiB of different words is past any machine this runs on; such a word is not found.
    if (texts_.size() + word.size() > std::numeric_limits<std::uint32_t>::max()) return;
    push_tight(words_, Word{static_cast<std::uint32_t>(texts_.size()),
                            static_cast<std::uint32_t>(word.size()),
                            {}});
    texts_ += word;
    slots_[slot] = static_cast<std::uint32_t>(words_.size());
    if (words_.size() - sorted_.size() > std::max(kUnsortedWords, sorted_.size() / 8))
      sort_new_words();
  }
  Postings& files = words_[slots_[slot] - 1].files;
  postings_bytes_ -= files.capacity() * sizeof(std::uint32_t);
  push_tight(files, file);
  postings_bytes_ += files.capacity() * sizeof(std::uint32_t);
}

const Vocabulary::Postings* Vocabulary::find(std::string_view word) const {
  if (slots_.empty()) return nullptr;
  const std::uint32_t found = slots_[slot_of(word)];
  return found == 0 ? nullptr : &words_[found - 1].files;
}

bool Vocabulary::find_prefix(std::string_view prefix, std::size_t limit,
                             std::vector<const Postings*>& out) const {
  const auto add = [&](std::uint32_t word) { out.push_back(&words_[word].files); };
  const auto less = [&](std::uint32_t word, std::string_view than) { return text(word) < than; };
  for (auto at = std::lower_bound(sorted_.begin(), sorted_.end(), prefix, less);
       at != sorted_.end() && text(*at).starts_with(prefix) && out.size() <= limit; ++at)
    add(*at);
  for (std::size_t word = sorted_.size(); word < words_.size() && out.size() <= limit; ++word)
    if (text(static_cast<std::uint32_t>(word)).starts_with(prefix))
      add(static_cast<std::uint32_t>(word));
  return out.size() <= limit;
}

void Vocabulary::sort_new_words() {
  const auto middle = static_cast<std::ptrdiff_t>(sorted_.size());
  const auto less = [&](std::uint32_t a, std::uint32_t b) { return text(a) < text(b); };
  sorted_.reserve(words_.size());
  while (sorted_.size() < words_.size())
    sorted_.push_back(static_cast<std::uint32_t>(sorted_.size()));
  std::sort(sorted_.begin() + middle, sorted_.end(), less);
  std::inplace_merge(sorted_.begin(), sorted_.begin() + middle, sorted_.end(), less);
}

void Vocabulary::renumber(std::span<const std::uint32_t> new_ids) {
  constexpr std::uint32_t kGone = 0xffffffff;
  std::vector<std::uint32_t> new_words(words_.size(), kGone);
  std::vector<Word> words;
  std::string texts;
  postings_bytes_ = 0;
  for (std::uint32_t i = 0; i < words_.size(); ++i) {
    Postings& files = words_[i].files;
    std::size_t kept = 0;
    for (const std::uint32_t file : files)
      if (new_ids[file] != kNoFile) files[kept++] = new_ids[file];
    files.resize(kept);
    if (kept == 0) continue;
    if (files.capacity() > kept + kept / 4 + 2) files.shrink_to_fit();
    postings_bytes_ += files.capacity() * sizeof(std::uint32_t);
    new_words[i] = static_cast<std::uint32_t>(words.size());
    const auto at = static_cast<std::uint32_t>(texts.size());
    texts += text(i);
    words.push_back(Word{at, words_[i].text_size, std::move(files)});
  }
  // Words keep their order, so the sorted ones are still the first ones.
  std::size_t kept = 0;
  for (const std::uint32_t word : sorted_)
    if (new_words[word] != kGone) sorted_[kept++] = new_words[word];
  sorted_.resize(kept);
  sorted_.shrink_to_fit();
  words.shrink_to_fit();
  texts.shrink_to_fit();
  words_ = std::move(words);
  texts_ = std::move(texts);
  std::size_t slots = 64;
  while (slots * 3 < (words_.size() + 1) * 4)
    slots *= 2;
  rehash(slots);
}

std::size_t Vocabulary::memory() const {
  constexpr std::size_t kHeapOverhead = 12;  // of the allocator, for each list, about
  return words_.capacity() * sizeof(Word) + words_.size() * kHeapOverhead + texts_.capacity() +
         (slots_.capacity() + sorted_.capacity()) * sizeof(std::uint32_t) + postings_bytes_;
}

}  // namespace p2p
