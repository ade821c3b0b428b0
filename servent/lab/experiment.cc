#include "servent/lab/experiment.h"

#include <algorithm>
#include <string>
#include <vector>

#include "protocols/registry.h"

#include "servent/lab/answers.h"
#include "servent/lab/crowd.h"
#include "servent/lab/draws.h"
#include "servent/lab/meter.h"
#include "servent/lab/network.h"
#include "servent/lab/placement.h"
#include "servent/lab/population.h"
#include "servent/lab/swarming.h"

namespace p2p::lab {

namespace {

constexpr World::Ms kUpkeepTime = 120'000;  // a time without a question, to count what it costs
// Between two looks at `stop`; in a large network a millisecond is a long time.
constexpr World::Ms kSlice = 100;
constexpr std::uint64_t kSliceEvents = 200'000;

class SimulatedRun {
 public:
  SimulatedRun(const Setup& setup, const Plan& plan, std::uint64_t seed,
               const std::atomic<bool>& stop, const Told& told, Onlooker* onlooker)
      : setup_(setup),
        seed_(seed),
        stop_(stop),
        told_(told),
        onlooker_(onlooker),
        users_(plan.users),
        placement_(placement_setup(setup, plan.users, seed)),
        meter_(find_mode(plan.mode)->watching(), plan.roles.size()),
        crowd_(placement_, meter_),
        world_(seed_of(seed, Drawn::nodes), setup.latency, crowd_),
        population_(world_, plan, setup, seed_of(seed, Drawn::presence)) {
    crowd_.enter(world_);
    crowd_.set_onlooker(onlooker);
    if (onlooker != nullptr) onlooker->enters(world_, find_mode(plan.mode)->watching());
    if (setup.polluted > 0)
      crowd_.fetch({setup.polluted, setup.distinct, seed_of(seed, Drawn::pollution)},
                   setup.check == "digest", seed_of(seed, Drawn::fetching));
    build(world_, plan, setup, stop_);
  }

