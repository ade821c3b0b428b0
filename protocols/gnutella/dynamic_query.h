// DynamicQuery: how an ultrapeer asks on for a search, its own or a leaf's, no further than the
// wanted number of hits needs (gnutella.md, section 7). Pure: it says whom to ask next, with which
// TTL, and when to look again.
//
//   probe (up to 3 with a fitting table, TTL 1) -> one ultrapeer after the other -> done
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocols/base/ids.h"
#include "protocols/base/time.h"

namespace p2p::gnutella {

inline constexpr std::uint32_t kWantedForLeaf = 50;
inline constexpr std::size_t kProbes = 3;
inline constexpr std::uint64_t kMostHosts =
    500'000;  // a search that reached so many has had its try
// Between two steps: shorter the more were asked, for then answers tell enough; a hit over a few
// hops of a LAN is back within milliseconds, over the world within seconds.
inline constexpr Duration kFirstStep = 2400ms;
inline constexpr Duration kLeastStep = 1500ms;
inline constexpr Duration kStepLess = 100ms;  // for each that was asked

// A neighbour ultrapeer that may be asked.
struct Candidate {
  LinkId link{};
  std::uint32_t degree = 8;
  std::uint8_t max_ttl = 7;
  bool fits = false;  // its table says that it, or a leaf of it, may have it
};

// Ultrapeers reached through one neighbour of this degree with this TTL: the sum of (degree-1)^i.
std::uint64_t reached_by(std::uint32_t degree, std::uint8_t ttl);

class DynamicQuery {
 public:
  DynamicQuery(std::uint32_t wanted, std::uint8_t most_ttl, Time now)
      : wanted_(wanted),
        most_ttl_(most_ttl),
        next_(now) {}

  struct Step {
    LinkId link{};
    std::uint8_t ttl = 0;
  };
  // What to send now. Empty: wait until due(), or all was asked.
  std::vector<Step> step(const std::vector<Candidate>& candidates, Time now);

  void hits(std::uint32_t count) { hits_ += count; }
  void told(std::uint32_t count) { told_ = count; }  // a leaf says how many it kept (BEAR/12)
  std::uint32_t found() const { return told_ > hits_ ? told_ : hits_; }
  bool has_enough() const { return found() >= wanted_; }
  bool is_done() const { return done_; }  // enough, or nobody is left to ask
  Time due() const { return done_ ? kNever : next_; }

 private:
  std::uint8_t ttl_for(const Candidate& candidate) const;
  bool was_asked(LinkId link) const;

  std::uint32_t wanted_;
  std::uint8_t most_ttl_;
  Time next_;
  bool probed_ = false;
  bool done_ = false;
  std::uint32_t hits_ = 0;
  std::uint32_t told_ = 0;
  std::uint64_t hosts_ = 0;
  std::vector<LinkId> asked_;   // with more than a probe
  std::vector<LinkId> probes_;  // with TTL 1: asked again with more, if need be
};

}  // namespace p2p::gnutella
