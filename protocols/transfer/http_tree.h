// Where a source has the tree of hashes of a file (gnutella.md, section 9; the body is thex.h's).
// Observed: vectors/gnutella/http_get_n2r_response_capped.hex, http_thex_request.hex.
//
//   X-Thex-URI: /uri-res/N2X?urn:sha1:<32 letters>;<39 letters of the root>
//   GET /uri-res/N2X?urn:sha1:<32 letters>[;<root>] HTTP/1.1
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/base/digest.h"

namespace p2p::transfer {

inline constexpr std::string_view kTreePath = "/uri-res/N2X?";
inline constexpr std::string_view kTreeField = "X-Thex-URI";

// What a source says; its root is hearsay until a SHA-1 has proved a file that has it.
struct TreeLink {
  std::string path;  // on that source, as it is asked for: printable, at most kMaxTreePath bytes
  TigerRoot root;
  friend bool operator==(const TreeLink&, const TreeLink&) = default;
};
inline constexpr std::size_t kMaxTreePath = 256;

// Ours.
std::string tree_path_of(const Sha1& content, const TigerRoot& root);
// The value of X-Thex-URI; nothing when it names no root, another host, or no sound path.
std::optional<TreeLink> read_tree_link(std::string_view value);

struct TreeAsked {
  Sha1 content;
  std::optional<TigerRoot> root;
};
// What stands behind kTreePath, without escapes.
std::optional<TreeAsked> read_tree_asked(std::string_view text);

}  // namespace p2p::transfer
