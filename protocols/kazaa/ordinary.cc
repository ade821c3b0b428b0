#include "protocols/kazaa/ordinary.h"

#include <algorithm>

#include "protocols/kazaa/bandwidth.h"
#include "protocols/kazaa/election.h"
#include "protocols/kazaa/message.h"
#include "protocols/kazaa/node.h"
#include "protocols/kazaa/statistics.h"
#include "protocols/kazaa/translate.h"

namespace p2p::kazaa {

namespace {

constexpr std::size_t kTries = 3;          // supernodes called at once
constexpr Duration kLookEvery = 2s;        // at whether to promote, while without a parent
constexpr Duration kLookSeldom = 10s;      // the same with one
constexpr Duration kRefusalCounts = 2min;  // who refused us is alive, and full

class Ordinary final : public Node {
 public:
  explicit Ordinary(const ModeConfig& config) : Node(config) {}

  void describe(Report& report) const override;

 private:
  void begin(Cx& cx) override;
  void role_opened(Link& link, Cx& cx) override;
  void role_message(Link& from, Type type, Bytes payload, Cx& cx) override;
  void role_lost(Link& link, Reason why, Cx& cx) override;
  void fill(Cx& cx) override;
  bool wants_links() const override { return parent_ == LinkId{} && tries() < kTries; }
  void ask(OwnSearches::One& search, Cx& cx) override;
  bool has_somebody_to_ask() const override { return parent_ != LinkId{} || cache_.size() > 0; }
  void push(const PushRequest& push, ReachId id, Cx& cx) override;
  Datagram pong() const override { return {.kind = Datagram::Kind::node_pong}; }
  void expire_role(Cx& cx) override;
  Time role_deadline() const override { return std::min(look_due_, taken_in_due_); }
  std::string state() const override;
  std::string why_role(Time now) const override { return kazaa::why_role(standing(now)); }
  Endpoint supernode() const override { return parent_at_; }
  void left(Cx&) override { look_due_ = kNever; }

  // ShareSink
  void share(const SharedFile& file, Cx& cx) override;
  void unshare(const UuHash& hash, std::string_view name, Cx& cx) override;
  bool page_told(Cx& cx) override;
  void answered(Link& from, Cx& cx) override;

  std::size_t tries() const;
  void taken_in(Link& by, Cx& cx);
  void from_parent(Link& parent, Type type, Bytes payload, Cx& cx);
  OrdinaryStanding standing(Time now) const;
  void look(Cx& cx);

  LinkId parent_{};  // none: 0
  Endpoint parent_at_;
  Time parent_lost_{};  // or the start
  Time refused_{};      // by a living supernode, the last time
  bool was_reached_ = false;
  Time look_due_ = kNever;
  Time taken_in_due_ = kNever;  // no later than the first newcomer's patience ends
  Duration patience_{};
  Statistics network_{};
};

void Ordinary::begin(Cx& cx) {
  parent_lost_ = cx.now;
  const auto spread = static_cast<std::uint64_t>((kMostPatience - kLeastPatience).count());
  patience_ = kLeastPatience + Duration(static_cast<Duration::rep>(cx.rng.below(spread)));
  if (config_.changes_role) look_due_ = cx.now + kLeastPatience;
}

// ---- the parent -----------------------------------------------------------------------------

std::size_t Ordinary::tries() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(links_.all(), [&](const auto& item) { return !item.second.inbound; }));
}

void Ordinary::fill(Cx& cx) {
  while (wants_links()) {
    const auto host = cache_.next(cx.now, cx.rng);
    if (!host) return;
    links_.dial(*host, cx);
  }
}

void Ordinary::role_opened(Link& link, Cx& cx) {
  if (link.inbound) {  // somebody takes us for a supernode, or sees whether we can be called
    was_reached_ = true;
    send_away(link, cx);
    return;
  }
  taken_in_due_ = std::min(taken_in_due_, cx.now + kTakenInWithin);
}

