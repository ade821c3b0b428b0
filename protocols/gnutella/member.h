// Member: what every node of the Gnutella network does whatever its role: keeping neighbours, pings
// and pongs, the user's searches, hits on their way back, pushes, telling what is shared. The roles
// (leaf, ultrapeer, plain) are classes that add what they do with queries and tables.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "protocols/base/rare.h"
#include "protocols/call_quota.h"
#include "protocols/gnutella/answers.h"
#include "protocols/gnutella/browsing.h"
#include "protocols/gnutella/links.h"
#include "protocols/gnutella/own_searches.h"
#include "protocols/gnutella/pings.h"
#include "protocols/gnutella/pushes.h"
#include "protocols/gnutella/question.h"
#include "protocols/gnutella/sharing.h"
#include "protocols/host_cache.h"
#include "protocols/registry.h"
#include "protocols/routes.h"

namespace p2p::gnutella {

inline constexpr Duration kHostPing = 60s;  // pongs are asked for while neighbours are wanted
// Entries of the seen table: at 16,000 queries a second a GUID is remembered for 6 to 12 s, longer
// than a query lives; at most 4 MiB.
inline constexpr std::size_t kSeenCapacity = 131'072;
// A neighbour that brought nothing for so long makes room for one that was not tried yet, when
// there is one and all places are taken; one at a time.
inline constexpr Duration kUseless = 30min;
inline constexpr std::size_t kMostDials = 4;  // at once

class Member : public Mode, protected LinkUser {
 public:
  Member(const ModeConfig& config, Role role);

  void link_up(LinkId link, const LinkInfo& info, Cx& cx) final;
  void receive(LinkId link, Bytes bytes, Cx& cx) final;
  void expect(Bytes bytes) const override;
  void expect(LinkId link) const final;
  void link_down(LinkId link, Reason why, Cx& cx) final;
  void command(const Command& command, Cx& cx) final;
  void wake(Cx& cx) final;
  Time deadline() const final { return deadline_; }
  void describe(Report& report) const override;
  std::vector<HostRow> hosts(Time now) const final { return hosts_.rows(now); }
  std::vector<TrailStep> trail() const final { return links_.trail(); }
  // Of one whose neighbours did nothing but search, and who never asked or had anything.
  void pack(Packer& out) const override;

 protected:
  // ---- what a role adds
  virtual void joined(Neighbour&, Cx&) = 0;  // a link is usable
  virtual void parted(Neighbour&, Cx&) {}    // it is gone
  virtual void query(Neighbour& from, const Frame& frame, Cx& cx) = 0;
  // A hit for a query that is not ours goes back by `way`; null: nobody knows it.
  virtual void relay_hit(Neighbour& from, const Frame& frame, Neighbour* way, Cx& cx) = 0;
  virtual void came_in(const Guid& /*query*/, std::uint32_t /*hits*/, Cx&) {}  // for anybody
  virtual void relay_push(Neighbour& from, const Frame& frame, const Push& push, Cx& cx) = 0;
  virtual void table(Neighbour& from, const Frame& frame, Cx& cx) = 0;  // QRP
  virtual void vendor(Neighbour& from, const VendorMessage& message, const Header& header,
                      Cx& cx) = 0;
  virtual void ask(OwnSearches::One& search, Cx& cx) = 0;  // the user's search begins
  virtual void search_over(const Guid&) {}
  virtual void shares_changed(Cx&) {}
  // What a role does with a ping before it is answered.
  enum class PingFate : std::uint8_t { answer, answer_alone, drop };  // alone: by our own pong only
  virtual PingFate pinged(Neighbour&, const Frame&, Cx&) { return PingFate::answer; }
  virtual bool ponged(const Frame&, Cx&) { return false; }  // true: it was for somebody else
  virtual void paged(const Page&, Cx&) {}                   // any page that somebody here asked for
  virtual void expire_role(Cx&) {}
  virtual Time role_deadline() const { return kNever; }
  virtual std::size_t linked() const = 0;  // of the kind that is wanted
  virtual std::size_t wanted() const = 0;
  virtual std::string state() const = 0;
  virtual std::string why_role(Time /*now*/) const { return {}; }  // of one that may change

