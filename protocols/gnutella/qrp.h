// QRP: keyword tables that say which queries a neighbour could answer (gnutella.md, section 6).
// Observed: vectors/gnutella/qrp_*.hex; a table that a real servent sent is reproduced exactly by
// the test.
//
//   RESET: 00 | u32 slots | u8 infinity        PATCH: 01 | u8 number | u8 of | u8 compressor |
//                                                     u8 bits | data
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/result.h"
#include "protocols/deflate.h"

namespace p2p::gnutella {

inline constexpr std::uint32_t kQrpSlots = 65'536;        // of tables we send
inline constexpr std::uint32_t kQrpMinSlots = 64;         // smaller ones are refused
inline constexpr std::uint32_t kQrpMaxSlots = 2'097'152;  // larger ones are refused (source)
inline constexpr std::uint8_t kQrpInfinity = 7;           // of tables we send

// The slot of a word in a table of 2^bits slots. The word is folded UTF-8 (base/keywords.h).
std::uint32_t qrp_hash(std::string_view word, unsigned bits);

// The terms that a shared name puts into the table: each word of its last part with the extension,
// and each word cut by 1 to 5 characters at its end as long as more than 3 stay (section 6.2).
// Words are those of base/keywords.h and the letters that stand alone, which it drops: others send
// queries by them. Folded, each once, in no order.
std::vector<std::string> qrp_terms(std::string_view name);

// A set of slots; a sorted list until a bitmap is smaller (architecture.md, section 5).
class QrpTable {
 public:
  explicit QrpTable(std::uint32_t slots = kQrpSlots);  // a power of two within the bounds above

  std::uint32_t slots() const { return slots_; }
  unsigned bits() const { return bits_; }
  std::size_t count() const { return count_; }  // slots that are set
  bool is_empty() const { return count() == 0; }

  void add(std::string_view term) { set(qrp_hash(term, bits_)); }
  bool has(std::string_view term) const { return test(qrp_hash(term, bits_)); }
  // As has, for a full 32-bit product computed once for tables of all sizes: see qrp_product.
  bool has_product(std::uint32_t product) const { return test(product >> (32U - bits_)); }
  void set(std::uint32_t slot);
  void reset(std::uint32_t slot);
  bool test(std::uint32_t slot) const {
    if (is_dense()) return ((dense_[slot / 64] >> (slot % 64)) & 1U) != 0;
    return is_at(place(slot), slot);
  }
  // ORs the other one in; slots of tables of another length are scaled (one to several, or several
  // to one).
  void merge(const QrpTable& other);
  std::vector<std::uint32_t> set_slots() const;  // ascending
  std::size_t memory_bytes() const;              // on the heap
  // Makes it a bitmap, before many changes; or whatever is smaller, after them.
  void spread();
  void pack();

  friend bool operator==(const QrpTable&, const QrpTable&);

 private:
  // The list is cut in 64 by the upper bits of the slots, so that a search is short and the lower
  // bits of any table fit 16.
  static constexpr std::uint32_t kCuts = 64;
  std::uint32_t cut_of(std::uint32_t slot) const { return slot >> (bits_ - 6U); }
  std::uint16_t rest_of(std::uint32_t slot) const {
    return static_cast<std::uint16_t>(slot & (slots_ / kCuts - 1));
  }
  bool is_dense() const { return starts_.empty(); }
  std::size_t place(std::uint32_t slot) const;  // in the list: where it is or would be
  bool is_at(std::size_t place, std::uint32_t slot) const;
  std::size_t most_listed() const;
  template <class Call>
  void for_each(const Call& call) const;

  std::uint32_t slots_;
  unsigned bits_;
  std::size_t count_ = 0;
  std::vector<std::uint32_t> starts_;  // of the cuts in list_, and its end; empty: a bitmap
  std::vector<std::uint16_t> list_;
  std::vector<std::uint64_t> dense_;
};

// The hash before the shift: qrp_hash(word, bits) == qrp_product(word) >> (32 - bits).
std::uint32_t qrp_product(std::string_view word);

// Could a servent with this table answer a query of these words (as products)? All of one or two,
// two thirds of three or more (section 6.4). No words: no.
bool could_answer(const QrpTable& table, std::span<const std::uint32_t> products);

// The receiving end of one link:  RESET PATCH+ (RESET? PATCH+)*
// All errors are the neighbour's and end the link with BYE 413; nothing may be taken after one.
// Holds the table, the one that is coming as a bitmap, and an Inflater while parts are missing:
// half a MiB at kQrpMaxSlots, 64 KiB at 65,536.
class QrpReceiver {
 public:
  // One payload of type 30. True when a table is whole now.
  Result<bool> take(Bytes payload);
  // The last whole one, also while another is coming. Null before the first.
  const QrpTable* table() const { return table_ ? &*table_ : nullptr; }

 private:
  struct Head {  // of a PATCH, alike in all its parts but for the number
    std::uint8_t parts = 0;
    std::uint8_t compressor = 0;
    std::uint8_t bits = 0;  // of an entry
    friend bool operator==(const Head&, const Head&) = default;
  };

  Result<bool> reset(Bytes rest);
  Result<bool> patch(Bytes rest);
  Result<void> begin(const Head& head);
  Result<void> inflate(Bytes data);
  Result<void> apply(Bytes entries);
  Result<bool> finish();

  std::optional<QrpTable> table_;
  std::optional<QrpTable> coming_;  // from a RESET or the first part on
  std::optional<Inflater> inflater_;
  Head head_;
  std::uint8_t next_ = 1;   // number of a part
  std::uint32_t slot_ = 0;  // of the next entry
};

// The payloads (type 30) that make of `before` the table `after` at the other side; without a
// `before`, or with one of another length, a RESET first. 4-bit entries, zlib, parts of at most
// kQrpPart bytes of data. Empty when nothing changes.
inline constexpr std::size_t kQrpPart = 4096;
std::vector<Buffer> qrp_update(const QrpTable* before, const QrpTable& after);

}  // namespace p2p::gnutella
