// HttpOthers: where else a file is, as both sides of an HTTP transfer tell each other (gnutella.md,
// section 9). Observed: vectors/gnutella/http_x_alt_request.hex, http_x_alt_response.hex.
//
//   X-Alt:  1.2.3.4:6346, 5.6.7.8      others that have the same content; without a port 6346
//   X-Nalt: 1.2.3.4:6346               that were tried and do not (any more)
//   Alt-Location, X-Gnutella-Alternate-Location: http://1.2.3.4:6346/uri-res/N2R?urn:sha1:<b32>
//           2003-04-30T08:30Z, ...     the form of 2002, read only
//
// It is hearsay: what is listed need not exist. What cannot be understood is passed over.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/digest.h"
#include "protocols/base/ids.h"
#include "protocols/header_block.h"

namespace p2p::transfer {

// Taken from one head, of each kind; gtk-gnutella lists about fifteen. What comes later is left
// out, and no more than kMaxLooked items are looked at.
inline constexpr std::size_t kMaxOthers = 20;
inline constexpr std::size_t kMaxLooked = 100;

struct Others {
  std::vector<Endpoint> alive;
  std::vector<Endpoint> dead;
  bool empty() const { return alive.empty() && dead.empty(); }
};

// Each once, none with port 0 or at an address that nobody can have. `content` is the file's
// digest, which the form of 2002 must name; nothing of that form is taken without one.
Others read_others(const HeaderBlock& head, const std::optional<Sha1>& content);

// "1.2.3.4:6346, 5.6.7.8:6346"
std::string to_list(std::span<const Endpoint> endpoints);

// What was told on one connection: nobody is told the same twice.
class ToldOnce {
 public:
  static constexpr std::size_t kMost = 200;  // then nothing more is told

  void add(std::span<const Endpoint> told);
  // The first `most` of `all` that were not told yet; from now on they were.
  std::vector<Endpoint> fresh(std::span<const Endpoint> all, std::size_t most);

 private:
  std::vector<Endpoint> told_;
};

}  // namespace p2p::transfer
