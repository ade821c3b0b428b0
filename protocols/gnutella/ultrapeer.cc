#include "protocols/gnutella/ultrapeer.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "protocols/gnutella/dynamic_query.h"
#include "protocols/gnutella/member.h"
#include "protocols/gnutella/promotion.h"

namespace p2p::gnutella {

namespace {

// A changed table goes out a moment later, when the burst of changes is over, and then not again
// for a while: a few hundred bytes to each neighbour.
constexpr Duration kTableSettles = 1s;
constexpr Duration kUltrapeerTableGap = 15s;
constexpr Duration kLook = 60s;             // between two looks at whether we are needed
constexpr std::size_t kSearchesOfLeaf = 3;  // unfinished at once; more are answered by us alone
constexpr std::size_t kMostDynamic = 1000;  // queries being asked on at once
constexpr std::uint32_t kCheckEvery = 3;    // ultrapeers asked between two questions to the leaf

class Ultrapeer final : public Member {
 public:
  explicit Ultrapeer(const ModeConfig& config) : Member(config, Role::ultrapeer) {}

 private:
  // A search that is being asked on, ours or a leaf's.
  struct Running {
    DynamicQuery plan;
    LinkId leaf{};  // none: ours
    Buffer message;
    std::vector<std::uint32_t> products;
    std::optional<Sha1> sha1;
    std::uint32_t asked = 0;
  };

  void joined(Neighbour& neighbour, Cx& cx) override;
  void parted(Neighbour& neighbour, Cx& cx) override;
  void query(Neighbour& from, const Frame& frame, Cx& cx) override;
  void relay_hit(Neighbour& from, const Frame& frame, Neighbour* way, Cx& cx) override;
  void came_in(const Guid& query, std::uint32_t hits, Cx& cx) override;
  void relay_push(Neighbour& from, const Frame& frame, const Push& push, Cx& cx) override {
    pushes(cx).relay(from, frame, push, cx);
  }
  void table(Neighbour& from, const Frame& frame, Cx& cx) override;
  void vendor(Neighbour& from, const VendorMessage& message, const Header& header, Cx& cx) override;
  void ask(OwnSearches::One& search, Cx& cx) override;
  void search_over(const Guid& guid) override { running_.erase(guid); }
  void shares_changed(Cx& cx) override { tables_changed(cx); }
  void expire_role(Cx& cx) override;
  Time role_deadline() const override;
  std::size_t linked() const override { return links_.counts().ultrapeers; }
  std::size_t wanted() const override { return self_.told->limits.wanted_ultrapeers; }
  void describe(Report& report) const override;
  std::string state() const override;
  std::string why_role(Time now) const override;

  UltrapeerStanding standing(Time now) const;
  void leaf_query(Neighbour& leaf, const Frame& frame, const QueryMessage& query, Cx& cx);
  void ask_leaves(Bytes message, std::uint8_t hops, const Neighbour* but, Cx& cx);
  void relay(Neighbour& from, const Frame& frame, bool to_leaves, Cx& cx);
  void ask_on(const Guid& guid, Running& search, Cx& cx);
  void tables_changed(Cx& cx) { tables_due_ = std::min(tables_due_, cx.now + kTableSettles); }
  void tell_tables(Cx& cx);
  QrpTable all_tables() const;
  void connect_back(Neighbour& asker, const VendorMessage& message, Cx& cx);

