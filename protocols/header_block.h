// HeaderBlock: a start line and header lines up to an empty one, as the Gnutella handshake and HTTP
// write them (gnutella.md, sections 1 and 9; RFC 9112, sections 2 and 5). Names do not mind case, a
// repeated header is joined by ", ", a line that begins with a blank continues the one before.
// Lines end in CRLF; a bare LF is accepted. Empty lines before the start line are passed over.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/result.h"

namespace p2p {

// What is longer ends the connection; the numbers are gtk-gnutella's for the handshake
// (gnutella.md, section 1). A list of 256 other sources (X-Alt) needs about 6 KiB in one line of
// HTTP.
struct HeaderLimits {
  std::size_t line_bytes = 1024;  // with its end
  std::size_t lines = 128;        // the start line is one, the empty one at the end is not
  std::size_t all_bytes = std::size_t{16} * 1024;
};
inline constexpr HeaderLimits kHttpLimits{8192, 128, std::size_t{32} * 1024};

struct HeaderBlock {
  std::string start_line;                                   // without its end
  std::vector<std::pair<std::string, std::string>> fields;  // as sent, each name once, trimmed

  // Empty when there is none.
  std::string_view value(std::string_view name) const;
  bool has(std::string_view name) const;
  // Is `token` one of the comma-separated items of the header, without case?
  bool lists(std::string_view name, std::string_view token) const;
};

// Call order:  feed (until is_complete) take, and again for the next block.
class HeaderBlockReader {
 public:
  explicit HeaderBlockReader(HeaderLimits limits = {}) : limits_(limits) {}

  // How many of the bytes belong to this block: all of them, or up to the empty line. too_long past
  // a limit; malformed on a header line without a name and a colon, and on NUL bytes. An error is
  // the end of the reader.
  Result<std::size_t> feed(Bytes bytes);
  bool is_complete() const { return complete_; }
  HeaderBlock take();  // once complete; the reader is then ready for the next block

 private:
  Result<void> line();
  void add(std::string_view name, std::string_view value);

  HeaderLimits limits_;
  HeaderBlock block_;
  std::string line_;  // what is here of the line under way
  std::size_t lines_ = 0;
  std::size_t bytes_ = 0;
  std::size_t last_ = 0;  // the field that a continuation belongs to
  bool started_ = false;
  bool complete_ = false;
};

// Writes one. Line breaks and NULs in what it is given become blanks, so nobody's words can add a
// header.
class HeaderBlockWriter {
 public:
  explicit HeaderBlockWriter(std::string_view start_line);
  HeaderBlockWriter& field(std::string_view name, std::string_view value);
  std::string text() const { return text_ + "\r\n"; }

 private:
  std::string text_;
};

}  // namespace p2p
