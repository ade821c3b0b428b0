#include "protocols/gnutella/qrp.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "protocols/base/keywords.h"
#include "protocols/base/letters.h"

namespace p2p::gnutella {

namespace {

constexpr std::uint8_t kReset = 0;
constexpr std::uint8_t kPatch = 1;
constexpr std::uint8_t kPlain = 0;
constexpr std::uint8_t kZlib = 1;
constexpr unsigned kEntryBits = 4;
constexpr unsigned kAppears = 0xa;  // 1 - kQrpInfinity, in 4 bits
constexpr unsigned kVanishes = 0x6;
constexpr std::size_t kMostWords = 256;  // more than a name of 255 bytes has
constexpr std::size_t kMostCut = 5;
constexpr std::size_t kLeastCharacters = 4;

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80;
}

// The bytes of the character at the head of `text`, which is not empty: 1 for what is not UTF-8.
std::size_t character_bytes(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t size = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (size > text.size() || !std::ranges::all_of(text.substr(1, size - 1), continues)) return 1;
  return size;
}

char32_t character(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes[0]);
  if (bytes.size() == 1) return lead;
  char32_t c = lead & (0x7fU >> bytes.size());
  for (const char byte : bytes.substr(1))
    c = (c << 6U) | (static_cast<unsigned char>(byte) & 0x3fU);
  return c;
}

bool may_be_of_word(char c) {
  return is_lower_letter(c) || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

void add_lone_letters(std::string_view folded, std::vector<std::string>& to) {
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const bool alone = is_lower_letter(folded[i]) && (i == 0 || !may_be_of_word(folded[i - 1])) &&
                       (i + 1 == folded.size() || !may_be_of_word(folded[i + 1]));
    if (alone) to.emplace_back(1, folded[i]);
  }
}

void add_with_cuts(std::string_view word, std::vector<std::string>& to) {
  to.emplace_back(word);
  std::size_t characters = 0;
  for (std::size_t at = 0; at < word.size(); at += character_bytes(word.substr(at)))
    ++characters;
  for (std::size_t cut = 1; cut <= kMostCut && cut + kLeastCharacters <= characters; ++cut) {
    std::size_t size = word.size() - 1;
    while (continues(word[size]))
      --size;
    word = word.substr(0, size);
    to.emplace_back(word);
  }
}

}  // namespace

std::uint32_t qrp_product(std::string_view word) {
  constexpr std::uint32_t kFactor = 0x4F1BBCDC;
  std::uint32_t x = 0;
  unsigned shift = 0;
  const auto mix = [&](char32_t unit) {
    x ^= (static_cast<std::uint32_t>(unit) & 0xffU) << shift;
    shift = (shift + 8) % 32;
  };
  while (!word.empty()) {
    const std::size_t size = character_bytes(word);
    const char32_t c = character(word.substr(0, size));
    if (c >= 0x10000) mix((c - 0x10000) >> 10U);  // the low bytes of a surrogate pair
    mix(c);
    word.remove_prefix(size);
  }
  return x * kFactor;
}

std::uint32_t qrp_hash(std::string_view word, unsigned bits) {
  assert(bits >= 1 && bits <= 32);
  return qrp_product(word) >> (32U - bits);
}

std::vector<std::string> qrp_terms(std::string_view name) {
  const std::string_view last = searched_part(name, 0);
  std::vector<std::string> terms;
  for (const std::string& word : words_of(last, kMostWords))
    add_with_cuts(word, terms);
  add_lone_letters(fold(last), terms);
  std::ranges::sort(terms);
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  return terms;
}

QrpTable::QrpTable(std::uint32_t slots)
    : slots_(slots),
      bits_(static_cast<unsigned>(std::countr_zero(slots))) {
  assert(std::has_single_bit(slots) && slots >= kQrpMinSlots && slots <= kQrpMaxSlots);
  pack();
}

