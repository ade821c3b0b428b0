#include "servent/lab/crowd.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "servent/lab/demand.h"
#include "servent/lab/graph.h"

namespace p2p::lab {
namespace {

constexpr World::Ms kWait = 15'000;

PlacementSetup some_files(std::size_t nodes) {
  PlacementSetup setup;
  setup.nodes = nodes;
  setup.distinct = 300;
  setup.mean_files = 6;
  setup.free_riders = 0.25;
  return setup;
}

constexpr Latency kConstant{Latency::Model::constant, 10};

// A flat network of Gnutella nodes, each with its files, that asks one question after the other.
struct Flat {
  explicit Flat(std::uint8_t ttl, std::uint64_t seed = 1, Latency latency = {})
      : placement(some_files(200)),
        meter(find_mode("gnutella")->watching(), 200),
        crowd(placement, meter),
        world(seed, latency, crowd) {
    Rng rng(3);
    graph = random_graph(200, 2, rng);
    crowd.enter(world);
    for (NodeNumber node = 0; node < graph.nodes; ++node) {
      ModeConfig config;
      config.listen = World::address(node);
      config.only_connect = true;
      config.flat.ttl = ttl;
      world.add(find_mode("gnutella", "plain")->make(config));
    }
    for (NodeNumber node = 0; node < graph.nodes; ++node)
      world.start(node);
    for (const auto& [a, b] : graph.edges)
      world.link(a, b);
    world.run(5'000);
  }

  void ask(std::size_t count, double by_artist = 0.3) {
    DemandSetup setup;
    setup.count = count;
    setup.by_artist = by_artist;
    Demand demand(placement, setup);
    const auto is_up = [&](NodeNumber node) { return world.is_up(node); };
    while (const auto wish = demand.next(is_up)) {
      wishes.push_back(*wish);
      (void)crowd.ask(wish->node, wish->query, kWait);
      world.run(world.now() + kWait + 1);
    }
  }

  Placement placement;
  Meter meter;
  Crowd crowd;
  World world;
  Graph graph;
  std::vector<Wish> wishes;
};

TEST(Crowd, AFloodToAllFindsAllThereIs) {
  Flat flat(15);
  flat.ask(40);
  std::size_t several = 0;
  std::size_t none = 0;
  for (std::size_t i = 0; i < flat.wishes.size(); ++i) {
    const AskedQuery& asked = flat.crowd.asked()[i];
    EXPECT_EQ(asked.asker, flat.wishes[i].node);
    EXPECT_EQ(asked.found, asked.existing);
    EXPECT_EQ(asked.wrong, 0U);
    EXPECT_EQ(asked.is_success(), asked.existing > 0);
    EXPECT_EQ(asked.recall().has_value(), asked.existing > 0);
    EXPECT_EQ(asked.first_hit_after.has_value(), asked.existing > 0);
    if (asked.existing > 1) ++several;
    if (asked.existing == 0) ++none;
  }
  EXPECT_GT(several, 10U);
  EXPECT_LT(none, 20U);
}

TEST(Crowd, WhatExistsIsWhatTheOthersHave) {
  Flat flat(15);
  flat.ask(20);
  for (std::size_t i = 0; i < flat.wishes.size(); ++i) {
    std::size_t copies = 0;
    for (NodeNumber node = 0; node < 200; ++node)
      if (node != flat.wishes[i].node)
        copies += flat.placement.matching(node, flat.wishes[i].query).size();
    EXPECT_EQ(flat.crowd.asked()[i].existing, copies);
  }
}

TEST(Crowd, WithTtlOneTheNeighboursCopiesAreFound) {
  Flat flat(1, 1, kConstant);
  flat.ask(60);
  const Adjacency near = adjacency(flat.graph);
  std::size_t hits = 0;
  for (std::size_t i = 0; i < flat.wishes.size(); ++i) {
    const Wish& wish = flat.wishes[i];
    std::size_t expected = 0;
    for (std::size_t at = near.first[wish.node]; at < near.first[wish.node + 1]; ++at)
      expected += flat.placement.matching(near.to[at], wish.query).size();
    const AskedQuery& asked = flat.crowd.asked()[i];
    EXPECT_EQ(asked.found, expected);
    if (expected > 0) {
      EXPECT_EQ(asked.first_hit_after, 20U);  // there and back
      EXPECT_EQ(asked.first_hit_hops, 1U);
    }
    hits += expected;
  }
  EXPECT_GT(hits, 10U);
}

// Links on the shortest way from this node to each.
std::vector<unsigned> hops_from(const Graph& graph, NodeNumber from) {
  const Adjacency near = adjacency(graph);
  std::vector<unsigned> hops(graph.nodes, ~0U);
  std::vector<NodeNumber> next{from};
  hops[from] = 0;
  for (std::size_t i = 0; i < next.size(); ++i)
    for (std::size_t at = near.first[next[i]]; at < near.first[next[i] + 1]; ++at)
      if (hops[near.to[at]] == ~0U) {
        hops[near.to[at]] = hops[next[i]] + 1;
        next.push_back(near.to[at]);
      }
  return hops;
}

TEST(Crowd, WhereAllLinksAreAlikeTheFirstHitIsOfTheNearestCopy) {
  Flat flat(15, 1, kConstant);
  flat.ask(40);
  std::map<unsigned, std::size_t> seen;
  for (std::size_t i = 0; i < flat.wishes.size(); ++i) {
    const Wish& wish = flat.wishes[i];
    const AskedQuery& asked = flat.crowd.asked()[i];
    const std::vector<unsigned> hops = hops_from(flat.graph, wish.node);
    std::optional<unsigned> nearest;
    for (NodeNumber node = 0; node < flat.graph.nodes; ++node)
      if (node != wish.node && !flat.placement.matching(node, wish.query).empty())
        nearest = std::min(nearest.value_or(~0U), hops[node]);
    EXPECT_EQ(asked.first_hit_hops, nearest);
    if (!nearest) continue;
    EXPECT_EQ(asked.first_hit_after, 20U * *nearest);
    ++seen[*nearest];
  }
  EXPECT_GT(seen.size(), 2U) << "questions to find at several distances";
}

// experiments.md, section 2: 2E - (n - 1) transmissions, of which n - 1 are first receipts.
TEST(Crowd, TheMeterSeesTheWholeFlood) {
  Flat flat(15);
  flat.ask(10);
  ASSERT_EQ(flat.meter.floods().size(), 10U);
  for (std::size_t i = 0; i < 10; ++i) {
    const Flood& flood = flat.meter.floods()[i];
    EXPECT_EQ(flood.origin, flat.wishes[i].node);
    EXPECT_EQ(flood.reached, 199U);
    EXPECT_EQ(flood.sent, 2 * flat.graph.edges.size() - 199);
  }
  EXPECT_EQ(flat.meter.counts().back(), Count{});
}

TEST(Crowd, NodesThatAreDownDoNotCount) {
  Flat flat(15);
  const FileNumber file = 0;
  const auto holders = flat.placement.holders(file);
  ASSERT_GT(holders.size(), 3U);
  const Query query = parse_query(flat.placement.corpus().own_word(file));
  NodeNumber asker = 0;
  while (flat.placement.has(asker, file))
    ++asker;
  flat.world.kill(holders[0]);
  flat.world.run(flat.world.now() + 1'000);
  const std::size_t place = flat.crowd.ask(asker, query, kWait);
  flat.world.run(flat.world.now() + kWait + 1);
  EXPECT_EQ(flat.crowd.asked()[place].existing, holders.size() - 1);
  EXPECT_LE(flat.crowd.asked()[place].found, holders.size() - 1);
  EXPECT_GT(flat.crowd.asked()[place].found, 0U);
}

TEST(Crowd, WhatComesTooLateDoesNotCount) {
  Flat flat(15);
  const Query query = parse_query("mp3");
  const std::size_t place = flat.crowd.ask(0, query, 60);
  flat.world.run(flat.world.now() + 61);
  const std::uint32_t found = flat.crowd.asked()[place].found;
  flat.world.run(flat.world.now() + 20'000);
  EXPECT_EQ(flat.crowd.asked()[place].found, found);
  EXPECT_LT(found, flat.crowd.asked()[place].existing);
  EXPECT_FALSE(flat.crowd.asked()[place].ended);
}

// Asks for its files as nodes do that publish them.
class Publisher final : public Mode {
 public:
  explicit Publisher(std::vector<Page>& pages) : pages_(pages) {}
  void link_up(LinkId, const LinkInfo&, Cx&) override {}
  void receive(LinkId, Bytes, Cx&) override {}
  void link_down(LinkId, Reason, Cx&) override {}
  void command(const Command& command, Cx& cx) override {
    const Page& page = std::get<Page>(command);
    pages_.push_back(page);
    if (!page.last) cx.out.report(PageAsked{{}, page.next});
  }
  void wake(Cx& cx) override { cx.out.report(PageAsked{}); }
  Time deadline() const override { return kNever; }
  void describe(Report&) const override {}

 private:
  std::vector<Page>& pages_;
};

TEST(Crowd, TellsAllFilesPageByPage) {
  PlacementSetup setup;
  setup.nodes = 1;
  setup.distinct = 1'200;
  setup.copies = 1;
  Placement placement(setup);
  Meter meter(find_mode("gnutella")->watching(), 2);
  Crowd crowd(placement, meter);
  World world(1, {}, crowd);
  crowd.enter(world);
  std::vector<Page> pages;
  world.start(world.add(std::make_unique<Publisher>(pages)));
  ASSERT_EQ(pages.size(), 3U);
  std::uint64_t id = 0;
  for (const Page& page : pages)
    for (const SharedFile& file : page.files)
      EXPECT_EQ(file.id, ++id);
  EXPECT_EQ(id, 1'200U);
  pages.clear();
  world.start(world.add(std::make_unique<Publisher>(pages)));  // of which nothing was placed
  ASSERT_EQ(pages.size(), 1U);
  EXPECT_TRUE(pages[0].files.empty() && pages[0].last);
}

TEST(Crowd, ANodePlaysTheRoleItAsksFor) {
  Placement placement(some_files(2));
  Meter meter(find_mode("gnutella")->watching(), 2);
  std::vector<std::string> roles;
  std::vector<Page> pages;
  Crowd crowd(placement, meter, [&](NodeNumber node, std::string_view role) {
    roles.push_back(std::to_string(node) + std::string(role));
    return std::make_unique<Publisher>(pages);
  });
  World world(1, {}, crowd);
  crowd.enter(world);
  world.add(std::make_unique<Publisher>(pages));
  world.add(std::make_unique<Publisher>(pages));
  const Mode* const before = &world.mode(1);
  Event event = Become{"ultrapeer"};
  crowd.told(1, event);
  EXPECT_EQ(roles, std::vector<std::string>{"1ultrapeer"});
  EXPECT_NE(&world.mode(1), before);
  EXPECT_EQ(pages.size(), 1U);  // it was started
}

TEST(Crowd, UpkeepIsWhatGoesOnWithoutQuestions) {
  Flat flat(7);
  const Counts before = flat.meter.counts();
  flat.world.run(flat.world.now() + 120'000);
  const Counts quiet = flat.meter.counts() - before;
  EXPECT_EQ(flat.meter.of_queries(quiet), Count{});
  const Rate upkeep = rate(flat.meter.of_upkeep(quiet), 200 * 2);
  EXPECT_GT(upkeep.messages, 0.5);
  EXPECT_LT(upkeep.messages, 50);
  EXPECT_GE(upkeep.bytes, 23 * upkeep.messages);
}

TEST(Crowd, TheSameSeedGivesTheSameBytes) {
  Flat first(7);
  Flat second(7);
  Flat other(7, 2);
  for (Flat* const flat : {&first, &second, &other})
    flat->ask(10);
  EXPECT_EQ(first.crowd.fingerprint(), second.crowd.fingerprint());
  EXPECT_NE(first.crowd.fingerprint(), other.crowd.fingerprint());
  EXPECT_EQ(first.meter.counts(), second.meter.counts());
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(first.crowd.asked()[i].found, second.crowd.asked()[i].found);
    EXPECT_EQ(first.crowd.asked()[i].first_hit_after, second.crowd.asked()[i].first_hit_after);
  }
}

// ---- the other networks -----------------------------------------------------------------------

// `hops` tells those from an asker to who answers for a node.
void expect_all_found(World& world, Crowd& crowd, Placement& placement,
                      const std::function<unsigned(NodeNumber, NodeNumber)>& hops) {
  DemandSetup setup;
  setup.count = 15;
  setup.by_artist = 0.3;
  Demand demand(placement, setup);
  while (const auto wish = demand.next([&](NodeNumber node) { return world.is_up(node); })) {
    const std::size_t place = crowd.ask(wish->node, wish->query, kWait);
    world.run(world.now() + kWait + 1);
    std::optional<unsigned> nearest;
    for (NodeNumber node = 0; node < placement.nodes(); ++node)
      if (node != wish->node && !placement.matching(node, wish->query).empty())
        nearest = std::min(nearest.value_or(~0U), hops(wish->node, node));
    EXPECT_EQ(crowd.asked()[place].first_hit_hops, nearest);
  }
  std::size_t found = 0;
  for (const AskedQuery& asked : crowd.asked()) {
    EXPECT_EQ(asked.found, asked.existing);
    EXPECT_EQ(asked.wrong, 0U);
    EXPECT_EQ(asked.ended, Ended::Why::complete);
    found += asked.found;
  }
  EXPECT_EQ(crowd.asked().size(), 15U);
  EXPECT_GT(found, 20U);
}

std::uint64_t messages(const Meter& meter, std::string_view kind) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < meter.kinds().size(); ++i)
    if (meter.kinds()[i].name == kind) count += meter.counts()[i].messages;
  return count;
}

TEST(Crowd, ACentralServerFindsAllThereIs) {
  constexpr NodeNumber kServer = 40;
  Placement placement(some_files(kServer));
  Meter meter(find_mode("napster")->watching(), kServer + 1);
  Crowd crowd(placement, meter);
  World world(1, kConstant, crowd);
  crowd.enter(world);
  ModeConfig config;
  config.connect = {World::address(kServer)};
  for (NodeNumber node = 0; node < kServer; ++node) {
    config.listen = World::address(node);
    config.nick = Crowd::nick(node);
    world.add(find_mode("napster", "client")->make(config));
  }
  config.listen = World::address(kServer);
  world.add(find_mode("napster", "server")->make(config));
  world.start(kServer);
  for (NodeNumber node = 0; node < kServer; ++node)
    world.start(node);
  world.run(60'000);
  expect_all_found(world, crowd, placement, [](NodeNumber, NodeNumber) { return 1U; });
  EXPECT_EQ(messages(meter, "search"), 15U);
  EXPECT_EQ(messages(meter, "search end"), 15U);
  EXPECT_EQ(messages(meter, "share"), placement.copies());
  EXPECT_EQ(meter.counts().back(), Count{});
}

TEST(Crowd, SupernodesFindAllThereIs) {
  constexpr NodeNumber kSupernodes = 4;
  constexpr NodeNumber kNodes = 40;
  Placement placement(some_files(kNodes));
  Meter meter(find_mode("kazaa")->watching(), kNodes);
  Crowd crowd(placement, meter);
  World world(1, kConstant, crowd);
  crowd.enter(world);
  for (NodeNumber node = 0; node < kNodes; ++node) {
    ModeConfig config;
    config.listen = World::address(node);
    config.nick = Crowd::nick(node);
    config.only_connect = true;
    const ModeRow* row = find_mode("kazaa", node < kSupernodes ? "supernode" : "ordinary");
    world.add(row->make(config));
    world.start(node);
  }
  for (NodeNumber node = 0; node < kNodes; ++node)
    for (NodeNumber other = 0; other < kSupernodes && other < node; ++other)
      if (node < kSupernodes || node % kSupernodes == other) world.link(node, other);
  world.run(60'000);
  expect_all_found(world, crowd, placement, [](NodeNumber asker, NodeNumber other) {
    const unsigned to_parent = asker < kSupernodes ? 0 : 1;
    return to_parent + (asker % kSupernodes == other % kSupernodes ? 0U : 1U);
  });
  EXPECT_GT(messages(meter, "share"), 0U);
  EXPECT_GT(messages(meter, "relayed_query"), 0U);
  EXPECT_GT(messages(meter, "relayed_reply"), 0U);
  EXPECT_EQ(meter.counts().back(), Count{});
  for (const Flood& flood : meter.floods())
    EXPECT_EQ(flood.reached, kSupernodes - 1);
}

}  // namespace
}  // namespace p2p::lab
