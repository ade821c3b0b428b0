// Networks of our own nodes in memory, up to 5 supernodes and 100 children, with time that the test
// moves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/kazaa/links.h"

#include "tests/support/mode_net.h"

namespace p2p::kazaa {
namespace {

using test::ModeNet;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr Duration kSettled = 10s;
constexpr Duration kSearched = 20s;

using Tune = std::function<void(ModeConfig&)>;

std::size_t supernode(ModeNet& net, const std::vector<std::size_t>& connect = {},
                      std::vector<std::string> files = {}, const Tune& tune = {}) {
  return net.add("supernode", connect, std::move(files), "kazaa", tune);
}

std::size_t ordinary(ModeNet& net, const std::vector<std::size_t>& connect,
                     std::vector<std::string> files = {}, const Tune& tune = {}) {
  return net.add("ordinary", connect, std::move(files), "kazaa", tune);
}

void firewalled(ModeConfig& config) {
  config.listen.port = 0;
}

// The number of the node that is this one's parent; net.size() when it has none.
std::size_t parent_number(ModeNet& net, std::size_t child) {
  for (const PeerRow& row : net[child].report().peers)
    if (row.role == "supernode" && row.state == "up") return row.endpoint.address - 0x0a000001U;
  return net.size();
}

std::size_t links_between(ModeNet& net, std::size_t supernode) {
  std::size_t links = 0;
  for (const PeerRow& row : net[supernode].report().peers)
    links += row.role == "supernode" && row.state == "up" ? 1U : 0U;
  return links;
}

TEST(KazaaNetwork, AChildFindsWhatAnotherChildOfItsSupernodeShares) {
  ModeNet net;
  const auto hub = supernode(net);
  const auto alice = ordinary(net, {hub}, {"Music/blue dogs/green harvest.mp3"});
  const auto bob = ordinary(net, {hub});
  net.run(kSettled);
  EXPECT_EQ(net[hub].counter("children"), 2U);
  EXPECT_EQ(net[hub].counter("indexed files"), 1U);
  EXPECT_EQ(net[bob].report().users, 3U);

  const auto words = net[bob].search("harvest");
  const auto folder = net[bob].search("blue dogs harvest");
  const auto nothing = net[bob].search("harvest red");
  const auto own = net[alice].search("harvest");
  net.run(1s);
  ASSERT_THAT(net[bob].hits, SizeIs(2));
  const Hit& hit = net[bob].hits[0].second;
  EXPECT_EQ(hit.name, "green harvest.mp3");
  EXPECT_EQ(hit.size_bytes, 1001U);
  EXPECT_EQ(hit.sha1, net[alice].files[0].sha1);
  EXPECT_EQ(hit.source.uuhash, net[alice].files[0].uuhash);
  EXPECT_EQ(hit.source.endpoint, ModeNet::address(alice));
  EXPECT_EQ(hit.source.user, "user" + std::to_string(alice));
  EXPECT_FALSE(hit.source.firewalled);
  EXPECT_THAT(net[alice].hits, IsEmpty());
  for (const auto search : {words, folder, nothing}) {
    EXPECT_EQ(net[bob].ends[search], 1);
    EXPECT_EQ(net[bob].ended[search].why, Ended::Why::complete);
  }
  EXPECT_EQ(net[alice].ends[own], 1);
  EXPECT_EQ(net[alice].questions + net[bob].questions + net[hub].questions, 0U);
}

TEST(KazaaNetwork, AQueryGoesThroughAllSupernodesAndToNoChild) {
  ModeNet net;
  std::vector<std::size_t> hubs;
  for (std::size_t i = 0; i < 5; ++i)
    hubs.push_back(supernode(net, {i == 0 ? 0 : i - 1}, {"hub " + std::to_string(i) + " common"}));
  net.run(kSettled);
  std::vector<std::size_t> children;
  for (std::size_t i = 0; i < 100; ++i)
    children.push_back(
        ordinary(net, {hubs[i % 5]}, {"song number " + std::to_string(i) + " common.mp3"}));
  net.run(kSettled);
  for (const auto hub : hubs)
    EXPECT_EQ(links_between(net, hub), 4U) << hub;
  std::uint64_t all = 0;
  for (const auto hub : hubs)
    all += net[hub].counter("children");
  EXPECT_EQ(all, 100U);

  const auto rare = net[children[3]].search("number 77");
  net.run(2s);
  EXPECT_THAT(net[children[3]].finders(rare), ElementsAre("user" + std::to_string(children[77])));
  EXPECT_EQ(net[children[3]].ends[rare], 1);
  const auto common = net[children[8]].search("common", 200);
  net.run(2s);
  EXPECT_THAT(net[children[8]].finders(common), SizeIs(104));
  EXPECT_EQ(net[children[8]].ends[common], 1);
  EXPECT_EQ(net[children[8]].ended[common].why, Ended::Why::complete);
  const auto of_hub = net[hubs[2]].search("number 12");
  net.run(2s);
  EXPECT_THAT(net[hubs[2]].finders(of_hub), SizeIs(1));
  EXPECT_EQ(net[hubs[2]].ends[of_hub], 1);
  for (const auto child : children)
    EXPECT_EQ(net[child].counter("query in") + net[child].counter("relayed_query in"), 0U);
  // Each supernode sends it to all but who it came from: 4 + 4 * 3 copies of each query.
  std::uint64_t copies = 0;
  for (const auto hub : hubs)
    copies += net[hub].counter("queries passed on");
  EXPECT_EQ(copies, 3U * 16U);
  // Of each query one copy comes from where it began and three from the others of the five.
  std::uint64_t near = 0;
  std::uint64_t far = 0;
  std::uint64_t hits = 0;
  for (const auto hub : hubs) {
    near += net[hub].counter("hops 0");
    far += net[hub].counter("hops 1");
    hits += net[hub].counter("hit hops 0");
  }
  EXPECT_EQ(near, 3U * 4U);
  EXPECT_EQ(far, 3U * 12U);
  EXPECT_EQ(hits, 1U + 4U) << "the rare one, and common ones of all the others";
  EXPECT_EQ(net[children[0]].report().no_hops,
            "a supernode does not tell its children how far a question went");
  EXPECT_EQ(net[hubs[0]].report().no_hops, "");
}

TEST(KazaaNetwork, ResultsStopAtTheLimit) {
  ModeNet net;
  const auto first = supernode(net);
  const auto second = supernode(net, {first});
  std::vector<std::string> many;
  for (int i = 0; i < 30; ++i)
    many.push_back("tune " + std::to_string(i) + ".mp3");
  ordinary(net, {first}, many);
  ordinary(net, {second}, many);
  net.run(kSettled);
  const auto asker = ordinary(net, {first});
  net.run(kSettled);
  const auto search = net[asker].search("tune", 40);
  net.run(kSearched);
  EXPECT_THAT(net[asker].hits, SizeIs(40));
  EXPECT_EQ(net[asker].ends[search], 1);
  EXPECT_EQ(net[asker].ended[search].why, Ended::Why::limit);
}

TEST(KazaaNetwork, TheTtlIsHowFarAQueryGoes) {
  ModeNet net;
  const auto short_sighted = [](ModeConfig& config) {
    config.supernode.ttl = 2;
    config.only_connect = true;
  };
  std::vector<std::size_t> line;
  for (std::size_t i = 0; i < 4; ++i)
    line.push_back(supernode(net, i == 0 ? std::vector<std::size_t>{} : std::vector{i - 1},
                             {"far away " + std::to_string(i)}, short_sighted));
  net.run(kSettled);
  const auto search = net[line[0]].search("far");
  net.run(kSearched);
  EXPECT_THAT(net[line[0]].finders(search), ElementsAre("user1", "user2"));
  EXPECT_EQ(net[line[0]].ends[search], 1);
}

TEST(KazaaNetwork, TwoSupernodesThatCallEachOtherKeepOneLink) {
  ModeNet net;
  const auto first = supernode(net);
  const auto second = supernode(net);
  net[first].command(Join{ModeNet::address(second)});
  net[second].command(Join{ModeNet::address(first)});
  net.run(kSettled);
  EXPECT_EQ(links_between(net, first), 1U);
  EXPECT_EQ(links_between(net, second), 1U);
  EXPECT_THAT(net[first].links, SizeIs(1));
  net.run(10min);
  EXPECT_THAT(net[first].links, SizeIs(1));
  EXPECT_EQ(links_between(net, second), 1U);
}

TEST(KazaaNetwork, ChildrenOfADeadSupernodeFindAnotherAndTheirSearchLives) {
  ModeNet net;
  const auto first = supernode(net);
  const auto second = supernode(net, {first});
  net.run(kSettled);
  const auto alice = ordinary(net, {first}, {"red kite.mp3"});
  const auto bob = ordinary(net, {first});
  const auto carol = ordinary(net, {second}, {"red robin.mp3"});
  net.run(kSettled);
  ASSERT_EQ(parent_number(net, alice), first);
  ASSERT_EQ(parent_number(net, bob), first);

  const auto search = net[bob].search("red");
  net.run(15ms);  // the query is on its way
  net.kill(first);
  net.run(kSettled);
  EXPECT_EQ(parent_number(net, alice), second);
  EXPECT_EQ(parent_number(net, bob), second);
  EXPECT_THAT(net[bob].finders(search), testing::IsSupersetOf({"user" + std::to_string(carol)}));
  EXPECT_EQ(net[bob].ends[search], 1);
  const auto again = net[bob].search("red");
  net.run(2s);
  EXPECT_THAT(net[bob].finders(again), SizeIs(2));
}

TEST(KazaaNetwork, ASupernodeThatDiesInAQueryIsNotWaitedFor) {
  ModeNet net;
  const auto first = supernode(net);
  const auto second = supernode(net, {first});
  const auto child = ordinary(net, {first});
  net.run(kSettled);
  ASSERT_EQ(parent_number(net, child), first);
  const auto search = net[child].search("anything");
  net.run(15ms);  // it is on its way to the second
  net.kill(second);
  net.run(1s);
  EXPECT_EQ(net[child].ends[search], 1);
  EXPECT_EQ(net[child].ended[search].why, Ended::Why::complete);
}

TEST(KazaaNetwork, AFlappingChildIsIndexedOnceAndForgotten) {
  ModeNet net;
  const auto hub = supernode(net);
  const auto child = ordinary(net, {hub}, {"loose door.mp3"});
  net.run(kSettled);
  for (int i = 0; i < 20; ++i) {
    net[child].command(Leave{});
    net.run(50ms);
    net[child].command(Join{ModeNet::address(hub)});
    net.run(i % 2 == 0 ? 40ms : 5s);
  }
  net.run(kSettled);
  EXPECT_EQ(net[hub].counter("children"), 1U);
  EXPECT_EQ(net[hub].counter("indexed files"), 1U);
  net.kill(child);
  net.run(1s);
  EXPECT_EQ(net[hub].counter("children"), 0U);
  EXPECT_EQ(net[hub].counter("indexed files"), 0U);
}

TEST(KazaaNetwork, APartitionHeals) {
  ModeNet net;
  std::vector<std::size_t> hubs;
  for (std::size_t i = 0; i < 4; ++i)
    hubs.push_back(supernode(net, {0}));
  net.run(kSettled);
  const auto here = ordinary(net, {hubs[0]});
  const auto there = ordinary(net, {hubs[3]}, {"other shore.mp3"});
  net.run(kSettled);
  ASSERT_EQ(parent_number(net, there), hubs[3]);
  net.part({hubs[2], hubs[3], there});
  net.run(30s);
  const auto cut = net[here].search("shore");
  net.run(kSearched);
  EXPECT_THAT(net[here].finders(cut), IsEmpty());
  net.join();
  net.run(3min);
  for (const auto hub : hubs)
    EXPECT_EQ(links_between(net, hub), 3U) << hub;
  const auto healed = net[here].search("shore");
  net.run(kSearched);
  EXPECT_THAT(net[here].finders(healed), SizeIs(1));
}

TEST(KazaaNetwork, AFullSupernodeSendsChildrenOn) {
  ModeNet net;
  const auto small = [](ModeConfig& config) { config.supernode.max_children = 3; };
  const auto first = supernode(net, {}, {}, small);
  const auto second = supernode(net, {first}, {}, small);
  net.run(kSettled);
  std::vector<std::size_t> children;
  for (int i = 0; i < 6; ++i)
    children.push_back(ordinary(net, {first}));
  net.run(60s);
  EXPECT_EQ(net[first].counter("children"), 3U);
  EXPECT_EQ(net[second].counter("children"), 3U);
}

TEST(KazaaNetwork, NobodyIsCalledBeyondTheMostLinks) {
  ModeNet net;
  const auto few = [](ModeConfig& config) { config.supernode.max_links = 1; };
  const auto hub = supernode(net, {}, {}, few);
  supernode(net, {hub});
  net.run(kSettled);
  ASSERT_EQ(links_between(net, hub), 1U);
  const auto third = supernode(net);
  net[hub].command(Join{ModeNet::address(third)});
  net.run(kSettled);
  EXPECT_EQ(links_between(net, hub), 1U);
  EXPECT_EQ(net[hub].counter("neighbours out"), 0U) << "it called nobody";
}

TEST(KazaaNetwork, AFullSupernodeStillLinksToSupernodes) {
  ModeNet net;
  const auto none = [](ModeConfig& config) { config.supernode.max_children = 0; };
  const auto first = supernode(net, {}, {}, none);
  const auto second = supernode(net, {first}, {}, none);
  net.run(kSettled);
  EXPECT_EQ(links_between(net, first), 1U);
  EXPECT_EQ(links_between(net, second), 1U);
}

TEST(KazaaNetwork, WhatIsSharedLaterIsFoundAndWhatGoesIsNot) {
  ModeNet net;
  const auto hub = supernode(net);
  const auto alice = ordinary(net, {hub}, {"first light.mp3"});
  const auto bob = ordinary(net, {hub});
  net.run(kSettled);
  net[alice].share("second light.mp3");
  net[alice].command(Shared{2, false, {net[alice].files.back()}, {"first light.mp3"}});
  net.run(1s);
  net[bob].search("light");
  net.run(1s);
  ASSERT_THAT(net[bob].hits, SizeIs(1));
  EXPECT_EQ(net[bob].hits[0].second.name, "second light.mp3");
  net[alice].command(Shared{3, true, {}, {}});
  net[alice].files.clear();
  net.run(1s);
  EXPECT_EQ(net[hub].counter("indexed files"), 0U);
}

TEST(KazaaNetwork, SearchesGoByFieldAndByHash) {
  ModeNet net;
  const auto hub = supernode(net);
  const auto far = supernode(net, {hub});
  const auto alice = ordinary(net, {far}, {"track 1.mp3", "track 2.mp3"});
  net.run(kSettled);
  SharedFile tagged = net[alice].files[0];
  tagged.name = "track 3.mp3";
  tagged.uuhash->bytes[5] = std::byte{9};
  tagged.media = {192, 44'100, 300};
  tagged.tags = {"John Coltrane", "Blue Train", "Blue Train", "Jazz", 1957, 0, 0};
  SharedFile picture = tagged;
  picture.name = "cover.jpg";
  picture.uuhash->bytes[5] = std::byte{10};
  picture.media = {};
  picture.tags = {"", "", "", "", 0, 1024, 768};
  net[alice].command(Shared{2, false, {tagged, picture}, {}});
  const auto bob = ordinary(net, {hub});
  net.run(kSettled);

  const auto found = [&](Query query) {
    net[bob].hits.clear();
    net[bob].command(Search{SearchId{++net[bob].last_search}, std::move(query)});
    net.run(2s);
    std::vector<std::string> names;
    for (const auto& [id, hit] : net[bob].hits)
      names.push_back(hit.name);
    std::ranges::sort(names);
    return names;
  };
  Query by_artist;
  by_artist.texts.artist = {"coltrane"};
  by_artist.bitrate_kbps = {192, 0xffffffff};
  EXPECT_THAT(found(by_artist), ElementsAre("track 3.mp3"));
  EXPECT_EQ(net[bob].hits.at(0).second.tags, tagged.tags);
  EXPECT_EQ(net[bob].hits.at(0).second.media.duration_s, 300U);
  by_artist.bitrate_kbps = {256, 0xffffffff};
  EXPECT_THAT(found(by_artist), IsEmpty());
  Query wrong_field;
  wrong_field.texts.artist = {"train"};
  EXPECT_THAT(found(wrong_field), IsEmpty());
  EXPECT_THAT(found(parse_query("blue train jazz")), ElementsAre("track 3.mp3"));
  EXPECT_THAT(found(parse_query("trac*")),
              ElementsAre("track 1.mp3", "track 2.mp3", "track 3.mp3"));
  Query by_year;
  by_year.year = {1950, 1960};
  EXPECT_THAT(found(by_year), ElementsAre("track 3.mp3"));
  Query by_size;
  by_size.width = {800, 0xffffffff};
  EXPECT_THAT(found(by_size), ElementsAre("cover.jpg"));
  Query by_hash;
  by_hash.uuhash = net[alice].files[1].uuhash;
  EXPECT_THAT(found(by_hash), ElementsAre("track 2.mp3"));
  Query by_sha1;
  by_sha1.sha1 = net[alice].files[1].sha1;
  EXPECT_THAT(found(by_sha1), ElementsAre("track 2.mp3"));
  EXPECT_THAT(found(parse_query("track -2 -3")), ElementsAre("track 1.mp3"));

  Query by_rate;
  by_rate.words = {"track"};
  by_rate.sample_rate_hz = {44'100, 44'100};
  EXPECT_THAT(found(by_rate), IsEmpty());
  EXPECT_EQ(net[bob].ended[net[bob].last_search].why, Ended::Why::refused);
}

TEST(KazaaNetwork, AFirewalledSourceIsReachedByPush) {
  ModeNet net;
  const auto first = supernode(net);
  const auto second = supernode(net, {first});
  const auto walled = ordinary(net, {second}, {"behind walls.mp3"}, firewalled);
  const auto asker = ordinary(net, {first});
  net.run(kSettled);
  net[asker].search("walls");
  net.run(2s);
  ASSERT_THAT(net[asker].hits, SizeIs(1));
  const Source source = net[asker].hits[0].second.source;
  EXPECT_TRUE(source.firewalled);
  net[asker].command(Reach{ReachId{7}, source});
  net.run(2s);
  ASSERT_THAT(net[asker].awaited, SizeIs(1));
  ASSERT_THAT(net[walled].pushes, SizeIs(1));
  EXPECT_EQ(net[walled].pushes[0].endpoint, ModeNet::address(asker));
  EXPECT_EQ(net[walled].pushes[0].opening, "GIVE " + net[asker].awaited[0].token + "\r\n");
  EXPECT_EQ(net[walled].pushes[0].dialect.kind, DialectKind::kazaa);
  EXPECT_EQ(net[walled].pushes[0].dialect.supernode, ModeNet::address(second));
}

TEST(KazaaNetwork, TwoFirewalledNodesAreNotShownToEachOther) {
  ModeNet net;
  const auto hub = supernode(net);
  ordinary(net, {hub}, {"behind walls.mp3"}, firewalled);
  const auto asker = ordinary(net, {hub}, {}, firewalled);
  net.run(kSettled);
  const auto search = net[asker].search("walls");
  net.run(2s);
  EXPECT_THAT(net[asker].finders(search), IsEmpty());
}

TEST(KazaaNetwork, TheFirstOfThoseThatMayBecomesTheSupernode) {
  ModeNet net;
  for (int i = 0; i < 4; ++i)
    net.add("auto", {}, {"tune " + std::to_string(i)}, "kazaa");
  const auto tell_all = [&] {
    for (std::size_t i = 0; i < net.size(); ++i)
      for (std::size_t j = 0; j < net.size(); ++j)
        if (i != j && net[j].role == "supernode")
          net[i].command(Heard{ModeNet::address(j), net[j].role});
  };
  for (int i = 0; i < 30; ++i) {  // as the beacon does
    net.run(500ms);
    tell_all();
  }
  std::size_t supernodes = 0;
  for (std::size_t i = 0; i < net.size(); ++i)
    supernodes += net[i].role == "supernode" ? 1U : 0U;
  EXPECT_GE(supernodes, 1U);
  EXPECT_LE(supernodes, 2U);
  net[3].search("tune");
  net.run(2s);
  EXPECT_THAT(net[3].hits, SizeIs(3));
}

TEST(KazaaNetwork, WhenTheOnlySupernodeDiesAChildTakesItsPlace) {
  ModeNet net;
  const auto hub = supernode(net);
  for (int i = 0; i < 3; ++i)
    net.add("auto", {hub}, {"tune " + std::to_string(i)}, "kazaa");
  net.run(kSettled);
  net.kill(hub);
  for (int i = 0; i < 40; ++i) {
    net.run(500ms);
    for (std::size_t from = 1; from < net.size(); ++from)
      for (std::size_t to = 1; to < net.size(); ++to)
        if (from != to && net[from].role == "supernode")
          net[to].command(Heard{ModeNet::address(from), "supernode"});
  }
  net[3].search("tune");
  net.run(2s);
  EXPECT_THAT(net[3].hits, SizeIs(2));
}

TEST(KazaaNetwork, ALoadedSupernodeIsRelievedByAProvenChild) {
  ModeNet net;
  const auto hub =
      supernode(net, {}, {}, [](ModeConfig& config) { config.supernode.max_children = 5; });
  const auto able = net.add("auto", {hub}, {}, "kazaa",
                            [](ModeConfig& config) { config.supernode.proven_uptime = 30s; });
  for (int i = 0; i < 3; ++i)
    ordinary(net, {hub});
  net.run(2min);
  EXPECT_EQ(net[able].role, "supernode");
  EXPECT_THAT(net[able].become, SizeIs(1));
  EXPECT_EQ(links_between(net, hub), 1U);
}

TEST(KazaaNetwork, ASupernodeWithoutChildrenStepsDownWhereOthersAre) {
  ModeNet net;
  const auto first = supernode(net);
  supernode(net, {first});
  const auto spare = net.add("auto", {}, {}, "kazaa");
  net.run(kSettled);
  ASSERT_EQ(net[spare].role, "supernode");
  net[spare].command(Join{ModeNet::address(first)});
  net.run(9min);
  EXPECT_EQ(net[spare].role, "supernode");
  net.run(3min);
  EXPECT_EQ(net[spare].role, "ordinary");
  net.run(kSettled);
  EXPECT_NE(parent_number(net, spare), net.size());
}

TEST(KazaaNetwork, ASilentNetworkSaysPingsOnly) {
  ModeNet net;
  const auto hub = supernode(net);
  const auto child = ordinary(net, {hub});
  net.run(30min);
  EXPECT_EQ(parent_number(net, child), hub);
  EXPECT_THAT(net[hub].links, SizeIs(1));
}

TEST(KazaaNetwork, NobodyToAskIsSaidAtOnce) {
  ModeNet net;
  const auto alone = ordinary(net, {});
  net.run(1s);
  const auto search = net[alone].search("anything");
  EXPECT_EQ(net[alone].ends[search], 1);
  EXPECT_EQ(net[alone].ended[search].why, Ended::Why::no_link);
}

}  // namespace
}  // namespace p2p::kazaa
