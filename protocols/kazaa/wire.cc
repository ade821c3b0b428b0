#include "protocols/kazaa/wire.h"

#include <algorithm>

namespace p2p::kazaa {

Endpoint read_endpoint(Reader& reader) {
  Endpoint endpoint;
  endpoint.address = reader.u32be();
  endpoint.port = reader.u16be();
  return endpoint;
}

void append_endpoint(Buffer& out, const Endpoint& endpoint) {
  Writer(out).u32be(endpoint.address).u16be(endpoint.port);
}

UuHash read_hash(Reader& reader) {
  UuHash hash;
  std::ranges::copy(reader.take(hash.bytes.size()), hash.bytes.begin());
  return hash;
}

std::string_view as_user_name(std::string_view text) {
  constexpr std::string_view kEnds("\0\1\2", 3);
  return text.substr(0, std::min(text.find_first_of(kEnds), kMaxUserName));
}

}  // namespace p2p::kazaa
