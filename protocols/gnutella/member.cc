#include "protocols/gnutella/member.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "protocols/base/overloaded.h"

namespace p2p::gnutella {

namespace {

constexpr std::size_t kToldHosts = 10;

}  // namespace

Member::Member(const Alike<Settings>& told)
    : links_(*this, most_hops(told->flat), told->tallies),
      seen_(kSeenCapacity, 0),  // salted at the start
      self_{told, {}, {}},
      pings_(links_) {}

Member::Member(const ModeConfig& config, Role role) : Member(Alike(Settings(config, role))) {
  self_.listen = config.listen;
  if (!config.connect.empty() || !config.known_hosts.empty() || config.identity)
    beginning_ =
        std::make_unique<Beginning>(Beginning{config.connect, config.known_hosts, config.identity});
  if (config.counts_traffic) links_.count_traffic();
  if (config.keeps_trail) links_.keep_trail();
}

// ---- verbs ----------------------------------------------------------------------------------

void Member::start(Cx& cx) {
  if (std::exchange(running_, true)) return;
  started_ = cx.now;
  seen_ = Routes(kSeenCapacity, cx.rng());
  const std::unique_ptr<Beginning> beginning =
      beginning_ ? std::move(beginning_) : std::make_unique<Beginning>();
  self_.servent = beginning->identity ? *beginning->identity : draw_guid(cx.rng);
  for (const Endpoint& host : beginning->connect)
    learn(host, HostCache::Origin::user, cx);
  for (const KnownHost& host : beginning->known_hosts)
    learn(host.endpoint, HostCache::Origin::earlier, cx);
  sharing_.start(cx);
  fill(cx);
}

Browsing& Member::browsing() {
  if (!browsing_)
    browsing_ = std::make_unique<Browsing>(self_.told->agent, self_.told->allow_public);
  return *browsing_;
}

Pushes& Member::pushes(Cx& cx) {
  if (!pushes_) pushes_ = std::make_unique<Pushes>(self_, links_, cx.rng());
  return *pushes_;
}

void Member::link_up(LinkId link, const LinkInfo& info, Cx& cx) {
  if (was_called_back(link)) {
    cx.out.close(link, Reason::done);  // it could be called: that was the question
  } else if (browsing_ && browsing_->has(link)) {
    browsing_->up(link, cx);
  } else if (pushes_ && pushes_->has(link)) {
    pushes_->up(link, info, cx);
  } else {
    links_.up(link, info, cx);
  }
  settle(cx);
}

// Most of what comes are queries that go on or end here, and change nothing that is waited for.
void Member::receive(LinkId link, Bytes bytes, Cx& cx) {
  Neighbour* const from = links_.find(link);
  is_calm_ = from != nullptr;
  if (from != nullptr)
    links_.receive(*from, bytes, cx);
  else if (browsing_ && browsing_->has(link))
    browsing_->receive(link, bytes, cx);
  else if (pushes_ && pushes_->has(link))
    pushes_->receive(link, bytes, cx);
  else
    links_.greet(link, bytes, cx);
  if (is_calm_) {
    links_.flush(cx);
    assert(deadline_ == earliest());
  } else {
    settle(cx);
  }
}

void Member::expect(Bytes bytes) const {
  links_.expect();
  if (bytes.size() <= kTypeAt || static_cast<Type>(bytes[kTypeAt]) != Type::query) return;
  Guid guid;
  std::ranges::copy(bytes.first(guid.bytes.size()), guid.bytes.begin());
  seen_.expect(guid);
}

void Member::expect(LinkId link) const {
  links_.expect(link);
}

void Member::link_down(LinkId link, Reason why, Cx& cx) {
  if (browsing_ && browsing_->has(link))
    browsing_->down(link, cx);
  else if (pushes_ && pushes_->has(link))
    pushes_->down(link);
  else if (!was_called_back(link))
    links_.down(link, why, cx);
  settle(cx);
}

void Member::wake(Cx& cx) {
  start(cx);
  if (timers_.take_due(Timer::fill, cx.now)) fill(cx);
  if (timers_.take_due(Timer::upkeep, cx.now)) upkeep(cx);
  if (timers_.take_due(Timer::replace, cx.now)) replace_useless(cx);
  links_.expire(cx);
  searches_.expire(cx);
  sharing_.expire(cx);
  if (browsing_) browsing_->expire(cx);
  if (pushes_) pushes_->expire(cx);
  expire_role(cx);
  settle(cx);
}

void Member::settle(Cx& cx) {
  if (sharing_.revision() != told_revision_) {
    told_revision_ = sharing_.revision();
    shares_changed(cx);
  }
  links_.flush(cx);
  deadline_ = earliest();
}

Time Member::earliest() const {
  return std::min({timers_.earliest(), links_.deadline(), searches_.deadline(), sharing_.deadline(),
                   browsing_ ? browsing_->deadline() : kNever,
                   pushes_ ? pushes_->deadline() : kNever, role_deadline()});
}

void Member::command(const Command& command, Cx& cx) {
  std::visit(Overloaded{
                 [&](const Search& search) {
                   if (links_.open().empty()) {
                     cx.out.report(Ended{search.id, Ended::Why::no_link, "not connected"});
                   } else if (auto* one = searches_.start(search, draw_guid(cx.rng), cx)) {
                     seen_.admit(one->guid, LinkId{}, kMaxTtlHops, cx.now);
                     ask(*one, cx);
                   }
                 },
                 [&](const Cancel& cancel) {
                   if (!searches_.cancel(cancel.id, cx) && browsing_)
                     browsing_->cancel(cancel.id, cx);
                 },
                 [&](const Browse& browse) { browsing().browse(browse, cx); },
                 [&](const Answer& told) { answer(told, cx); },
                 [&](const Page& page) {
                   sharing_.page(page, cx);
                   if (browsing_) browsing_->page(page, cx);
                   paged(page, cx);
                 },
                 [&](const Shared& shared) {
                   if (running_) sharing_.changed(shared, cx);
                 },
                 [&](const Reach& wanted) { pushes(cx).reach(wanted, here(), cx); },
                 [&](const Join& join) {
                   start(cx);
                   learn(join.endpoint, HostCache::Origin::user, cx);
                   if (!links_.is_dialling(join.endpoint) && may_connect(join.endpoint))
                     links_.dial(join.endpoint, cx);
                 },
                 [&](const Heard& heard) {
                   learn(heard.endpoint, HostCache::Origin::beacon, cx);
                   fill(cx);
                 },
                 [&](const Leave&) { leave(cx); },
                 [](const TransferNote&) {},
                 [&](const UploadAnswer&) { cx.out.report(Refused{"upload answer"}); },
                 [&](const AccountAnswer&) { cx.out.report(Refused{"account answer"}); },
             },
             command);
  settle(cx);
}

void Member::leave(Cx& cx) {
  const std::vector<Neighbour*> open = links_.open();
  hosts_ = HostCache();
  for (Neighbour* neighbour : open)
    links_.bye(*neighbour, 200, "Servent shutdown", Reason::done, cx);
  searches_.end_all(Ended::Why::no_link, cx);
  timers_ = {};
}

// ---- hosts and neighbours -------------------------------------------------------------------

void Member::learn(const Endpoint& endpoint, HostCache::Origin origin, Cx& cx) {
  if (!may_connect(endpoint)) return;
  if (self_.told->only_connect && origin != HostCache::Origin::user) return;
  const bool ours = endpoint.port == self_.listen.port && endpoint.address == self_.listen.address;
  if (!ours) hosts_.add(endpoint, origin, cx.now);
}

void Member::fill(Cx& cx) {
  timers_.clear(Timer::fill);
  if (!running_) return;
  while (linked() + links_.greeting() < wanted() && links_.greeting() < kMostDials) {
    const auto host = hosts_.next(cx.now, cx.rng);
    if (!host) break;
    links_.dial(*host, cx);
  }
  if (linked() + links_.greeting() < wanted())
    timers_.set(Timer::fill, std::max(hosts_.earliest(), cx.now + 100ms));
}

std::vector<Endpoint> Member::some_hosts(Cx& cx) {
  std::vector<Endpoint> hosts;
  for (const Neighbour* one : links_.open())
    if (one->kind != Kind::leaf && one->reachable_at().port != 0 && hosts.size() < kToldHosts)
      hosts.push_back(one->reachable_at());
  for (const Endpoint& host : hosts_.some(kToldHosts, cx.rng))
    if (hosts.size() < kToldHosts && std::ranges::find(hosts, host) == hosts.end())
      hosts.push_back(host);
  return hosts;
}

void Member::call_back(const Endpoint& to, Cx& cx) {
  if (connect_back_->size() < kMostDials && may_connect(to))
    connect_back_.change().push_back(cx.out.dial(to));
}

bool Member::was_called_back(LinkId link) {
  std::vector<LinkId>* const called = connect_back_.changed();
  return called != nullptr && std::erase(*called, link) > 0;
}

Fields Member::first_block(const Neighbour& to) {
  return p2p::gnutella::first_block(self_, to.local, to.remote);
}

Reply Member::decide(Neighbour& about, Cx& cx) {
  const Greeting& peer = about.peer();
  if (peer.crawler && about.inbound) {
    std::vector<Endpoint> peers;
    std::vector<Endpoint> leaves;
    for (const Neighbour* one : links_.open())
      (one->kind == Kind::leaf ? leaves : peers).push_back(one->reachable_at());
    Reply reply = answer_crawler(self_, peers, leaves);
    about.aside.change().deadline = cx.now + 5s;  // it closes, or we do
    return reply;
  }
  Verdict verdict = admit(self_, links_.counts(), peer, about.inbound);
  const auto same = [&](const Neighbour* one) {
    return peer.servent && one->peer().servent == peer.servent;
  };
  if (verdict.code == 200 && std::ranges::any_of(links_.open(), same))
    verdict = {409, "Already connected to this GUID", Kind::plain};
  about.kind = verdict.kind;
  const bool tells = verdict.code != 200 || about.inbound;
  return p2p::gnutella::answer(self_, verdict, peer, about.local, about.remote, about.inbound,
                               tells ? some_hosts(cx) : std::vector<Endpoint>{});
}

void Member::not_opened(const Neighbour& neighbour, bool refused, Cx& cx) {
  stir();
  if (!neighbour.inbound) {
    if (neighbour.peer().servent && *neighbour.peer().servent == self_.servent)
      hosts_.forget(neighbour.remote);
    else if (refused)
      hosts_.refused(neighbour.remote, cx.now);
    else
      hosts_.failed(neighbour.remote, cx.now);
    if (refused) ++sent_away_;
  }
  for (const Endpoint& host : neighbour.peer().try_hosts)
    learn(host, HostCache::Origin::told, cx);
  fill(cx);
}

// Both called each other at the same time: the call of the one with the smaller GUID stays. Both
// sides come to the same end. True when `neighbour` is the one that goes.
bool Member::is_twin(const Neighbour& neighbour, Cx& cx) {
  if (!neighbour.peer().servent) return false;
  const bool ours_stays = self_.servent < *neighbour.peer().servent;
  for (Neighbour* other : links_.open()) {
    if (other == &neighbour || other->peer().servent != neighbour.peer().servent) continue;
    if (neighbour.inbound == other->inbound || neighbour.inbound == ours_stays) return true;
    links_.bye(*other, 200, "Already connected", Reason::done, cx);
    return false;
  }
  return false;
}

void Member::opened(Neighbour& neighbour, Cx& cx) {
  stir();
  const LinkId link = neighbour.id;
  if (neighbour.peer().crawler) {  // it has heard all
    links_.bye(neighbour, 200, "", Reason::done, cx);
    return;
  }
  if (is_twin(neighbour, cx)) {
    links_.bye(neighbour, 200, "Already connected", Reason::done, cx);
    return;
  }
  const Endpoint at = neighbour.reachable_at();
  for (const Endpoint& host : neighbour.peer().try_hosts)
    learn(host, HostCache::Origin::told, cx);
  if (neighbour.kind != Kind::leaf && may_connect(at)) {
    learn(at, HostCache::Origin::told, cx);
    hosts_.linked(at, cx.now);
    cx.out.report(Learned{at, std::string(to_text(neighbour.kind))});
  }
  cx.out.report(Linked{link, std::string(to_text(neighbour.kind))});
  if (!self_.told->upkeep) {
    joined(neighbour, cx);
    fill(cx);
    return;
  }
  timers_.set(Timer::upkeep, std::min(timers_.when(Timer::upkeep), Pings::due(neighbour)));
  if (timers_.when(Timer::replace) == kNever) timers_.set(Timer::replace, cx.now + kUseless);
  if (neighbour.peer().vendor_messages) {
    // Messages Supported: count, then vendor, selector and version of each.
    Buffer data;
    Writer(data).u16le(4).text("BEAR").u16le(4).u16le(1).text("BEAR").u16le(7).u16le(1);
    Writer(data).text("LIME").u16le(21).u16le(1).text("LIME").u16le(22).u16le(2);
    send_vendor(neighbour, std::string_view("\0\0\0\0", 4), 0, 0, Guid{}, data, cx);
  }
  joined(neighbour, cx);
  pings_.ask_for_hosts(neighbour, self_.told->role == Role::ultrapeer, cx);
  fill(cx);
}

void Member::lost(Neighbour& neighbour, Reason why, Cx& cx) {
  stir();
  cx.out.report(Notice{Notice::Level::info, "gnutella: " + std::string(to_text(neighbour.kind)) +
                                                ' ' + to_text(neighbour.remote) +
                                                " left: " + std::string(to_text(why))});
  const Endpoint at = neighbour.reachable_at();
  if (at.port != 0) hosts_.unlinked(at, cx.now);
  pings_.forget(neighbour.id);
  parted(neighbour, cx);
  if (links_.open().empty()) searches_.end_all(Ended::Why::no_link, cx);
  fill(cx);
}

void Member::upkeep(Cx& cx) {
  const std::vector<Neighbour*> open = links_.open();
  for (Neighbour* neighbour : open)
    if (Pings::due(*neighbour) <= cx.now) pings_.keep_alive(*neighbour, cx);
  Time next = kNever;
  for (const Neighbour* neighbour : links_.open())
    next = std::min(next, Pings::due(*neighbour));
  timers_.set(Timer::upkeep, next);
  if (linked() >= wanted()) return;
  for (Neighbour* neighbour : links_.open())
    if (cx.now - neighbour->aside->pinged_for_hosts >= kHostPing)
      pings_.ask_for_hosts(*neighbour, self_.told->role == Role::ultrapeer, cx);
}

void Member::replace_useless(Cx& cx) {
  timers_.set(Timer::replace, cx.now + kUseless);
  if (linked() < wanted()) return;
  Neighbour* worst = nullptr;
  for (Neighbour* one : links_.open()) {
    const bool counts =
        one->kind == (self_.told->role == Role::plain ? Kind::plain : Kind::ultrapeer);
    if (!counts || one->useful() > 0 || cx.now - one->since < kUseless) continue;
    if (worst == nullptr || one->since < worst->since) worst = one;
  }
  if (worst != nullptr && hosts_.earliest() <= cx.now)
    links_.bye(*worst, 202, "Local preferred", Reason::policy, cx);
  for (Neighbour* one : links_.open())
    one->aside.change().useful = 0;  // what it brings from now on counts
}

// ---- packed ---------------------------------------------------------------------------------

void Member::pack(Packer& out) const {
  const bool waits = running_ && deadline_ != kNever;
  out.refuse(waits || timers_.earliest() != kNever || !hosts_.is_as_made() ||
             !searches_.is_as_made() || !pings_.is_as_made() || pushes_ || browsing_ ||
             beginning_ || !connect_back_.is_usual());
  if (!out.fits()) return;
  out.put(running_);
  out.put(out.narrow(started_));
  out.put(self_.servent);
  out.put(self_.listen.address);
  out.put(self_.listen.port);
  out.put(out.narrow<std::uint8_t>(told_revision_));
  out.put(out.narrow<std::uint8_t>(sent_away_));
  sharing_.pack(out);
  seen_.pack(out);
  links_.pack(out, self_.listen, started_);
}

void Member::take_over(Unpacker& in) {
  running_ = in.take<bool>();
  deadline_ = running_ ? kNever : Time{};
  started_ = in.take_time();
  self_.servent = in.take<Guid>();
  self_.listen.address = in.take<std::uint32_t>();
  self_.listen.port = in.take<std::uint16_t>();
  told_revision_ = in.take<std::uint8_t>();
  sent_away_ = in.take<std::uint8_t>();
  sharing_.unpack(in);
  seen_.unpack(in);
  links_.unpack(in, self_.listen, started_);
}

// ---- what it says of itself -----------------------------------------------------------------

void Member::describe(Report& report) const {
  report.online = !links_.open().empty();
  report.state = state();
  report.why_role = self_.told->changes_role ? why_role(report.now) : kChosenRole;
  report.peer_count = links_.open().size();
  report.files = sharing_.files();
  report.bytes = sharing_.bytes();
  links_.describe(report);
  report.counters = {{"ultrapeers", links_.counts().ultrapeers},
                     {"leaves", links_.counts().leaves},
                     {"peers", links_.counts().plain},
                     {"hosts known", hosts_.size()},
                     {"searches", searches_.started()},
                     {"hits", searches_.found()},
                     {"messages seen", seen_.size()}};
  for (auto& row : links_.total().rows())
    report.counters.push_back(std::move(row));
  for (auto& row : links_.shape().rows())
    report.counters.push_back(std::move(row));
}

}  // namespace p2p::gnutella
