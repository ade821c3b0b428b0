#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/napster_script.h"

namespace p2p::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Files : testing::Test {
  ServerWorld world;
  LinkId sharer = world.user("alice");
  LinkId reader = world.user("bob");
  std::vector<Told> search(const std::string& clauses) {
    world.say(reader, 200, clauses);
    return world.heard(reader);
  }
};

TEST_F(Files, RefusesDuplicatesLongNamesAndBrokenLines) {
  world.say(sharer, 100, "\"x.mp3\" h 1 0 0 0");
  world.say(sharer, 100, "\"x.mp3\" h 1 0 0 0");
  world.say(sharer, 100, "\"" + std::string(1025, 'x') + "\" h 1 0 0 0");
  world.say(sharer, 100, "\"x.mp3 h 1 0 0 0");
  world.say(sharer, 100, "\"a\nb\" h 1 0 0 0");
  world.say(sharer, 100, "\"y\" \"two words\" 1 0 0 0");
  const Told broken{404, "parameters are unparsable"};
  EXPECT_THAT(world.heard(sharer),
              ElementsAre(Told{404, "duplicate file"}, Told{404, "filename too long"}, broken,
                          broken, broken));
}

TEST_F(Files, StopsAtTheLimitAndSaysSoOnce) {
  ModeConfig config = ServerWorld::vector_config();
  config.max_files_per_user = 2;
  ServerWorld small(config);
  const LinkId link = small.user("alice");
  for (int i = 0; i < 5; ++i)
    small.say(link, 100, "\"" + std::to_string(i) + ".mp3\" h 1 0 0 0");
  EXPECT_THAT(small.heard(link), ElementsAre(Told{404, "You may only share 2 files"}));
  for (int i = 0; i < 3000; ++i)
    small.say(link, 100, "\"9.mp3\" h 1 0 0 0");
  EXPECT_FALSE(small.is_closed(link)) << "or a client with many files comes back and back";
  EXPECT_THAT(small.heard(link), IsEmpty());
}

TEST_F(Files, TellsWhoSendsTooManyRefusedSharesWhyHeIsSentAway) {
  for (int i = 0; i < 3000; ++i)
    world.say(sharer, 100, "\"x.mp3 h 1 0 0 0");
  EXPECT_EQ(world.heard(sharer).back(), (Told{404, "You are sending too fast"}));
  EXPECT_TRUE(world.is_closed(sharer));
}

// Eight bytes ask for thousands of lines.
TEST_F(Files, BoundsTheLinesThatOneUserListsAtOnce) {
  for (int i = 0; i < 5000; ++i)
    world.say(sharer, 100, "\"" + std::to_string(i) + ".mp3\" h 1 0 0 0");
  std::size_t lines = 0;
  std::vector<Told> told;
  for (int i = 0; i < 50; ++i) {
    world.say(reader, 211, "alice");
    told = world.heard(reader);
    ASSERT_EQ(told.back().type, 213) << "always ended";
    lines += told.size();
  }
  EXPECT_EQ(told.front(), (Told{404, "browse failed: too much was listed, try again in a while"}));
  EXPECT_LT(lines, 30'000U);
  world.world.now += 10s;
  world.say(reader, 211, "alice");
  EXPECT_EQ(world.heard(reader).size(), 5001U) << "later it may again";
}

TEST_F(Files, SharesAFolderWithDigests) {
  const std::string urn = "urn:sha1:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  world.say(sharer, 870, "\"D:\\Live\" \"one.mp3\" h 1 0 0 0 " + urn + " \"two.mp3\" h 2 0 0 0");
  world.say(reader, 211, "alice");
  EXPECT_THAT(world.heard(reader), ElementsAre(Told{212, "alice \"D:\\Live\\one.mp3\" h 1 0 0 0"},
                                               Told{212, "alice \"D:\\Live\\two.mp3\" h 2 0 0 0"},
                                               Told{213, "alice 16777343"}));
  const LinkId ours = world.user("carl", 1, ServerWorld::kHome, "servent 0.1");
  world.say(ours, 200, "FILENAME CONTAINS one");
  EXPECT_EQ(world.heard(ours).at(0),
            (Told{201, "\"D:\\Live\\one.mp3\" h 1 0 0 0 alice 16777343 7 " + urn}));
}

TEST_F(Files, AnswersASearchInOneSend) {
  world.say(sharer, 100, "\"zed one.mp3\" h 1 0 0 0");
  world.say(sharer, 100, "\"zed two.mp3\" h 1 0 0 0");
  world.world.out.sent.clear();
  world.say(reader, 200, "FILENAME CONTAINS zed");
  EXPECT_EQ(world.world.out.sent.size(), 1U);
  EXPECT_EQ(world.heard(reader).size(), 3U);
}

