#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/napster_script.h"

namespace p2p::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Download : testing::Test {
  ServerWorld world;
  LinkId sharer = world.user("alice");
  LinkId downloader = world.user("bob");
  void SetUp() override { world.say(sharer, 100, "\"d\\x.mp3\" NOMD5COMPUTED 9 128 44100 1"); }
};

TEST_F(Download, IsRefusedWhenTheFileIsNotShared) {
  world.say(downloader, 203, "alice \"other.mp3\"");
  EXPECT_THAT(world.heard(downloader), ElementsAre(Told{206, "alice \"other.mp3\""}));
  EXPECT_THAT(world.heard(sharer), IsEmpty());
}

TEST_F(Download, EndsWhenTheSharerStaysSilent) {
  world.say(downloader, 203, "alice \"d\\x.mp3\"");
  world.pass(59s);
  EXPECT_THAT(world.heard(downloader), IsEmpty());
  world.pass(1s);
  EXPECT_EQ(world.heard(downloader).at(0), (Told{206, "alice \"d\\x.mp3\""}));
  world.say(sharer, 608, "bob \"d\\x.mp3\"");  // too late
  EXPECT_THAT(world.heard(downloader), IsEmpty());
}

TEST_F(Download, EndsWhenTheSharerLeaves) {
  world.say(downloader, 203, "alice \"d\\x.mp3\"");
  world.leave(sharer);
  EXPECT_THAT(world.heard(downloader), ElementsAre(Told{206, "alice \"d\\x.mp3\""}));
}

TEST_F(Download, EndsWhenTheFileWasRemovedMeanwhile) {
  world.say(downloader, 203, "alice \"d\\x.mp3\"");
  world.say(sharer, 102, "d\\x.mp3");
  (void)world.heard(sharer);
  world.say(sharer, 608, "bob \"d\\x.mp3\"");
  EXPECT_THAT(world.heard(sharer), ElementsAre(Told{404, "Not sharing that file"}));
  EXPECT_THAT(world.heard(downloader), ElementsAre(Told{206, "alice \"d\\x.mp3\""}));
}

TEST_F(Download, HearsOfARefusalAndOfAQueue) {
  world.say(downloader, 203, "alice \"d\\x.mp3\"");
  world.say(sharer, 609, "bob \"d\\x.mp3\"");
  EXPECT_THAT(world.heard(downloader),
              ElementsAre(Told{609, "alice \"d\\x.mp3\""}, Told{206, "alice \"d\\x.mp3\""}));
  world.say(downloader, 203, "alice \"d\\x.mp3\"");
  world.say(sharer, 619, "bob \"d\\x.mp3\" 2 5");
  EXPECT_THAT(world.heard(downloader), ElementsAre(Told{620, "alice \"d\\x.mp3\" 9 2"}));
  world.pass(60s);
  for (const Told& told : world.heard(downloader))
    EXPECT_EQ(told.type, 214);
}

TEST_F(Download, TellsServentsThePlaceAndTheDigest) {
  const LinkId ours = world.user("carl", 1, ServerWorld::kHome, "servent 0.1");
  const std::string urn = "urn:sha1:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  world.say(sharer, 100, "\"y.mp3\" h 9 0 0 0 " + urn);
  (void)world.heard(sharer);
  world.say(ours, 203, "alice \"y.mp3\"");
  world.say(sharer, 619, "carl \"y.mp3\" 2 5");
  world.say(ours, 203, "alice \"y.mp3\"");
  world.say(sharer, 608, "carl \"y.mp3\"");
  EXPECT_THAT(world.heard(ours),
              ElementsAre(Told{620, "alice \"y.mp3\" 9 2 5"},
                          Told{204, "alice 16777343 6699 \"y.mp3\" h 7 " + urn}));
}

TEST_F(Download, IgnoredDownloadersHearIt) {
  world.say(sharer, 322, "bob");
  world.say(downloader, 203, "alice \"d\\x.mp3\"");
  EXPECT_THAT(world.heard(downloader),
              ElementsAre(Told{404, "alice is ignoring you"}, Told{206, "alice \"d\\x.mp3\""}));
}

TEST_F(Download, UnaskedAcceptancesAreDropped) {
  world.say(sharer, 608, "bob \"d\\x.mp3\"");
  EXPECT_THAT(world.heard(downloader), IsEmpty());
}

TEST_F(Download, BetweenTwoFirewalledUsersIsImpossible) {
  world.say(sharer, 703, "0");
  world.say(downloader, 703, "0");
  world.say(downloader, 203, "alice \"d\\x.mp3\"");
  EXPECT_THAT(world.heard(downloader),
              ElementsAre(Told{204, "alice 16777343 0 \"d\\x.mp3\" firewallerror 7"}));
}

TEST_F(Download, PushOfASilentSharerEnds) {
  world.say(sharer, 703, "0");
  world.say(downloader, 500, "alice \"d\\x.mp3\"");
  EXPECT_THAT(world.heard(sharer), ElementsAre(Told{607, "bob \"d\\x.mp3\""}));
  world.pass(61s);
  EXPECT_EQ(world.heard(downloader).at(0), (Told{206, "alice \"d\\x.mp3\""}));
}

}  // namespace
}  // namespace p2p::test
