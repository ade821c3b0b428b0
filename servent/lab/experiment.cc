#include "servent/lab/experiment.h"

#include <algorithm>
#include <string>
#include <vector>

#include "protocols/registry.h"

#include "servent/lab/crowd.h"
#include "servent/lab/demand.h"
#include "servent/lab/meter.h"
#include "servent/lab/network.h"
#include "servent/lab/placement.h"

namespace p2p::lab {

namespace {

constexpr World::Ms kSettle = 60'000;   // lists are told, tables are there
constexpr World::Ms kUpkeep = 120'000;  // a time without a question, to count what it costs
constexpr World::Ms kSlice = 1'000;     // between two looks at `stop`

class Run {
 public:
  Run(const Setup& setup, const Plan& plan, std::uint64_t seed, const std::atomic<bool>& stop)
      : setup_(setup),
        seed_(seed),
        stop_(stop),
        users_(plan.users),
        placement_(placement_setup(setup, plan.users, seed)),
        meter_(find_mode(plan.mode)->watching(), plan.roles.size()),
        crowd_(placement_, meter_),
        world_(seed, setup.latency, crowd_) {
    crowd_.enter(world_);
    build(world_, plan, setup);
  }

  Result<Outcome> go() {
    if (!live(kSettle)) return stopped();
    const Counts before = meter_.counts();
    if (!live(kUpkeep)) return stopped();
    count_upkeep(meter_.of_upkeep(meter_.counts() - before));
    meter_.forget_load();
    const Counts idle = meter_.counts();
    if (!ask()) return stopped();
    count_queries(meter_.counts() - idle);
    count_answers();
    out_.seed = seed_;
    out_.hash = crowd_.fingerprint();
    return std::move(out_);
  }

 private:
  static tl::unexpected<Error> stopped() { return fail(Errc::stopped, "stopped"); }

  // False: told to stop.
  bool live(World::Ms time) {
    for (const World::Ms end = world_.now() + time; world_.now() < end && !stop_;)
      world_.run(std::min(end, world_.now() + kSlice));
    return !stop_;
  }

  bool ask() {
    DemandSetup wanted;
    wanted.count = setup_.count;
    wanted.gap_ms = setup_.gap_ms;
    wanted.asked = setup_.asked;
    wanted.seed = seed_;
    Demand demand(placement_, wanted);
    const World::Ms start = world_.now();
    while (const auto wish =
               demand.next([&](NodeNumber node) { return node < users_ && world_.is_up(node); })) {
      if (start + wish->at > world_.now() && !live(start + wish->at - world_.now())) return false;
      (void)crowd_.ask(wish->node, wish->query, setup_.wait_ms);
    }
    return live(setup_.wait_ms + 1);
  }

  void number(std::string name, double value) { out_.numbers.push_back({std::move(name), value}); }

  void count_upkeep(const Count& upkeep) {
    const Rate each = rate(upkeep, static_cast<double>(users_) * kUpkeep / 60'000.0);
    number("upkeep_messages", each.messages);
    number("upkeep_bytes", each.bytes);
  }

  void count_queries(const Counts& counts) {
    const auto queries = static_cast<double>(crowd_.asked().size());
    const Rate each = rate(meter_.of_queries(counts), queries);
    number("messages", each.messages);
    number("bytes", each.bytes);
    for (std::size_t kind = 0; kind < counts.size(); ++kind) {
      if (counts[kind].messages == 0) continue;
      const Rate of_kind = rate(counts[kind], queries);
      std::string name(meter_.kinds()[kind].name);
      std::ranges::replace(name, ' ', '_');
      out_.by_type.push_back({std::move(name), of_kind.messages, of_kind.bytes});
    }
    const Spread load = meter_.load_messages();
    if (queries > 0) {
      number("load_mean", load.mean / queries);
      number("load_p99", load.p99 / queries);
      number("load_max", load.max / queries);
      number("load_gini", load.gini);
    }
    if (meter_.floods().empty()) return;  // a network without floods, or nobody asked
    const FloodMeans floods = means_of(meter_.floods());
    number("reach", floods.reach);
    number("duplicates", floods.duplicates);
  }

  void count_answers() {
    std::size_t hit = 0;
    std::vector<double> recalls;
    double waited = 0;
    for (const AskedQuery& asked : crowd_.asked()) {
      if (asked.is_success()) ++hit;
      if (const auto recall = asked.recall()) recalls.push_back(*recall);
      waited += static_cast<double>(asked.first_hit_after.value_or(0));
    }
    if (crowd_.asked().empty()) return;
    number("success", static_cast<double>(hit) / static_cast<double>(crowd_.asked().size()));
    if (!recalls.empty()) number("recall", estimate(recalls).mean);
    if (hit > 0) number("first_hit_ms", waited / static_cast<double>(hit));
  }

  const Setup& setup_;
  const std::uint64_t seed_;
  const std::atomic<bool>& stop_;
  const std::size_t users_;
  Placement placement_;
  Meter meter_;
  Crowd crowd_;
  World world_;
  Outcome out_;
};

}  // namespace

PlacementSetup placement_setup(const Setup& setup, std::size_t users, std::uint64_t seed) {
  PlacementSetup out;
  out.nodes = users;
  out.distinct = setup.distinct;
  out.free_riders = setup.free_riders;
  out.copies = setup.copies;
  out.popularity = setup.popularity;
  out.mean_files = setup.mean_files;
  out.seed = seed;
  return out;
}

Result<Outcome> run_once(const Setup& setup, std::uint64_t seed, const Graph* graph,
                         const std::atomic<bool>& stop) {
  Rng rng(seed);
  const Plan plan = plan_of(setup, graph, rng);
  if (plan.users == 0) return fail(Errc::refused, "a network without a node");
  return Run(setup, plan, seed, stop).go();
}

}  // namespace p2p::lab
