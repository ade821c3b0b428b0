// Networks of our own nodes in memory, from three to fifty, with time that the test moves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/mode_net.h"

namespace p2p::gnutella {
namespace {

using test::ModeNet;

constexpr Duration kSettled = 5s;
constexpr Duration kSearched = 30s;

std::size_t links_up(ModeNet::Node& node) {
  std::size_t up = 0;
  for (const PeerRow& row : node.report().peers)
    up += row.state == "up" ? 1U : 0U;
  return up;
}

// Nodes that call only whom they are told to: the graph is the test's.
std::size_t add_fixed(ModeNet& net, std::string_view role, const std::vector<std::size_t>& connect,
                      std::vector<std::string> files = {}) {
  const std::size_t made = net.add(role, {}, std::move(files));
  ModeNet::Node& node = net[made];
  node.config.only_connect = true;
  for (const std::size_t other : connect)
    node.config.connect.push_back(ModeNet::address(other));
  node.mode = find_mode("gnutella", role)->make(node.config);
  node.call([](Mode& m, Cx& cx) { m.wake(cx); });
  return made;
}

std::uint64_t sum(ModeNet& net, const std::string& counter) {
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < net.size(); ++i)
    all += net[i].counter(counter);
  return all;
}

TEST(GnutellaNetwork, TwoUltrapeersFindEachOthersFiles) {
  ModeNet net;
  net.add("ultrapeer", {}, {"blue river live.ogg"});
  net.add("ultrapeer", {0}, {"green harvest.mp3"});
  net.run(kSettled);
  ASSERT_EQ(links_up(net[0]), 1U);
  const auto there = net[1].search("river");
  const auto back = net[0].search("harvest green");
  net.run(kSearched);
  ASSERT_EQ(net[1].hits.size(), 1U);
  EXPECT_EQ(net[1].hits[0].second.name, "blue river live.ogg");
  EXPECT_EQ(net[1].hits[0].second.size_bytes, 1001U);
  EXPECT_EQ(net[1].hits[0].second.sha1, net[0].files[0].sha1);
  EXPECT_EQ(net[1].hits[0].second.source.endpoint, ModeNet::address(0));
  EXPECT_EQ(net[0].hits.size(), 1U);
  EXPECT_EQ(net[1].ends[there], 1);
  EXPECT_EQ(net[0].ends[back], 1);
  EXPECT_EQ(net[0].ended[back].why, Ended::Why::complete);
}

TEST(GnutellaNetwork, ALeafFindsWhatALeafOfAnotherUltrapeerHas) {
  ModeNet net;
  net.add("ultrapeer");
  net.add("ultrapeer", {0});
  const auto sharer = net.add("leaf", {0}, {"amber valley demo.ogg", "copper lantern essay.txt"});
  const auto asker = net.add("leaf", {1});
  net.run(kSettled);
  const auto search = net[asker].search("lantern copper");
  net.run(kSearched);
  ASSERT_EQ(net[asker].hits.size(), 1U);
  EXPECT_EQ(net[asker].hits[0].second.source.endpoint, ModeNet::address(sharer));
  EXPECT_EQ(net[asker].ends[search], 1);
}

TEST(GnutellaNetwork, AHitTellsWhatTheSharerSaysOfItsLineAndSlots) {
  ModeNet net;
  net.add("ultrapeer");
  const auto cable = [](ModeConfig& config) { config.link_speed = 7; };
  const auto fast = net.add("leaf", {0}, {"amber one.ogg"}, "gnutella", cable);
  const auto busy = net.add("leaf", {0}, {"amber two.ogg"});
  net.add("leaf", {0}, {"amber three.ogg"});
  const auto asker = net.add("leaf", {0});
  net[fast].free_slot = true;
  net[busy].free_slot = false;
  net.run(kSettled);
  net[asker].search("amber");
  net.run(kSearched);
  ASSERT_EQ(net[asker].hits.size(), 3U);
  for (const auto& [id, hit] : net[asker].hits) {
    const bool is_fast = hit.name == "amber one.ogg";
    EXPECT_EQ(hit.claimed_bps, is_fast ? 32'000U : 0U) << hit.name;
    EXPECT_EQ(hit.free_slot, hit.name == "amber three.ogg" ? std::nullopt : std::optional(is_fast));
  }
}

TEST(GnutellaNetwork, ALeafIsSparedWhatItsTableRulesOut) {
  ModeNet net;
  net.add("ultrapeer");
  const auto sharer = net.add("leaf", {0}, {"amber valley demo.ogg"});
  const auto asker = net.add("leaf", {0});
  net.run(kSettled);
  net[asker].search("nothing like this");
  net.run(kSearched);
  EXPECT_EQ(net[sharer].counter("query in"), 0U);
  net[asker].search("amber demo");
  net.run(kSearched);
  EXPECT_GT(net[sharer].counter("query in"), 0U);
  EXPECT_EQ(net[sharer].questions, 1U);
  EXPECT_EQ(net[asker].hits.size(), 1U);
}

TEST(GnutellaNetwork, AHashIsAskedFor) {
  ModeNet net;
  net.add("ultrapeer");
  const auto sharer = net.add("leaf", {0}, {"amber valley demo.ogg"});
  const auto asker = net.add("leaf", {0});
  net.run(kSettled);
  net[asker].search(to_urn(*net[sharer].files[0].sha1));
  net.run(kSearched);
  ASSERT_EQ(net[asker].hits.size(), 1U);
  EXPECT_EQ(net[asker].hits[0].second.sha1, net[sharer].files[0].sha1);
  EXPECT_EQ(net[asker].hits[0].second.hops, 2U) << "by way of the ultrapeer";
}

TEST(GnutellaNetwork, AFileThatIsStillBeingFetchedIsFoundAndSaidToBe) {
  ModeNet net;
  net.add("ultrapeer");
  const auto sharer = net.add("leaf", {0}, {"river live.ogg"});
  const auto asker = net.add("leaf", {0});
  net.run(kSettled);
  net[sharer].share("amber valley demo.ogg");
  SharedFile& part = net[sharer].files.back();
  part.partial = Partial{500, 1'700'000'000};
  Shared change;
  change.partial = true;
  change.added = {part};
  net[sharer].command(change);
  net.run(kSearched);
  net[asker].search("amber demo");
  net[asker].search(to_urn(*part.sha1));
  net[asker].search("river");
  net.run(kSearched);
  ASSERT_EQ(net[asker].hits.size(), 3U);
  for (const auto& [id, hit] : net[asker].hits)
    EXPECT_EQ(hit.source.partial, hit.name != "river live.ogg") << hit.name;
}

TEST(GnutellaNetwork, TheTtlRunsOutExactlyWhereItMust) {
  ModeNet net;
  for (std::size_t i = 0; i < 10; ++i)
    add_fixed(net, "plain", i == 0 ? std::vector<std::size_t>{} : std::vector<std::size_t>{i - 1},
              {"river " + std::to_string(i) + ".ogg"});
  net.run(kSettled);
  net[0].search("river");
  net.run(kSearched);
  // TTL 7: seven hops, nodes 1 to 7.
  std::set<std::string> names;
  for (const auto& [id, hit] : net[0].hits)
    names.insert(hit.name);
  EXPECT_THAT(names,
              testing::ElementsAre("river 1.ogg", "river 2.ogg", "river 3.ogg", "river 4.ogg",
                                   "river 5.ogg", "river 6.ogg", "river 7.ogg"));
  EXPECT_EQ(net[7].counter("query in"), 1U);
  EXPECT_EQ(net[8].counter("query in"), 0U);
}

// On a connected graph with n nodes and E edges a full flood makes 2E - (n-1) transmissions
// (experiments.md, section 2).
TEST(GnutellaNetwork, AFloodMakesExactlyTwoEMinusNPlusOneTransmissions) {
  ModeNet net;
  const std::vector<std::pair<std::size_t, std::size_t>> edges{{0, 1}, {1, 2}, {2, 3}, {3, 4},
                                                               {4, 0}, {1, 3}, {2, 5}, {5, 0}};
  std::vector<std::vector<std::size_t>> calls(6);
  for (const auto& [a, b] : edges)
    calls[std::max(a, b)].push_back(std::min(a, b));
  for (const auto& connect : calls)
    add_fixed(net, "plain", connect, {"loop.txt"});
  net.run(kSettled);
  ASSERT_EQ(sum(net, "peers"), 2 * edges.size());
  const auto search = net[0].search("loop");
  net.run(kSearched);
  EXPECT_EQ(sum(net, "query in"), 2 * edges.size() - (net.size() - 1));
  EXPECT_EQ(sum(net, "dropped: duplicate"), 2 * edges.size() - 2 * (net.size() - 1));
  EXPECT_EQ(net[0].finders(search).size(), net.size() - 1);
  EXPECT_EQ(net[0].hits.size(), net.size() - 1) << "every file once, though two ways lead to it";
}

TEST(GnutellaNetwork, ALeafWhoseUltrapeerDiesFindsAnotherAndSearchesOn) {
  ModeNet net;
  net.add("ultrapeer");
  net.add("ultrapeer", {0});
  net.add("ultrapeer", {0, 1}, {"autumn leaves.ogg"});
  const auto leaf = net.add("leaf", {0});
  net.run(60s);
  ASSERT_GE(links_up(net[leaf]), 1U);
  net.kill(0);
  net.run(120s);
  EXPECT_GE(links_up(net[leaf]), 1U);
  const auto search = net[leaf].search("autumn");
  net.run(kSearched);
  EXPECT_EQ(net[leaf].hits.size(), 1U);
  EXPECT_EQ(net[leaf].ends[search], 1);
}

TEST(GnutellaNetwork, APartedNetworkGrowsTogetherAgain) {
  ModeNet net;
  for (std::size_t i = 0; i < 6; ++i)
    net.add("ultrapeer", i == 0 ? std::vector<std::size_t>{} : std::vector<std::size_t>{i - 1},
            {"note " + std::to_string(i) + ".txt"});
  net.run(120s);
  const auto before = net[0].search("note");
  net.run(kSearched);
  ASSERT_EQ(net[0].finders(before).size(), 5U);
  net.part({0, 1, 2});
  net.run(60s);
  const auto parted = net[0].search("note");
  net.run(kSearched);
  EXPECT_EQ(net[0].finders(parted).size(), 2U);
  net.join();
  net.run(20min);
  const auto joined = net[0].search("note");
  net.run(kSearched);
  EXPECT_EQ(net[0].finders(joined).size(), 5U);
}

TEST(GnutellaNetwork, AmongThoseThatMayChooseOneBecomesUltrapeerAndTheOthersItsLeaves) {
  ModeNet net;
  for (std::size_t i = 0; i < 5; ++i)
    net.add("auto", {}, {"song " + std::to_string(i) + ".ogg"});
  // The beacon: whoever changes its role tells all, and once a minute everybody does.
  for (int round = 0; round < 30; ++round) {
    net.run(1s);
    for (std::size_t i = 0; i < net.size(); ++i)
      for (std::size_t other = 0; other < net.size(); ++other)
        if (i != other && net[other].role == "ultrapeer")
          net[i].command(Heard{ModeNet::address(other), "ultrapeer"});
  }
  std::size_t ultrapeers = 0;
  for (std::size_t i = 0; i < net.size(); ++i) {
    ultrapeers += net[i].role == "ultrapeer" ? 1U : 0U;
    EXPECT_GE(links_up(net[i]), 1U) << i << " is " << net[i].role;
    EXPECT_EQ(net[i].report().why_role.starts_with("ultrapeers take it in; up 0 of 60 min"),
              net[i].role != "ultrapeer");
  }
  EXPECT_GE(ultrapeers, 1U);
  EXPECT_LE(ultrapeers, 3U);
  const auto search = net[0].search("song");
  net.run(kSearched);
  EXPECT_EQ(net[0].finders(search).size(), net.size() - 1);
}

TEST(GnutellaNetwork, OfTwoUltrapeersThatNobodyNeedsOneStepsDown) {
  ModeNet net;
  net.add("auto");
  net.add("auto");
  net.run(20s);  // each alone
  ASSERT_EQ(net[0].role, "ultrapeer");
  ASSERT_EQ(net[1].role, "ultrapeer");
  net[1].command(Heard{ModeNet::address(0), "ultrapeer"});
  net.run(60s);
  ASSERT_EQ(links_up(net[1]), 1U);
  net.run(15min);
  EXPECT_NE(net[0].role, net[1].role);
  EXPECT_EQ(links_up(net[0]), 1U);
  net.run(30min);
  EXPECT_NE(net[0].role, net[1].role) << "and so it stays";
}

TEST(GnutellaNetwork, FiftyNodesFindEverything) {
  ModeNet net;
  for (std::size_t i = 0; i < 5; ++i)
    net.add("ultrapeer", i == 0 ? std::vector<std::size_t>{} : std::vector<std::size_t>{0});
  for (std::size_t i = 0; i < 45; ++i)
    net.add("leaf", {i % 5}, {"common word " + std::to_string(i) + ".txt"});
  net.run(120s);
  EXPECT_EQ(net.now(), Time{1'120'000ms});
  const auto search = net[49].search("common", 1000);
  net.run(60s);
  EXPECT_EQ(net[49].finders(search).size(), 44U);
  EXPECT_EQ(net[49].hits.size(), 44U);
}

TEST(GnutellaNetwork, HitsTellWhatAFileSaysOfItself) {
  ModeNet net;
  net.add("ultrapeer", {}, {"blue river live.ogg", "blue other.ogg"});
  net.add("leaf", {0});
  net[0].files[0].media = {192, 44'100, 205};
  net[0].files[0].tags.artist = "Sun Dogs";
  net.run(kSettled);
  const auto search = net[1].search("blue bitrate>=128");
  net.run(kSearched);
  ASSERT_EQ(net[1].hits.size(), 1U) << "the other one says no bitrate";
  EXPECT_EQ(net[1].hits[0].second.media, net[0].files[0].media);
  EXPECT_EQ(net[1].hits[0].second.tags, net[0].files[0].tags);
  EXPECT_EQ(net[1].ends[search], 1);
}

TEST(GnutellaNetwork, RefusesWhatItCannotAskFor) {
  ModeNet net;
  net.add("ultrapeer");
  net.add("leaf", {0});
  net.run(kSettled);
  const auto search = net[1].search("blue artist:dogs");
  EXPECT_EQ(net[1].ends[search], 1);
  EXPECT_EQ(net[1].ended[search].why, Ended::Why::refused);
  EXPECT_EQ(net[1].ended[search].text, "Gnutella cannot search by artist");
}

TEST(GnutellaNetwork, ASearchStopsWhenItHasEnoughAndSaysSo) {
  ModeNet net;
  net.add("ultrapeer");
  for (std::size_t i = 0; i < 20; ++i)
    net.add("leaf", {0}, {"plenty.txt"});
  net.run(60s);
  const auto search = net[0].search("plenty", 5);
  net.run(kSearched);
  EXPECT_EQ(net[0].ended[search].why, Ended::Why::limit);
  EXPECT_EQ(net[0].ends[search], 1);
  const auto cancelled = net[0].search("nowhere to be found");
  net[0].command(Cancel{SearchId{cancelled}});
  EXPECT_EQ(net[0].ended[cancelled].why, Ended::Why::cancelled);
  net.run(kSearched);
  EXPECT_EQ(net[0].ends[cancelled], 1);
}

TEST(GnutellaNetwork, AFirewalledLeafIsReachedByAPushThroughTheOverlay) {
  ModeNet net;
  net.add("ultrapeer");
  net.add("ultrapeer", {0});
  const auto sharer = net.add("leaf", {0}, {"hidden treasure.txt"});
  ModeNet::Node& node = net[sharer];
  node.config.listen.port = 0;
  node.mode = find_mode("gnutella", "leaf")->make(node.config);
  node.call([](Mode& m, Cx& cx) { m.wake(cx); });
  const auto asker = net.add("leaf", {1});
  net.run(60s);
  net[asker].search("treasure");
  net.run(kSearched);
  ASSERT_EQ(net[asker].hits.size(), 1U);
  const Source source = net[asker].hits[0].second.source;
  EXPECT_TRUE(source.firewalled);
  EXPECT_THAT(source.proxies, testing::Contains(ModeNet::address(0)));
  net[asker].command(Reach{ReachId{7}, source});
  ASSERT_EQ(net[asker].awaited.size(), 1U);
  net.run(5s);
  ASSERT_EQ(node.pushes.size(), 1U);
  EXPECT_EQ(node.pushes[0].endpoint, ModeNet::address(asker));
  EXPECT_EQ(node.pushes[0].opening, "GIV 1:" + source.user + "/file\n\n");
  EXPECT_EQ(node.pushes[0].dialect.kind, DialectKind::http);
}

// An asker that its overlay brings nowhere: only the leaf's ultrapeer knows a way.
TEST(GnutellaNetwork, APushProxyIsCalledWhereTheWayOfTheHitIsGone) {
  ModeNet net;
  net.add("ultrapeer");
  const auto sharer = net.add("leaf", {0}, {"hidden treasure.txt"});
  ModeNet::Node& node = net[sharer];
  node.config.listen.port = 0;
  node.mode = find_mode("gnutella", "leaf")->make(node.config);
  node.call([](Mode& m, Cx& cx) { m.wake(cx); });
  const auto finder = net.add("leaf", {0});
  net.run(60s);
  net[finder].search("treasure");
  net.run(kSearched);
  ASSERT_EQ(net[finder].hits.size(), 1U);
  const Source source = net[finder].hits[0].second.source;
  ASSERT_THAT(source.proxies, testing::Contains(ModeNet::address(0)));
  const auto other = add_fixed(net, "ultrapeer", {});  // knows nobody
  const auto away = add_fixed(net, "leaf", {other});
  net.run(kSettled);
  ASSERT_EQ(links_up(net[away]), 1U);
  net[away].command(Reach{ReachId{7}, source});
  EXPECT_EQ(net[away].awaited.size(), 1U);
  net.run(kSettled);
  ASSERT_EQ(node.pushes.size(), 1U);
  EXPECT_EQ(node.pushes[0].endpoint, ModeNet::address(away));
  EXPECT_EQ(node.pushes[0].opening, "GIV 1:" + source.user + "/file\n\n");
  // Without any neighbour the proxies are left.
  const auto alone = add_fixed(net, "leaf", {});
  net[alone].command(Reach{ReachId{8}, source});
  EXPECT_EQ(net[alone].awaited.size(), 1U);
  net.run(kSettled);
  ASSERT_EQ(node.pushes.size(), 2U);
  EXPECT_EQ(node.pushes[1].endpoint, ModeNet::address(alone));
}

TEST(GnutellaNetwork, AWholeListIsBrowsed) {
  ModeNet net;
  std::vector<std::string> files;
  for (int i = 0; i < 25; ++i)
    files.push_back("file " + std::to_string(i) + ".txt");
  net.add("ultrapeer", {}, files);
  net.add("ultrapeer", {0});
  net.run(kSettled);
  net[1].command(Browse{SearchId{90}, "10.0.0.1:6346"});
  net.run(kSearched);
  EXPECT_EQ(net[1].hits.size(), 25U);
  EXPECT_EQ(net[1].ends[90], 1);
  EXPECT_EQ(net[1].ended[90].why, Ended::Why::complete);
}

TEST(GnutellaNetwork, TheSameSeedGivesTheSameRun) {
  const auto run = [] {
    ModeNet net;
    for (std::size_t i = 0; i < 12; ++i)
      net.add(i % 3 == 0 ? "ultrapeer" : "leaf",
              i == 0 ? std::vector<std::size_t>{} : std::vector<std::size_t>{0},
              {"twice " + std::to_string(i) + ".txt"});
    net.run(5min);
    net[11].search("twice");
    net.run(kSearched);
    return std::pair(net.bytes_sent(), net[11].hits.size());
  };
  const auto first = run();
  EXPECT_EQ(first, run());
  EXPECT_EQ(first.second, 11U);
}

TEST(GnutellaNetwork, IdleNeighboursStayForTenMinutesAndSayLittle) {
  ModeNet net;
  net.add("ultrapeer");
  net.add("ultrapeer", {0});
  net.add("leaf", {0});
  net.run(60s);
  const std::uint64_t before = net.bytes_sent();
  net.run(10min);
  EXPECT_EQ(links_up(net[0]), 2U);
  EXPECT_EQ(sum(net, "bye in"), 0U);
  EXPECT_LT(net.bytes_sent() - before, 10U * 3U * 2000U) << "bytes, three nodes, ten minutes";
}

}  // namespace
}  // namespace p2p::gnutella