TEST_F(Files, LeavesOutOwnFilesAndFirewalledPairs) {
  world.say(sharer, 100, "\"zed.mp3\" h 1 0 0 0");
  world.say(sharer, 200, "FILENAME CONTAINS zed");
  EXPECT_THAT(world.heard(sharer), ElementsAre(Told{202, ""}));
  world.say(sharer, 703, "0");
  EXPECT_EQ(search("FILENAME CONTAINS zed").size(), 2U);
  world.say(reader, 703, "0");
  EXPECT_THAT(search("FILENAME CONTAINS zed"), ElementsAre(Told{202, ""}));
}

TEST_F(Files, FindsOtherKindsOnlyWhenTheirTypeIsNamed) {
  world.say(sharer, 10300, "\"zed film.avi\" 700 h video");
  EXPECT_EQ(search("FILENAME CONTAINS zed").size(), 1U);
  EXPECT_EQ(search("FILENAME CONTAINS zed TYPE video").size(), 2U);
  EXPECT_EQ(search("FILENAME CONTAINS zed TYPE any").size(), 2U);
  EXPECT_EQ(search("FILENAME CONTAINS zed TYPE text").size(), 1U);
}

TEST_F(Files, ComparesTheSharersLinkSpeed) {
  world.say(sharer, 100, "\"zed.mp3\" h 1 0 0 0");
  EXPECT_EQ(search("FILENAME CONTAINS zed LINESPEED \"AT LEAST\" 8").size(), 1U);
  EXPECT_EQ(search("FILENAME CONTAINS zed LINESPEED \"AT BEST\" 8").size(), 2U);
}

TEST_F(Files, TellsStockClientsSizesOf32BitsAsOpennapDoes) {
  world.say(sharer, 100, "\"big huge.avi\" h 5368709120 0 0 0");
  EXPECT_EQ(search("FILENAME CONTAINS \"huge\"").at(0).payload,
            "\"big huge.avi\" h 1073741824 0 0 0 alice 16777343 7");
  world.say(reader, 211, "alice");
  EXPECT_EQ(world.heard(reader).at(0).payload, "alice \"big huge.avi\" h 1073741824 0 0 0");
  reader = world.user("carol", 6699, ServerWorld::kHome, "servent 0.1.0");
  EXPECT_EQ(search("FILENAME CONTAINS \"huge\"").at(0).payload,
            "\"big huge.avi\" h 5368709120 0 0 0 alice 16777343 7");
}

TEST_F(Files, SlowsDownSearchesButEndsEachWith202) {
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(search("FILENAME CONTAINS zed").size(), 1U);
  EXPECT_THAT(search("FILENAME CONTAINS zed"),
              ElementsAre(Told{404, "search failed: too many searches"}, Told{202, ""}));
  world.pass(1s);
  EXPECT_EQ(search("FILENAME CONTAINS zed").size(), 1U);
}

TEST_F(Files, AreGoneWithTheirUser) {
  world.say(sharer, 100, "\"zed.mp3\" h 1073741824 0 0 0");
  world.say(reader, 214);
  EXPECT_THAT(world.heard(reader), ElementsAre(Told{214, "2 1 1"}));
  world.leave(sharer);
  world.say(reader, 214);
  EXPECT_THAT(world.heard(reader), ElementsAre(Told{214, "1 0 0"}));
}

TEST_F(Files, StatsAreToldOnceAMinuteWhenTheyChanged) {
  world.pass(60s);
  EXPECT_THAT(world.heard(reader), ElementsAre(Told{214, "2 0 0"}));
  world.pass(60s);
  EXPECT_THAT(world.heard(reader), IsEmpty());
}

TEST_F(Files, UnshareForgivesQuotesAndBlanks) {
  world.say(sharer, 100, "\"a b.mp3\" h 1 0 0 0");
  world.say(sharer, 102, "\"a b.mp3\" ");
  world.say(sharer, 110);
  EXPECT_THAT(world.heard(sharer), ElementsAre(Told{110, "0"}));
}

TEST_F(Files, ResumeSearchTakesUpperCaseButNotZeros) {
  world.say(sharer, 100, "\"a.mp3\" B92870E0D41BC8E698CF2F0A1DDFEAC7-9 9 0 0 0");
  world.say(reader, 215, "b92870e0D41bc8e698cf2f0a1ddfeac7 9");
  EXPECT_EQ(world.heard(reader).size(), 2U);
  world.say(reader, 215, std::string(32, '0') + " 9");
  EXPECT_THAT(world.heard(reader), ElementsAre(Told{217, ""}));
}

TEST_F(Files, OperatorsOwnSearchFindsHits) {
  world.say(sharer, 100, "\"zed.mp3\" h 1 0 0 0");
  Search search_command;
  search_command.query.words = {"zed"};
  Cx cx = world.world.cx();
  world.server->command(search_command, cx);
  EXPECT_EQ(world.world.out.take<Found>().at(0).hits.at(0).source.user, "alice");
  EXPECT_EQ(world.world.out.take<Ended>().size(), 1U);
}

}  // namespace
}  // namespace p2p::test
