#include "protocols/kazaa/own_searches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/kazaa_peer.h"

namespace p2p::kazaa {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Endpoint kAt{0x0a000105, 1214};

struct Searching : testing::Test {
  test::World world;
  OwnSearches searches{false};

  OwnSearches::One* start(const std::string& text, std::uint32_t id = 1, std::uint32_t limit = 0) {
    Search search{SearchId{id}, parse_query(text)};
    search.query.limit = limit;
    Cx cx = world.cx();
    return searches.start(search, cx);
  }
  bool take(OwnSearches::One& one, std::string_view name, std::uint32_t number = 1,
            const Endpoint& at = kAt) {
    const Buffer payload = test::reply_of(name, number, at);
    Cx cx = world.cx();
    return searches.take(one, *decode_reply(payload), cx);
  }
  std::vector<std::string> found() {
    std::vector<std::string> names;
    for (const Found& event : world.out.take<Found>())
      for (const Hit& hit : event.hits)
        names.push_back(hit.name);
    return names;
  }
  std::vector<Ended::Why> ended() {
    std::vector<Ended::Why> whys;
    for (const Ended& event : world.out.take<Ended>())
      whys.push_back(event.why);
    return whys;
  }
};

TEST_F(Searching, OnlyWhatAnswersTheQuestionIsShown) {
  OwnSearches::One* one = start("red kite -broken");
  ASSERT_NE(one, nullptr);
  take(*one, "red kite.mp3");
  take(*one, "buy viagra.exe", 2);
  take(*one, "red kite broken.mp3", 3);
  EXPECT_THAT(found(), ElementsAre("red kite.mp3"));
  EXPECT_EQ(searches.found(), 1U);
  EXPECT_EQ(searches.unwanted(), 2U);
}

TEST_F(Searching, WhatNobodyMayCallIsNotShown) {
  OwnSearches::One* one = start("kite");
  take(*one, "kite 1", 1, {0x08080808, 80});
  take(*one, "kite 2", 2, {0xe0000001, 80});
  take(*one, "kite 3", 3, {0, 80});
  take(*one, "kite 4", 4, {0, 0});
  EXPECT_THAT(found(), IsEmpty());
  EXPECT_EQ(searches.unwanted(), 4U);
  take(*one, "kite 5", 5, {0x0a000105, 0});
  EXPECT_THAT(found(), ElementsAre("kite 5")) << "firewalled: its supernode is asked";
}

TEST_F(Searching, NothingIsShownTwice) {
  OwnSearches::One* one = start("kite");
  take(*one, "kite.mp3");
  take(*one, "kite.mp3");
  take(*one, "kite again.mp3");
  EXPECT_THAT(found(), ElementsAre("kite.mp3")) << "the same content at the same place";
  take(*one, "kite.mp3", 1, {0x0a000106, 1214});
  EXPECT_THAT(found(), ElementsAre("kite.mp3"));
}

TEST_F(Searching, EndsAtItsLimit) {
  OwnSearches::One* one = start("kite", 1, 2);
  EXPECT_FALSE(take(*one, "kite.mp3", 1));
  EXPECT_TRUE(take(*one, "kite.mp3", 2));
  EXPECT_THAT(ended(), ElementsAre(Ended::Why::limit));
  EXPECT_EQ(searches.find(SearchId{1}), nullptr);
  EXPECT_EQ(start("kite", 2, 1'000'000)->query.limit, kMostResults);
  EXPECT_EQ(start("kite", 3, 0)->query.limit, kMostResults);
}

TEST_F(Searching, AReplyOfThousandsStopsAtTheLimit) {
  OwnSearches::One* one = start("kite", 1, 5);
  ReplyWriter writer({0x0a000201, 1214}, 0);
  std::vector<TagBuilder> tags(1);
  tags[0].text(Tag::name, "kite");
  for (std::uint32_t i = 0; i < 1000; ++i) {
    ReplyFile result;
    result.endpoint = kAt;
    result.file.hash = test::hash_with(i);
    result.file.tags = tags[0].tags();
    writer.add(result);
  }
  const Buffer payload = writer.take().front();
  Cx cx = world.cx();
  EXPECT_TRUE(searches.take(*one, *decode_reply(payload), cx));
  EXPECT_EQ(found().size(), 5U);
}

TEST_F(Searching, IsGivenUpWhenNobodyAnswersOrNobodyIsThere) {
  OwnSearches::One* one = start("kite");
  EXPECT_EQ(searches.deadline(), world.now + kParentPatience);
  searches.asked(*one, world.now);
  EXPECT_EQ(searches.deadline(), world.now + kSearchTime);
  start("other", 2);
  world.now += kSearchTime;
  Cx cx = world.cx();
  searches.expire(cx);
  EXPECT_THAT(ended(), ElementsAre(Ended::Why::timeout));
  world.now += kParentPatience;
  Cx later = world.cx();
  searches.expire(later);
  EXPECT_THAT(ended(), ElementsAre(Ended::Why::no_link));
}

TEST_F(Searching, LivesOnWhenWhoWasAskedIsGone) {
  OwnSearches::One* one = start("kite");
  searches.asked(*one, world.now);
  world.now += kSearchTime - 1s;
  searches.nobody_asked(world.now);
  EXPECT_FALSE(one->is_asked);
  EXPECT_EQ(searches.deadline(), world.now + kParentPatience);
  take(*one, "kite.mp3");
  take(*one, "kite.mp3");
  EXPECT_EQ(found().size(), 1U) << "what was shown is remembered";
}

TEST_F(Searching, ACancelEndsItOnce) {
  start("kite");
  Cx cx = world.cx();
  EXPECT_TRUE(searches.cancel(SearchId{1}, cx));
  EXPECT_FALSE(searches.cancel(SearchId{1}, cx));
  EXPECT_THAT(ended(), ElementsAre(Ended::Why::cancelled));
}

TEST_F(Searching, TooManyAtOnceAreRefused) {
  for (std::uint32_t i = 0; i < kMostSearches; ++i)
    ASSERT_NE(start("kite", i), nullptr);
  EXPECT_EQ(start("kite", 99), nullptr);
  EXPECT_THAT(ended(), ElementsAre(Ended::Why::refused));
  Cx cx = world.cx();
  searches.end_all(Ended::Why::no_link, cx);
  EXPECT_EQ(ended().size(), kMostSearches);
  EXPECT_EQ(searches.deadline(), kNever);
}

TEST_F(Searching, TheirNumbersOnTheWireComeRoundAndMeetNone) {
  OwnSearches::One* kept = start("kite", 1);
  const std::uint16_t number = kept->wire_id;
  Cx cx = world.cx();
  for (std::uint32_t i = 0; i < 0x10000; ++i) {
    OwnSearches::One* one = start("kite", 2);
    ASSERT_NE(one->wire_id, number);
    EXPECT_EQ(decode_query(OwnSearches::payload(*one))->search_id, one->wire_id);
    searches.cancel(SearchId{2}, cx);
  }
  EXPECT_EQ(searches.find(number), kept);
}

TEST_F(Searching, WhatThisNetworkCannotAskIsRefused) {
  EXPECT_EQ(start("-kite"), nullptr);
  EXPECT_EQ(start("!"), nullptr);
  const auto events = world.out.take<Ended>();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].why, Ended::Why::refused);
  EXPECT_EQ(events[0].text, "nothing that this network can ask");
}

}  // namespace
}  // namespace p2p::kazaa
