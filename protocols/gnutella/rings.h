// Rings: searches of ours that grow (the expanding ring of Lv and others 2002;
// docs/search-methods.md). A flood of TTL 1, after a while one of TTL 2, and so on until enough was
// found or the most is reached. Each ring is a query of its own to the network, with a GUID of its
// own: nodes that saw the one before would drop it. Says when the next one is due; who floods is
// the role.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocols/gnutella/own_searches.h"
#include "protocols/registry.h"

namespace p2p::gnutella {

class Rings {
 public:
  explicit Rings(const FlatOptions& options) : options_(options) {}

  // The TTL of the first one.
  std::uint8_t begin(OwnSearches::One& search, Time now);
  // Of the ring that is out now; nothing where the search is none of these.
  std::optional<std::uint8_t> ttl(const OwnSearches::One& search) const;
  struct Due {
    OwnSearches::One* search = nullptr;
    std::uint8_t ttl = 0;
    bool is_last = false;
  };
  // The next ring to be sent, its search renewed under `fresh`; nothing: none is due. What has
  // enough or is over is forgotten.
  std::optional<Due> due(OwnSearches& searches, const Guid& fresh, Time now);
  Time deadline() const;

 private:
  struct One {
    Guid search;
    std::uint8_t ttl = 1;
    Time next{};
  };
  bool has_enough(const OwnSearches::One& search) const {
    return options_.enough != 0 && search.hits >= options_.enough;
  }

  const FlatOptions& options_;
  std::vector<One> all_;  // at most kMostSearches
};

}  // namespace p2p::gnutella
