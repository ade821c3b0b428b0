// A network of real nodes, driven as a scenario with faults drives it.
#include <atomic>

#include <gtest/gtest.h>

#include "servent/lab/experiment.h"
#include "servent/lab/real/real_network.h"

#include "tests/support/process.h"

namespace p2p::lab {
namespace {

using namespace std::chrono_literals;

Host built_one() {
  return {"this machine", "", {SERVENT_BINARY, "lab", "agent"}};
}

Setup small(const char* mode) {
  Setup setup;
  setup.mode = mode;
  setup.nodes = 4;
  setup.cluster = 2;
  setup.calls = 3;
  setup.distinct = 10;
  setup.mean_files = 4;
  setup.latency = {Latency::Model::constant, 1, 1};
  return setup;
}

class RealNetworkOf : public testing::TestWithParam<const char*> {};

TEST_P(RealNetworkOf, ANodeIsKilledAndComesBack) {
  const lab::Setup setup = small(GetParam());
  Rng rng(1);
  const Plan plan = plan_of(setup, nullptr, rng);
  Placement placement(placement_setup(setup, plan.users, 1));
  const std::atomic<bool> stop = false;
  RealNetwork network(plan, setup, 1, placement, stop, [](const std::string&) {});
  const auto opened = network.open({built_one()}, "");
  ASSERT_TRUE(opened) << opened.error().detail;
  const auto started = network.start();
  ASSERT_TRUE(started) << started.error().detail;

  // The last node is a leaf, a child or the server.
  const auto last = static_cast<NodeNumber>(plan.roles.size() - 1);
  const auto killed = network.kill({last});
  ASSERT_TRUE(killed) << killed.error().detail;
  EXPECT_FALSE(network.is_up(last));
  const auto counted = network.counts();
  ASSERT_TRUE(counted);
  std::uint64_t sent = 0;
  for (const KindTraffic& kind : (*counted)[last].traffic)
    sent += kind.out;
  EXPECT_GT(sent, 0U) << "what it had counted is not lost";

  const auto back = network.restart({last});
  ASSERT_TRUE(back) << back.error().detail;
  EXPECT_TRUE(network.is_up(last));
  EXPECT_TRUE(network.crashes().empty());
  const auto recounted = network.counts();
  ASSERT_TRUE(recounted);
  std::uint64_t more = 0;
  for (const KindTraffic& kind : (*recounted)[last].traffic)
    more += kind.out;
  EXPECT_GT(more, sent);

  const auto search = network.search(0, placement.corpus().own_word(0));
  ASSERT_TRUE(search) << search.error().detail;
  ASSERT_TRUE(*search);
  const auto settled = network.settle(30s);
  ASSERT_TRUE(settled) << settled.error().detail;
  EXPECT_TRUE(*settled);
}

INSTANTIATE_TEST_SUITE_P(EachNetwork, RealNetworkOf,
                         testing::Values("napster", "gnutella", "kazaa"),
                         [](const auto& one) { return std::string(one.param); });

// Of one that is halted nobody hears, until it comes back and does not know the link.
TEST(RealNetwork, AHaltedNodeKeepsItsLinksUntilItIsBack) {
  lab::Setup setup = small("gnutella");
  setup.departure = "silent";
  setup.kill = "random";
  Rng rng(1);
  const Plan plan = plan_of(setup, nullptr, rng);
  Placement placement(placement_setup(setup, plan.users, 1));
  const std::atomic<bool> stop = false;
  RealNetwork network(plan, setup, 1, placement, stop, [](const std::string&) {});
  ASSERT_TRUE(network.open({built_one()}, ""));
  const auto started = network.start();
  ASSERT_TRUE(started) << started.error().detail;
  const auto before = network.links_up();
  ASSERT_TRUE(before);
  EXPECT_EQ(*before, std::vector<std::size_t>(4, 3));  // all to all
  ASSERT_TRUE(network.halt({3}));
  EXPECT_FALSE(network.is_up(3));
  const auto after = network.links_up();
  ASSERT_TRUE(after);
  EXPECT_EQ(*after, (std::vector<std::size_t>{3, 3, 3, 0}));
  ASSERT_TRUE(network.restart({3}));
  EXPECT_TRUE(network.is_up(3));
  EXPECT_TRUE(network.crashes().empty());
  EXPECT_TRUE(test::wait_until(
      [&] {
        const auto again = network.links_up();
        return again && *again == *before;
      },
      30s));
}

TEST(RealNetwork, ANodeThatDoesNotStartIsNamed) {
  const lab::Setup setup = small("gnutella");
  Rng rng(1);
  const Plan plan = plan_of(setup, nullptr, rng);
  Placement placement(placement_setup(setup, plan.users, 1));
  const std::atomic<bool> stop = false;
  RealNetwork network(plan, setup, 1, placement, stop, [](const std::string&) {});
  Host elsewhere = built_one();
  elsewhere.address = "192.0.2.1";  // of no machine (RFC 5737)
  ASSERT_TRUE(network.open({elsewhere}, ""));
  const auto started = network.start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().detail.find("node 0 is not up"), std::string::npos)
      << started.error().detail;
}

}  // namespace
}  // namespace p2p::lab
