#include "protocols/transfer/reciprocity.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace p2p::transfer {

namespace {

constexpr std::chrono::seconds kDay = 24h;

struct Claim {
  const Wish* wish = nullptr;
  std::uint64_t gift = 0;
};

bool gave_more(const Claim& a, const Claim& b) {
  return a.gift != b.gift ? a.gift > b.gift : a.wish->since < b.wish->since;
}

bool turn_is_over(const Wish& wish, Time now) {
  return wish.holds && now - wish.since >= kTurn;
}

// Those in the middle of their turn, those who wait, and last those who had their turn.
bool goes_before(const Claim& a, const Claim& b, Time now) {
  const auto rank = [now](const Wish& wish) {
    return turn_is_over(wish, now) ? 2 : wish.holds ? 0 : 1;
  };
  const int first = rank(*a.wish);
  const int second = rank(*b.wish);
  if (first != second) return first < second;
  if (a.wish->since != b.wish->since) return a.wish->since < b.wish->since;
  return a.wish->turns < b.wish->turns;
}

// Moves the first `count` of `from` to `users`.
void serve(std::vector<Claim>& from, std::size_t count, std::vector<std::string>& users) {
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(std::min(count, from.size()));
  for (auto at = from.begin(); at != end; ++at)
    users.push_back(at->wish->user);
  from.erase(from.begin(), end);
}

// Where there is a single slot.
bool is_best_givers_turn(Time now) {
  return now.time_since_epoch() / kTurn % 2 == 0;
}

// One of `others`, which are not none; not `last` unless nobody else is there.
std::size_t drawn(const std::vector<Claim>& others, std::optional<std::size_t> last, Rng& rng) {
  if (!last || others.size() == 1) return rng.below(others.size());
  const std::size_t at = rng.below(others.size() - 1);
  return at < *last ? at : at + 1;
}

// Takes the drawn one out of `others`.
void serve_drawn(std::vector<Claim>& others, Rng& rng, Time now, Turns& out) {
  if (others.empty()) return;
  const auto found = std::ranges::find_if(
      others, [&](const Claim& claim) { return claim.wish->user == out.draw.user; });
  std::optional<std::size_t> last;
  if (found != others.end()) last = static_cast<std::size_t>(found - others.begin());
  const bool stays = last && now < out.draw.until;
  const std::size_t at = stays ? *last : drawn(others, last, rng);
  if (!stays) out.draw = {others[at].wish->user, now + kTurn};
  out.served.push_back(out.draw.user);
  others.erase(others.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

// ---- gifts

double Gifts::at(const Gift& gift, Time now) {
  const auto age = std::chrono::duration<double>(std::max(now - gift.at, Duration::zero()));
  return gift.bytes * std::exp2(-age / std::chrono::duration<double>(kHalfLife));
}

void Gifts::gave(std::string_view user, std::uint64_t bytes, Time now) {
  if (bytes == 0) return;
  auto known = users_.find(user);
  if (known == users_.end()) {
    if (users_.size() >= kMostUsers) forget_least(now);
    known = users_.emplace(std::string(user), Gift{0, now}).first;
  }
  known->second = {at(known->second, now) + static_cast<double>(bytes), now};
}

void Gifts::forget_least(Time now) {
  users_.erase(std::ranges::min_element(
      users_, {}, [now](const auto& known) { return at(known.second, now); }));
}

std::uint64_t Gifts::lately(std::string_view user, Time now) const {
  const auto known = users_.find(user);
  if (known == users_.end()) return 0;
  const auto bytes = static_cast<std::uint64_t>(at(known->second, now));
  return bytes < kLeast ? 0 : bytes;
}

// ---- turns

Turns turns(std::span<const Wish> wishes, std::size_t slots, const Gifts& gifts, const Draw& before,
            Rng& rng, Time now) {
  std::vector<Claim> givers;
  std::vector<Claim> others;
  for (const Wish& wish : wishes) {
    const Claim claim{&wish, gifts.lately(wish.giver.empty() ? wish.user : wish.giver, now)};
    (claim.gift > 0 ? givers : others).push_back(claim);
  }
  std::ranges::stable_sort(givers, gave_more);
  std::ranges::stable_sort(
      others, [now](const Claim& a, const Claim& b) { return goes_before(a, b, now); });

  Turns out;
  out.draw = before;
  const bool is_drawn = slots > 0 && !givers.empty() && !(slots == 1 && is_best_givers_turn(now));
  serve(givers, is_drawn ? slots - 1 : slots, out.served);
  std::vector<Claim> rest = std::move(givers);
  rest.insert(rest.end(), others.begin(), others.end());
  if (is_drawn) serve_drawn(rest, rng, now, out);
  serve(rest, slots - out.served.size(), out.served);
  for (const Claim& claim : rest)
    out.waiting.push_back(claim.wish->user);
  return out;
}

// ---- times

void SlotTimes::ended(Duration held) {
  last_[count_++ % last_.size()] = held;
}

Duration SlotTimes::mean() const {
  const std::size_t known = std::min(count_, last_.size());
  if (known == 0) return kUsual;
  Duration sum{0};
  for (std::size_t i = 0; i < known; ++i)
    sum += last_[i];
  return sum / static_cast<Duration::rep>(known);
}

std::chrono::seconds waiting_time(std::size_t place, std::size_t slots, Duration mean) {
  if (place == 0) return 0s;
  if (slots == 0) return kDay;
  const double all = static_cast<double>(place) *
                     std::chrono::duration<double>(std::max(mean, Duration::zero())).count() /
                     static_cast<double>(slots);
  const double most = static_cast<double>(kDay.count());
  return std::chrono::seconds(static_cast<std::int64_t>(std::ceil(std::min(all, most))));
}

}  // namespace p2p::transfer
