// HttpRequest: what a peer asks of us over HTTP (gnutella.md, section 9; fasttrack.md, section 8;
// RFC 9112, section 3).
// Observed: vectors/gnutella/http_*_request.hex.
//
//   GET /uri-res/N2R?urn:sha1:<base32> HTTP/1.1     by digest (RFC 2169), or by urn:bitprint:
//   GET /uri-res/N2X?urn:sha1:<base32> HTTP/1.1     the tree of hashes of that content
//   GET /get/<index>/<escaped name> HTTP/1.1        by number and name
//   GET /.hash=<40 hex digits> HTTP/1.0             by UuHash, in FastTrack
//
// A target never becomes a path: what is not one of these is no file of ours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocols/base/ids.h"
#include "protocols/base/result.h"
#include "protocols/header_block.h"
#include "protocols/transfer/file_wanted.h"
#include "protocols/transfer/http_others.h"

namespace p2p::transfer {

struct HttpRequest {
  enum class Method : std::uint8_t { get, head, other };
  enum class Target : std::uint8_t {
    file,       // `file` says which
    hash_tree,  // N2X: the tree of Tiger hashes of `file`, which is a Sha1
    list,       // GET /: what we share; nobody answers it yet
    unknown,
  };
  // How the asker waits when we are busy: not at all; staying connected (X-Queue: 0.1); coming
  // back (1.x).
  enum class Waits : std::uint8_t { no, connected, comes_back };

  Method method = Method::get;
  Target target = Target::unknown;
  FileWanted file;
  std::optional<TigerRoot> root{};  // of the content that is asked for, if the asker names it
  bool stays_open = false;          // and may send another request
  std::string range;                // these three as sent
  std::string if_range;
  std::string if_none_match;
  std::string agent;  // escaped, at most kMaxAgent bytes
  Endpoint node{};    // where it says that it listens (X-Node, X-Kazaa-IP); port 0: nowhere
  Waits waits = Waits::no;
  Others others{};               // X-Alt, X-Nalt
  std::uint64_t downloaded = 0;  // bytes of the file that it says it has

  static constexpr std::size_t kMaxAgent = 60;
};

// malformed: no request that makes sense; unsupported: another version of HTTP.
Result<HttpRequest> read_http_request(const HeaderBlock& head);

// The paths of all, also for those who ask.
inline constexpr std::string_view kByDigestPath = "/uri-res/N2R?";
std::string path_of(const Sha1& digest);
std::string path_of(std::uint32_t index, std::string_view name);
std::string path_of(const UuHash& hash);

}  // namespace p2p::transfer
