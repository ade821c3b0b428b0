#include "protocols/kazaa/flood.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "protocols/call_quota.h"
#include "protocols/kazaa/message.h"

namespace p2p::kazaa {

namespace {

constexpr std::size_t kReplyHead = 10;  // of a reply's payload: its supernode, search id and count

Duration time_of(std::uint8_t hops) {
  return std::max<Duration>(kQueryTime - kLessPerHop * hops, kLeastQueryTime);
}

Guid draw_guid(Rng& rng) {
  return std::bit_cast<Guid>(std::array{rng(), rng()});
}

std::uint32_t results_wanted(const QueryMessage& query) {
  return query.most_results == 0 ? kMostResults
                                 : std::min<std::uint32_t>(query.most_results, kMostResults);
}

}  // namespace

Flood::Flood(const Parts& parts) : parts_(parts), seen_(kSeenCapacity, 0) {}

void Flood::salt(std::uint64_t seen, std::uint64_t living) {
  seen_ = Routes(kSeenCapacity, seen);
  living_ = LivingQueries(living);
}

// ---- where a query begins -------------------------------------------------------------------

void Flood::ask(OwnSearches::One& search, const Endpoint& here, Cx& cx) {
  ++answered_;
  ReplyWriter writer(here, search.wire_id);
  parts_.children.search(search.question,
                         {.limit = search.query.limit, .is_ours = true, .here = here}, writer);
  const std::uint16_t wire_id = search.wire_id;
  const Buffer payload = OwnSearches::payload(search);
  for (const Buffer& reply : writer.take()) {
    const auto found = decode_reply(reply);
    OwnSearches::One* const living = parts_.searches.find(wire_id);
    if (living != nullptr && found) parts_.searches.take(*living, *found, cx);
  }
  OwnSearches::One* const living = parts_.searches.find(wire_id);
  if (living == nullptr) return;  // it has enough
  parts_.searches.asked(*living, cx.now);
  LivingQuery query;
  query.asker = LivingQuery::Asker::ours;
  query.search_id = wire_id;
  query.limit = living->query.limit - living->hits;
  begin(std::move(query), payload, cx);
}

void Flood::child_query(Link& from, Child& child, Bytes payload, Cx& cx) {
  if (!child.queries.take(cx.now)) {
    parts_.links.drop(from, Drop::throttled);
    // It counts the ends of its searches, whatever became of them.
    Buffer end;
    const auto query = decode_query(payload);
    append_end(end, {query ? query->search_id : std::uint16_t{0}});
    if (query) parts_.links.send(from, Type::end, end, Urgency::normal, cx);
    return;
  }
  const auto message = decode_query(payload);
  if (!message) {
    parts_.links.drop(from, Drop::malformed);
    return;
  }
  LivingQuery query;
  query.asker = LivingQuery::Asker::child;
  query.link = from.id;
  query.search_id = message->search_id;
  query.limit = results_wanted(*message);
  query.question = Question::of(*message);
  if (!query.question) {
    end(query, cx);
    return;
  }
  ++answered_;
  ReplyWriter writer(here(from), message->search_id);
  parts_.children.search(*query.question,
                         {.limit = query.limit,
                          .asker = &child,
                          .here = here(from),
                          .with_large = is_ours(from.version),
                          .told = &query.told},
                         writer);
  query.limit -= static_cast<std::uint32_t>(std::min<std::size_t>(writer.count(), query.limit));
  if (writer.count() > 0)
    for (const Buffer& reply : writer.take())
      parts_.links.send(from, Type::reply, reply, Urgency::normal, cx);
  begin(std::move(query), payload, cx);
}

void Flood::begin(LivingQuery query, Bytes payload, Cx& cx) {
  query.id = draw_guid(cx.rng);
  if (parts_.peers.size() > 0) seen_.admit(query.id, query.link, 0, cx.now);  // it may come back
  pass_on(std::move(query), {Guid{}, parts_.config.supernode.ttl, 0, payload}, nullptr, cx);
}

// Ends at once when there is nobody to ask.
void Flood::pass_on(LivingQuery query, const RelayedQuery& message, const Link* but, Cx& cx) {
  query.ends = cx.now + time_of(message.hops);
  if (message.ttl > 0 && query.limit > 0 && !living_.is_full()) {
    Buffer relayed;
    append_relayed_query(relayed, {query.id, message.ttl, message.hops, message.query});
    query.waiting.reserve(parts_.peers.size());
    for (const auto& [link, peer] : parts_.peers.all()) {
      Link* const to = parts_.links.find(link);
      if (to == nullptr || to == but) continue;
      if (!parts_.links.send(*to, Type::relayed_query, relayed, Urgency::bulk, cx)) continue;
      query.waiting.push_back(link);
      ++relayed_;
    }
  }
  if (query.waiting.empty())
    end(query, cx);
  else
    living_.add(std::move(query));
}

// ---- queries of other supernodes ------------------------------------------------------------

void Flood::relayed_query(Link& from, Peer& peer, Bytes payload, Cx& cx) {
  if (!peer.queries.take(cx.now)) {
    parts_.links.drop(from, Drop::throttled);
    return;
  }
  const auto relayed = decode_relayed_query(payload);
  const auto message = relayed ? decode_query(relayed->query)
                               : Result<QueryMessage>(tl::unexpected<Error>(relayed.error()));
  if (!message) {
    parts_.links.drop(from, Drop::malformed);
    return;
  }
  shape_.query(relayed->hops, relayed->ttl);
  LivingQuery query;
  query.id = relayed->id;
  query.asker = LivingQuery::Asker::supernode;
  query.link = from.id;
  if (seen_.admit(query.id, from.id, relayed->ttl, cx.now) != Routes::Seen::fresh) {
    parts_.links.drop(from, Drop::duplicate);
    Buffer end;
    append_relayed_end(end, {query.id, 0});
    parts_.links.send(from, Type::relayed_end, end, Urgency::normal, cx);
    return;
  }
  query.reached = 1;
  query.limit = results_wanted(*message);
  if (const auto question = Question::of(*message)) {
    ++answered_;
    ReplyWriter writer(here(from), 0, kMaxRelayedReply);
    parts_.children.search(*question, {.limit = query.limit, .here = here(from)}, writer);
    query.limit -= static_cast<std::uint32_t>(std::min<std::size_t>(writer.count(), query.limit));
    if (writer.count() > 0) {
      for (const Buffer& reply : writer.take()) {
        Buffer out;
        append_relayed_reply(out, {query.id, 0, reply});
        parts_.links.send(from, Type::relayed_reply, out, Urgency::normal, cx);
      }
    }
  }
  const auto ttl = static_cast<std::uint8_t>(relayed->ttl > 0 ? relayed->ttl - 1 : 0);
  const auto hops = static_cast<std::uint8_t>(relayed->hops + 1);
  pass_on(std::move(query), {Guid{}, ttl, hops, relayed->query}, &from, cx);
}

// ---- answers --------------------------------------------------------------------------------

void Flood::relayed_reply(Link& from, Bytes payload, Cx& cx) {
  const auto relayed = decode_relayed_reply(payload);
  if (!relayed || relayed->reply.size() < kReplyHead) {
    parts_.links.drop(from, Drop::malformed);
    return;
  }
  LivingQuery* const query = living_.find(relayed->id);
  if (query == nullptr || !std::ranges::count(query->waiting, from.id)) {
    parts_.links.drop(from, Drop::no_route);
    return;
  }
  Reader reader(relayed->reply);
  const Endpoint supernode = read_endpoint(reader);
  reader.skip(2);
  const std::uint32_t most = static_cast<std::uint32_t>(reader.size() / kLeastResultBytes);
  const std::uint32_t count = std::min<std::uint32_t>(reader.u16be(), most);
  if (count == 0) {
    parts_.links.drop(from, Drop::unwanted);
    return;
  }
  shape_.hit(relayed->hops);
  parts_.peers.learn_way(supernode, from.id);
  if (query->asker != LivingQuery::Asker::supernode) {
    tell(from, *query, relayed->reply, cx);
    return;
  }
  Link* const to = parts_.links.find(query->link);
  if (to == nullptr || query->limit == 0) {
    parts_.links.drop(from, Drop::over_limit);
    return;
  }
  query->limit -= std::min(count, query->limit);
  Buffer out;
  append_relayed_reply(out,
                       {relayed->id, static_cast<std::uint8_t>(relayed->hops + 1), relayed->reply});
  parts_.links.send(*to, Type::relayed_reply, out, Urgency::normal, cx);
  if (query->limit == 0) living_.finish(*query);
}

// To who asked here: what answers the question, and nothing twice.
void Flood::tell(Link& from, LivingQuery& query, Bytes payload, Cx& cx) {
  const auto reply = decode_reply(payload);
  if (!reply) {
    parts_.links.drop(from, Drop::malformed);
    return;
  }
  if (query.asker == LivingQuery::Asker::ours) {
    OwnSearches::One* const search = parts_.searches.find(query.search_id);
    if (search == nullptr || parts_.searches.take(*search, *reply, cx)) living_.drop(query);
    return;
  }
  Link* const to = parts_.links.find(query.link);
  if (to == nullptr) return;
  ReplyWriter writer(reply->supernode, query.search_id);
  for (const ReplyFile& file : reply->files) {
    if (query.limit == 0) break;
    if (!is_wanted(query, file)) {
      parts_.links.drop(from, Drop::unwanted);
      continue;
    }
    if (file.file.size_bytes > kMostForStrangers && !is_ours(to->version)) continue;
    if (query.told.add(file.endpoint, file.file.hash) && writer.add(file)) --query.limit;
  }
  if (writer.count() > 0)
    for (const Buffer& out : writer.take())
      parts_.links.send(*to, Type::reply, out, Urgency::normal, cx);
  if (query.limit == 0) living_.finish(query);
}

bool Flood::is_wanted(const LivingQuery& query, const ReplyFile& file) const {
  const std::uint32_t address = file.endpoint.address;
  const bool is_allowed = parts_.config.allow_public ? is_routable(address) : is_private(address);
  return is_allowed && query.question->fits(file.file);
}

void Flood::relayed_end(Link& from, Bytes payload, Cx&) {
  const auto said = decode_relayed_end(payload);
  if (!said) {
    parts_.links.drop(from, Drop::malformed);
    return;
  }
  LivingQuery* const query = living_.find(said->id);
  if (query == nullptr || !std::ranges::count(query->waiting, from.id)) return;  // over already
  query->reached = static_cast<std::uint16_t>(std::min(query->reached + said->reached, 0xffff));
  living_.settle(*query, from.id);
}

// ---- the end --------------------------------------------------------------------------------

void Flood::cancelled(std::uint16_t wire_id) {
  if (LivingQuery* const query = living_.find_ours(wire_id)) living_.drop(*query);
}

void Flood::expire(Cx& cx) {
  for (const Guid& id : living_.over(cx.now)) {
    if (const auto query = living_.take(id)) end(*query, cx);
  }
}

void Flood::end(const LivingQuery& query, Cx& cx) {
  Buffer out;
  switch (query.asker) {
    case LivingQuery::Asker::ours:
      if (OwnSearches::One* const search = parts_.searches.find(query.search_id))
        parts_.searches.end(*search, Ended::Why::complete, "", cx);
      return;
    case LivingQuery::Asker::child:
      append_end(out, {query.search_id});
      if (Link* const to = parts_.links.find(query.link))
        parts_.links.send(*to, Type::end, out, Urgency::control, cx);
      return;
    case LivingQuery::Asker::supernode:
      append_relayed_end(out, {query.id, query.reached});
      if (Link* const to = parts_.links.find(query.link))
        parts_.links.send(*to, Type::relayed_end, out, Urgency::control, cx);
      return;
  }
}

}  // namespace p2p::kazaa
