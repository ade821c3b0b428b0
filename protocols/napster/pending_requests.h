// The downloads whose sharer was asked (607) and has not answered yet. Each is taken out exactly
// once: by the sharer's answer, by his leaving, by the patience running out, or by the
// downloader's leaving. So every 203 gets its 204 or 206 (napster.md, section 15.2).
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "protocols/base/ids.h"
#include "protocols/base/time.h"

namespace p2p::napster {

struct PendingRequest {
  LinkId downloader{};
  LinkId sharer{};
  std::string name;
  bool push = false;  // asked with 500: the sharer gets a 501, not the downloader a 204
  Time due{};
};

class PendingRequests {
 public:
  // False when the downloader or the sharer has too many. The same request again is one request;
  // its patience is not prolonged. `due` must not decrease from call to call.
  bool add(PendingRequest request);
  std::optional<PendingRequest> take(LinkId downloader, LinkId sharer, std::string_view name);
  std::vector<PendingRequest> take_sharer(LinkId sharer);
  std::vector<PendingRequest> take_due(Time now);
  void forget_downloader(LinkId downloader);

  Time deadline() const;  // kNever when nothing waits
  std::size_t size() const { return requests_.size(); }

 private:
  using Serial = std::uint64_t;
  using ByLink = std::unordered_map<LinkId, std::unordered_set<Serial>>;

  static std::string key(LinkId downloader, LinkId sharer, std::string_view name);
  static void unlist(ByLink& lists, LinkId link, Serial serial);
  PendingRequest extract(Serial serial);
  void drop_answered();

  std::unordered_map<Serial, PendingRequest> requests_;
  std::unordered_map<std::string, Serial> by_key_;
  ByLink by_downloader_;
  ByLink by_sharer_;
  std::deque<Serial> order_;  // oldest first; its front is always alive, others may be answered
  Serial next_ = 1;
};

}  // namespace p2p::napster
