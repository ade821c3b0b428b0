// Bytes on the wire and the two cursors over them. Every decoder in the house reads through
// Reader, so a read past the end is impossible by construction; this is the only file in
// protocols/ that casts pointers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace p2p {

using Bytes = std::span<const std::byte>;  // lent for one call; whoever keeps it copies it
using Buffer = std::vector<std::byte>;

Bytes bytes_of(std::string_view text);
std::string_view text_of(Bytes bytes);
const unsigned char* octets(Bytes bytes);  // as C libraries take them

// Lower-case hex and back. from_hex takes an even number of digits only; empty on anything else.
std::string to_hex(Bytes bytes);
Buffer from_hex(std::string_view digits);

// Makes a stranger's bytes fit for a log line: printable ASCII stays, the rest becomes \xNN, and
// what is longer than `limit` is cut and marked with "...".
std::string escaped(std::string_view text, std::size_t limit = 80);

// Reads integers and runs of bytes off a span. The first read that does not fit makes the reader
// fail for good: it and all later reads give zeros, and failed() says so. Check once at the end.
class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}

  std::uint8_t u8();
  std::uint16_t u16le();
  std::uint32_t u32le();
  std::uint64_t u64le();
  std::uint16_t u16be();
  std::uint32_t u32be();
  Bytes take(std::size_t count);
  void skip(std::size_t count) { (void)take(count); }
  // Up to, not including, the next zero byte, which is passed over; fails if there is none.
  std::string_view cstring();

  Bytes rest() const { return rest_; }
  std::size_t size() const { return rest_.size(); }
  bool empty() const { return rest_.empty(); }
  bool failed() const { return failed_; }

 private:
  std::uint64_t little(std::size_t width);
  std::uint64_t big(std::size_t width);

  Bytes rest_;
  bool failed_ = false;
};

// Appends to a buffer that it does not own.
class Writer {
 public:
  explicit Writer(Buffer& out) : out_(out) {}

  Writer& u8(std::uint8_t value);
  Writer& u16le(std::uint16_t value);
  Writer& u32le(std::uint32_t value);
  Writer& u64le(std::uint64_t value);
  Writer& u16be(std::uint16_t value);
  Writer& u32be(std::uint32_t value);
  Writer& bytes(Bytes value);
  Writer& text(std::string_view value) { return bytes(bytes_of(value)); }

  std::size_t size() const { return out_.size(); }
  // Overwrites two bytes written earlier, for lengths that are known last. `at` + 2 <= size().
  void patch_u16le(std::size_t at, std::uint16_t value);

 private:
  void little(std::uint64_t value, std::size_t width);
  void big(std::uint64_t value, std::size_t width);

  Buffer& out_;
};

}  // namespace p2p
