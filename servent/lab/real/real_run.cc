#include "servent/lab/real/real_run.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>

#include <poll.h>

#include "protocols/registry.h"
#include "protocols/token_bucket.h"

#include "servent/lab/draws.h"
#include "servent/lab/experiment.h"
#include "servent/lab/meter.h"
#include "servent/lab/network.h"
#include "servent/lab/placement.h"
#include "servent/lab/real/real_network.h"
#include "servent/lab/real/real_presence.h"
#include "servent/lab/real/real_questions.h"

namespace p2p::lab {

namespace {

using std::chrono::milliseconds;

// Questions at once: so few that they do not wait for each other's turn on the processor.
// Ultrapeers ask on for seconds, in which there is little to do.
constexpr std::size_t kSideBySide = 4;
constexpr std::size_t kSideBySideDynamic = 16;
// Of one asker: networks take five a second from a child or leaf, and fifty at once.
constexpr double kAskedPerSecond = 4;
constexpr double kAskedAtOnce = 40;
constexpr int kStopLook = 100;    // ms between two looks at `stop`
constexpr int kPace = 20;         // ms between two looks at what is due
constexpr World::Ms kLate = 500;  // a question that was asked so much later than it should is told

Time time_now() {
  return Time(std::chrono::duration_cast<Duration>(Clock::now().time_since_epoch()));
}

World::Ms upkeep_ms(const Setup& setup) {
  return World::Ms{setup.upkeep_s} * 1'000;
}

// Between two times, of all nodes or of one.
struct Tally {
  std::vector<KindTraffic> kinds;
  std::uint64_t duplicates = 0;
  std::vector<std::uint64_t> loads;  // messages of each node, both ways
};

Tally between(const std::vector<NodeStatus>& earlier, const std::vector<NodeStatus>& later,
              std::size_t kinds) {
  Tally tally;
  tally.kinds.resize(kinds);
  for (std::size_t node = 0; node < later.size(); ++node) {
    std::uint64_t load = 0;
    const NodeStatus& was = earlier[node];
    for (std::size_t kind = 0; kind < std::min(kinds, later[node].traffic.size()); ++kind) {
      const KindTraffic old = kind < was.traffic.size() ? was.traffic[kind] : KindTraffic{};
      const KindTraffic& now = later[node].traffic[kind];
      tally.kinds[kind].in += now.in - old.in;
      tally.kinds[kind].out += now.out - old.out;
      tally.kinds[kind].out_bytes += now.out_bytes - old.out_bytes;
      load += now.in - old.in + now.out - old.out;
    }
    tally.duplicates += later[node].duplicates - was.duplicates;
    tally.loads.push_back(load);
  }
  return tally;
}

class RealRun {
 public:
  RealRun(const Setup& setup, const Plan& plan, std::uint64_t seed, const RealOptions& options,
          const std::atomic<bool>& stop, const Told& told)
      : setup_(setup),
        plan_(plan),
        seed_(seed),
        options_(options),
        stop_(stop),
        told_(told),
        is_paced_(is_paced(setup)),
        lead_(is_paced_ ? static_cast<World::Ms>(setup.settle_s * 1'000) + upkeep_ms(setup) : 0),
        kinds_(find_mode(plan.mode)->watching().kinds),
        placement_(placement_setup(setup, plan.users, seed)),
        network_(plan, setup, seed, placement_, stop, options.say),
        presence_(network_, plan, setup, seed_of(seed, Drawn::presence), lead_, options.say,
                  [this](const auto& leaving) { return end_of(leaving); }),
        questions_(network_, presence_, placement_, plan, setup, seed, lead_) {}

  Result<Outcome> go() {
    if (auto opened = network_.open(options_.hosts, options_.keep); !opened) return error(opened);
    if (auto started = network_.start(); !started) return error(started);
    if (auto began = presence_.begin(); !began) return error(began);
    begun_ = Clock::now();
    if (is_paced_)
      if (auto settled = pass(lead_ - upkeep_ms(setup_)); !settled) return error(settled);
    if (auto counted = count_upkeep(); !counted) return error(counted);
    const auto idle = network_.counts();
    if (!idle) return error(idle);
    if (auto asked = is_paced_ ? ask_in_time() : ask(); !asked) return error(asked);
    const auto after = network_.counts();
    if (!after) return error(after);
    count_queries(between(*idle, *after, kinds_.size()));
    questions_.add_to(out_);
    number("crashed", static_cast<double>(network_.crashes().size()));
    for (const std::string& crash : network_.crashes())
      out_.notes.push_back(crash);
    out_.seed = seed_;
    return std::move(out_);
  }

 private:
  template <class T>
  static tl::unexpected<Error> error(T& failed) {
    return tl::unexpected(failed.error());
  }

  void number(std::string name, double value) { add_number(out_, std::move(name), value); }

  bool wait(Clock::time_point by) const {
    while (!stop_ && Clock::now() < by)
      ::poll(nullptr, 0, kStopLook);
    return !stop_;
  }

  // What goes on when nobody asks, for as long as the setup says.
  Result<void> count_upkeep() {
    if (setup_.upkeep_s == 0) return {};
    options_.say("counting the upkeep of " + std::to_string(setup_.upkeep_s) + " s");
    const auto before = network_.counts();
    if (!before) return error(before);
    const double online = presence_.online();
    const auto begun = Clock::now();
    if (is_paced_) {
      if (auto passed = pass(lead_); !passed) return passed;
    } else if (!wait(begun + std::chrono::seconds(setup_.upkeep_s))) {
      return fail(Errc::stopped, "stopped");
    }
    const auto after = network_.counts();
    if (!after) return error(after);
    const std::chrono::duration<double, std::ratio<60>> minutes = Clock::now() - begun;
    const Tally tally = between(*before, *after, kinds_.size());
    Count upkeep;
    for (std::size_t kind = 0; kind < kinds_.size(); ++kind)
      if (kinds_[kind].purpose == Purpose::upkeep)
        upkeep += {tally.kinds[kind].out, tally.kinds[kind].out_bytes};
    const Rate each = rate(upkeep, (online + presence_.online()) / 2 *
                                       static_cast<double>(plan_.users) * minutes.count());
    number("upkeep_messages", each.messages);
    number("upkeep_bytes", each.bytes);
    return {};
  }

  // ---- questions --------------------------------------------------------------------------

  // A question is asked at its time in the scenario, which passes as fast as the network settles.
  Result<void> ask() {
    for (std::size_t i = 0; i < setup_.count; ++i) {
      const World::Ms now = World::Ms{setup_.gap_ms} * i;
      if (questions_.running() == (plan_.asks_on ? kSideBySideDynamic : kSideBySide) ||
          presence_.is_due(now)) {
        if (auto ended = end_settled(); !ended) return ended;
      }
      if (auto followed = presence_.follow(now); !followed) return followed;
      const auto wish = questions_.next();
      if (!wish) continue;  // nobody is there
      if (!wait_for_turn(wish->node)) return fail(Errc::stopped, "stopped");
      if (auto asked = questions_.ask(*wish, now); !asked) return asked;
    }
    return end_settled();
  }

  // At its own time, whatever became of those before it.
  Result<void> ask_in_time() {
    World::Ms latest = 0;
    for (std::size_t i = 0; i < setup_.count; ++i) {
      const World::Ms when = World::Ms{setup_.gap_ms} * i;
      if (auto passed = pass(lead_ + when); !passed) return passed;
      const auto wish = questions_.next();
      if (!wish) continue;  // nobody is there
      latest = std::max(latest, now() - lead_ - when);
      if (auto asked = questions_.ask(*wish, now() - lead_); !asked) return asked;
    }
    if (latest >= kLate)
      out_.notes.push_back("questions were asked up to " + std::to_string(latest) + " ms late");
    return pass(whole());
  }

  // ---- the scenario's pace ----------------------------------------------------------------

  World::Ms now() const {  // since the network was there
    return static_cast<World::Ms>(
        std::chrono::duration_cast<milliseconds>(Clock::now() - begun_).count());
  }
  World::Ms whole() const {
    return lead_ + World::Ms{setup_.gap_ms} * setup_.count + setup_.wait_ms;
  }

  // Time goes by: nodes come and go, and questions end when their time is up.
  Result<void> pass(World::Ms until) {
    for (;;) {
      if (stop_) return fail(Errc::stopped, "stopped");
      const World::Ms time = now();
      if (told_) told_({0, time, whole(), 0, 0});
      if (presence_.is_due(time))
        if (auto followed = presence_.follow(time); !followed) return followed;
      const auto is_over = [&](const AskedQuery& one) {
        return lead_ + one.asked_at + setup_.wait_ms <= time;
      };
      if (auto ended = questions_.end(is_over); !ended) return ended;
      if (time >= until) return {};
      ::poll(nullptr, 0, static_cast<int>(std::min<World::Ms>(kPace, until - time)));
    }
  }

  // What they found until now counts.
  Result<void> end_of(const std::vector<NodeNumber>& leaving) {
    return questions_.end([&](const AskedQuery& one) {
      return std::ranges::find(leaving, one.asker) != leaving.end();
    });
  }

  bool wait_for_turn(NodeNumber node) {
    TokenBucket& turns = may_ask_.try_emplace(node, kAskedPerSecond, kAskedAtOnce).first->second;
    while (!stop_ && !turns.take(time_now()))
      ::poll(nullptr, 0, kStopLook);
    return !stop_;
  }

  // All that have begun have their answers, or their time is up.
  Result<void> end_settled() {
    if (questions_.running() == 0) return {};
    options_.say("asking " + std::to_string(setup_.count) +
                 " queries: " + std::to_string(questions_.asked()));
    const auto settled = network_.settle(milliseconds(setup_.wait_ms));
    if (!settled) return error(settled);
    if (!*settled)
      out_.notes.push_back("queries up to the " + std::to_string(questions_.asked()) +
                           "th were not over after " + std::to_string(setup_.wait_ms) + " ms");
    return questions_.end([](const AskedQuery&) { return true; });
  }

  // ---- numbers ----------------------------------------------------------------------------

  void count_queries(const Tally& tally) {
    const auto queries = static_cast<double>(questions_.asked());
    Count all;
    std::optional<KindTraffic> flood;
    for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
      const KindTraffic& of = tally.kinds[kind];
      if (of.out == 0) continue;
      if (kinds_[kind].purpose != Purpose::upkeep) all += {of.out, of.out_bytes};
      if (kinds_[kind].purpose == Purpose::query) flood = of;  // the last one is the relayed one
      const Rate each = rate({of.out, of.out_bytes}, queries);
      std::string name(kinds_[kind].name);
      std::ranges::replace(name, ' ', '_');
      out_.by_type.push_back({std::move(name), each.messages, each.bytes});
    }
    const Rate each = rate(all, queries);
    number("messages", each.messages);
    number("bytes", each.bytes);
    if (queries == 0) return;
    const Spread load = spread_of(tally.loads);
    number("load_mean", load.mean / queries);
    number("load_p99", load.p99 / queries);
    number("load_max", load.max / queries);
    number("load_gini", load.gini);
    // Ultrapeers ask the same again with more TTL, which is no duplicate to them.
    if (plan_.dials || plan_.asks_on || !flood || flood->in == 0) return;
    number("reach", static_cast<double>(flood->in - tally.duplicates) / queries);
    number("duplicates", static_cast<double>(tally.duplicates) / static_cast<double>(flood->in));
  }

  const Setup& setup_;
  const Plan& plan_;
  const std::uint64_t seed_;
  const RealOptions& options_;
  const std::atomic<bool>& stop_;
  const Told& told_;
  const bool is_paced_;
  const World::Ms lead_;  // between the start of the network and the first question
  std::span<const MessageKind> kinds_;
  Placement placement_;
  RealNetwork network_;
  RealPresence presence_;
  RealQuestions questions_;
  std::map<NodeNumber, TokenBucket> may_ask_;
  Clock::time_point begun_;
  Outcome out_;
};

}  // namespace

Result<Outcome> run_real(const Setup& setup, std::uint64_t seed, const Graph* graph,
                         const RealOptions& options, const std::atomic<bool>& stop,
                         const Told& told) {
  Rng rng(seed_of(seed, Drawn::overlay));
  const Plan plan = plan_of(setup, graph, rng);
  if (plan.users == 0) return fail(Errc::refused, "a network without a node");
  return RealRun(setup, plan, seed, options, stop, told).go();
}

}  // namespace p2p::lab
