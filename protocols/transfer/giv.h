// GIV: the first line on a connection that a firewalled Gnutella source opens to us because we
// asked it to by a PUSH (gnutella.md, section 3.5). Our HTTP request follows on that connection.
// Observed: vectors/gnutella/giv.hex, giv_from_firewalled_leaf.hex.
//
//   GIV <index>:<servent GUID, 32 hex digits>/<name> LF LF
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/base/ids.h"
#include "protocols/base/result.h"

namespace p2p::transfer {

struct Giv {
  std::uint32_t index = 0;
  Guid guid;
  std::string name;  // as sent; gtk-gnutella always says "file"
};

inline constexpr std::size_t kMaxGiv = 512;
inline constexpr std::string_view kGivWord = "GIV ";

// `text` is all that has come on the connection. Nothing: more is to come. An Error: it will not
// become one, or something stands behind it.
Result<std::optional<Giv>> read_giv(std::string_view text);

}  // namespace p2p::transfer
