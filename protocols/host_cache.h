// HostCache: endpoints by which the network may be entered, and whom to dial next. Of unstructured
// networks (Gnutella's ultrapeers, KaZaA's supernodes). Bounded: beyond kMaxKnownHosts the host
// goes that was heard of longest ago among those that were never good.
//
// A host that did not answer waits longer each time; one that refused waits at least kAfterRefusal,
// because stock peers ban who calls a third time within a minute (gnutella.md, section 1.4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "protocols/base/ids.h"
#include "protocols/base/rare.h"
#include "protocols/base/rng.h"
#include "protocols/base/time.h"
#include "protocols/mode.h"

namespace p2p {

class HostCache {
 public:
  static constexpr std::size_t kMost = 500;
  static constexpr Duration kFirstWait = 15s;  // after a dial that failed; doubled each time
  static constexpr Duration kLongestWait = 30min;
  static constexpr Duration kAfterRefusal = 60s;
  static constexpr Duration kAfterLink = 30s;  // after a link that ended
  static constexpr unsigned kHopeless = 6;     // failures in a row; then it is forgotten

  // The order in which hosts are tried: the user's own, those near us, then what others told.
  enum class Origin : std::uint8_t { user, beacon, earlier, told };

  // Learns of a host. One that is known keeps its history, and the better origin.
  void add(const Endpoint& endpoint, Origin origin, Time now);
  // Whom to dial now, or nothing. It counts as being tried until failed(), refused() or linked();
  // hosts that wait, are tried or are linked are passed over. Chosen at random among equals.
  std::optional<Endpoint> next(Time now, Rng& rng);
  // When the next of those that wait may be tried; kNever when none waits.
  Time earliest() const;

  void failed(const Endpoint& endpoint, Time now);
  void refused(const Endpoint& endpoint, Time now);  // it is there, but has no place for us
  void linked(const Endpoint& endpoint, Time now);
  void unlinked(const Endpoint& endpoint, Time now);
  void forget(const Endpoint& endpoint);  // never useful: ourselves

  // To tell others: good ones first, at most `count`, none twice.
  std::vector<Endpoint> some(std::size_t count, Rng& rng) const;
  std::vector<HostRow> rows(Time now) const;
  std::size_t size() const { return hosts_->size(); }
  bool is_as_made() const { return hosts_.is_usual(); }  // nobody was ever here
  bool knows(const Endpoint& endpoint) const { return hosts_->contains(endpoint); }

 private:
  enum class State : std::uint8_t { idle, trying, linked };
  struct Host {
    Origin origin = Origin::told;
    State state = State::idle;
    Time heard{};
    Time not_before{};
    Time tried{};
    Time good{};  // last link; zero: never
    unsigned failures = 0;
  };
  using Hosts = std::map<Endpoint, Host>;
  void make_room();
  Host* find(const Endpoint& endpoint);  // null: it is not known

  Rare<Hosts> hosts_;
};

}  // namespace p2p
