#include "servent/transfer/portion.h"

#include <gtest/gtest.h>

#include "tests/support/units.h"

namespace p2p::transfer {
namespace {

using test::kKiB;

std::uint64_t given(std::uint64_t asked, const Asking& by) {
  const HttpAnswer answer = portion_of({206, {100, 100 + asked - 1}}, by);
  EXPECT_EQ(answer.status, 206);
  EXPECT_EQ(answer.range.first, 100U);
  return answer.range.count();
}

TEST(Portion, OfOneForWhomNobodyWaitsIsAllThatHeAsksFor) {
  EXPECT_EQ(given(1, {}), 1U);
  EXPECT_EQ(given(1 << 30U, {}), 1U << 30U);
}

TEST(Portion, WhileOthersWaitIsNoLongerThanATurn) {
  EXPECT_EQ(given(1 << 30U, {true, 0, false}), 512 * kKiB) << "nothing is known of him";
  EXPECT_EQ(given(1 << 30U, {true, 10, false}), 512 * kKiB);
  EXPECT_EQ(given(1 << 30U, {true, 100 * kKiB, false}), 3'000 * kKiB);
  EXPECT_EQ(given(9, {true, 100 * kKiB, false}), 9U);
}

TEST(Portion, OfADelicateOneFitsWhatItReads) {
  EXPECT_EQ(given(1 << 30U, {false, 0, true}), 16 * kKiB);
  EXPECT_EQ(given(1 << 30U, {true, 100 * kKiB, true}), 16 * kKiB);
  EXPECT_GT(pace_of(true).pause.count(), 0);
  EXPECT_EQ(pace_of(false).pause.count(), 0);
  EXPECT_LT(pace_of(true).bytes, pace_of(false).bytes);
}

TEST(Portion, OfAllIsAll) {
  const HttpAnswer answer = portion_of({200, {0, (1 << 30U) - 1}}, {true, 0, true});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.range.count(), 1U << 30U);
  EXPECT_EQ(portion_of({416, {}}, {true, 0, true}).status, 416);
}

TEST(Portion, OnlyOtherProgramsOfFastTrackAreDelicate) {
  EXPECT_TRUE(is_delicate(DialectKind::kazaa, "MLDonkey 3.1"));
  EXPECT_TRUE(is_delicate(DialectKind::kazaa, ""));
  EXPECT_FALSE(is_delicate(DialectKind::kazaa, "servent/0.1.0"));
  EXPECT_FALSE(is_delicate(DialectKind::http, "gtk-gnutella/1.2"));
}

}  // namespace
}  // namespace p2p::transfer
