// What the server keeps of a shared file beside name, size and media fields, packed into the tag
// that the Directory carries for us (at most 64 bytes).
//
//   hash field | end, or: 0x00 | u8 flags (1 = shared with 10300, 2 = a SHA-1 follows) | 20 bytes
//
// The hash is kept as it was sent, but 32 hex digits are lower-cased so that the resume search can
// compare them as the start of the tag; in front of a SHA-1 it is cut at 42 bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocols/base/digest.h"

namespace p2p::napster {

struct ShareTag {
  std::string hash;
  bool other = false;  // shared with 10300: found only by a search that names its TYPE
  std::optional<Sha1> sha1;
};

std::string pack(const ShareTag& tag);
ShareTag unpack_tag(std::string_view packed);

// The hash as it is compared: 32 lower-case hex digits; empty when it says nothing about the
// content ("NOMD5COMPUTED", zeros).
std::string comparable_hash(std::string_view hash);

}  // namespace p2p::napster
