// Ways to search in the flat network, by nodes in memory: rings, walkers, directed floods
// (docs/search-methods.md).
#include <array>

#include <gtest/gtest.h>

#include "protocols/gnutella/walker.h"

#include "tests/support/mode_net.h"

namespace p2p::gnutella {
namespace {

using test::ModeNet;

// A row of nodes, each linked to the one before; "blue river" is at the last.
class Row : public testing::Test {
 protected:
  // "amber valley" is at this one, where it is one of them.
  void make(std::size_t nodes, const std::function<void(ModeConfig&)>& tune,
            std::size_t amber = 1'000) {
    for (std::size_t node = 0; node < nodes; ++node) {
      std::vector<std::size_t> connect;
      if (node > 0) connect.push_back(node - 1);
      std::vector<std::string> files;
      if (node + 1 == nodes) files.emplace_back("blue river.ogg");
      if (node == amber) files.emplace_back("amber valley.ogg");
      net_.add("plain", connect, files, "gnutella", [&](ModeConfig& config) {
        config.only_connect = true;
        tune(config);
      });
    }
    net_.run(5s);
  }
  std::uint64_t received(std::size_t node) { return net_[node].counter("query in"); }
  std::uint64_t received_by_all() {
    std::uint64_t all = 0;
    for (std::size_t node = 0; node < net_.size(); ++node)
      all += received(node);
    return all;
  }

