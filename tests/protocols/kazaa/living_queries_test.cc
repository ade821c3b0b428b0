#include "protocols/kazaa/living_queries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/kazaa_peer.h"

namespace p2p::kazaa {
namespace {

using test::guid_with;
using testing::ElementsAre;
using testing::IsEmpty;
using Asker = LivingQuery::Asker;

constexpr Time kNow{1'000'000ms};

LivingQuery query(std::uint8_t number, std::vector<LinkId> waiting, Asker asker = Asker::child,
                  LinkId link = LinkId{7}) {
  LivingQuery made;
  made.id = guid_with(number);
  made.asker = asker;
  made.link = link;
  made.search_id = number;
  made.waiting = std::move(waiting);
  made.ends = kNow + 10s;
  return made;
}

TEST(LivingQueries, EndWhenAllThatWereAskedHaveSaidSo) {
  LivingQueries living(1);
  living.add(query(1, {LinkId{1}, LinkId{2}}));
  living.settle(*living.find(guid_with(1)), LinkId{1});
  EXPECT_THAT(living.over(kNow), IsEmpty());
  living.settle(*living.find(guid_with(1)), LinkId{1});
  living.settle(*living.find(guid_with(1)), LinkId{9});
  EXPECT_THAT(living.over(kNow), IsEmpty()) << "said twice, and by somebody else";
  living.settle(*living.find(guid_with(1)), LinkId{2});
  EXPECT_THAT(living.over(kNow), ElementsAre(guid_with(1)));
  EXPECT_THAT(living.over(kNow), IsEmpty()) << "once";
}

TEST(LivingQueries, EndWhenTheirTimeIsOver) {
  LivingQueries living(1);
  living.add(query(1, {LinkId{1}}));
  LivingQuery later = query(2, {LinkId{1}});
  later.ends = kNow + 20s;
  living.add(later);
  EXPECT_EQ(living.deadline(), kNow + 10s);
  EXPECT_THAT(living.over(kNow + 10s - 1ms), IsEmpty());
  EXPECT_THAT(living.over(kNow + 10s), ElementsAre(guid_with(1)));
  living.erase(guid_with(1));
  EXPECT_EQ(living.deadline(), kNow + 20s);
}

TEST(LivingQueries, EndWhenEnoughWentBack) {
  LivingQueries living(1);
  LivingQuery& one = living.add(query(1, {LinkId{1}, LinkId{2}}));
  living.finish(one);
  EXPECT_THAT(one.waiting, IsEmpty()) << "what comes now was not asked for";
  EXPECT_THAT(living.over(kNow), ElementsAre(guid_with(1)));
}

TEST(LivingQueries, OfWhoIsGoneNobodyHears) {
  LivingQueries living(1);
  living.add(query(1, {LinkId{1}}, Asker::child, LinkId{5}));
  living.add(query(2, {LinkId{5}}, Asker::supernode, LinkId{6}));
  living.add(query(3, {LinkId{5}, LinkId{1}}, Asker::ours, LinkId{}));
  living.lost(LinkId{5});
  EXPECT_EQ(living.find(guid_with(1)), nullptr) << "who asked it is gone";
  EXPECT_THAT(living.over(kNow), ElementsAre(guid_with(2))) << "the only one asked is gone";
  EXPECT_THAT(living.find(guid_with(3))->waiting, ElementsAre(LinkId{1}));
}

TEST(LivingQueries, OursDoNotHangOnALink) {
  LivingQueries living(1);
  living.add(query(1, {LinkId{1}}, Asker::ours, LinkId{}));
  living.lost(LinkId{});
  ASSERT_NE(living.find_ours(1), nullptr);
  EXPECT_EQ(living.find_ours(2), nullptr);
  living.add(query(2, {LinkId{1}}, Asker::child));
  EXPECT_EQ(living.find_ours(2), nullptr) << "a child's number is not ours";
  living.drop(*living.find_ours(1));
  EXPECT_EQ(living.find_ours(1), nullptr);
}

TEST(LivingQueries, AreNeverMoreThanTheLimit) {
  LivingQueries living(1);
  for (std::size_t i = 0; i < kMostLiving; ++i) {
    EXPECT_FALSE(living.is_full());
    LivingQuery one = query(1, {LinkId{1}});
    one.id.bytes[5] = static_cast<std::byte>(i & 255U);
    one.id.bytes[6] = static_cast<std::byte>(i >> 8U);
    living.add(std::move(one));
  }
  EXPECT_TRUE(living.is_full());
}

}  // namespace
}  // namespace p2p::kazaa