void Ordinary::taken_in(Link& by, Cx& cx) {
  std::vector<LinkId> others;
  for (const auto& [id, link] : links_.all())
    if (!link.inbound && id != by.id) {
      others.push_back(id);
      cache_.dropped(link.remote);
    }
  std::ranges::sort(others);  // the same order everywhere
  for (const LinkId other : others)
    links_.abandon(other, cx);
  links_.become(by, Link::Kind::parent);
  parent_ = by.id;
  parent_at_ = by.remote;
  cache_.linked(by.remote, cx.now);
  cx.out.report(Learned{by.remote, "supernode"});
  cx.out.report(Linked{by.id, "supernode"});

  Buffer payload;
  append_node_info(payload, {here(by), bandwidth_of_link_speed(config_.link_speed), config_.nick});
  links_.send(by, Type::node_info, payload, Urgency::control, cx);
  payload.clear();
  append_version(payload, kOurVersion);
  links_.send(by, Type::version, payload, Urgency::control, cx);
  if (config_.changes_role && !was_reached_ && config_.listen.port != 0) {
    payload.clear();
    append_send_udp(payload, here(by));
    links_.send(by, Type::send_udp, payload, Urgency::control, cx);
  }
  registration_.start(cx);
  for (OwnSearches::One* one : searches_.all())
    ask(*one, cx);
}

void Ordinary::role_lost(Link& link, Reason why, Cx& cx) {
  if (link.id != parent_) {
    if (link.inbound) return;
    cache_.refused(link.remote, cx.now);
    refused_ = cx.now;
    return;
  }
  cx.out.report(Notice{Notice::Level::info, "kazaa: supernode " + to_text(link.remote) +
                                                " is lost: " + std::string(to_text(why))});
  parent_ = {};
  parent_at_ = {};
  parent_lost_ = cx.now;
  network_ = {};
  cache_.unlinked(link.remote, cx.now);
  registration_.stop();
  searches_.nobody_asked(cx.now);
  if (config_.changes_role) look_due_ = std::min(look_due_, cx.now + kLookEvery);
}

// ---- messages -------------------------------------------------------------------------------

void Ordinary::role_message(Link& from, Type type, Bytes payload, Cx& cx) {
  if (from.inbound) return;
  if (type == Type::nodes) {
    if (const auto nodes = decode_nodes(payload))
      learn(*nodes, cx);
    else
      links_.drop(from, Drop::malformed);
    return;
  }
  // KaZaA's supernodes tell the address only to whom they take in, and so do ours.
  const bool takes_in = type == Type::your_address || type == Type::register_now;
  if (from.kind == Link::Kind::newcomer && takes_in && parent_ == LinkId{})
    taken_in(from, cx);
  else if (from.id == parent_)
    from_parent(from, type, payload, cx);
}

void Ordinary::from_parent(Link& parent, Type type, Bytes payload, Cx& cx) {
  const auto malformed = [&] { links_.drop(parent, Drop::malformed); };
  switch (type) {
    case Type::reply: {
      const auto reply = decode_reply(payload);
      if (!reply) return malformed();
      if (OwnSearches::One* one = searches_.find(reply->search_id))
        searches_.take(*one, *reply, cx);
      else
        links_.drop(parent, Drop::no_route);
      return;
    }
    case Type::end: {
      const auto end = decode_end(payload);
      if (!end) return malformed();
      if (OwnSearches::One* one = searches_.find(end->search_id))
        searches_.end(*one, Ended::Why::complete, "", cx);
      return;
    }
    case Type::statistics: {
      const auto statistics = decode_statistics(payload);
      if (!statistics) return malformed();
      network_ = *statistics;
      return;
    }
    case Type::push: {
      const auto order = decode_push_order(payload);
      if (!order) return malformed();
      reaches_.ordered(*order, us(), cx);
      return;
    }
    case Type::network_name: {
      Buffer name;
      append_network_name(name, kNetworkName);
      links_.send(parent, Type::network_name, name, Urgency::control, cx);
      return;
    }
    default: return;  // unknown types are never an error
  }
}