// How long a list is that takes as much room as the bitmap.
std::size_t QrpTable::most_listed() const {
  constexpr std::size_t kFixed = (kCuts + 1) * sizeof(std::uint32_t);
  const std::size_t bitmap = slots_ / 8;
  return bitmap < kFixed ? 0 : (bitmap - kFixed) / sizeof(std::uint16_t);
}

std::size_t QrpTable::place(std::uint32_t slot) const {
  const std::uint32_t cut = cut_of(slot);
  const std::uint16_t* const from = list_.data() + starts_[cut];
  const std::uint16_t* const end = list_.data() + starts_[cut + 1];
  return static_cast<std::size_t>(std::lower_bound(from, end, rest_of(slot)) - list_.data());
}

bool QrpTable::is_at(std::size_t place, std::uint32_t slot) const {
  return place < starts_[cut_of(slot) + 1] && list_[place] == rest_of(slot);
}

void QrpTable::set(std::uint32_t slot) {
  assert(slot < slots_);
  if (test(slot)) return;
  if (!is_dense() && count_ >= most_listed()) spread();
  ++count_;
  if (is_dense()) {
    dense_[slot / 64] |= std::uint64_t{1} << (slot % 64);
    return;
  }
  list_.insert(list_.begin() + static_cast<std::ptrdiff_t>(place(slot)), rest_of(slot));
  for (std::uint32_t cut = cut_of(slot) + 1; cut <= kCuts; ++cut)
    ++starts_[cut];
}

void QrpTable::reset(std::uint32_t slot) {
  assert(slot < slots_);
  if (!test(slot)) return;
  --count_;
  if (is_dense()) {
    dense_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
    return;
  }
  list_.erase(list_.begin() + static_cast<std::ptrdiff_t>(place(slot)));
  for (std::uint32_t cut = cut_of(slot) + 1; cut <= kCuts; ++cut)
    --starts_[cut];
}

// Ascending.
template <class Call>
void QrpTable::for_each(const Call& call) const {
  for (std::uint32_t word = 0; word < dense_.size(); ++word)
    for (std::uint64_t left = dense_[word]; left != 0; left &= left - 1)
      call(word * 64 + static_cast<std::uint32_t>(std::countr_zero(left)));
  if (is_dense()) return;
  for (std::uint32_t cut = 0; cut < kCuts; ++cut)
    for (std::uint32_t at = starts_[cut]; at < starts_[cut + 1]; ++at)
      call(cut * (slots_ / kCuts) + list_[at]);
}

void QrpTable::merge(const QrpTable& other) {
  if (slots_ == other.slots_ && is_dense() && other.is_dense()) {
    count_ = 0;
    for (std::size_t i = 0; i < dense_.size(); ++i)
      count_ += static_cast<std::size_t>(std::popcount(dense_[i] |= other.dense_[i]));
    return;
  }
  const std::uint32_t wider = std::max(1U, slots_ / other.slots_);
  const unsigned narrower = other.bits_ > bits_ ? other.bits_ - bits_ : 0;
  other.for_each([&](std::uint32_t slot) {
    for (std::uint32_t i = 0; i < wider; ++i)
      set((slot >> narrower) * wider + i);
  });
}

std::vector<std::uint32_t> QrpTable::set_slots() const {
  std::vector<std::uint32_t> all;
  all.reserve(count_);
  for_each([&](std::uint32_t slot) { all.push_back(slot); });
  return all;
}

std::size_t QrpTable::memory_bytes() const {
  return starts_.capacity() * sizeof(std::uint32_t) + list_.capacity() * sizeof(std::uint16_t) +
         dense_.capacity() * sizeof(std::uint64_t);
}

void QrpTable::spread() {
  if (is_dense() && !dense_.empty()) return;
  std::vector<std::uint64_t> bitmap(slots_ / 64);
  for_each([&](std::uint32_t slot) { bitmap[slot / 64] |= std::uint64_t{1} << (slot % 64); });
  dense_ = std::move(bitmap);
  list_ = std::vector<std::uint16_t>();  // = {} would keep the memory
  starts_ = std::vector<std::uint32_t>();
}