  // ---- what the roles use
  // Our address as this neighbour sees it; port 0: nobody can call us.
  Endpoint here(const Neighbour& to) const { return seen_from(to, self_); }
  Endpoint here() const;  // as any neighbour does
  // Scratch of the query that is being looked at: one thread has one for all its nodes.
  static Question& question();
  // A query of somebody else, read into question() too. Nothing: there were too many, or it is
  // none; it is dropped.
  std::optional<QueryMessage> read_query(Neighbour& from, const Frame& frame, Cx& cx);
  // The user's and the leaves' queries before they are relayed: our own files.
  void ask_host(const Question& question, const Header& header, std::uint16_t flags, LinkId from,
                Cx& cx);
  void send_vendor(Neighbour& to, std::string_view vendor, std::uint16_t selector,
                   std::uint16_t version, const Guid& guid, Bytes data, Cx& cx);
  // Brings what this neighbour knows of a table up to date.
  void tell_table(Neighbour& to, const QrpTable& table, Cx& cx);
  void fill(Cx& cx);  // dials for neighbours while some are wanted
  std::vector<Endpoint> some_hosts(Cx& cx);
  void call_back(const Endpoint& to, Cx& cx);  // only to see that it can be called
  Time started() const { return started_; }
  bool may_connect(const Endpoint& endpoint) const {
    return may_call(endpoint, self_.told->allow_public);
  }
  Pushes& pushes(Cx& cx);
  void settle(Cx& cx);  // ends each verb
  // Something that a deadline hangs on changes. A role says so where a query does that; all else
  // that comes is taken to.
  void stir() { is_calm_ = false; }

 private:
  // What each message needs comes first.
  Time deadline_{};       // the first wake
  bool is_calm_ = false;  // nobody stirred in this verb

 protected:
  // NOLINTBEGIN(cppcoreguidelines-non-private-member-variables-in-classes): the roles are parts of
  // this class, not users of it
  Links links_;
  Routes seen_;
  Sharing sharing_;
  Self self_;
  HostCache hosts_;
  OwnSearches searches_;
  std::uint32_t sent_away_ = 0;  // by full ultrapeers, since the last look
  // NOLINTEND(cppcoreguidelines-non-private-member-variables-in-classes)

  explicit Member(const Alike<Settings>& told);
  void take_over(Unpacker& in);  // what another one packed; once, right after that constructor

 private:
  enum class Timer : std::uint8_t { fill, upkeep, replace, count };

  // LinkUser
  Fields first_block(const Neighbour& to) final;
  Reply decide(Neighbour& about, Cx& cx) final;
  bool greets_old_way() const final { return self_.told->role == Role::plain; }
  void opened(Neighbour& neighbour, Cx& cx) final;
  void message(Neighbour& from, const Frame& frame, Cx& cx) final;
  void ahead(Bytes ahead) final;
  void not_opened(const Neighbour& neighbour, bool refused, Cx& cx) final;
  void lost(Neighbour& neighbour, Reason why, Cx& cx) final;
  bool web_request(const Neighbour& from, Bytes first, Cx& cx) final;

  // What is needed at the start only.
  struct Beginning {
    std::vector<Endpoint> connect;
    std::vector<KnownHost> known_hosts;
    std::optional<Guid> identity;
  };

  void start(Cx& cx);
  Browsing& browsing();
  Time earliest() const;
  bool was_called_back(LinkId link);  // and is forgotten
  void learn(const Endpoint& endpoint, HostCache::Origin origin, Cx& cx);
  bool is_twin(const Neighbour& neighbour, Cx& cx);
  void upkeep(Cx& cx);
  void replace_useless(Cx& cx);

  void ping(Neighbour& from, const Frame& frame, Cx& cx);
  void pong(Neighbour& from, const Frame& frame, Cx& cx);
  void bye(Neighbour& from, const Frame& frame, Cx& cx);
  void hit(Neighbour& from, const Frame& frame, Cx& cx);
  void push(Neighbour& from, const Frame& frame, Cx& cx);
  void answer(const Answer& answer, Cx& cx);
  void tell_origin(const Asker& asker, std::size_t hits, Cx& cx);
  void leave(Cx& cx);

  bool running_ = false;  // since the first wake, until Leave
  std::uint32_t told_revision_ = 0;
  Time started_{};
  Timers<Timer> timers_;
  Pings pings_;
  std::unique_ptr<Pushes> pushes_;          // null: no servent's way was asked for so far
  std::unique_ptr<Browsing> browsing_;      // null: nobody browsed so far
  std::unique_ptr<Beginning> beginning_;    // null: started, or nothing was said
  Rare<std::vector<LinkId>> connect_back_;  // called to show a neighbour that it can be (BEAR/7)
};

}  // namespace p2p::gnutella
