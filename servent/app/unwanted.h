// Unwanted: whom the user keeps out - hosts that are banned, users who are given nothing, users
// whose files are not shown. Pure; the App carries the text to the disk.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "servent/api/snapshot.h"

namespace p2p::app {

class Unwanted {
 public:
  static constexpr std::size_t kMost = 1000;  // of each kind
  static constexpr std::size_t kMostName = 512;
  static constexpr std::uint16_t kAnyPort = 1;  // an endpoint has one; of a host none matters
  // Of the text: all names as long as may be, each byte as %XX.
  static constexpr std::size_t kMostText = 3 * kMost * (3 * (kMostName + 32) + 64);

  // The id, that of the same one if it is there already; 0: there are too many, or a name is none.
  std::uint32_t add(api::Unwanted what, const std::string& network, const std::string& who);
  bool drop(std::uint32_t id);
  void drop_all(api::Unwanted what);

  bool is_banned(std::uint32_t address) const { return banned_.contains(address); }
  std::set<std::string> of(api::Unwanted what) const;                  // without their networks
  const std::vector<api::UnwantedRow>& rows() const { return rows_; }  // the newest is the last

  // A line each: `banned ADDRESS`, `blocked KEY` (giver_key.h), `ignored USER NETWORK`, with %XX.
  // A line that makes no sense is passed over.
  std::string saved() const;
  void load(std::string_view text);  // below what is there already

 private:
  std::vector<api::UnwantedRow> rows_;
  std::set<std::uint32_t> banned_;  // addresses
  std::uint32_t last_ = 0;
};

std::string_view to_text(api::Unwanted what);  // "banned", "blocked", "ignored"

}  // namespace p2p::app