void QrpTable::pack() {
  if (count_ > most_listed() || most_listed() == 0) {
    spread();
    return;
  }
  std::vector<std::uint32_t> starts(kCuts + 1);
  std::vector<std::uint16_t> list;
  list.reserve(count_);
  for_each([&](std::uint32_t slot) {
    ++starts[cut_of(slot) + 1];
    list.push_back(rest_of(slot));
  });
  for (std::uint32_t cut = 0; cut < kCuts; ++cut)
    starts[cut + 1] += starts[cut];
  starts_ = std::move(starts);
  list_ = std::move(list);
  dense_ = std::vector<std::uint64_t>();
}

bool operator==(const QrpTable& a, const QrpTable& b) {
  if (a.slots_ != b.slots_ || a.count_ != b.count_) return false;
  bool same = true;
  a.for_each([&](std::uint32_t slot) { same = same && b.test(slot); });
  return same;
}

bool could_answer(const QrpTable& table, std::span<const std::uint32_t> products) {
  const std::size_t words = products.size();
  const std::size_t wanted = words < 3 ? words : (2 * words + 2) / 3;
  std::size_t may_lack = words - wanted;
  for (const std::uint32_t product : products) {
    if (table.has_product(product)) continue;
    if (may_lack == 0) return false;
    --may_lack;
  }
  return words > 0;
}

Result<bool> QrpReceiver::take(Bytes payload) {
  Reader in(payload);
  const std::uint8_t kind = in.u8();
  if (in.failed()) return fail(Errc::malformed, "an empty QRP message");
  if (kind == kReset) return reset(in.rest());
  if (kind == kPatch) return patch(in.rest());
  return fail(Errc::unsupported, "a QRP message of kind " + std::to_string(kind));
}

Result<bool> QrpReceiver::reset(Bytes rest) {
  Reader in(rest);
  const std::uint32_t slots = in.u32le();
  const std::uint8_t infinity = in.u8();
  if (in.failed() || !in.empty()) return fail(Errc::malformed, "a QRP reset of a wrong size");
  if (!std::has_single_bit(slots) || slots < kQrpMinSlots || slots > kQrpMaxSlots)
    return fail(Errc::malformed, "Invalid QRP table length " + std::to_string(slots));
  if (infinity == 0) return fail(Errc::malformed, "a QRP table in which nothing can be");
  coming_.emplace(slots);
  inflater_.reset();
  next_ = 1;
  return false;
}

Result<bool> QrpReceiver::patch(Bytes rest) {
  Reader in(rest);
  const std::uint8_t number = in.u8();
  const Head head{in.u8(), in.u8(), in.u8()};
  if (in.failed()) return fail(Errc::malformed, "a QRP patch without its head");
  if (!coming_ && !table_) return fail(Errc::malformed, "a QRP patch before any reset");
  if (number != next_ || number > head.parts)
    return fail(Errc::malformed, "Invalid QRP seq number " + std::to_string(number) +
                                     " (expected " + std::to_string(next_) + ")");
  if (number == 1) {
    if (const auto begun = begin(head); !begun) return tl::unexpected(begun.error());
  } else if (head != head_) {
    return fail(Errc::malformed, "parts of a QRP patch that do not belong together");
  }
  const auto applied = inflater_ ? inflate(in.rest()) : apply(in.rest());
  if (!applied) return tl::unexpected(applied.error());
  if (number == head.parts) return finish();
  ++next_;
  return false;
}

