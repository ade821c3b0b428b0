// LocalIndex: what the nodes within a few hops share, so that one node answers for all of them
// (local indices of Yang and Garcia-Molina 2002; docs/search-methods.md). Every node tells its list
// to its neighbours, who hand it on to the radius; a query is looked up at depths 1, 1 + (2r + 1),
// ... only, and between them nobody is left out. Only for a network whose nodes are all told the
// same radius.
//
//   list SVNT/4 (vendor message) = u8 hops, from 1 | u8 1: a new list begins | hit payload
//
// Peers can make it keep kMostIndexed servents and kMostIndexedFiles records, in lists of
// kMostIndexedBytes altogether; further ones are not taken. A servent's records go with the link
// that they came by.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "protocols/gnutella/answers.h"
#include "protocols/gnutella/links.h"
#include "protocols/gnutella/question.h"
#include "protocols/mode.h"

namespace p2p::gnutella {

inline constexpr std::uint16_t kListSelector = 4;
inline constexpr std::size_t kMostIndexed = 2'048;
inline constexpr std::size_t kMostIndexedFiles = 65'536;
inline constexpr std::size_t kMostIndexedBytes = std::size_t{16} * 1024 * 1024;
inline constexpr Duration kTellAfter = 2s;  // a change of what we share is told so much later

class LocalIndex {
 public:
  // `links` and `self` outlive it; radius is 1 and more.
  LocalIndex(Links& links, const Self& self, std::uint8_t radius)
      : links_(links),
        self_(self),
        radius_(radius) {}

  // Whether a query that came like this is looked up here.
  bool looks_up(const Header& query) const { return (query.hops + 1U) % (2U * radius_ + 1U) == 1; }
  // Hits of all that we keep, by the link that the query came by.
  void answer(Neighbour& to, const Question& question, const Header& query, std::uint16_t flags,
              Cx& cx) const;

  void joined(Neighbour& neighbour, Cx& cx);  // is told all
  void parted(LinkId link);
  void changed(Time now) { tell_at_ = std::min(tell_at_, now + kTellAfter); }
  void expire(Cx& cx);
  Time deadline() const { return tell_at_; }
  // A page of our own list that was asked for; others are passed over. `hit` tells of us.
  void page(const Page& page, HitMessage hit, Cx& cx);
  // False: it is no list, or one that is not for us.
  bool told(Neighbour& from, Bytes data, Cx& cx);

  std::size_t servents() const { return known_.size(); }
  std::size_t files() const { return files_; }

 private:
  struct Known {
    LinkId via{};
    std::uint8_t hops = 1;
    std::size_t bytes = 0;  // of the lists that told of it
    HitMessage hit;         // without records
    std::vector<HitRecord> records;
  };

  void ask_page(LinkId link, std::uint64_t after, Cx& cx) const;
  // `part` says whose; its own records are left out.
  void send(Neighbour& to, HitMessage part, std::span<const HitRecord> records, std::uint8_t hops,
            bool begins, Cx& cx);
  // The record of this servent by this way, empty where it is new; null: it is not to be kept.
  Known* place_for(const HitMessage& hit, LinkId via, std::uint8_t hops);
  void forget_records(Known& known);

  Links& links_;
  const Self& self_;
  std::uint8_t radius_;
  std::vector<Known> known_;
  std::size_t files_ = 0;  // of all
  std::size_t bytes_ = 0;
  Time tell_at_ = kNever;
};

}  // namespace p2p::gnutella
