#include "protocols/kazaa/supernode.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "protocols/kazaa/bandwidth.h"
#include "protocols/kazaa/bulletin.h"
#include "protocols/kazaa/children.h"
#include "protocols/kazaa/election.h"
#include "protocols/kazaa/flood.h"
#include "protocols/kazaa/message.h"
#include "protocols/kazaa/node.h"
#include "protocols/kazaa/peers.h"
#include "protocols/kazaa/push_router.h"
#include "protocols/kazaa/relay.h"
#include "protocols/kazaa/translate.h"

namespace p2p::kazaa {

namespace {

constexpr Duration kSilentNewcomer = 60s;  // holds a child's place and says nothing
constexpr Duration kNodesSettle = 2s;      // new supernodes are told of a moment later
constexpr Duration kNodesAgain = 10min;    // the whole list again, to everybody
constexpr Duration kLook = 60s;            // at whether we are needed
constexpr std::size_t kMostCallBacks = 8;  // at once

class Supernode final : public Node {
 public:
  explicit Supernode(const ModeConfig& config);

  void describe(Report& report) const override;

 private:
  enum class Timer : std::uint8_t { nodes, nodes_again, look, newcomers, count };

  // ---- Node
  void begin(Cx& cx) override;
  void role_opened(Link& link, Cx& cx) override;
  void role_message(Link& from, Type type, Bytes payload, Cx& cx) override;
  void role_lost(Link& link, Reason why, Cx& cx) override;
  void role_not_opened(const Link& link, Cx&) override { std::erase(call_backs_, link.id); }
  void fill(Cx& cx) override;
  bool wants_links() const override {
    const SupernodeOptions& options = config_.supernode;
    return links_.count(Link::Kind::supernode) + calls() <
           std::min(options.wanted_links, options.max_links);
  }
  void ask(OwnSearches::One& search, Cx& cx) override { flood_.ask(search, here(), cx); }
  void settle_role(Cx& cx) override { flood_.expire(cx); }
  bool has_somebody_to_ask() const override { return true; }
  void cancelled(std::uint16_t wire_id) override { flood_.cancelled(wire_id); }
  void push(const PushRequest& push, ReachId id, Cx& cx) override;
  Datagram pong() const override;
  void expire_role(Cx& cx) override;
  Time role_deadline() const override {
    return std::min({timers_.earliest(), flood_.deadline(), bulletin_.deadline()});
  }
  std::string state() const override;
  std::string why_role(Time now) const override { return kazaa::why_role(standing(now)); }
  Endpoint supernode() const override { return here(); }
  void left(Cx&) override {
    timers_ = {};
    bulletin_.stop();
    call_backs_.clear();
  }

  // ---- ShareSink: our own user's
  void share(const SharedFile& file, Cx& cx) override;
  void unshare(const UuHash& hash, std::string_view name, Cx& cx) override;
  bool page_told(Cx&) override { return true; }
  void answered(Link&, Cx&) override {}

  // ---- links
  std::size_t calls() const;  // of ours that are not through yet
  std::size_t children() const { return children_.size() + newcomers_.size(); }
  bool has_room() const { return children() < config_.supernode.max_children; }
  void welcome(Link& link, Cx& cx);
  Child& as_child(Link& link, Cx& cx);
  void become_neighbour(Link& link, const Endpoint& at, Cx& cx);
  void introduce_ourselves(Link& to, Cx& cx);
  void expire_newcomers(Cx& cx);
  void from_child(Link& from, Type type, Bytes payload, Cx& cx);
  void from_neighbour(Link& from, Type type, Bytes payload, Cx& cx);
  void from_called(Link& from, Type type, Bytes payload, Cx& cx);
  void child_share(Link& from, Child& child, Bytes payload);
  void call_back(const Link& from, Child& child, Bytes payload, Cx& cx);
  void nodes_changed(Cx& cx);
  void tell_nodes(Cx& cx);
  SupernodeStanding standing(Time now) const;
  void look(Cx& cx);

