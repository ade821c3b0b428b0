// What all messages are made of: addresses, hashes and names. Integers are big-endian; an address
// is ip4 and u16 port (fasttrack.md).
#pragma once

#include <string_view>

#include "protocols/base/bytes.h"
#include "protocols/base/ids.h"
#include "protocols/base/uuhash.h"

namespace p2p::kazaa {

// KaZaA's own names had at most some 20 letters. A longer one is cut, the same everywhere, so that
// it still names the same user.
inline constexpr std::size_t kMaxUserName = 64;

Endpoint read_endpoint(Reader& reader);
void append_endpoint(Buffer& out, const Endpoint& endpoint);

UuHash read_hash(Reader& reader);

// Up to the first byte that ends a name somewhere (00 to 02), at most kMaxUserName of it.
std::string_view as_user_name(std::string_view text);

}  // namespace p2p::kazaa