Result<void> QrpReceiver::begin(const Head& head) {
  if (head.compressor != kPlain && head.compressor != kZlib)
    return fail(Errc::unsupported, "QRP compressor " + std::to_string(head.compressor));
  if (!std::has_single_bit(head.bits) || head.bits > 8)
    return fail(Errc::unsupported, "QRP entries of " + std::to_string(head.bits) + " bits");
  if (!coming_) coming_ = table_;
  coming_->spread();
  head_ = head;
  slot_ = 0;
  if (head.compressor == kZlib) inflater_.emplace();
  return {};
}

Result<void> QrpReceiver::inflate(Bytes data) {
  constexpr std::size_t kRoom = 4096;
  Buffer entries;
  do {
    entries.clear();
    const auto used = inflater_->read(data, kRoom, entries);
    if (!used) return tl::unexpected(used.error());
    data = data.subspan(*used);
    if (auto applied = apply(entries); !applied) return applied;
  } while (entries.size() == kRoom);
  if (!data.empty()) return fail(Errc::malformed, "bytes behind the end of a QRP patch");
  return {};
}

// A slot is there or not: of an entry of several bits, which is a difference of hops, the sign is
// all that is looked at. Servents send nothing between one hop and infinity (observed).
Result<void> QrpReceiver::apply(Bytes entries) {
  const unsigned bits = head_.bits;
  if (entries.size() > (coming_->slots() - slot_) * bits / 8)
    return fail(Errc::too_long, "a QRP patch of more entries than the table has");
  for (const std::byte byte : entries) {
    auto left = std::to_integer<unsigned>(byte);
    const std::uint32_t next = slot_ + 8 / bits;
    for (; left != 0; left = (left << bits) & 0xffU, ++slot_) {
      const unsigned entry = left >> (8 - bits);
      if (entry == 0) continue;
      const bool there = bits == 1 ? !coming_->test(slot_) : (left & 0x80U) != 0;
      if (there) {
        coming_->set(slot_);
      } else {
        coming_->reset(slot_);
      }
    }
    slot_ = next;
  }
  return {};
}

Result<bool> QrpReceiver::finish() {
  if (slot_ != coming_->slots() || (inflater_ && !inflater_->is_ended()))
    return fail(Errc::malformed, "Incomplete QRP patch");
  coming_->pack();
  table_ = std::exchange(coming_, std::nullopt);
  inflater_.reset();
  next_ = 1;
  return true;
}

std::vector<Buffer> qrp_update(const QrpTable* before, const QrpTable& after) {
  std::vector<Buffer> payloads;
  const QrpTable nothing(after.slots());
  if (before == nullptr || before->slots() != after.slots()) {
    before = &nothing;
    Writer(payloads.emplace_back()).u8(kReset).u32le(after.slots()).u8(kQrpInfinity);
  } else if (*before == after) {
    return payloads;
  }
  Buffer entries(std::size_t{after.slots()} / 8 * kEntryBits);
  const auto put = [&](std::uint32_t slot, unsigned entry) {
    entries[slot / 2] |= static_cast<std::byte>(slot % 2 == 0 ? entry << kEntryBits : entry);
  };
  for (const std::uint32_t slot : before->set_slots())
    if (!after.test(slot)) put(slot, kVanishes);
  for (const std::uint32_t slot : after.set_slots())
    if (!before->test(slot)) put(slot, kAppears);
  const Buffer data = deflated(entries);
  const std::size_t parts = (data.size() + kQrpPart - 1) / kQrpPart;
  assert(parts <= 255);  // three values in 4 bits deflate to less than half
  for (std::size_t part = 0; part < parts; ++part) {
    const Bytes rest = Bytes(data).subspan(part * kQrpPart);
    Writer(payloads.emplace_back())
        .u8(kPatch)
        .u8(static_cast<std::uint8_t>(part + 1))
        .u8(static_cast<std::uint8_t>(parts))
        .u8(kZlib)
        .u8(kEntryBits)
        .bytes(rest.first(std::min(rest.size(), kQrpPart)));
  }
  return payloads;
}

}  // namespace p2p::gnutella
