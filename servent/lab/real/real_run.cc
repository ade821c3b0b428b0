#include "servent/lab/real/real_run.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include <poll.h>

#include "protocols/base/file.h"
#include "protocols/base/letters.h"
#include "protocols/registry.h"
#include "protocols/token_bucket.h"

#include "servent/lab/answers.h"
#include "servent/lab/crowd.h"
#include "servent/lab/demand.h"
#include "servent/lab/experiment.h"
#include "servent/lab/meter.h"
#include "servent/lab/network.h"
#include "servent/lab/placement.h"
#include "servent/lab/pollution.h"
#include "servent/lab/real/real_network.h"
#include "servent/lab/real/real_presence.h"

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
constexpr int kStopLook = 100;  // ms between two looks at `stop`

Time time_now() {
  return Time(std::chrono::duration_cast<Duration>(Clock::now().time_since_epoch()));
}

std::string text_in(const Json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
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
          const std::atomic<bool>& stop)
      : setup_(setup),
        plan_(plan),
        seed_(seed),
        options_(options),
        stop_(stop),
        kinds_(find_mode(plan.mode)->watching().kinds),
        placement_(placement_setup(setup, plan.users, seed)),
        network_(plan, setup, seed, placement_, stop, options.say),
        presence_(network_, plan, setup, seed, options.say),
        pollution_(setup.polluted, setup.distinct, seed),
        fetching_(seed),
        answers_(plan.roles.size()) {}

  Result<Outcome> go() {
    if (auto opened = network_.open(options_.hosts, options_.keep); !opened) return error(opened);
    if (auto started = network_.start(); !started) return error(started);
    if (auto began = presence_.begin(); !began) return error(began);
    if (auto counted = count_upkeep(); !counted) return error(counted);
    const auto idle = network_.counts();
    if (!idle) return error(idle);
    if (auto asked = ask(); !asked) return error(asked);
    const auto after = network_.counts();
    if (!after) return error(after);
    count_queries(between(*idle, *after, kinds_.size()));
    count_answers();
    number("crashed", static_cast<double>(network_.crashes().size()));
    for (const std::string& crash : network_.crashes())
      out_.notes.push_back(crash);
    out_.seed = seed_;
    return std::move(out_);
  }

 private:
  struct Begun {
    std::size_t place = 0;  // in asked_
    Query query;
    RealNetwork::Begun search;
  };

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
    const auto begun = Clock::now();
    if (!wait(begun + std::chrono::seconds(setup_.upkeep_s))) return fail(Errc::stopped, "stopped");
    const auto after = network_.counts();
    if (!after) return error(after);
    const std::chrono::duration<double, std::ratio<60>> minutes = Clock::now() - begun;
    const Tally tally = between(*before, *after, kinds_.size());
    Count upkeep;
    for (std::size_t kind = 0; kind < kinds_.size(); ++kind)
      if (kinds_[kind].purpose == Purpose::upkeep)
        upkeep += {tally.kinds[kind].out, tally.kinds[kind].out_bytes};
    const Rate each =
        rate(upkeep, presence_.online() * static_cast<double>(plan_.users) * minutes.count());
    number("upkeep_messages", each.messages);
    number("upkeep_bytes", each.bytes);
    return {};
  }

  // ---- questions --------------------------------------------------------------------------

  // A question is asked at its time in the scenario, which passes as fast as the network settles.
  Result<void> ask() {
    DemandSetup wanted;
    wanted.count = setup_.count;
    wanted.asked = setup_.asked;
    wanted.seed = seed_;
    Demand demand(placement_, wanted);
    const auto is_up = [&](NodeNumber node) { return node < plan_.users && network_.is_up(node); };
    std::vector<Begun> begun;
    for (std::size_t i = 0; i < setup_.count; ++i) {
      const World::Ms now = World::Ms{setup_.gap_ms} * i;
      if (begun.size() == (plan_.asks_on ? kSideBySideDynamic : kSideBySide) ||
          presence_.is_due(now)) {
        if (auto ended = end(begun); !ended) return ended;
      }
      if (auto followed = presence_.follow(now); !followed) return followed;
      const auto wish = demand.next(is_up);
      if (!wish) continue;  // nobody is there
      if (!wait_for_turn(wish->node)) return fail(Errc::stopped, "stopped");
      if (auto asked = begin(*wish, now, begun); !asked) return asked;
    }
    return end(begun);
  }

  bool wait_for_turn(NodeNumber node) {
    TokenBucket& turns = may_ask_.try_emplace(node, kAskedPerSecond, kAskedAtOnce).first->second;
    while (!stop_ && !turns.take(time_now()))
      ::poll(nullptr, 0, kStopLook);
    return !stop_;
  }

  Result<void> begin(const Wish& wish, World::Ms now, std::vector<Begun>& begun) {
    AskedQuery asked;
    asked.asked_at = now;
    asked.asker = wish.node;
    asked.existing = static_cast<std::uint32_t>(existing(wish.node, wish.query).size());
    online_ += presence_.online();
    asked_.push_back(asked);
    const auto search = network_.search(wish.node, joined(wish.query.words, " "));
    if (!search) return error(search);
    if (*search)
      begun.push_back({asked_.size() - 1, wish.query, {wish.node, **search}});
    else
      out_.notes.push_back("node " + std::to_string(wish.node) + " could not ask");
    return {};
  }

  std::set<Copy> existing(NodeNumber asker, const Query& query) {
    std::set<Copy> copies;
    for (const FileNumber file : placement_.matching(query))
      for (const NodeNumber node : placement_.holders(file))
        if (node != asker && network_.is_up(node)) copies.emplace(file, node);
    return copies;
  }

  // All that have begun have their answers, or their time is up.
  Result<void> end(std::vector<Begun>& begun) {
    if (begun.empty()) return {};
    options_.say("asking " + std::to_string(setup_.count) +
                 " queries: " + std::to_string(asked_.size()));
    const auto settled = network_.settle(milliseconds(setup_.wait_ms));
    if (!settled) return error(settled);
    if (!*settled)
      out_.notes.push_back("queries up to the " + std::to_string(asked_.size()) +
                           "th were not over after " + std::to_string(setup_.wait_ms) + " ms");
    std::vector<RealNetwork::Begun> searches;
    searches.reserve(begun.size());
    for (const Begun& one : begun)
      searches.push_back(one.search);
    const auto moments = network_.take(searches);
    if (!moments) return error(moments);
    for (std::size_t i = 0; i < begun.size(); ++i)
      found(begun[i], (*moments)[i]);
    begun.clear();
    return {};
  }

  void found(const Begun& begun, const Json& moment) {
    if (!moment.is_object()) return;
    AskedQuery& asked = asked_[begun.place];
    auto copies = existing(asked.asker, begun.query);
    std::uint64_t started = 0;
    for (const Json& row : moment.value("searches", Json::array()))
      if (number_in(row, "id") == begun.search.search) started = number_in(row, "started_ms");
    std::vector<Copy> targets;
    const Json results = moment.value("results", Json::object());
    for (const Json& row : results.value("rows", Json::array())) {
      std::uint32_t right = 0;
      std::uint64_t hops = 0;
      for (const Json& source : row.value("sources", Json::array())) {
        ++asked.hits;
        const auto copy = copy_of(source, text_in(row, "name"));
        if (!copy) continue;
        if (!network_.is_up(copy->second)) ++asked.stale;
        ++answers_[copy->second];
        if (copies.erase(*copy) == 0) continue;
        if (right++ == 0) hops = number_in(source, "hops");
        if (pollution_.is_target(copy->first)) targets.push_back(*copy);
      }
      asked.found += right;
      if (right == 0) continue;
      const std::uint64_t after = number_in(row, "seen_ms") - started;
      if (asked.first_hit_after && *asked.first_hit_after <= after) continue;
      asked.first_hit_after = after;
      asked.first_hit_hops.reset();
      if (hops == 0) hops = plan_.answer_hops;
      if (hops > 0) asked.first_hit_hops = static_cast<unsigned>(hops);
    }
    if (!targets.empty())
      asked.fetched = fetch(std::move(targets), pollution_, setup_.check == "digest", fetching_);
  }

  std::optional<Copy> copy_of(const Json& source, const std::string& name) const {
    const std::string its = text_in(source, "name");
    const auto file = placement_.corpus().by_name(base_name(its.empty() ? name : its));
    auto node = network_.node_at(text_in(source, "at"));
    if (!node) node = node_of_nick(text_in(source, "user"));
    if (!file || !node) return {};
    return Copy{*file, *node};
  }

  std::optional<NodeNumber> node_of_nick(const std::string& nick) const {
    for (NodeNumber node = 0; node < plan_.users; ++node)
      if (Crowd::nick(node) == nick) return node;
    return {};
  }

  // ---- numbers ----------------------------------------------------------------------------

  void count_queries(const Tally& tally) {
    const auto queries = static_cast<double>(asked_.size());
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

  void count_answers() {
    const bool changes = presence_.changes();
    add_answers(out_, asked_, answers_, plan_.users, changes);
    if (changes && !asked_.empty()) number("online", online_ / static_cast<double>(asked_.size()));
    add_fetched(out_, asked_);
    add_dent(out_, asked_, setup_, presence_.blow());
    if (changes) add_course(out_, asked_, setup_, 0);
  }

  const Setup& setup_;
  const Plan& plan_;
  const std::uint64_t seed_;
  const RealOptions& options_;
  const std::atomic<bool>& stop_;
  std::span<const MessageKind> kinds_;
  Placement placement_;
  RealNetwork network_;
  RealPresence presence_;
  Pollution pollution_;
  Rng fetching_;
  std::map<NodeNumber, TokenBucket> may_ask_;
  std::vector<AskedQuery> asked_;
  std::vector<std::uint64_t> answers_;  // by node
  double online_ = 0;                   // its sum over the queries
  Outcome out_;
};

// What only simulated nodes do. Questions are not asked at the scenario's pace: how long it takes
// until a silent neighbour is noticed, or another one found, would mean nothing.
std::string undone(const Setup& setup) {
  const bool is_lively = setup.kill != "none" || setup.session_s > 0 || !setup.trace.empty();
  if (setup.repair == "self") return "overlay.repair = \"self\"";
  if (is_lively && setup.departure == "silent") return "churn.departure = \"silent\"";
  return {};
}

}  // namespace

Result<Outcome> run_real(const Setup& setup, std::uint64_t seed, const Graph* graph,
                         const RealOptions& options, const std::atomic<bool>& stop) {
  if (const std::string field = undone(setup); !field.empty())
    return fail(Errc::unsupported, "real nodes do not know " + field + ": run it simulated");
  Rng rng(seed);
  const Plan plan = plan_of(setup, graph, rng);
  if (plan.users == 0) return fail(Errc::refused, "a network without a node");
  return RealRun(setup, plan, seed, options, stop).go();
}

}  // namespace p2p::lab
