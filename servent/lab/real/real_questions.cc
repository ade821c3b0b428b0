#include "servent/lab/real/real_questions.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "protocols/base/file.h"
#include "protocols/base/letters.h"

#include "servent/lab/answers.h"
#include "servent/lab/draws.h"
#include "servent/lab/experiment.h"

namespace p2p::lab {

namespace {

std::string text_in(const Json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

}  // namespace

RealQuestions::RealQuestions(RealNetwork& network, const RealPresence& presence,
                             Placement& placement, const Plan& plan, const Setup& setup,
                             std::uint64_t seed, World::Ms lead)
    : network_(network),
      presence_(presence),
      placement_(placement),
      plan_(plan),
      setup_(setup),
      lead_(lead),
      demand_(placement, demand_setup(setup, seed)),
      pollution_(setup.polluted, setup.distinct, seed_of(seed, Drawn::pollution)),
      fetching_(seed_of(seed, Drawn::fetching)),
      answers_(plan.roles.size()) {}

std::optional<Wish> RealQuestions::next() {
  return demand_.next([&](NodeNumber node) { return node < plan_.users && network_.is_up(node); });
}

Result<void> RealQuestions::ask(const Wish& wish, World::Ms when) {
  std::set<Copy> copies = existing(wish.node, wish.query);
  AskedQuery asked;
  asked.asked_at = when;
  asked.asker = wish.node;
  asked.existing = static_cast<std::uint32_t>(copies.size());
  online_ += presence_.online();
  asked_.push_back(asked);
  const auto search = network_.search(wish.node, joined(wish.query.words, " "));
  if (!search) return tl::unexpected(search.error());
  if (*search)
    running_.push_back({asked_.size() - 1, std::move(copies), {wish.node, **search}});
  else
    notes_.push_back("node " + std::to_string(wish.node) + " could not ask");
  return {};
}

std::set<Copy> RealQuestions::existing(NodeNumber asker, const Query& query) {
  std::set<Copy> copies;
  for (const FileNumber file : placement_.matching(query))
    for (const NodeNumber node : placement_.holders(file))
      if (node != asker && network_.is_up(node)) copies.emplace(file, node);
  return copies;
}

Result<void> RealQuestions::end(const std::function<bool(const AskedQuery&)>& is_over) {
  const auto first =
      std::stable_partition(running_.begin(), running_.end(),
                            [&](const Running& one) { return !is_over(asked_[one.place]); });
  if (first == running_.end()) return {};
  std::vector<Running> over(std::make_move_iterator(first),
                            std::make_move_iterator(running_.end()));
  running_.erase(first, running_.end());
  std::vector<RealNetwork::Begun> searches;
  searches.reserve(over.size());
  for (const Running& one : over)
    searches.push_back(one.search);
  const auto moments = network_.take(searches);
  if (!moments) return tl::unexpected(moments.error());
  for (std::size_t i = 0; i < over.size(); ++i)
    found(over[i], (*moments)[i]);
  return {};
}

void RealQuestions::found(Running& running, const Json& moment) {
  if (!moment.is_object()) return;
  AskedQuery& asked = asked_[running.place];
  std::uint64_t started = 0;
  for (const Json& row : moment.value("searches", Json::array()))
    if (number_in(row, "id") == running.search.search) started = number_in(row, "started_ms");
  std::vector<Copy> targets;
  const Json results = moment.value("results", Json::object());
  for (const Json& row : results.value("rows", Json::array())) {
    const std::uint64_t after = number_in(row, "seen_ms") - started;
    std::uint32_t right = 0;
    std::uint64_t hops = 0;
    for (const Json& source : row.value("sources", Json::array())) {
      ++asked.hits;
      const auto copy = copy_of(source, text_in(row, "name"));
      if (!copy) continue;
      if (!presence_.was_up(copy->second, lead_ + asked.asked_at + after)) ++asked.stale;
      ++answers_[copy->second];
      if (running.copies.erase(*copy) == 0) continue;
      if (right++ == 0) hops = number_in(source, "hops");
      if (pollution_.is_target(copy->first)) targets.push_back(*copy);
    }
    asked.found += right;
    if (right == 0) continue;
    if (asked.first_hit_after && *asked.first_hit_after <= after) continue;
    asked.first_hit_after = after;
    asked.first_hit_hops.reset();
    if (hops == 0) hops = plan_.answer_hops;
    if (hops > 0) asked.first_hit_hops = static_cast<unsigned>(hops);
  }
  if (!targets.empty())
    asked.fetched = fetch(std::move(targets), pollution_, setup_.check == "digest", fetching_);
}

std::optional<Copy> RealQuestions::copy_of(const Json& source, const std::string& name) const {
  const std::string its = text_in(source, "name");
  const auto file = placement_.corpus().by_name(base_name(its.empty() ? name : its));
  auto node = network_.node_at(text_in(source, "at"));
  if (!node) node = node_of_nick(text_in(source, "user"));
  if (!file || !node) return {};
  return Copy{*file, *node};
}

std::optional<NodeNumber> RealQuestions::node_of_nick(const std::string& nick) const {
  for (NodeNumber node = 0; node < plan_.users; ++node)
    if (Crowd::nick(node) == nick) return node;
  return {};
}

void RealQuestions::add_to(Outcome& outcome) const {
  const bool changes = presence_.changes();
  add_answers(outcome, asked_, answers_, plan_.users, changes);
  if (changes && !asked_.empty())
    add_number(outcome, "online", online_ / static_cast<double>(asked_.size()));
  add_fetched(outcome, asked_);
  add_dent(outcome, asked_, setup_, blow_after(setup_));
  if (changes) add_course(outcome, asked_, setup_, 0);
  outcome.notes.insert(outcome.notes.end(), notes_.begin(), notes_.end());
}

}  // namespace p2p::lab
