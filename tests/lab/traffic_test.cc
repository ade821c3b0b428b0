// What modes count of their traffic (protocols/traffic.h) is what the meter sees pass by: real and
// simulated runs have the same numbers. Of a question both ends of a link remember the same.
#include "protocols/traffic.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "protocols/registry.h"

#include "servent/lab/crowd.h"
#include "servent/lab/meter.h"
#include "servent/lab/network.h"
#include "servent/lab/placement.h"

namespace p2p::lab {
namespace {

struct Pair {
  std::string_view mode;
  std::string_view upper;
  std::string_view lower;
};

class TrafficOf : public testing::TestWithParam<Pair> {};

PlacementSetup two_who_share() {
  PlacementSetup setup;
  setup.nodes = 2;
  setup.distinct = 30;
  setup.mean_files = 8;
  return setup;
}

// Of the trail that this node kept.
std::ptrdiff_t steps(World& world, NodeNumber node, TrailStep::What what) {
  return std::ranges::count(world.mode(node).trail(), what, &TrailStep::what);
}

TEST_P(TrafficOf, IsWhatPassesBy) {
  const Pair& pair = GetParam();
  Placement placement(two_who_share());
  Meter meter(find_mode(pair.mode)->watching(), 2);
  Crowd crowd(placement, meter);
  World world(1, {}, crowd);
  crowd.enter(world);
  for (const std::string_view role : {pair.upper, pair.lower}) {
    ModeConfig config;
    config.listen = World::address(static_cast<NodeNumber>(world.size()));
    config.nick = Crowd::nick(static_cast<NodeNumber>(world.size()));
    config.only_connect = config.counts_traffic = config.keeps_trail = true;
    world.start(world.add(find_mode(pair.mode, role)->make(config)));
  }
  if (pair.upper == "server")  // clients call it themselves
    world.command(1, Join{World::address(0)});
  else
    world.link(1, 0, pair.lower, pair.upper);
  world.run(60'000);
  const FileNumber wanted = placement.files(0).empty() ? 0 : placement.files(0).front();
  Query query = parse_query(placement.corpus().own_word(wanted));
  crowd.ask(1, query, 20'000);
  world.run(100'000);

  const auto kinds = find_mode(pair.mode)->watching().kinds;
  std::vector<KindTraffic> sum(kinds.size());
  for (NodeNumber node = 0; node < 2; ++node) {
    Report report;
    world.mode(node).describe(report);
    ASSERT_EQ(report.traffic.size(), kinds.size());
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
      sum[kind].in += report.traffic[kind].in;
      sum[kind].out += report.traffic[kind].out;
      sum[kind].in_bytes += report.traffic[kind].in_bytes;
      sum[kind].out_bytes += report.traffic[kind].out_bytes;
    }
  }
  std::uint64_t queries = 0;
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    const Count& seen = meter.counts()[kind];
    EXPECT_EQ(sum[kind].out, seen.messages) << kinds[kind].name;
    EXPECT_EQ(sum[kind].in, seen.messages) << kinds[kind].name;
    EXPECT_EQ(sum[kind].out_bytes, seen.bytes) << kinds[kind].name;
    EXPECT_EQ(sum[kind].in_bytes, seen.bytes) << kinds[kind].name;
    if (kinds[kind].purpose == Purpose::query) queries += seen.messages;
  }
  EXPECT_GT(queries, 0U);

  using What = TrailStep::What;
  EXPECT_GT(steps(world, 1, What::query_out), 0);
  EXPECT_EQ(steps(world, 1, What::query_out), steps(world, 0, What::query_in));
  if (pair.upper != "server") {  // which has no file of its own
    EXPECT_GT(steps(world, 1, What::answer_in), 0);
  }
  EXPECT_EQ(steps(world, 1, What::answer_in), steps(world, 0, What::answer_out));
}

INSTANTIATE_TEST_SUITE_P(EachNetwork, TrafficOf,
                         testing::Values(Pair{"napster", "server", "client"},
                                         Pair{"gnutella", "plain", "plain"},
                                         Pair{"gnutella", "ultrapeer", "leaf"},
                                         Pair{"kazaa", "supernode", "ordinary"}),
                         [](const auto& one) {
                           return std::string(one.param.mode) + '_' + std::string(one.param.lower);
                         });

TEST(Traffic, IsNotCountedUnlessItIsWanted) {
  for (const ModeRow& row : modes()) {
    Report report;
    row.make(ModeConfig{})->describe(report);
    EXPECT_TRUE(report.traffic.empty()) << row.mode << ' ' << row.role;
  }
}

}  // namespace
}  // namespace p2p::lab
