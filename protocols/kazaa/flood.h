// Flood: how queries travel among supernodes and their answers come back (fasttrack.md, section
// 10.1).
//
//   query -> our own index answers at once -> on to the other supernodes, TTL less one
//         <- replies, the way the query came <- end, when all behind have said so
//
// A query stops where its TTL is used up, where it was seen before, and where enough was found; it
// never goes to a child. Its end goes back exactly once.
#pragma once

#include <cstdint>
#include <optional>

#include "protocols/kazaa/children.h"
#include "protocols/kazaa/links.h"
#include "protocols/kazaa/living_queries.h"
#include "protocols/kazaa/own_searches.h"
#include "protocols/kazaa/peers.h"
#include "protocols/kazaa/relay.h"
#include "protocols/registry.h"
#include "protocols/routes.h"
#include "protocols/shape.h"

namespace p2p::kazaa {

// Queries remembered: at 16,000 a second for 6 to 12 s, at 1000 for longer than the minute that the
// brief asks for; at most 4 MiB.
inline constexpr std::size_t kSeenCapacity = 131'072;

class Flood {
 public:
  struct Parts {  // of the supernode, which outlive the flood
    const ModeConfig& config;
    Links& links;
    Children& children;
    Peers& peers;
    OwnSearches& searches;
  };
  explicit Flood(const Parts& parts);
  void salt(std::uint64_t seen, std::uint64_t living);  // before the first query

  // Our own user asks; `here` is our address.
  void ask(OwnSearches::One& search, const Endpoint& here, Cx& cx);
  void cancelled(std::uint16_t wire_id);
  void child_query(Link& from, Child& child, Bytes payload, Cx& cx);
  void relayed_query(Link& from, Peer& peer, Bytes payload, Cx& cx);
  void relayed_reply(Link& from, Bytes payload, Cx& cx);
  void relayed_end(Link& from, Bytes payload, Cx& cx);

  void lost(LinkId link) { living_.lost(link); }
  void expire(Cx& cx);  // after each verb: ends what is over
  Time deadline() const { return living_.deadline(); }

  std::uint64_t answered() const { return answered_; }  // queries looked up here
  std::uint64_t relayed() const { return relayed_; }    // copies sent on
  std::size_t living() const { return living_.size(); }
  const Shape& shape() const { return shape_; }  // of what other supernodes sent

 private:
  Endpoint here(const Link& to) const { return {to.local.address, parts_.config.listen.port}; }
  void begin(LivingQuery query, Bytes payload, Cx& cx);
  void pass_on(LivingQuery query, const RelayedQuery& message, const Link* but, Cx& cx);
  void tell(Link& from, LivingQuery& query, Bytes payload, Cx& cx);
  bool is_wanted(const LivingQuery& query, const ReplyFile& file) const;
  void end(const LivingQuery& query, Cx& cx);

  Parts parts_;
  Routes seen_;
  LivingQueries living_{0};
  Shape shape_;
  std::uint64_t answered_ = 0;
  std::uint64_t relayed_ = 0;
};

}  // namespace p2p::kazaa
