// The answer of everything that can fail on input: a value, or an Error that says why in words
// fit for a log line. Peers' mistakes are values, never exceptions (style.md, "Errors").
#pragma once

#include <cstdint>
#include <string>

#include <tl/expected.hpp>

namespace p2p {

enum class Errc : std::uint8_t {
  malformed,    // the bytes do not follow the format
  too_long,     // a length passes its limit
  unsupported,  // well formed, but not something we do
  refused,      // the other side or a rule said no
  not_found,    // what was asked for is not there
  io,           // the disk or the system failed
  stopped,      // told to stop before the end
};

// `detail` never holds bytes of a peer unescaped.
struct Error {
  Errc code = Errc::malformed;
  std::string detail;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Errc code, std::string detail) {
  return tl::unexpected<Error>(Error{code, std::move(detail)});
}

}  // namespace p2p
