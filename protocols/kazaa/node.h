// Node: what every FastTrack node does whatever its role: its links' beginning and end, the cache
// of supernodes, the user's searches, telling what is shared, getting at sources. The roles
// (ordinary, supernode) are classes that add whom they hang on, who hangs on them, and what they do
// with queries.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "protocols/kazaa/datagram.h"
#include "protocols/kazaa/links.h"
#include "protocols/kazaa/own_searches.h"
#include "protocols/kazaa/reaches.h"
#include "protocols/kazaa/registration.h"
#include "protocols/kazaa/supernode_cache.h"
#include "protocols/registry.h"
#include "protocols/token_bucket.h"

namespace p2p::kazaa {

inline constexpr Duration kPingEvery = 60s;     // datagrams to supernodes: is there room?
inline constexpr std::size_t kMostPings = 10;   // at once, as giFT
inline constexpr Duration kPongWithin = 20s;    // else it did not answer
inline constexpr Duration kTakenInWithin = 5s;  // by whom we called, after the greeting
inline constexpr Duration kSendAwayAfter =
    1s;  // who is not taken in may say that it is a supernode
inline constexpr double kDatagramsPerSecond = 50;

class Node : public Mode, protected LinkUser, protected ShareSink {
 public:
  explicit Node(const ModeConfig& config);

  void link_up(LinkId link, const LinkInfo& info, Cx& cx) final;
  void receive(LinkId link, Bytes bytes, Cx& cx) final;
  void link_down(LinkId link, Reason why, Cx& cx) final;
  void datagram(const Endpoint& from, Bytes bytes, Cx& cx) final;
  void command(const Command& command, Cx& cx) final;
  void wake(Cx& cx) final;
  Time deadline() const final;
  void describe(Report& report) const override;
  std::vector<HostRow> hosts(Time now) const final { return cache_.rows(now); }
  std::vector<TrailStep> trail() const final { return links_.trail(); }

 protected:
  // ---- what a role adds
  virtual void begin(Cx& cx) = 0;
  virtual void role_opened(Link& link, Cx& cx) = 0;
  virtual void role_message(Link& from, Type type, Bytes payload, Cx& cx) = 0;
  virtual void role_lost(Link& link, Reason why, Cx& cx) = 0;
  virtual void role_not_opened(const Link& /*link*/, Cx&) {}
  virtual void fill(Cx& cx) = 0;  // dials while links are wanted
  virtual bool wants_links() const = 0;
  virtual void ask(OwnSearches::One& search, Cx& cx) = 0;
  virtual bool has_somebody_to_ask() const = 0;  // now or soon
  virtual void cancelled(std::uint16_t /*wire_id*/) {}
  virtual void push(const PushRequest& push, ReachId id, Cx& cx) = 0;
  virtual Datagram pong() const = 0;
  virtual void expire_role(Cx& cx) = 0;
  virtual void settle_role(Cx&) {}  // ends each verb, before what was gathered goes out
  virtual Time role_deadline() const = 0;
  virtual std::string state() const = 0;
  virtual std::string why_role(Time now) const = 0;  // of one that may change
  virtual Endpoint supernode() const = 0;  // ours: the parent, or we ourselves; port 0: none
  virtual void left(Cx&) {}

  // ---- what the roles use
  // Our address as this link's other side sees it; port 0: nobody can call us.
  Endpoint here(const Link& to) const { return {to.local.address, config_.listen.port}; }
  Endpoint here() const;  // as any link does
  Reaches::Us us() const { return {config_.nick, here(), supernode()}; }
  void learn(const std::vector<NodeEntry>& nodes, Cx& cx);
  // Links that were not taken in: told of supernodes and closed, a moment later where they may yet
  // say that they are supernodes.
  void send_away(Link& link, Cx& cx);
  void send_nodes(Link& to, Type type, Cx& cx);
  bool is_running() const { return running_; }
  Time started() const { return started_; }
  bool may_use(const Endpoint& endpoint) const;  // somebody to call, and not ourselves

  // NOLINTBEGIN(cppcoreguidelines-non-private-member-variables-in-classes): the roles are parts of
  // this class, not users of it
  ModeConfig config_;
  Links links_;
  SupernodeCache cache_;
  OwnSearches searches_;
  Registration registration_;
  Reaches reaches_;
  // NOLINTEND(cppcoreguidelines-non-private-member-variables-in-classes)

 private:
  enum class Timer : std::uint8_t { fill, ping, count };

  // LinkUser
  void opened(Link& link, Cx& cx) final;
  void message(Link& from, Type type, Bytes payload, Cx& cx) final;
  void not_opened(const Link& link, Cx& cx) final;
  void lost(Link& link, Reason why, Cx& cx) final;

  void start(Cx& cx);
  void settle(Cx& cx);
  void plan_fill(Cx& cx);
  void search(const Search& search, Cx& cx);
  void leave(Cx& cx);
  void ping_supernodes(Cx& cx);
  void answer_ping(const Endpoint& from, const Datagram& ping, Cx& cx);

  bool running_ = false;  // since the first wake, until Leave
  bool is_away_ = false;  // since Leave, until Join
  Time started_{};
  Timers<Timer> timers_;
  std::uint64_t planned_for_ = 0;    // the changes of links and cache that the fill timer knows of
  std::map<Endpoint, Time> pinged_;  // by datagram, at most kMostPings of each round
  TokenBucket datagrams_{kDatagramsPerSecond, kDatagramsPerSecond};
};

}  // namespace p2p::kazaa
