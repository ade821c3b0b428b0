// GGEP blocks and HUGE strings: what hangs off pings, pongs, queries and hits (gnutella.md,
// section 4). Observed: vectors/gnutella/hit_*.hex, pong_own_ggep.hex, ping_ggep_*.hex.
//
//   block = c3 extension*    extension = flags 1 | id | length 1 to 3 | data
//   flags: 80 last, 40 COBS, 20 deflated, 10 zero, low nibble the id's length 1 to 15
//   length, most significant first: each byte 80 "more follow", 40 "last", low 6 bits
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/digest.h"
#include "protocols/base/ids.h"
#include "protocols/base/result.h"

namespace p2p::gnutella {

inline constexpr std::byte kGgepMagic{0xc3};
inline constexpr std::byte kExtensionSeparator{0x1c};
// Of files that are still being fetched (LimeWire's; gtk-gnutella's doc/public/GGEP/PRU). In a
// query: such are welcome. In a record, that it is one: which 1024-byte blocks are there, as nodes
// of a tree of 1 to 4 bytes each (read for that only), or
//   PRU = u32be unix time of the last change | short number: bytes that are there
inline constexpr std::string_view kTakesPartial = "PR";
inline constexpr std::string_view kPartial = "PRU";
inline constexpr std::size_t kMaxGgepExtensions = 64;  // of a block; more is malformed
inline constexpr std::size_t kMaxGgepData = std::size_t{16} * 1024;  // inflated, of one extension

class Ggep {
 public:
  struct Extension {
    std::string id;
    Buffer data;  // COBS and deflate undone

    friend bool operator==(const Extension&, const Extension&) = default;
  };

  // Reads the block that `bytes` begins with and says in `used` how long it was. malformed when it
  // breaks the format: then no part of it counts.
  static Result<Ggep> decode(Bytes bytes, std::size_t& used);
  // Null when there is none.
  const Buffer* find(std::string_view id) const;
  bool has(std::string_view id) const { return find(id) != nullptr; }
  const std::vector<Extension>& extensions() const { return extensions_; }
  // What a second block adds; ids that are here already stay.
  void merge(Ggep other);

 private:
  std::vector<Extension> extensions_;
};

class GgepWriter {
 public:
  // With `no_nul`, data that hold a zero byte are COBS-coded: in hits' records and in queries a NUL
  // would end the area.
  explicit GgepWriter(bool no_nul) : no_nul_(no_nul) {}
  GgepWriter& add(std::string_view id, Bytes data = {});  // at most 2^18 - 1 bytes
  // Appends the block; nothing when nothing was added.
  void append_to(Buffer& out) const;

 private:
  bool no_nul_;
  std::vector<Ggep::Extension> extensions_;
};

// The area behind the text of a query, or of one record of a hit.
struct Extensions {
  std::vector<std::string_view> urns;  // "urn:..." as sent; views into the area
  std::string_view text;               // the first part that is neither urn nor block
  Ggep ggep;                           // all blocks together

  std::optional<Sha1> sha1() const;       // urn:sha1:, urn:bitprint:, GGEP H or u
  std::optional<TigerRoot> root() const;  // urn:bitprint:, GGEP H or TT
};
// Never fails: parts that do not parse are left out.
Extensions read_extensions(Bytes area);

// Six bytes each: BE address, little-endian port (IPP, ALT, PUSH). Reading leaves out port 0 and
// what is behind `limit`.
void append_endpoints(Buffer& out, const std::vector<Endpoint>& endpoints);
std::vector<Endpoint> read_endpoints(Bytes packed, std::size_t limit);
// Little-endian without the zero bytes at the end (LF, CT): 1 to 8 bytes; nothing on more.
void append_short_number(Buffer& out, std::uint64_t value);
std::optional<std::uint64_t> read_short_number(Bytes bytes);

}  // namespace p2p::gnutella
