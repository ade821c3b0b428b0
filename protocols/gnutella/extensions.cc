#include "protocols/gnutella/extensions.h"

#include <algorithm>

#include "protocols/base/letters.h"

namespace p2p::gnutella {

namespace {

constexpr std::string_view kUrn = "urn:";
constexpr std::size_t kMaxUrns = 64;  // of an area; a query hardly asks for two
constexpr std::size_t kEndpointBytes = 6;

struct Digests {
  std::optional<Sha1> sha1;
  std::optional<TigerRoot> root;
};

bool is_separator(std::byte b) {
  return b == kExtensionSeparator || b == std::byte{0};
}

Digests read_urn(std::string_view urn) {
  if (const auto both = bitprint_from_urn(urn)) return {both->sha1, both->root};
  return {sha1_from_urn(urn), {}};
}

template <class Digest>
std::optional<Digest> read_digest(Bytes bytes) {
  Digest digest;
  if (bytes.size() != digest.bytes.size()) return {};
  std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
  return digest;
}

// GGEP H: 01 | sha1, or 02 | sha1 | root
Digests read_h(Bytes bytes) {
  constexpr std::size_t kSha1End = 1 + sizeof(Sha1::bytes);
  if (bytes.size() < kSha1End) return {};
  const auto sha1 = read_digest<Sha1>(bytes.subspan(1, kSha1End - 1));
  if (bytes.front() == std::byte{1} && bytes.size() == kSha1End) return {sha1, {}};
  const auto root = read_digest<TigerRoot>(bytes.subspan(kSha1End));
  if (bytes.front() == std::byte{2} && root) return {sha1, root};
  return {};
}

Digests read_h(const Ggep& ggep) {
  const Buffer* h = ggep.find("H");
  return h != nullptr ? read_h(*h) : Digests{};
}

// GGEP u: a urn without "urn:"
Digests read_u(const Ggep& ggep) {
  const Buffer* u = ggep.find("u");
  return u != nullptr ? read_urn(std::string(kUrn).append(text_of(*u))) : Digests{};
}

}  // namespace

std::optional<Sha1> Extensions::sha1() const {
  for (const std::string_view urn : urns)
    if (const auto found = read_urn(urn).sha1) return found;
  if (const auto found = read_h(ggep).sha1) return found;
  return read_u(ggep).sha1;
}

std::optional<TigerRoot> Extensions::root() const {
  for (const std::string_view urn : urns)
    if (const auto found = read_urn(urn).root) return found;
  if (const auto found = read_h(ggep).root) return found;
  if (const Buffer* tt = ggep.find("TT"))
    if (const auto found = read_digest<TigerRoot>(*tt)) return found;
  return read_u(ggep).root;
}

Extensions read_extensions(Bytes area) {
  Extensions found;
  // Where a broken block ends is anybody's guess; trying again at each byte behind it would cost
  // the square of the area.
  bool broken = false;
  while (!area.empty()) {
    if (is_separator(area.front())) {
      area = area.subspan(1);
      continue;
    }
    if (area.front() == kGgepMagic && !broken) {
      std::size_t used = 0;
      auto block = Ggep::decode(area, used);
      broken = !block;
      if (block) found.ggep.merge(std::move(*block));
      area = area.subspan(used);
      continue;
    }
    const auto end = std::find_if(area.begin(), area.end(), is_separator);
    const Bytes part = area.first(static_cast<std::size_t>(end - area.begin()));
    const bool is_urn = begins_without_case(text_of(part), kUrn);
    if (is_urn && found.urns.size() < kMaxUrns) found.urns.push_back(text_of(part));
    if (!is_urn && part.front() != kGgepMagic && found.text.empty()) found.text = text_of(part);
    area = area.subspan(part.size());
  }
  return found;
}

void append_endpoints(Buffer& out, const std::vector<Endpoint>& endpoints) {
  Writer writer(out);
  for (const Endpoint& one : endpoints)
    writer.u32be(one.address).u16le(one.port);
}

std::vector<Endpoint> read_endpoints(Bytes packed, std::size_t limit) {
  std::vector<Endpoint> endpoints;
  Reader reader(packed);
  while (reader.size() >= kEndpointBytes && endpoints.size() < limit) {
    Endpoint one;
    one.address = reader.u32be();
    one.port = reader.u16le();
    if (one.port != 0) endpoints.push_back(one);
  }
  return endpoints;
}

void append_short_number(Buffer& out, std::uint64_t value) {
  Writer writer(out);
  do {
    writer.u8(static_cast<std::uint8_t>(value & 0xffU));
    value >>= 8U;
  } while (value != 0);
}

std::optional<std::uint64_t> read_short_number(Bytes bytes) {
  if (bytes.empty() || bytes.size() > sizeof(std::uint64_t)) return {};
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;)
    value = (value << 8U) | std::to_integer<std::uint64_t>(bytes[i]);
  return value;
}

}  // namespace p2p::gnutella