  ModeNet net_;
};

auto by(SearchMethod method) {
  return [method](ModeConfig& config) {
    config.flat.method = method;
    config.flat.walkers = 1;
    config.flat.enough = 1;
    config.flat.ring_wait = 2s;
  };
}

TEST_F(Row, RingsGrowUntilEnoughIsFound) {
  make(6, by(SearchMethod::ring));
  const auto search = net_[2].search("blue river");
  net_.run(30s);
  EXPECT_EQ(net_[2].hits.size(), 1U);
  EXPECT_EQ(net_[2].ended[search].why, Ended::Why::complete);
  // Three hops away: rings of 2, 2 + 2 and 2 + 2 + 1 queries, none further.
  EXPECT_EQ(received_by_all(), 11U);
  EXPECT_EQ(received(1), 3U);
}

TEST_F(Row, RingsEndAtTheMost) {
  make(8, [](ModeConfig& config) {
    by(SearchMethod::ring)(config);
    config.flat.ttl = 3;
  });
  const auto search = net_[0].search("blue river");
  net_.run(60s);
  EXPECT_TRUE(net_[0].hits.empty());
  EXPECT_EQ(received_by_all(), 1U + 2U + 3U);
  EXPECT_EQ(net_[0].ends[search], 1);
}

TEST_F(Row, AHitThatEachRingFindsCountsOnce) {
  make(3, [](ModeConfig& config) {
    by(SearchMethod::ring)(config);
    config.flat.enough = 2;
    config.flat.ttl = 5;
  });
  net_[1].search("blue river");
  net_.run(60s);
  EXPECT_EQ(net_[1].hits.size(), 1U);
  EXPECT_EQ(received(2), 5U);
}

TEST_F(Row, ACancelledRingIsTheLast) {
  make(4, by(SearchMethod::ring));
  const auto search = net_[0].search("nothing has this");
  net_.run(1s);
  net_[0].command(Cancel{SearchId{search}});
  net_.run(60s);
  EXPECT_EQ(received_by_all(), 1U);
  EXPECT_EQ(net_[0].ended[search].why, Ended::Why::cancelled);
}

// In a row a walker that does not step back has one way.
TEST_F(Row, AWalkerGoesOnUntilItsCheckAfterAHit) {
  make(12, by(SearchMethod::walk), 5);
  const auto search = net_[0].search("amber valley");
  net_.run(30s);
  EXPECT_EQ(net_[0].hits.size(), 1U);
  EXPECT_EQ(net_[0].ended[search].why, Ended::Why::complete);
  EXPECT_EQ(received_by_all(), 8U) << "found at step 5, ended by the check at step 8";
}

TEST_F(Row, AWalkerTurnsBackWhereItMustAndIsNotAnsweredTwice) {
  make(3, [](ModeConfig& config) {
    by(SearchMethod::walk)(config);
    config.flat.enough = 2;
  });
  net_[0].search("blue river");
  net_.run(3s);
  EXPECT_GT(received(2), 10U);
  EXPECT_EQ(net_[2].questions, 1U);
  EXPECT_EQ(net_[0].hits.size(), 1U);
}

TEST_F(Row, AHitComesBackALongWay) {
  make(60, by(SearchMethod::walk));
  net_[0].search("blue river");
  net_.run(30s);
  EXPECT_EQ(net_[0].hits.size(), 1U) << "59 steps";
}

TEST_F(Row, WalkersEndWithTheirSearch) {
  make(12, [](ModeConfig& config) {
    by(SearchMethod::walk)(config);
    config.flat.walkers = 4;
  });
  const auto search = net_[5].search("nothing has this");
  net_.run(5s);
  net_[5].command(Cancel{SearchId{search}});
  net_.run(2s);
  const auto before = received_by_all();
  EXPECT_GT(before, 100U);
  net_.run(60s);
  EXPECT_EQ(received_by_all(), before);
}

TEST_F(Row, WalkersEndWithTheirOrigin) {
  make(12, by(SearchMethod::walk));
  net_[0].search("nothing has this");
  net_.run(1s);
  net_.kill(0);
  net_.run(10s);
  const auto before = received_by_all();
  net_.run(60s);
  EXPECT_EQ(received_by_all(), before);
}

// Checks could not come to it.
TEST_F(Row, WhoCannotBeCalledFloods) {
  const auto tune = [](ModeConfig& config) {
    by(SearchMethod::walk)(config);
    if (config.nick == "user3") config.listen.port = 0;
  };
  make(4, tune, 0);
  net_[3].search("amber valley");
  net_.run(30s);
  EXPECT_EQ(net_[3].hits.size(), 1U);
  EXPECT_EQ(received_by_all(), 3U);
}

auto of_radius(std::uint8_t radius) {
  return [radius](ModeConfig& config) { config.flat.radius = radius; };
}

TEST_F(Row, ANodeAnswersForItsNeighbours) {
  make(5, of_radius(1), 2);
  net_[0].search("amber valley");
  net_.run(30s);
  ASSERT_EQ(net_[0].hits.size(), 1U);
  EXPECT_EQ(net_[0].hits[0].second.source.endpoint, ModeNet::address(2));
  EXPECT_EQ(net_[2].questions, 0U) << "it was looked up one hop before";
}

TEST_F(Row, NobodyIsLeftOutBetweenTheDepths) {
  for (const std::uint8_t radius : std::to_array<std::uint8_t>({1, 2})) {
    for (std::size_t nodes = 2; nodes <= 8; ++nodes) {
      net_ = ModeNet();
      make(nodes, of_radius(radius));
      net_[0].search("blue river");
      net_.run(30s);
      EXPECT_EQ(net_[0].hits.size(), 1U) << nodes << " radius " << int{radius};
    }
  }
}

TEST_F(Row, WhoIsGoneIsNotAnsweredFor) {
  make(3, of_radius(1));
  net_.kill(2);
  net_.run(1s);
  net_[0].search("blue river");
  net_.run(30s);
  EXPECT_TRUE(net_[0].hits.empty());
}

TEST_F(Row, WhatIsSharedLaterIsToldLater) {
  make(3, of_radius(1));
  net_[2].share("amber valley.ogg");
  Shared more;
  more.added = {net_[2].files.back()};
  net_[2].command(more);
  net_.run(5s);
  net_[0].search("amber valley");
  net_.run(30s);
  EXPECT_EQ(net_[0].hits.size(), 1U);
  net_[0].search("blue river");
  net_.run(30s);
  EXPECT_EQ(net_[0].hits.size(), 2U) << "and the rest is not there twice";
}

auto asking(bool floods) {
  return [floods](ModeConfig& config) {
    config.flat.ping_every = 60s;
    config.flat.floods_pings = floods;
  };
}

TEST_F(Row, AFloodedPingIsAnsweredByAll) {
  make(4, asking(true));
  net_.run(60s);  // each has begun, at a time of its own
  const std::uint64_t before = net_[0].counter("pong in");
  net_.run(60s);
  const std::uint64_t pongs = net_[0].counter("pong in") - before;
  net_.run(60s);
  EXPECT_GE(pongs, 3U) << "of all three others, the last one three hops away";
  // Its own ping is answered by three; those of the others are answered by itself.
  EXPECT_EQ(net_[0].counter("pong in") - before, 2 * pongs);
}

TEST_F(Row, APingThatIsNotFloodedGoesOneHop) {
  make(4, asking(false));
  const std::uint64_t before = net_[3].counter("ping in");
  net_.run(60s);
  // From its one neighbour: the one that asks who is there, and those that ask whether it lives.
  EXPECT_LE(net_[3].counter("ping in") - before, 4U);
}

// 2 is linked to 0, who has the file, and to 1, who has nothing.
TEST(SearchMethods, ADirectedFloodGoesToWhoBroughtMost) {
  ModeNet net;
  const auto tune = [](ModeConfig& config) {
    config.only_connect = true;
    config.flat.method = SearchMethod::directed;
  };
  net.add("plain", {}, {"blue river.ogg"}, "gnutella", tune);
  net.add("plain", {}, {}, "gnutella", tune);
  const auto asker = net.add("plain", {0, 1}, {}, "gnutella", tune);
  net.run(5s);
  for (int i = 0; i < 8; ++i) {
    net[asker].search("blue river");
    net.run(30s);
  }
  EXPECT_EQ(net[0].counter("query in"), 8U);
  EXPECT_EQ(net[1].counter("query in"), 1U) << "until the other brought something";
}

}  // namespace
}  // namespace p2p::gnutella