  std::unordered_map<Guid, Running, GuidHash> running_;
  Time tables_due_ = kNever;
  Time look_due_ = Time{};
  Time without_leaf_ = kNever;
};

// ---- neighbours -----------------------------------------------------------------------------

void Ultrapeer::joined(Neighbour& neighbour, Cx& cx) {
  if (neighbour.kind == Kind::leaf) without_leaf_ = kNever;
  if (neighbour.kind == Kind::ultrapeer && neighbour.peer().ultrapeer_query_routing)
    tell_table(neighbour, all_tables(), cx);
}

void Ultrapeer::parted(Neighbour& neighbour, Cx& cx) {
  if (neighbour.kind != Kind::leaf) return;
  if (links_.counts().leaves == 0) without_leaf_ = cx.now;
  std::erase_if(running_, [&](const auto& item) { return item.second.leaf == neighbour.id; });
  if (neighbour.table() != nullptr) tables_changed(cx);
}

QrpTable Ultrapeer::all_tables() const {
  QrpTable all = sharing_.table();
  for (const Neighbour* one : links_.open())
    if (one->kind == Kind::leaf && one->table() != nullptr) all.merge(*one->table());
  return all;
}

void Ultrapeer::tell_tables(Cx& cx) {
  tables_due_ = kNever;
  std::optional<QrpTable> all;
  for (Neighbour* one : links_.open()) {
    if (one->kind != Kind::ultrapeer || !one->peer().ultrapeer_query_routing) continue;
    if (one->told() != nullptr && one->aside->told_at + kUltrapeerTableGap > cx.now) {
      tables_due_ = std::min(tables_due_, one->aside->told_at + kUltrapeerTableGap);
      continue;
    }
    if (!all) all = all_tables();
    tell_table(*one, *all, cx);
  }
}

void Ultrapeer::table(Neighbour& from, const Frame& frame, Cx& cx) {
  if (from.kind == Kind::plain) {
    links_.drop(from, Drop::unexpected);
    return;
  }
  std::unique_ptr<QrpReceiver>& theirs = from.aside.change().theirs;
  if (!theirs) theirs = std::make_unique<QrpReceiver>();
  const auto whole = theirs->take(frame.payload);
  if (!whole) {
    cx.out.report(Notice{Notice::Level::info, "gnutella: " + to_text(from.remote) +
                                                  " sent a bad table: " + whole.error().detail});
    links_.bye(from, 413, whole.error().detail, Reason::protocol, cx);
  } else if (*whole && from.kind == Kind::leaf) {
    tables_changed(cx);
  }
}

// ---- queries of others ----------------------------------------------------------------------

void Ultrapeer::query(Neighbour& from, const Frame& frame, Cx& cx) {
  const Header& header = frame.header;
  const auto query = read_query(from, frame, cx);
  if (!query) return;
  if (from.kind == Kind::leaf && header.hops > 0) {
    cx.out.report(
        Notice{Notice::Level::info, "gnutella: leaf " + to_text(from.remote) + " relays queries"});
    links_.bye(from, 414, "Leaf node relayed Query", Reason::protocol, cx);
    return;
  }
  const Routes::Seen seen = seen_.admit(header.guid, from.id, header.ttl, cx.now);
  const bool again = seen == Routes::Seen::wider && from.kind != Kind::leaf;
  if (seen != Routes::Seen::fresh && !again) {
    links_.drop(from, Drop::duplicate);
    return;
  }
  if (from.kind == Kind::leaf) {
    leaf_query(from, frame, *query, cx);
    return;
  }
  // A probe that comes again with more TTL was answered here and by the leaves already.
  if (!again) ask_host(question(), header, query->flags, from.id, cx);
  relay(from, frame, !again, cx);
}

void Ultrapeer::relay(Neighbour& from, const Frame& frame, bool to_leaves, Cx& cx) {
  const Header& header = frame.header;
  if (frame.payload.size() > kMaxQueryForward) {
    links_.drop(from, Drop::too_long);
    return;
  }
  const auto ttl = static_cast<std::uint8_t>(std::min<int>(header.ttl - 1, kMaxTtl));
  const auto hops = static_cast<std::uint8_t>(header.hops + 1);
  const bool any_leaf = to_leaves && links_.counts().leaves > 0;
  if (any_leaf) ask_leaves(frame.whole, hops, &from, cx);
  if (ttl == 0) return;
  for (Neighbour* one : links_.open()) {
    if (one == &from || one->kind == Kind::leaf || hops >= one->hops_flow) continue;
    const bool last = ttl == 1 && one->table() != nullptr;
    if (last && !question().fits(*one->table())) continue;
    links_.pass(*one, frame.whole, {ttl, hops}, Urgency::bulk, cx);
  }
}

// To a leaf it goes with TTL 1, which says that it ends there.
void Ultrapeer::ask_leaves(Bytes message, std::uint8_t hops, const Neighbour* but, Cx& cx) {
  for (Neighbour* leaf : links_.open()) {
    if (leaf->kind != Kind::leaf || leaf == but || hops >= leaf->hops_flow) continue;
    if (leaf->table() == nullptr || !question().fits(*leaf->table())) continue;
    links_.pass(*leaf, message, {1, hops}, Urgency::normal, cx);
  }
}

// ---- searches that we ask on ----------------------------------------------------------------

void Ultrapeer::leaf_query(Neighbour& leaf, const Frame& frame, const QueryMessage& query, Cx& cx) {
  stir();
  ask_host(question(), frame.header, query.flags, leaf.id, cx);
  ask_leaves(frame.whole, 1, &leaf, cx);
  const auto unfinished = std::ranges::count_if(
      running_, [&](const auto& item) { return item.second.leaf == leaf.id; });
  if (static_cast<std::size_t>(unfinished) >= kSearchesOfLeaf || running_.size() >= kMostDynamic ||
      frame.payload.size() > kMaxQueryForward) {
    links_.drop(leaf, Drop::throttled);
    return;
  }
  const std::uint32_t asked = query.flags & 0xffU;
  const std::uint32_t most = asked == 0 ? kWantedForLeaf : std::min(asked, kWantedForLeaf);
  Buffer message(frame.whole.begin(), frame.whole.end());
  message[kTtlAt] = std::byte{kMaxTtl};
  message[kTtlAt + 1] = std::byte{1};
  Running& search =
      running_
          .try_emplace(frame.header.guid,
                       Running{DynamicQuery(most, kMaxTtl, cx.now), leaf.id, std::move(message),
                               question().products(), question().sha1(), 0})
          .first->second;
  ask_on(frame.header.guid, search, cx);
}

void Ultrapeer::ask(OwnSearches::One& search, Cx& cx) {
  std::uint16_t flags = query_flags::kMark | query_flags::kXml | query_flags::kGgepH;
  if (self_.listen.port == 0) flags |= query_flags::kFirewalled;
  Buffer message;
  append_asking(message, Header{search.guid, Type::query, kMaxTtl, 0, 0}, search.asking, flags);
  const auto query = decode_query(Bytes(message).subspan(kHeaderBytes));
  if (!query || !question().read(*query)) return;
  ask_leaves(message, 0, nullptr, cx);
  for (Neighbour* one : links_.open())  // who knows no tables is asked in the old way, at once
    if (one->kind == Kind::plain) {
      links_.send(*one, message, Urgency::normal, cx);
    }
  Running& mine =
      running_
          .try_emplace(search.guid,
                       Running{DynamicQuery(search.query.limit, kMaxTtl, cx.now), LinkId{}, message,
                               question().products(), question().sha1(), 0})
          .first->second;
  ask_on(search.guid, mine, cx);
}

// One step, if it is time. The search is forgotten when the last step is done.
void Ultrapeer::ask_on(const Guid& guid, Running& search, Cx& cx) {
  std::vector<Candidate> candidates;
  for (const Neighbour* one : links_.open()) {
    if (one->kind != Kind::ultrapeer) continue;
    Candidate& candidate = candidates.emplace_back();
    candidate.link = one->id;
    candidate.degree = one->peer().degree;
    candidate.max_ttl = static_cast<std::uint8_t>(std::clamp(one->peer().max_ttl, 1U, 7U));
    if (one->table() != nullptr)
      candidate.fits = search.sha1 ? one->table()->has(urn_term(*search.sha1))
                                   : could_answer(*one->table(), search.products);
  }
  for (const DynamicQuery::Step& step : search.plan.step(candidates, cx.now)) {
    search.message[kTtlAt] = std::byte{step.ttl};
    if (Neighbour* to = links_.find(step.link))
      links_.send(*to, search.message, Urgency::normal, cx);
    ++search.asked;
    Neighbour* const leaf = links_.find(search.leaf);
    if (leaf != nullptr && search.asked % kCheckEvery == 0)
      send_vendor(*leaf, "BEAR", 11, 1, guid, {}, cx);
  }
  if (!search.plan.is_done()) return;
  if (search.leaf == LinkId{})
    if (OwnSearches::One* own = searches_.find(guid)) searches_.all_asked(*own, cx.now);
  running_.erase(Guid(guid));
}

void Ultrapeer::came_in(const Guid& query, std::uint32_t hits, Cx&) {
  const auto at = running_.find(query);
  if (at != running_.end()) at->second.plan.hits(hits);
}

// ---- what goes back and what is routed ------------------------------------------------------

void Ultrapeer::relay_hit(Neighbour& from, const Frame& frame, Neighbour* way, Cx& cx) {
  const Header& header = frame.header;
  // Its own leaf hears it whatever is left of the TTL.
  const bool last = way->kind == Kind::leaf;
  if (way == &from || (header.ttl <= 1 && !last)) {
    links_.drop(from, Drop::no_route);
    return;
  }
  links_.pass(*way, frame.whole, after(header), Urgency::normal, cx);
}

void Ultrapeer::vendor(Neighbour& from, const VendorMessage& message, const Header& header,
                       Cx& cx) {
  if (message.is("BEAR", 4) && !message.data.empty()) {  // hops flow
    from.hops_flow = std::to_integer<std::uint8_t>(message.data.front());
  } else if (message.is("BEAR", 12) && message.data.size() >= 2) {  // the leaf kept so many
    const auto at = running_.find(header.guid);
    if (at == running_.end() || at->second.leaf != from.id) return;
    const std::uint16_t kept = Reader(message.data).u16le();
    if (kept == 0xffff)
      running_.erase(at);
    else
      at->second.plan.told(kept);
  } else if (message.is("LIME", 21) && from.kind == Kind::leaf && self_.listen.port != 0) {
    pushes(cx).learn(header.guid, from.id, cx.now);
    from.push_proxy = true;
    from.aside.change().proxied = header.guid;
    Buffer data;  // BE address, port
    Writer(data).u32be(here(from).address).u16le(self_.listen.port);
    send_vendor(from, "LIME", 22, 2, header.guid, data, cx);
  } else if (message.is("BEAR", 7)) {
    connect_back(from, message, cx);
  }
}

// A neighbour wants to know whether it can be called.
void Ultrapeer::connect_back(Neighbour& asker, const VendorMessage& message, Cx& cx) {
  if (message.data.size() < 2) return;
  call_back({asker.remote.address, Reader(message.data).u16le()}, cx);
}

// ---- time -----------------------------------------------------------------------------------

void Ultrapeer::expire_role(Cx& cx) {
  if (tables_due_ <= cx.now) tell_tables(cx);
  std::vector<Guid> due;
  for (const auto& [guid, search] : running_)
    if (search.plan.due() <= cx.now) due.push_back(guid);
  for (const Guid& guid : due)
    ask_on(guid, running_.at(guid), cx);
  if (look_due_ > cx.now) return;
  look_due_ = cx.now + kLook;
  if (without_leaf_ == kNever && links_.counts().leaves == 0) without_leaf_ = cx.now;
  if (!self_.told->changes_role) {
    look_due_ = kNever;
    return;
  }
  if (should_step_down(standing(cx.now))) cx.out.report(Become{"leaf"});
}

UltrapeerStanding Ultrapeer::standing(Time now) const {
  const bool outranked = std::ranges::any_of(links_.open(), [&](const Neighbour* one) {
    return one->kind == Kind::ultrapeer && one->peer().servent &&
           *one->peer().servent < self_.servent;
  });
  return {links_.counts().leaves, linked(), outranked,
          without_leaf_ == kNever ? Duration{} : now - without_leaf_};
}

Time Ultrapeer::role_deadline() const {
  Time first = std::min(tables_due_, look_due_);
  for (const auto& [guid, search] : running_)
    first = std::min(first, search.plan.due());
  return first;
}

void Ultrapeer::describe(Report& report) const {
  Member::describe(report);
  report.counters.emplace_back("searches asked on", running_.size());
}

std::string Ultrapeer::state() const {
  const Counts counts = links_.counts();
  const auto many = [](std::size_t count, std::string_view what) {
    return std::to_string(count) + ' ' + std::string(what) + (count == 1 ? "" : "s");
  };
  std::string text = many(counts.ultrapeers, "ultrapeer") + ", ";
  text += counts.leaves == 1 ? "1 leaf" : std::to_string(counts.leaves) + " leaves";
  if (counts.plain > 0) text += ", " + many(counts.plain, "peer");
  return text;
}

std::string Ultrapeer::why_role(Time now) const {
  return gnutella::why_role(standing(now));
}

}  // namespace

std::unique_ptr<Mode> make_ultrapeer(const ModeConfig& config) {
  return std::make_unique<Ultrapeer>(config);
}

}  // namespace p2p::gnutella
