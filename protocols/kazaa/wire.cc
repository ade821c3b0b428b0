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
  const auto* const end = std::ranges::find_if(text, [](char c) { return c >= '\0' && c <= '\2'; });
  const auto length = static_cast<std::size_t>(end - text.begin());
  return text.substr(0, std::min(length, kMaxUserName));
}

}  // namespace p2p::kazaa