  Result<Outcome> go() {
    if (stop_) return stopped();  // perhaps before all was built
    if (const auto began = population_.begin(end()); !began) return tl::unexpected(began.error());
    if (!live(static_cast<World::Ms>(setup_.settle_s * 1'000))) return stopped();
    const Counts before = meter_.counts();
    const double online = population_.online();
    if (!live(kUpkeepTime)) return stopped();
    count_upkeep(meter_.of_upkeep(meter_.counts() - before), (online + population_.online()) / 2);
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
    const World::Ms end = world_.now() + time;
    for (World::Ms next = world_.now(); next < end && !stop_;) {
      next = std::min(end, world_.now() + kSlice);
      while (!world_.run(next, kSliceEvents) && !stop_)
        tell();
      tell();
    }
    return !stop_;
  }

  void tell() const {
    if (!told_) return;
    told_({world_.size(), world_.now(), end(), world_.events(),
           meter_.all(meter_.counts()).messages});
  }

  bool ask() {
    Demand demand(placement_, demand_setup(setup_, seed_));
    const World::Ms start = asking_begins(setup_);
    population_.strike(blow());
    for (std::size_t i = 0; i < setup_.count; ++i) {
      const World::Ms when = start + World::Ms{setup_.gap_ms} * i;
      if (when > world_.now() && !live(when - world_.now())) return false;
      const auto is_up = [&](NodeNumber node) { return node < users_ && world_.is_up(node); };
      const auto wish = demand.next(is_up);
      if (!wish) continue;  // nobody is there
      if (onlooker_ != nullptr) onlooker_->asks(crowd_.asked().size(), wish->node, wish->query);
      (void)crowd_.ask(wish->node, wish->query, setup_.wait_ms);
      online_ += population_.online();
    }
    return live(setup_.wait_ms + 1);
  }

  void number(std::string name, double value) { add_number(out_, std::move(name), value); }

  void count_upkeep(const Count& upkeep, double online) {
    const Rate each = rate(upkeep, online * static_cast<double>(users_) * kUpkeepTime / 60'000.0);
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
    add_answers(out_, crowd_.asked(), crowd_.answers(), users_, population_.changes());
    if (population_.changes() && !crowd_.asked().empty())
      number("online", online_ / static_cast<double>(crowd_.asked().size()));
    add_fetched(out_, crowd_.asked());
    add_dent(out_, crowd_.asked(), setup_, blow());
    if (population_.changes()) add_course(out_, crowd_.asked(), setup_, asking_begins(setup_));
  }
  World::Ms blow() const { return asking_begins(setup_) + blow_after(setup_); }
  World::Ms end() const {
    return asking_begins(setup_) + World::Ms{setup_.gap_ms} * setup_.count + setup_.wait_ms;
  }

  const Setup& setup_;
  const std::uint64_t seed_;
  const std::atomic<bool>& stop_;
  const Told& told_;
  Onlooker* const onlooker_;
  const std::size_t users_;
  Placement placement_;
  Meter meter_;
  Crowd crowd_;
  World world_;
  Population population_;
  double online_ = 0;  // its sum over the queries
  Outcome out_;
};

SwarmingSetup swarming(const Setup& setup, std::uint64_t seed) {
  SwarmingSetup out;
  out.fetchers = setup.fetchers;
  out.sources = setup.sources;
  out.size_bytes = static_cast<std::uint64_t>(setup.size_bytes);
  out.over_s = setup.over_s;
  out.up_rate = static_cast<std::uint64_t>(setup.up_rate);
  out.down_rate = static_cast<std::uint64_t>(setup.down_rate);
  out.shares_parts = setup.parts == "shared";
  out.in_order = setup.order == "linear";
  out.stays = setup.when_done == "stay";
  out.copies = setup.give_copies;
  out.seed = seed_of(seed, Drawn::swarm);
  return out;
}

void add_swarm(const Setup& setup, std::uint64_t seed, Outcome& outcome) {
  const Swarmed met = swarm(swarming(setup, seed));
  auto& numbers = outcome.numbers;
  numbers.push_back({"completed", met.completed});
  if (met.mean_s) numbers.push_back({"fetch_s", *met.mean_s});
  if (met.last_s) numbers.push_back({"last_s", *met.last_s});
  numbers.push_back({"of_first", met.of_first});
  numbers.push_back({"pieces_left", met.pieces_left});
}

Result<Outcome> run_network(const Setup& setup, std::uint64_t seed, const Graph* graph,
                            const std::atomic<bool>& stop, const Told& told, Onlooker* onlooker) {
  Rng rng(seed_of(seed, Drawn::overlay));
  const Plan plan = plan_of(setup, graph, rng);
  if (plan.users == 0) return fail(Errc::refused, "a network without a node");
  return SimulatedRun(setup, plan, seed, stop, told, onlooker).go();
}

}  // namespace

PlacementSetup placement_setup(const Setup& setup, std::size_t users, std::uint64_t seed) {
  PlacementSetup out;
  out.nodes = users;
  out.distinct = setup.distinct;
  out.free_riders = setup.free_riders;
  out.copies = setup.copies;
  out.popularity = setup.popularity;
  out.mean_files = setup.mean_files;
  out.seed = seed_of(seed, Drawn::files);
  return out;
}

DemandSetup demand_setup(const Setup& setup, std::uint64_t seed) {
  DemandSetup out;
  out.count = setup.count;
  out.gap_ms = setup.gap_ms;
  out.asked = setup.asked;
  out.seed = seed_of(seed, Drawn::questions);
  return out;
}

World::Ms blow_after(const Setup& setup) {
  return static_cast<World::Ms>(setup.at_s * 1'000);
}

World::Ms asking_begins(const Setup& setup) {
  return static_cast<World::Ms>(setup.settle_s * 1'000) + kUpkeepTime;
}

Result<Outcome> run_once(const Setup& setup, std::uint64_t seed, const Graph* graph,
                         const std::atomic<bool>& stop, const Told& told, Onlooker* onlooker) {
  const bool is_swarm = setup.fetchers > 0;
  Result<Outcome> outcome = Outcome();
  if (setup.count > 0 || !is_swarm) outcome = run_network(setup, seed, graph, stop, told, onlooker);
  if (!outcome || !is_swarm) return outcome;
  outcome->seed = seed;
  add_swarm(setup, seed, *outcome);
  return outcome;
}

}  // namespace p2p::lab
