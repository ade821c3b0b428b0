#include "protocols/kazaa/node.h"

#include <algorithm>

#include "protocols/base/overloaded.h"
#include "protocols/kazaa/message.h"

namespace p2p::kazaa {

Node::Node(const ModeConfig& config)
    : config_(config),
      links_(*this),
      searches_(config.allow_public),
      reaches_(config.allow_public) {
  if (config.counts_traffic) links_.count_traffic();
  if (config.keeps_trail) links_.keep_trail();
}

// ---- verbs ----------------------------------------------------------------------------------

void Node::start(Cx& cx) {
  if (std::exchange(running_, true)) return;
  is_away_ = false;
  started_ = cx.now;
  for (const Endpoint& host : config_.connect)
    if (may_use(host)) cache_.named(host, cx.now);
  if (!config_.only_connect)
    for (const KnownHost& host : config_.known_hosts)
      if (may_use(host.endpoint)) cache_.told({host.endpoint, 1, 0}, cx.now);
  begin(cx);
  fill(cx);
  timers_.set(Timer::ping, cx.now + 1s);
}

void Node::link_up(LinkId link, const LinkInfo& info, Cx& cx) {
  if (is_away_) {
    cx.out.close(link, Reason::policy);
    return;
  }
  links_.up(link, info, cx);
  settle(cx);
}

void Node::receive(LinkId link, Bytes bytes, Cx& cx) {
  links_.receive(link, bytes, cx);
  settle(cx);
}

void Node::link_down(LinkId link, Reason why, Cx& cx) {
  links_.down(link, why, cx);
  settle(cx);
}

void Node::wake(Cx& cx) {
  if (!is_away_) start(cx);
  if (timers_.take_due(Timer::fill, cx.now)) fill(cx);
  if (timers_.take_due(Timer::ping, cx.now)) ping_supernodes(cx);
  links_.expire(cx);
  searches_.expire(cx);
  registration_.expire(cx);
  expire_role(cx);
  settle(cx);
  plan_fill(cx);
}

void Node::settle(Cx& cx) {
  links_.end_overloaded(cx);
  settle_role(cx);
  links_.flush(cx);
  // Messages come more often than anything changes.
  if (links_.changes() + cache_.changes() != planned_for_) plan_fill(cx);
}

// Whoever waits in the cache may be called later. The timer is never put off, or it would not come
// on a busy node.
void Node::plan_fill(Cx& cx) {
  planned_for_ = links_.changes() + cache_.changes();
  const bool wants = running_ && wants_links();
  const Time later = std::max(cache_.earliest(), cx.now + 100ms);
  timers_.set(Timer::fill, wants ? std::min(timers_.when(Timer::fill), later) : kNever);
}

Time Node::deadline() const {
  return std::min({timers_.earliest(), links_.deadline(), searches_.deadline(),
                   registration_.deadline(), role_deadline()});
}

void Node::command(const Command& command, Cx& cx) {
  std::visit(Overloaded{
                 [&](const Search& wanted) { search(wanted, cx); },
                 [&](const Cancel& cancel) {
                   if (const auto* one = searches_.find(cancel.id)) cancelled(one->wire_id);
                   searches_.cancel(cancel.id, cx);
                 },
                 [&](const Browse& browse) {
                   cx.out.report(Ended{browse.id, Ended::Why::refused,
                                       "FastTrack cannot list what one user shares"});
                 },
                 [&](const Page& page) { registration_.page(page, *this, cx); },
                 [&](const Shared& shared) { registration_.changed(shared, *this, cx); },
                 [&](const Reach& wanted) {
                   if (const auto wish = reaches_.reach(wanted, us(), cx))
                     push(*wish, wanted.id, cx);
                 },
                 [&](const Join& join) {
                   start(cx);
                   if (!may_use(join.endpoint)) return;
                   cache_.named(join.endpoint, cx.now);
                   fill(cx);
                 },
                 [&](const Heard& heard) {
                   if (heard.role != "supernode" || config_.only_connect) return;
                   if (may_use(heard.endpoint)) cache_.seen(heard.endpoint, cx.now);
                   if (running_) fill(cx);
                 },
                 [&](const Leave&) { leave(cx); },
                 [](const TransferNote&) {},
                 [&](const Answer&) { cx.out.report(Refused{"answer"}); },
                 [&](const UploadAnswer&) { cx.out.report(Refused{"upload answer"}); },
                 [&](const AccountAnswer&) { cx.out.report(Refused{"account answer"}); },
             },
             command);
  settle(cx);
  plan_fill(cx);
}

void Node::search(const Search& search, Cx& cx) {
  if (!has_somebody_to_ask()) {
    cx.out.report(Ended{search.id, Ended::Why::no_link, "not connected"});
    return;
  }
  if (OwnSearches::One* one = searches_.start(search, cx)) ask(*one, cx);
}

void Node::leave(Cx& cx) {
  running_ = false;
  is_away_ = true;
  cache_ = SupernodeCache();
  registration_.stop();
  while (!links_.open().empty())
    links_.end(*links_.open().front(), Reason::done, cx);
  while (!links_.all().empty())  // those that have not greeted
    links_.abandon(links_.all().begin()->first, cx);
  left(cx);
  searches_.end_all(Ended::Why::no_link, cx);
  timers_ = {};
}

// ---- supernodes -----------------------------------------------------------------------------

bool Node::may_use(const Endpoint& endpoint) const {
  const bool ours = endpoint.port == config_.listen.port &&
                    (endpoint.address == config_.listen.address || endpoint == here());
  return !ours && reaches_.may_connect(endpoint);
}

void Node::learn(const std::vector<NodeEntry>& nodes, Cx& cx) {
  if (config_.only_connect) return;
  for (const NodeEntry& node : nodes)
    if (may_use(node.endpoint)) cache_.told(node, cx.now);
}

Endpoint Node::here() const {
  for (const Link* link : links_.open())
    if (link->local.address != 0) return here(*link);
  return {config_.listen.address, config_.listen.port};
}

void Node::send_nodes(Link& to, Type type, Cx& cx) {
  std::vector<NodeEntry> nodes = cache_.list(cx.now, kMaxNodes - 1);
  const Endpoint self = supernode();
  // mldonkey wants one entry at least; who sends others away should not name itself first.
  if (self.port != 0) nodes.push_back({{here(to).address, self.port}, 0, pong().load_percent});
  Buffer payload;
  append_nodes(payload, nodes);
  links_.send(to, type, payload, Urgency::control, cx);
}

void Node::send_away(Link& link, Cx& cx) {
  send_nodes(link, Type::nodes, cx);
  links_.end(link, Reason::policy, cx);
}

// ---- links ----------------------------------------------------------------------------------

void Node::opened(Link& link, Cx& cx) {
  role_opened(link, cx);
}

void Node::message(Link& from, Type type, Bytes payload, Cx& cx) {
  if (type == Type::version) {
    if (const auto version = decode_version(payload)) from.version = *version;
    return;
  }
  role_message(from, type, payload, cx);
}

void Node::not_opened(const Link& link, Cx& cx) {
  if (!link.inbound) cache_.failed(link.remote, cx.now);
  role_not_opened(link, cx);
  if (running_) fill(cx);
}

void Node::lost(Link& link, Reason why, Cx& cx) {
  role_lost(link, why, cx);
  if (running_) fill(cx);
}

// ---- datagrams ------------------------------------------------------------------------------

void Node::ping_supernodes(Cx& cx) {
  timers_.set(Timer::ping, cx.now + kPingEvery);
  std::erase_if(pinged_, [&](const auto& item) { return item.second + kPongWithin <= cx.now; });
  std::vector<Endpoint> to = cache_.best(kMostPings - 1, cx.now);
  if (const Endpoint parent = supernode(); parent.port != 0 && parent != here())
    to.push_back(parent);
  Buffer ping;
  append_datagram(ping, Datagram{});
  for (const Endpoint& one : to) {
    if (!may_use(one)) continue;
    pinged_[one] = cx.now;
    cx.out.send_to(one, ping);
  }
}

void Node::datagram(const Endpoint& from, Bytes bytes, Cx& cx) {
  if (!running_ || !datagrams_.take(cx.now)) return;
  const auto datagram = decode_datagram(bytes);
  if (!datagram) return;
  if (datagram->kind == Datagram::Kind::ping) {
    answer_ping(from, *datagram, cx);
    return;
  }
  const auto asked = pinged_.find(from);
  if (asked == pinged_.end()) return;
  const Duration round_trip = cx.now - asked->second;
  pinged_.erase(asked);
  if (datagram->kind == Datagram::Kind::supernode_pong)
    cache_.answered(from, datagram->load_percent, round_trip, cx.now);
  else
    cache_.full(from, cx.now);
}

void Node::answer_ping(const Endpoint& from, const Datagram& ping, Cx& cx) {
  if (!is_network_name(ping.network) || !reaches_.may_connect(from)) return;
  Buffer answer;
  append_datagram(answer, pong());
  cx.out.send_to(from, answer);
}

// ---- what is shown --------------------------------------------------------------------------

void Node::describe(Report& report) const {
  report.state = state();
  report.why_role = config_.changes_role ? why_role(report.now) : kChosenRole;
  report.peer_count = links_.open().size();
  for (const auto& [id, link] : links_.all()) {
    if (report.peers.size() >= report.max_peers) break;
    PeerRow& row = report.peers.emplace_back();
    row.link = id;
    row.endpoint = link.remote;
    row.role = to_text(link.kind);
    row.agent = is_ours(link.version) ? "servent" : "";
    row.inbound = link.inbound;
    row.state = link.state == Link::State::dialling   ? "connecting"
                : link.state == Link::State::greeting ? "greeting"
                                                      : "up";
    row.since = link.since;
    row.received = link.tally.in();
    row.sent = link.tally.out();
    row.counters = link.tally.rows();
  }
  if (const Traffic* traffic = links_.traffic()) report.traffic = traffic->rows();
  report.counters = links_.total().rows();
  report.counters.emplace_back("supernodes known", cache_.size());
  report.counters.emplace_back("searches", searches_.started());
  report.counters.emplace_back("hits", searches_.found());
  report.counters.emplace_back("unwanted results", searches_.unwanted());
}

}  // namespace p2p::kazaa