void Ordinary::ask(OwnSearches::One& search, Cx& cx) {
  Link* const parent = links_.find(parent_);
  if (parent == nullptr) return;
  if (links_.send(*parent, Type::query, OwnSearches::payload(search), Urgency::normal, cx))
    searches_.asked(search, cx.now);
}

void Ordinary::push(const PushRequest& push, ReachId id, Cx& cx) {
  Link* const parent = links_.find(parent_);
  if (parent == nullptr) {
    cx.out.report(Unreached{id, "no supernode to ask it by", false});
    return;
  }
  Buffer payload;
  append_push_request(payload, push);
  links_.send(*parent, Type::push, payload, Urgency::normal, cx);
  reaches_.asked(id, push, us(), cx);
}

// ---- shares ---------------------------------------------------------------------------------

void Ordinary::share(const SharedFile& file, Cx& cx) {
  if (Link* const parent = links_.find(parent_))
    links_.send(*parent, Type::share, share_payload(file), Urgency::control, cx);
}

void Ordinary::unshare(const UuHash& hash, std::string_view name, Cx& cx) {
  if (Link* const parent = links_.find(parent_))
    links_.send(*parent, Type::unshare, unshare_payload(hash, name), Urgency::control, cx);
}

// Its pong says that it has read the page, so no more than one ever waits for it.
bool Ordinary::page_told(Cx&) {
  if (Link* const parent = links_.find(parent_)) links_.ping(*parent);
  return false;
}

void Ordinary::answered(Link& from, Cx& cx) {
  if (from.id == parent_) registration_.barrier_passed(cx);
}

// ---- time -----------------------------------------------------------------------------------

void Ordinary::expire_role(Cx& cx) {
  if (taken_in_due_ <= cx.now) {
    taken_in_due_ = kNever;
    const std::vector<Link*> open = links_.open();
    for (Link* link : open) {
      if (link->inbound || link->kind != Link::Kind::newcomer) continue;
      const Time due = link->since + kTakenInWithin;
      if (due <= cx.now)
        links_.end(*link, Reason::timeout, cx);
      else
        taken_in_due_ = std::min(taken_in_due_, due);
    }
  }
  if (look_due_ <= cx.now) look(cx);
}

OrdinaryStanding Ordinary::standing(Time now) const {
  OrdinaryStanding standing;
  standing.is_reachable = config_.listen.port != 0;
  standing.was_reached = was_reached_;
  standing.link_speed = config_.link_speed;
  standing.up = now - started();
  standing.proven_uptime = config_.supernode.proven_uptime;
  standing.has_parent = parent_ != LinkId{};
  standing.parent_load = cache_.load_of(parent_at_);
  standing.without_parent = standing.has_parent ? Duration{} : now - parent_lost_;
  standing.patience = patience_;
  const bool was_refused = refused_ != Time{} && now - refused_ < kRefusalCounts;
  standing.knows_others = was_refused || tries() > 0 || cache_.earliest() <= now;
  return standing;
}

void Ordinary::look(Cx& cx) {
  look_due_ = cx.now + (parent_ != LinkId{} ? kLookSeldom : kLookEvery);
  if (should_promote(standing(cx.now))) cx.out.report(Become{"supernode"});
}

// ---- what is shown --------------------------------------------------------------------------

std::string Ordinary::state() const {
  if (parent_ != LinkId{}) return "child of supernode " + to_text(parent_at_);
  return cache_.size() == 0 ? "knows no supernode to call" : "looks for a supernode";
}

void Ordinary::describe(Report& report) const {
  Node::describe(report);
  report.online = parent_ != LinkId{};
  report.no_hops = "a supernode does not tell its children how far a question went";
  report.users = network_.users;
  report.files = network_.all.files;
  report.bytes = network_.all.volume.bytes();
  report.counters.emplace_back("registered files", registration_.told());
}

}  // namespace

std::unique_ptr<Mode> make_ordinary(const ModeConfig& config) {
  return std::make_unique<Ordinary>(config);
}

}  // namespace p2p::kazaa
