#include "protocols/directory_vocabulary.h"

#include <algorithm>
#include <utility>

namespace p2p {

namespace {

constexpr std::size_t kLeafWords = 256;

}  // namespace

const char* WordTexts::keep(std::string_view text) {
  if (used_ + text.size() > kBlock) {
    // NOLINTNEXTLINE(modernize-avoid-c-arrays): the owned block
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlock));
    used_ = 0;
  }
  char* at = blocks_.back().get() + used_;
  std::ranges::copy(text, at);
  used_ += text.size();
  return at;
}

std::uint32_t Vocabulary::number_of(std::string_view word, std::uint64_t hash) const {
  std::uint32_t number = buckets_.of(hash);
  while (number != Buckets::kNone && text(number) != word)
    number = words_[number].next;
  return number;
}

const Postings* Vocabulary::find(std::string_view word) const {
  const std::uint32_t number = number_of(word, sip_hash(key_, word));
  return number == Buckets::kNone ? nullptr : &words_[number].files;
}

void Vocabulary::post(std::string_view word, std::uint32_t file) {
  const std::uint64_t hash = sip_hash(key_, word);
  std::uint32_t number = number_of(word, hash);
  if (number == Buckets::kNone) number = make(word, hash);
  words_[number].files.push(file);
}

std::uint32_t Vocabulary::make(std::string_view word, std::uint64_t hash) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(words_.size()));
    words_.emplace_back();
  }
  const std::uint32_t number = free_.back();
  free_.pop_back();
  words_[number] = Word{{},
                        texts_.keep(word),
                        std::exchange(buckets_.of(hash), number),
                        static_cast<std::uint8_t>(word.size())};
  sort_in(number);
  if (++count_ > buckets_.size()) split_bucket();
  return number;
}

void Vocabulary::split_bucket() {
  for (std::uint32_t number = buckets_.grow(); number != Buckets::kNone;) {
    std::uint32_t& head = buckets_.of(sip_hash(key_, text(number)));
    const std::uint32_t after = std::exchange(words_[number].next, head);
    head = number;
    number = after;
  }
}

void Vocabulary::drop(std::uint32_t word) {
  std::uint32_t* link = &buckets_.of(sip_hash(key_, text(word)));
  while (*link != word)
    link = &words_[*link].next;
  *link = words_[word].next;
  sort_out(word);
  words_[word] = {};
  free_.push_back(word);
  --count_;
}

void Vocabulary::begin_sweep() {
  swept_ = 0;
  swept_block_ = 0;
  old_texts_ = std::exchange(texts_, {});
}

// All blocks of the word are swept. What this costs, as sweep() counts.
std::size_t Vocabulary::end_word() {
  constexpr std::size_t kKept = 64;
  constexpr std::size_t kDropped = 512;
  Word& word = words_[swept_];
  const bool stays = word.files.size() > 0;
  if (stays) {
    word.text = texts_.keep({word.text, word.text_size});
  } else {
    drop(static_cast<std::uint32_t>(swept_));
  }
  ++swept_;
  swept_block_ = 0;
  return stays ? kKept : kDropped;
}

// The leaf that holds the word or would: the last one that does not begin after it.
std::size_t Vocabulary::leaf_of(std::string_view word) const {
  const auto after = std::upper_bound(
      sorted_.begin(), sorted_.end(), word,
      [&](std::string_view sought, const Leaf& leaf) { return sought < text(leaf.front()); });
  return after == sorted_.begin() ? 0 : static_cast<std::size_t>(after - sorted_.begin() - 1);
}

std::size_t Vocabulary::place_in(const Leaf& leaf, std::string_view word) const {
  const auto at = std::lower_bound(
      leaf.begin(), leaf.end(), word,
      [&](std::uint32_t other, std::string_view sought) { return text(other) < sought; });
  return static_cast<std::size_t>(at - leaf.begin());
}

void Vocabulary::sort_in(std::uint32_t word) {
  if (sorted_.empty()) return sorted_.push_back({word});
  const std::size_t at = leaf_of(text(word));
  Leaf& leaf = sorted_[at];
  leaf.insert(leaf.begin() + static_cast<std::ptrdiff_t>(place_in(leaf, text(word))), word);
  if (leaf.size() < kLeafWords) return;
  const auto middle = leaf.begin() + kLeafWords / 2;
  Leaf upper(middle, leaf.end());
  leaf.erase(middle, leaf.end());
  sorted_.insert(sorted_.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(upper));
}

void Vocabulary::sort_out(std::uint32_t word) {
  const std::size_t at = leaf_of(text(word));
  Leaf& leaf = sorted_[at];
  leaf.erase(leaf.begin() + static_cast<std::ptrdiff_t>(place_in(leaf, text(word))));
  if (leaf.empty()) sorted_.erase(sorted_.begin() + static_cast<std::ptrdiff_t>(at));
}

bool Vocabulary::find_prefix(std::string_view prefix, std::size_t limit,
                             std::vector<const Postings*>& out) const {
  if (sorted_.empty()) return true;
  std::size_t leaf = leaf_of(prefix);
  std::size_t place = place_in(sorted_[leaf], prefix);
  for (; leaf < sorted_.size(); ++leaf, place = 0) {
    for (; place < sorted_[leaf].size(); ++place) {
      const std::uint32_t word = sorted_[leaf][place];
      if (!text(word).starts_with(prefix)) return true;
      if (out.size() == limit) return false;
      out.push_back(&words_[word].files);
    }
  }
  return true;
}

std::size_t Vocabulary::memory() const {
  std::size_t sum = words_.size() * sizeof(Word) + free_.capacity() * sizeof(std::uint32_t) +
                    buckets_.memory() + texts_.memory() + old_texts_.memory() +
                    sorted_.capacity() * sizeof(Leaf);
  for (const Leaf& leaf : sorted_)
    sum += leaf.capacity() * sizeof(std::uint32_t);
  for (const Word& word : words_)
    sum += word.files.memory();
  return sum;
}

}  // namespace p2p
