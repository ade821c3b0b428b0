#include "protocols/gnutella/walks.h"

#include <algorithm>
#include <limits>

namespace p2p::gnutella {

namespace {

// Hops as far as a header may say them: a walk is longer.
std::uint8_t hops_of(const Walker& walker) {
  return static_cast<std::uint8_t>(std::min<unsigned>(walker.step - 1U, kMaxTtlHops - 1U));
}

// The query with the walker's step in it. What is no urn and no GGEP is left out.
Buffer payload_of(const QueryMessage& message, const Walker& walker) {
  const Extensions read = read_extensions(message.extensions);
  Buffer area;
  for (const std::string_view urn : read.urns) {
    Writer(area).text(urn);
    area.push_back(kExtensionSeparator);
  }
  GgepWriter ggep(true);
  for (const Ggep::Extension& extension : read.ggep.extensions())
    if (extension.id != kWalker) ggep.add(extension.id, extension.data);
  ggep.add(kWalker, to_bytes(walker));
  ggep.append_to(area);
  Buffer payload;
  append_query(payload, QueryMessage{message.flags, message.text, area});
  return payload;
}

}  // namespace

void Walks::begin(OwnSearches::One& search, std::uint8_t walkers, std::uint8_t check_every,
                  const Endpoint& here, std::uint16_t flags, Cx& cx) {
  remember(search.guid);
  const auto& open = links_.open();
  for (unsigned number = 0; number < walkers && !open.empty(); ++number) {
    const Walker walker{static_cast<std::uint8_t>(number), check_every, 1, here};
    Buffer message;
    append_asking(message, Header{search.guid, Type::query, 1, 0, 0}, search.asking, flags, walker);
    links_.send(*open[cx.rng.below(open.size())], message, Urgency::normal, cx);
  }
  searches_.all_asked(search, cx.now);  // put off by each check
}

void Walks::remember(const Guid& query) {
  if (known_.size() < kMostWalks) {
    known_.push_back(query);
    return;
  }
  known_[oldest_] = query;
  oldest_ = (oldest_ + 1) % kMostWalks;
}

bool Walks::knows(const Guid& query) const {
  return std::ranges::find(known_, query) != known_.end();
}

void Walks::arrived(const Neighbour& from, const Guid& query, const Walker& walker,
                    const QueryMessage& message, Cx& cx) {
  if (!knows(query)) remember(query);
  if (!walker.checks_now()) {
    step(from.id, query, walker, message, cx);
    return;
  }
  if (waiting_.size() == kMostWaiting) return;
  Waiting& waiting = waiting_.emplace_back();
  waiting.query = query;
  waiting.walker = walker;
  waiting.from = from.id;
  append_query(waiting.payload, message);
  waiting.until = cx.now + kVerdictPatience;
  WalkNote check;
  check.query = query;
  check.number = walker.number;
  check.step = walker.step;
  links_.send_note(walker.origin, check, cx);
}

void Walks::step(LinkId from, const Guid& query, Walker walker, const QueryMessage& message,
                 Cx& cx) {
  const auto& open = links_.open();
  if (open.empty() || walker.step == std::numeric_limits<std::uint16_t>::max()) return;
  // All but the one it came by, which takes the place of the last: one draw, each as likely.
  const auto back = std::ranges::find(open, from, &Neighbour::id);
  const std::size_t others = open.size() - (back == open.end() ? 0U : 1U);
  Neighbour* to = open.back();
  if (others == 0)
    to = *back;
  else if (const std::size_t drawn = cx.rng.below(others); open[drawn]->id != from)
    to = open[drawn];
  ++walker.step;
  links_.send(*to, Header{query, Type::query, 1, hops_of(walker), 0}, payload_of(message, walker),
              Urgency::bulk, cx);
}

std::optional<Hop> Walks::after_hit(const Header& header, Cx& cx) {
  if (cx.rng.below(kHitLosesTtl) != 0) return Hop{header.ttl, header.hops};
  if (header.ttl <= 1) return {};
  return after(header);
}

void Walks::note(const Endpoint& from, const WalkNote& note, Cx& cx) {
  switch (note.kind) {
    case WalkNote::Kind::check: gather(from, note, cx); return;
    case WalkNote::Kind::verdict: verdict(from, note, cx); return;
    case WalkNote::Kind::found: found(note); return;
  }
}

void Walks::verdict(const Endpoint& from, const WalkNote& note, Cx& cx) {
  const auto at = std::ranges::find_if(waiting_, [&](const Waiting& one) {
    return one.query == note.query && one.walker.number == note.number && one.walker.origin == from;
  });
  if (at == waiting_.end()) return;
  const Waiting held = std::move(*at);
  waiting_.erase(at);
  if (!note.goes_on) return;
  if (const auto message = decode_query(held.payload))
    step(held.from, held.query, held.walker, *message, cx);
}

// ---- of ours --------------------------------------------------------------------------------

void Walks::gather(const Endpoint& from, const WalkNote& note, const Cx& cx) {
  if (checks_.size() == kMostChecks || !knows(note.query)) return;
  checks_.push_back({from, note.query, note.number});
  if (answer_at_ == kNever) answer_at_ = cx.now + kGather;
}

void Walks::found(const WalkNote& note) {
  if (searches_.find(note.query) == nullptr) return;
  const auto at = std::ranges::find(announced_, note.query, &Announced::query);
  if (at != announced_.end())
    at->hits += note.hits;
  else if (announced_.size() < kMostSearches)
    announced_.push_back({note.query, note.hits});
}

bool Walks::goes_on(const Check& check, Cx& cx) {
  OwnSearches::One* const search = searches_.find(check.query);
  if (search == nullptr) return false;
  const std::uint32_t enough = enough_ != 0 ? enough_ : search->query.limit;
  const auto at = std::ranges::find(announced_, check.query, &Announced::query);
  const std::uint32_t announced = at == announced_.end() ? 0 : at->hits;
  if (std::max(search->hits, announced) >= enough) return false;
  searches_.all_asked(*search, cx.now);
  return true;
}

void Walks::expire(Cx& cx) {
  while (!waiting_.empty() && waiting_.front().until <= cx.now)
    waiting_.pop_front();
  if (answer_at_ > cx.now) return;
  answer_at_ = kNever;
  for (const Check& check : checks_) {
    WalkNote verdict;
    verdict.kind = WalkNote::Kind::verdict;
    verdict.query = check.query;
    verdict.number = check.number;
    verdict.goes_on = goes_on(check, cx);
    links_.send_note(check.from, verdict, cx);
  }
  checks_.clear();
  std::erase_if(announced_,
                [&](const Announced& one) { return searches_.find(one.query) == nullptr; });
}

Time Walks::deadline() const {
  return waiting_.empty() ? answer_at_ : std::min(answer_at_, waiting_.front().until);
}

}  // namespace p2p::gnutella
