// QRP: keyword tables that say which queries a neighbour could answer (gnutella.md, section 6).
// Observed: vectors/gnutella/qrp_*.hex; a table that a real servent sent is reproduced exactly by
// the test.
//
//   RESET: 00 | u32 slots | u8 infinity        PATCH: 01 | u8 number | u8 of | u8 compressor |
//                                                     u8 bits | data
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/result.h"

namespace p2p::gnutella {

inline constexpr std::uint32_t kQrpSlots = 65'536;        // of tables we send
inline constexpr std::uint32_t kQrpMinSlots = 64;         // smaller ones are refused
inline constexpr std::uint32_t kQrpMaxSlots = 2'097'152;  // larger ones are refused (source)
inline constexpr std::uint8_t kQrpInfinity = 7;           // of tables we send

// The slot of a word in a table of 2^bits slots. The word is folded UTF-8 (base/keywords.h).
std::uint32_t qrp_hash(std::string_view word, unsigned bits);

// The terms that a shared name puts into the table: each word, and each word cut by 1 to 5
// characters at its end as long as more than 3 stay (section 6.2). Folded, each once.
std::vector<std::string> qrp_terms(std::string_view name);

// A set of slots; a sorted list until a bitmap is smaller (architecture.md, section 5).
class QrpTable {
 public:
  explicit QrpTable(std::uint32_t slots = kQrpSlots);  // a power of two

  std::uint32_t slots() const { return slots_; }
  unsigned bits() const { return bits_; }
  std::size_t count() const;  // slots that are set
  bool is_empty() const { return count() == 0; }

  void add(std::string_view term) { set(qrp_hash(term, bits_)); }
  bool has(std::string_view term) const { return test(qrp_hash(term, bits_)); }
  // As has, for a full 32-bit product computed once for tables of all sizes: see qrp_product.
  bool has_product(std::uint32_t product) const { return test(product >> (32U - bits_)); }
  void set(std::uint32_t slot);
  void reset(std::uint32_t slot);
  bool test(std::uint32_t slot) const;
  // ORs the other one in; slots of tables of another length are scaled (one to several, or several
  // to one).
  void merge(const QrpTable& other);
  std::vector<std::uint32_t> set_slots() const;  // ascending
  std::size_t memory_bytes() const;

  friend bool operator==(const QrpTable&, const QrpTable&);

 private:
  std::uint32_t slots_;
  unsigned bits_;
  std::vector<std::uint32_t> sparse_;  // sorted; used while dense_ is empty
  std::vector<std::uint64_t> dense_;
  std::size_t dense_count_ = 0;
};

// The hash before the shift: qrp_hash(word, bits) == qrp_product(word) >> (32 - bits).
std::uint32_t qrp_product(std::string_view word);

// Could a servent with this table answer a query of these words (as products)? All of one or two,
// two thirds of three or more (section 6.4). No words: no.
bool could_answer(const QrpTable& table, std::span<const std::uint32_t> products);

// The receiving end of one link. All errors are the neighbour's and end the link with BYE 413.
class QrpReceiver {
 public:
  // One payload of type 30. True when a table is whole now.
  Result<bool> take(Bytes payload);
  // Null before the first whole table.
  const QrpTable* table() const { return table_ ? &*table_ : nullptr; }

 private:
  Result<bool> reset(Bytes rest);
  Result<bool> patch(Bytes rest);
  Result<bool> apply();

  std::optional<QrpTable> table_;
  bool whole_ = false;
  // Entries of tables with more than 1 bit are counted from infinity: present when below it.
  std::uint8_t infinity_ = 0;
  Buffer data_;  // of the patches so far; bounded by what the table can need
  std::uint8_t next_ = 1;
  std::uint8_t parts_ = 0;
  std::uint8_t compressor_ = 0;
  std::uint8_t entry_bits_ = 0;
};

// The payloads (type 30) that make of `before` the table `after` at the other side; with no
// `before`, a RESET first. 4-bit entries, zlib, parts of at most kQrpPart bytes of data. Empty when
// nothing changes.
inline constexpr std::size_t kQrpPart = 4096;
std::vector<Buffer> qrp_update(const QrpTable* before, const QrpTable& after);

}  // namespace p2p::gnutella