  Children children_;
  Peers peers_;
  Flood flood_;
  PushRouter pushes_;
  Bulletin bulletin_;
  std::set<LinkId> newcomers_;        // taken in, but said nothing yet: each may become a child
  std::map<LinkId, Time> sent_away_;  // no room: closed then, unless they are supernodes
  std::vector<LinkId> call_backs_;    // calls only to see that it can be called
  Timers<Timer> timers_;
  Time without_child_{};
};

Supernode::Supernode(const ModeConfig& config)
    : Node(config),
      children_(config.max_files_per_user),
      flood_({config_, links_, children_, peers_, searches_}),
      pushes_({config_, links_, children_, peers_}),
      bulletin_({links_, children_, peers_}) {
  children_.set_ourselves(config.nick, bandwidth_of_link_speed(config.link_speed));
}

void Supernode::begin(Cx& cx) {
  children_.salt(cx.rng());
  flood_.salt(cx.rng(), cx.rng());
  without_child_ = cx.now;
  bulletin_.start(cx.now);
  timers_.set(Timer::nodes_again, cx.now + kNodesAgain);
  if (config_.changes_role) timers_.set(Timer::look, cx.now + kLook);
  registration_.start(cx);
}

// ---- links ----------------------------------------------------------------------------------

std::size_t Supernode::calls() const {
  return static_cast<std::size_t>(std::ranges::count_if(links_.all(), [&](const auto& item) {
    const Link& link = item.second;
    return !link.inbound && link.kind == Link::Kind::newcomer;
  }));
}

void Supernode::fill(Cx& cx) {
  while (wants_links()) {
    const auto host = cache_.next(cx.now, cx.rng);
    if (!host) return;
    links_.dial(*host, cx);
  }
}

void Supernode::role_opened(Link& link, Cx& cx) {
  if (std::erase(call_backs_, link.id) > 0) {
    links_.end(link, Reason::done, cx);  // it could be called: that was the question
    return;
  }
  if (!link.inbound) {
    Buffer payload;
    append_neighbours(payload, {{here(link), 0}});
    links_.send(link, Type::neighbours, payload, Urgency::control, cx);
    introduce_ourselves(link, cx);
    newcomers_.erase(link.id);
  } else if (has_room()) {
    welcome(link, cx);
    newcomers_.insert(link.id);
  } else {
    sent_away_[link.id] = cx.now + kSendAwayAfter;
  }
  timers_.set(Timer::newcomers, std::min(timers_.when(Timer::newcomers), cx.now + kSendAwayAfter));
}

// In this order: what stock clients wait for (fasttrack.md, section 4).
void Supernode::welcome(Link& link, Cx& cx) {
  send_nodes(link, Type::nodes, cx);
  const auto say = [&](Type type, auto append) {
    Buffer payload;
    append(payload);
    links_.send(link, type, payload, Urgency::control, cx);
  };
  say(Type::network_name, [](Buffer& out) { append_network_name(out, kNetworkName); });
  say(Type::version, [](Buffer& out) { append_version(out, kOurVersion); });
  say(Type::your_address, [&](Buffer& out) { append_your_address(out, link.remote.address); });
  bulletin_.tell_child(link, cx);
  say(Type::register_now, [](Buffer&) {});
}

Child& Supernode::as_child(Link& link, Cx& cx) {
  if (Child* known = children_.find(link.id)) return *known;
  newcomers_.erase(link.id);
  links_.become(link, Link::Kind::child);
  without_child_ = kNever;
  bulletin_.changed(cx.now);
  return children_.add(link.id, link.remote);
}

void Supernode::introduce_ourselves(Link& to, Cx& cx) {
  Buffer payload;
  append_version(payload, kOurVersion);
  links_.send(to, Type::version, payload, Urgency::control, cx);
  bulletin_.tell_peer(to, cx);
  send_nodes(to, Type::supernodes, cx);
}

// The other side is a supernode and listens at `at`. Of two links with one neighbour one goes.
void Supernode::become_neighbour(Link& link, const Endpoint& at, Cx& cx) {
  newcomers_.erase(link.id);
  sent_away_.erase(link.id);
  if (at == here(link)) {  // we called ourselves by an address that we did not know as ours
    links_.end(link, Reason::policy, cx);
    return;
  }
  const bool is_full = links_.count(Link::Kind::supernode) >= config_.supernode.max_links;
  if (const auto twin = peers_.find(at)) {
    Link* const other = links_.find(*twin);
    if (other != nullptr && !stays(link, *other, here(link), at)) {
      links_.end(link, Reason::done, cx);
      return;
    }
    peers_.remove(*twin);
    if (other != nullptr) links_.end(*other, Reason::done, cx);
  } else if (is_full) {
    send_away(link, cx);
    return;
  }
  links_.become(link, Link::Kind::supernode);
  peers_.add(link.id, at);
  if (may_use(at)) cache_.linked(at, cx.now);
  if (link.inbound) introduce_ourselves(link, cx);
  cx.out.report(Learned{at, "supernode"});
  cx.out.report(Linked{link.id, "supernode"});
  nodes_changed(cx);
}

void Supernode::expire_newcomers(Cx& cx) {
  Time next = kNever;
  const std::vector<Link*> open = links_.open();
  for (Link* link : open) {
    if (link->kind != Link::Kind::newcomer) continue;
    const auto away = sent_away_.find(link->id);
    const Time due = away != sent_away_.end() ? away->second
                     : link->inbound          ? link->since + kSilentNewcomer
                                              : link->since + kTakenInWithin;
    if (due > cx.now) {
      next = std::min(next, due);
    } else if (away != sent_away_.end()) {
      send_away(*link, cx);
    } else {
      links_.end(*link, Reason::timeout, cx);
    }
  }
  timers_.set(Timer::newcomers, next);
}

void Supernode::role_lost(Link& link, Reason why, Cx& cx) {
  newcomers_.erase(link.id);
  sent_away_.erase(link.id);
  switch (link.kind) {
    case Link::Kind::newcomer:
      if (!link.inbound && !peers_.find(link.remote)) cache_.refused(link.remote, cx.now);
      return;
    case Link::Kind::child:
      children_.remove(link.id);
      bulletin_.changed(cx.now);
      if (children_.size() == 0) without_child_ = cx.now;
      break;
    case Link::Kind::supernode:
    case Link::Kind::parent:
      if (const auto at = peers_.remove(link.id)) {
        cache_.unlinked(*at, cx.now);
        cx.out.report(Notice{Notice::Level::info, "kazaa: supernode " + to_text(*at) +
                                                      " left: " + std::string(to_text(why))});
      }
      break;
  }
  flood_.lost(link.id);
}

void Supernode::role_message(Link& from, Type type, Bytes payload, Cx& cx) {
  if (from.kind == Link::Kind::supernode) {
    from_neighbour(from, type, payload, cx);
  } else if (!from.inbound) {
    from_called(from, type, payload, cx);
  } else if (type == Type::neighbours && from.kind == Link::Kind::newcomer) {
    const auto said = decode_neighbours(payload);
    if (!said || said->empty() || said->front().endpoint.port == 0) {
      links_.drop(from, Drop::malformed);
      return;
    }
    // It listens where its link comes from, whatever it says.
    become_neighbour(from, {from.remote.address, said->front().endpoint.port}, cx);
  } else if (sent_away_.contains(from.id)) {
    send_away(from, cx);  // a child, for which there is no room
  } else {
    from_child(from, type, payload, cx);
  }
}

// It has not said yet that it takes us as a neighbour.
void Supernode::from_called(Link& from, Type type, Bytes payload, Cx& cx) {
  if (type == Type::nodes || type == Type::supernodes) {
    if (const auto nodes = decode_nodes(payload)) learn(*nodes, cx);
  } else if (type == Type::hello) {
    const auto said = decode_hello_message(payload);
    if (!said) {
      links_.drop(from, Drop::malformed);
      return;
    }
    const LinkId link = from.id;
    become_neighbour(from, from.remote, cx);
    if (Peer* const peer = peers_.find(link)) peer->hello = *said;
  }
}

void Supernode::from_neighbour(Link& from, Type type, Bytes payload, Cx& cx) {
  Peer* const peer = peers_.find(from.id);
  if (peer == nullptr) return;
  const auto keep = [&](const auto& decoded, auto& into) {
    if (decoded)
      into = *decoded;
    else
      links_.drop(from, Drop::malformed);
  };
  switch (type) {
    case Type::hello: keep(decode_hello_message(payload), peer->hello); return;
    case Type::shared_statistics: keep(decode_statistics(payload), peer->statistics); return;
    case Type::supernodes:
    case Type::nodes: {
      std::vector<NodeEntry> nodes;
      keep(decode_nodes(payload), nodes);
      const std::size_t before = cache_.size();
      learn(nodes, cx);
      if (cache_.size() > before) nodes_changed(cx);
      return;
    }
    case Type::relayed_query: flood_.relayed_query(from, *peer, payload, cx); return;
    case Type::relayed_reply: flood_.relayed_reply(from, payload, cx); return;
    case Type::relayed_end: flood_.relayed_end(from, payload, cx); return;
    case Type::relayed_push: pushes_.from_peer(from, *peer, payload, cx); return;
    default: return;  // what is meant for children, and what nobody knows
  }
}

void Supernode::from_child(Link& from, Type type, Bytes payload, Cx& cx) {
  Child& child = as_child(from, cx);
  switch (type) {
    case Type::node_info: {
      const auto info = decode_node_info(payload);
      if (info)
        children_.introduce(child, *info, from.remote);
      else
        links_.drop(from, Drop::malformed);
      return;
    }
    case Type::share: child_share(from, child, payload); return;
    case Type::unshare: {
      const auto file = decode_unshare(payload);
      if (!file || !children_.unshare(child.owner, *file)) links_.drop(from, Drop::malformed);
      return;
    }
    case Type::query: flood_.child_query(from, child, payload, cx); return;
    case Type::push: pushes_.from_child(from, child, payload, cx); return;
    case Type::send_udp: call_back(from, child, payload, cx); return;
    default: return;  // unknown types are never an error
  }
}

void Supernode::child_share(Link& from, Child& child, Bytes payload) {
  const auto share = decode_share(payload);
  if (!share)
    links_.drop(from, Drop::malformed);
  else if (!children_.share(child.owner, *share))
    links_.drop(from, Drop::over_limit);
}

// It wants to know whether it can be called: once, and only where it comes from.
void Supernode::call_back(const Link& from, Child& child, Bytes payload, Cx& cx) {
  const auto to = decode_send_udp(payload);
  if (!to || to->address != from.remote.address || !reaches_.may_connect(*to)) return;
  if (std::exchange(child.is_called_back, true) || call_backs_.size() >= kMostCallBacks) return;
  call_backs_.push_back(links_.dial(*to, cx));
}

void Supernode::nodes_changed(Cx& cx) {
  timers_.set(Timer::nodes, std::min(timers_.when(Timer::nodes), cx.now + kNodesSettle));
}

void Supernode::tell_nodes(Cx& cx) {
  for (Link* link : links_.open())
    if (link->kind == Link::Kind::supernode)
      send_nodes(*link, Type::supernodes, cx);
    else if (link->kind == Link::Kind::child)
      send_nodes(*link, Type::nodes, cx);
}

void Supernode::share(const SharedFile& file, Cx&) {
  const Buffer payload = share_payload(file);
  if (const auto share = decode_share(payload)) children_.share(kOurselves, *share);
}

void Supernode::unshare(const UuHash& hash, std::string_view name, Cx&) {
  const Buffer payload = unshare_payload(hash, name);
  if (const auto file = decode_unshare(payload)) children_.unshare(kOurselves, *file);
}

void Supernode::push(const PushRequest& push, ReachId id, Cx& cx) {
  if (pushes_.send(push, cx))
    reaches_.asked(id, push, us(), cx);
  else
    cx.out.report(Unreached{id, "no way to its supernode is known", false});
}

// ---- time -----------------------------------------------------------------------------------

void Supernode::expire_role(Cx& cx) {
  if (timers_.take_due(Timer::newcomers, cx.now)) expire_newcomers(cx);
  bulletin_.expire(cx);
  if (timers_.take_due(Timer::nodes, cx.now)) tell_nodes(cx);
  if (timers_.take_due(Timer::nodes_again, cx.now)) {
    tell_nodes(cx);
    timers_.set(Timer::nodes_again, cx.now + kNodesAgain);
  }
  if (timers_.take_due(Timer::look, cx.now)) look(cx);
}

SupernodeStanding Supernode::standing(Time now) const {
  const Duration without = without_child_ == kNever ? Duration{} : now - without_child_;
  return {children_.size(), without, cache_.size()};
}

void Supernode::look(Cx& cx) {
  timers_.set(Timer::look, cx.now + kLook);
  if (should_step_down(standing(cx.now))) cx.out.report(Become{"ordinary"});
}

// ---- what is shown --------------------------------------------------------------------------

Datagram Supernode::pong() const {
  constexpr std::size_t kMost = 0xff;
  Datagram pong;
  const std::size_t most = config_.supernode.max_children;
  pong.load_percent = static_cast<std::uint8_t>(
      most == 0 ? 100 : std::min<std::size_t>(children() * 100 / most, 100));
  if (!has_room()) {
    pong.kind = Datagram::Kind::node_pong;
    return pong;
  }
  pong.kind = Datagram::Kind::supernode_pong;
  pong.links = static_cast<std::uint8_t>(std::min(peers_.size(), kMost));
  pong.children = static_cast<std::uint8_t>(std::min(children_.size(), kMost));
  return pong;
}

std::string Supernode::state() const {
  const auto many = [](std::size_t count, const char* one, const char* more) {
    return std::to_string(count) + ' ' + (count == 1 ? one : more);
  };
  return "supernode of " + many(children_.size(), "child", "children") + ", " +
         many(peers_.size(), "link", "links") + " to others";
}

void Supernode::describe(Report& report) const {
  Node::describe(report);
  report.online = true;
  report.users = children_.size() + 1;
  report.files = children_.index().files();
  report.bytes = children_.index().bytes();
  for (const auto& [link, peer] : peers_.all()) {
    report.users += peer.statistics.users;
    report.files += peer.statistics.all.files;
    report.bytes += peer.statistics.all.volume.bytes();
  }
  report.counters.emplace_back("children", children_.size());
  report.counters.emplace_back("indexed files", children_.index().files());
  report.counters.emplace_back("index bytes", children_.index().memory());
  report.counters.emplace_back("queries answered", flood_.answered());
  report.counters.emplace_back("queries passed on", flood_.relayed());
  for (auto& row : flood_.shape().rows())
    report.counters.push_back(std::move(row));
}

}  // namespace

std::unique_ptr<Mode> make_supernode(const ModeConfig& config) {
  return std::make_unique<Supernode>(config);
}

}  // namespace p2p::kazaa
