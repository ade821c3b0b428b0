#include "servent/lab/answers.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "servent/lab/dent.h"

namespace p2p::lab {

namespace {

// Of the answers, the share that the 1 % of the nodes gave (at least one) who gave the most.
double share_of_most(std::vector<std::uint64_t> answers, std::size_t nodes) {
  std::ranges::sort(answers, std::greater());
  const std::size_t most = std::min(std::max<std::size_t>(1, nodes / 100), answers.size());
  double all = 0;
  double of_most = 0;
  for (std::size_t place = 0; place < answers.size(); ++place) {
    all += static_cast<double>(answers[place]);
    if (place < most) of_most += static_cast<double>(answers[place]);
  }
  return all > 0 ? of_most / all : 0;
}

}  // namespace

void add_number(Outcome& to, std::string name, double value) {
  to.numbers.push_back({std::move(name), value});
}

void add_answers(Outcome& to, std::span<const AskedQuery> asked,
                 const std::vector<std::uint64_t>& by_node, std::size_t users, bool changes) {
  if (asked.empty()) return;
  double hit = 0;
  double hits = 0;
  double stale = 0;
  double waited = 0;
  std::vector<double> hops;
  std::vector<double> recalls;
  for (const AskedQuery& one : asked) {
    if (one.is_success()) ++hit;
    if (const auto recall = one.recall()) recalls.push_back(*recall);
    hits += one.hits;
    stale += one.stale;
    waited += static_cast<double>(one.first_hit_after.value_or(0));
    if (one.first_hit_hops) hops.push_back(*one.first_hit_hops);
  }
  add_number(to, "success", hit / static_cast<double>(asked.size()));
  if (!recalls.empty()) add_number(to, "recall", estimate(recalls).mean);
  if (hits > 0) add_number(to, "answers_top1", share_of_most(by_node, users));
  if (hit > 0) add_number(to, "first_hit_ms", waited / hit);
  if (!hops.empty()) add_number(to, "first_hit_hops", estimate(hops).mean);
  if (changes && hits > 0) add_number(to, "stale", stale / hits);
}

void add_fetched(Outcome& to, std::span<const AskedQuery> asked) {
  double fetched = 0;
  double got = 0;
  double bad = 0;
  double tries = 0;
  for (const AskedQuery& one : asked) {
    if (!one.fetched) continue;
    ++fetched;
    tries += one.fetched->tries;
    if (one.fetched->is_got) ++got;
    if (one.fetched->is_bad) ++bad;
  }
  if (fetched == 0) return;
  add_number(to, "got", got / fetched);
  add_number(to, "tries", tries / fetched);
  if (got > 0) add_number(to, "bad", bad / got);
}

void add_course(Outcome& to, std::span<const AskedQuery> asked, const Setup& setup,
                World::Ms start) {
  to.course = course_of(asked, start, World::Ms{setup.gap_ms} * setup.count);
}

void add_dent(Outcome& to, std::span<const AskedQuery> asked, const Setup& setup, World::Ms blow) {
  if (setup.kill == "none") return;
  const auto away = static_cast<World::Ms>(setup.back_s * 1'000);
  const Dent dent = dent_of(asked, blow, away == 0 ? kNoReturn : blow + away);
  if (dent.before) add_number(to, "success_before", *dent.before);
  if (dent.during) add_number(to, "success_during", *dent.during);
  if (dent.after) add_number(to, "success_after", *dent.after);
  if (dent.length_s) add_number(to, "dent_s", *dent.length_s);
}

}  // namespace p2p::lab
