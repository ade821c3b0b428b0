#include "servent/transfer/upload_queue.h"

#include <algorithm>
#include <map>
#include <utility>

#include "servent/transfer/names.h"

namespace p2p::transfer {

namespace {

Time at(std::int64_t ms) {
  return Time(Duration(ms));
}

}  // namespace

// One who has a slot or wants one.
struct UploadQueue::Claim {
  const Asker* who = nullptr;
  std::int64_t since = 0;
  bool holds = false;
  std::uint32_t entry = 0;  // its id; zero: a running upload
  std::size_t hold = 0;     // else its number
  std::size_t layer = 0;    // those of the first go before those of the second
  bool is_eligible = true;  // else he has as much as one user may
};

struct UploadQueue::Plan {
  std::vector<std::uint32_t> served;    // waiting entries whose turn it is
  std::vector<std::uint32_t> waiting;   // all that wait, those included, as they will go
  std::vector<std::uint32_t> too_many;  // of those: their users have what one may
  std::vector<bool> keeps;              // of the holds
};

void UploadQueue::expire(std::int64_t now) {
  std::erase_if(entries_, [&](const Entry& e) { return e.expires < now; });
  std::erase_if(by_hand_, [&](std::uint32_t id) {
    const auto at = std::ranges::find(entries_, id, &Entry::id);
    return at == entries_.end() || at->accepted;
  });
}

// In each layer every user is once.
std::vector<UploadQueue::Claim> UploadQueue::claims(const Holds& running, std::int64_t now) const {
  std::vector<Claim> out;
  std::map<std::string, std::size_t> of_user;
  std::map<std::string, std::size_t> waiting_of_giver;
  const auto hold = [&](const Asker& who, std::int64_t since, std::uint32_t entry,
                        std::size_t number) {
    const std::size_t layer = of_user[folded_user(who.user)]++;
    out.push_back({&who, since, true, entry, number, layer, true});
  };
  for (std::size_t i = 0; i < running.size(); ++i)
    hold(running[i].who, running[i].since, 0, i);
  for (const Entry& e : entries_)
    if (e.accepted && e.expires >= now) hold(e.who, e.since, e.id, 0);
  for (const Entry& e : entries_) {
    if (e.accepted || e.expires < now) continue;
    const std::size_t his = of_user[folded_user(e.who.user)]++;
    const std::size_t layer = std::max(his, waiting_of_giver[e.who.giver]++);
    out.push_back({&e.who, e.since, false, e.id, 0, layer, his < limits_.per_user});
  }
  return out;
}

// Those that were put first take what is free, then the slots of those whose turn is over.
void UploadQueue::serve_by_hand(std::vector<Claim>& all, std::size_t& left, std::int64_t now,
                                Plan& out) const {
  const auto held =
      static_cast<std::size_t>(std::ranges::count_if(all, [](const Claim& c) { return c.holds; }));
  std::size_t unused = left - std::min(left, held);
  std::vector<std::uint32_t> behind;
  for (const std::uint32_t id : by_hand_) {
    const auto his = std::ranges::find_if(
        all, [&](const Claim& c) { return !c.holds && c.entry == id && c.is_eligible; });
    if (his == all.end()) continue;
    all.erase(his);
    const auto over = std::ranges::find_if(all, [&](const Claim& c) {
      return c.holds && c.entry == 0 && now - c.since >= kTurn.count();
    });
    if (left == 0 || (unused == 0 && over == all.end())) {
      behind.push_back(id);
      continue;
    }
    if (unused > 0)
      --unused;
    else
      all.erase(over);
    --left;
    out.served.push_back(id);
    out.waiting.push_back(id);
  }
  out.waiting.insert(out.waiting.end(), behind.begin(), behind.end());
}

UploadQueue::Plan UploadQueue::plan(const Holds& running, std::int64_t now,
                                    std::vector<Draw>& draws, Rng& rng) const {
  std::vector<Claim> all = claims(running, now);
  std::ranges::stable_sort(all, {}, &Claim::layer);
  Plan out;
  out.keeps.assign(running.size(), false);
  draws.resize(all.empty() ? 0 : all.back().layer + 1);
  std::size_t left = limits_.slots;
  serve_by_hand(all, left, now, out);
  for (auto from = all.begin(); from != all.end();) {
    const auto to =
        std::find_if(from, all.end(), [&](const Claim& c) { return c.layer != from->layer; });
    std::map<std::string, const Claim*> by_user;
    std::vector<Wish> wishes;
    for (auto c = from; c != to; ++c) {
      if (!c->is_eligible) continue;
      const std::string user = folded_user(c->who->user);
      by_user[user] = &*c;
      wishes.push_back({user, at(c->since), c->holds, 0, c->who->giver});
    }
    Draw& draw = draws[from->layer];
    const Turns decided = turns(wishes, left, gifts_, draw, rng, at(now));
    draw = decided.draw;
    left -= decided.served.size();
    for (const std::string& user : decided.served) {
      const Claim& claim = *by_user[user];
      if (claim.entry == 0) out.keeps[claim.hold] = true;
      if (!claim.holds) out.served.push_back(claim.entry);
      if (!claim.holds) out.waiting.push_back(claim.entry);
    }
    for (const std::string& user : decided.waiting)
      if (!by_user[user]->holds) out.waiting.push_back(by_user[user]->entry);
    for (auto c = from; c != to; ++c) {
      if (c->is_eligible) continue;
      out.waiting.push_back(c->entry);
      out.too_many.push_back(c->entry);
    }
    from = to;
  }
  return out;
}

UploadQueue::Plan UploadQueue::decide(const Holds& running, std::int64_t now) {
  return plan(running, now, draws_, rng_);
}

bool UploadQueue::has_room(const Holds& running) const {
  const auto accepted = std::ranges::count(entries_, true, &Entry::accepted);
  return running.size() + static_cast<std::size_t>(accepted) < limits_.slots;
}

bool UploadQueue::is_full(const Asker& who) const {
  std::size_t all = 0;
  std::size_t his = 0;
  std::size_t of_key = 0;
  for (const Entry& e : entries_) {
    if (e.accepted) continue;
    ++all;
    if (same_user(e.who.user, who.user)) ++his;
    if (e.who.giver == who.giver) ++of_key;
  }
  return all >= limits_.places || std::max(his, of_key) >= (limits_.places + 1) / 2;
}

std::optional<std::uint32_t> UploadQueue::ask(const Asker& who, const std::string& name,
                                              std::uint64_t size, const Holds& running,
                                              std::int64_t now) {
  expire(now);
  auto at = std::ranges::find_if(
      entries_, [&](const Entry& e) { return e.name == name && same_user(e.who.user, who.user); });
  const bool is_new = at == entries_.end();
  const bool has_place = !is_new || !is_full(who);
  if (is_new) {
    entries_.push_back({++last_id_, who, name, size, now, now + kWaitingMs, false, 0, {}});
    at = entries_.end() - 1;
  }
  if (at->accepted) {
    at->expires = now + kAcceptedMs;
    return 0;
  }
  const Plan now_planned = decide(running, now);
  const bool is_turn = std::ranges::count(now_planned.served, at->id) > 0;
  if (is_turn && has_room(running)) {
    at->accepted = true;
    at->since = now;
    at->expires = now + kAcceptedMs;
    return 0;
  }
  if (!has_place) {
    entries_.erase(at);
    return std::nullopt;
  }
  at->expires = now + kWaitingMs;
  at->called_until = is_turn ? now + kCalledMs : 0;
  const auto place = std::ranges::find(now_planned.waiting, at->id);
  return static_cast<std::uint32_t>(place - now_planned.waiting.begin()) + 1;
}

std::optional<std::string> UploadQueue::take(const Asker& who, const std::string& name,
                                             const Holds& running, std::int64_t now) {
  expire(now);
  const auto at = std::ranges::find_if(entries_, [&](const Entry& e) {
    return e.accepted && wire_form(e.name) == wire_form(name) && same_user(e.who.user, who.user);
  });
  if (at != entries_.end()) {
    std::string ours = std::move(at->name);
    entries_.erase(at);
    return ours;
  }
  if (!has_room(running)) return std::nullopt;
  entries_.push_back({++last_id_, who, name, 0, now, now + kWaitingMs, false, 0, {}});
  const Plan with_him = decide(running, now);
  entries_.pop_back();
  if (std::ranges::count(with_him.served, last_id_) == 0) return std::nullopt;
  return our_form(name);
}

bool UploadQueue::keeps(std::size_t hold, const Holds& running, std::int64_t now) {
  expire(now);
  const auto end = running.begin() + static_cast<std::ptrdiff_t>(hold);
  const auto before = std::count_if(running.begin(), end, [&](const Hold& other) {
    return same_user(other.who.user, running[hold].who.user);
  });
  if (static_cast<std::size_t>(before) >= limits_.per_user) return false;
  if (!is_awaited() && running.size() <= limits_.slots) return true;
  const Plan decided = decide(running, now);
  if (decided.keeps[hold]) return true;
  if (running.size() > limits_.slots) return false;
  return std::ranges::none_of(entries_, [&](const Entry& e) {
    return e.called_until >= now && !e.accepted && std::ranges::count(decided.served, e.id) > 0;
  });
}

void UploadQueue::gave_back(std::int64_t held_ms) {
  times_.ended(Duration(held_ms));
}

bool UploadQueue::is_awaited() const {
  return std::ranges::count(entries_, false, &Entry::accepted) > 0;
}

bool UploadQueue::drop(std::uint32_t id) {
  return std::erase_if(entries_, [id](const Entry& e) { return e.id == id; }) > 0;
}

void UploadQueue::drop_all(const std::string& giver) {
  std::erase_if(entries_, [&](const Entry& e) { return e.who.giver == giver; });
}

bool UploadQueue::move(std::uint32_t id, api::Where where, const Holds& running, std::int64_t now) {
  expire(now);
  std::vector<std::uint32_t> order;
  for (const Entry& entry : waiting(running, now))
    order.push_back(entry.id);
  const auto from = std::ranges::find(order, id);
  if (from == order.end()) return false;
  const auto place = static_cast<std::size_t>(from - order.begin());
  const std::size_t last = order.size() - 1;
  const std::size_t to = where == api::Where::top    ? 0
                         : where == api::Where::up   ? place - std::min<std::size_t>(place, 1)
                         : where == api::Where::down ? std::min(place + 1, last)
                                                     : last;
  order.erase(from);
  order.insert(order.begin() + static_cast<std::ptrdiff_t>(to), id);
  // What was in its order already stays in it.
  const auto is_by_hand = [&](std::uint32_t each) {
    return std::ranges::find(by_hand_, each) != by_hand_.end();
  };
  std::size_t count = std::max(place, to) + 1;
  if (to < place) count = to + 1;
  while (count < order.size() && is_by_hand(order[count]))
    ++count;
  order.resize(count);
  by_hand_ = std::move(order);
  return true;
}

std::vector<UploadQueue::Entry> UploadQueue::waiting(const Holds& running, std::int64_t now) const {
  std::vector<Draw> draws = draws_;  // what is shown decides nothing
  Rng rng = rng_;
  const Plan decided = plan(running, now, draws, rng);
  std::vector<Entry> out;
  out.reserve(decided.waiting.size());
  for (const std::uint32_t id : decided.waiting) {
    Entry& entry = out.emplace_back(*std::ranges::find(entries_, id, &Entry::id));
    const bool is_turn = std::ranges::count(decided.served, id) > 0;
    entry.wait = is_turn ? kSoon : waiting_time(out.size(), limits_.slots, times_.mean());
    entry.reason = is_turn                                        ? "may come now"
                   : std::ranges::count(decided.too_many, id) > 0 ? "this user has enough"
                   : std::ranges::count(by_hand_, id) > 0         ? "put here by hand"
                                                                  : "the slots are taken";
  }
  return out;
}

}  // namespace p2p::transfer
