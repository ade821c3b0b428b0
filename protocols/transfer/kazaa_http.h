// KazaaHttp: what FastTrack adds to HTTP (fasttrack.md, section 8): a request by UuHash, who the
// two sides are, and what the file is. The header names are on the wire as they stand here,
// "UserAgent" too.
//
//   GET /.hash=<40 hex> HTTP/1.1     or, absolute, GET http://1.2.3.4:1214/.hash=<40 hex> HTTP/1.1
//   X-Kazaa-Username, X-Kazaa-Network, X-Kazaa-IP, X-Kazaa-SupernodeIP      both sides
//   X-KazaaTag: <number>=<value>     an answer, one a line, the numbers of section 4.1 in decimal
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocols/base/file.h"
#include "protocols/event.h"
#include "protocols/header_block.h"
#include "protocols/transfer/fetcher.h"

namespace p2p::transfer {

// The request for the bytes from `at` up to `end`.
std::string kazaa_request(const FetchAsk& ask, const Dialect& us, std::uint64_t at,
                          std::uint64_t end);

// A name or an address that we do not have is left out.
void write_kazaa_names(HeaderBlockWriter& head, const Dialect& us);

// What the file says of itself; the hashes first, since who reads takes the first of each.
void write_kazaa_tags(HeaderBlockWriter& head, const SharedFile& file);

// Of the tags what says which file it is. The hash is written as `3==<base64>` by KaZaA and giFT
// and as `3=<hex>` by mldonkey; 57 is ours, the base32 SHA-1. No more than kMaxKazaaTags are looked
// at.
inline constexpr std::size_t kMaxKazaaTags = 64;
struct KazaaTags {
  std::optional<UuHash> hash;
  std::optional<Sha1> sha1;
};
KazaaTags read_kazaa_tags(const HeaderBlock& head);

}  // namespace p2p::transfer
