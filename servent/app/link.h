// Links that name a file by its digest and, while known, its sources, as magnet URIs:
//
//   magnet:?xt=urn:sha1:BASE32&xl=SIZE&dn=NAME&xs=napster://NICK/NAME&xs=...
//   xs=http://IP:PORT/uri-res/N2R?urn:sha1:BASE32 of a Gnutella source
//   xt=urn:sig2dat:BASE32, xs=http://IP:PORT/.hash=HEX of a FastTrack file and source
//
// Source: the magnet URI scheme (xt exact topic, xl exact length, dn display name, xs exact
// source). xs over http is what all Gnutella programs write; xs with a network's name as scheme is
// ours. Without a digest, xs and xl are all there is.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/digest.h"
#include "protocols/base/file.h"
#include "protocols/base/result.h"

namespace p2p::app {

inline constexpr std::size_t kMaxLinkBytes = 8192;  // what fits a shell line and a chat window
inline constexpr std::size_t kMaxLinkSources = 64;  // more than a download will ever ask at once

// By what a link names its file; either may be missing.
struct LinkNames {
  std::optional<Sha1> digest{};
  std::optional<UuHash> uuhash{};
};

struct Link {
  std::optional<Sha1> digest;
  std::optional<std::uint64_t> size_bytes;
  std::string name;             // bytes as sent; may be empty
  std::vector<Source> sources;  // network, user and name set; an endpoint if it came over http
  std::optional<UuHash> uuhash{};

  friend bool operator==(const Link&, const Link&) = default;
};

// Sources that would pass the limits are left out, the first ones stay. A size of 0 is written.
std::string make_link(const LinkNames& names, std::uint64_t size_bytes, std::string_view name,
                      std::span<const Source> sources);

// Also takes a bare urn:sha1: or urn:sig2dat:. Fails when the link names neither a digest nor a
// UuHash nor a source, on a wrong one of them or size, and past the limits. Unknown parameters are
// passed over. A size of 0 without a digest is that of the empty file, and names it.
Result<Link> parse_link(std::string_view text);

}  // namespace p2p::app
