#include "protocols/transfer/shares.h"

#include <gtest/gtest.h>

#include "tests/support/units.h"

namespace p2p::transfer {
namespace {

using test::kKiB;
using test::kMiB;
using test::kMost;

constexpr Time kAskedAt{1h};

TEST(Rate, IsBytesOverTheTimeInWhichItWasAsked) {
  Rate rate;
  EXPECT_EQ(rate.at(kAskedAt), 0U);
  rate.start(kAskedAt);
  EXPECT_EQ(rate.at(kAskedAt + 9s), 0U);  // nothing came: it is not known
  rate.add(1000, kAskedAt + 500ms);
  EXPECT_EQ(rate.at(kAskedAt + 500ms), 2000U);
  EXPECT_EQ(rate.at(kAskedAt + 1s), 1000U);  // silence counts while it is asked
  rate.stop(kAskedAt + 1s);
  EXPECT_EQ(rate.at(kAskedAt + 50s), 1000U);  // and not afterwards
  EXPECT_EQ(rate.silence(kAskedAt + 50s), 0s);
}

TEST(Rate, HasABound) {
  Rate rate;
  rate.start(kAskedAt);
  rate.add(kMost, kAskedAt);
  EXPECT_EQ(rate.at(kAskedAt), kMostRate);
}

TEST(Rate, ForgetsWhatWasLongAgo) {
  Rate rate;
  rate.start(kAskedAt);
  Time now = kAskedAt;
  for (int i = 0; i < 100; ++i)
    rate.add(kMiB, now += 100ms);
  for (int i = 0; i < 300; ++i)
    rate.add(kKiB, now += 100ms);
  EXPECT_NEAR(static_cast<double>(rate.at(now)), 10.0 * kKiB, kMiB / 10.0);
  EXPECT_EQ(rate.heard(), now);
  EXPECT_EQ(rate.silence(now + 3s), 3s);
}

TEST(Shares, TakeAboutTheSameTimeAtEveryRate) {
  for (const std::uint64_t rate : {10 * kKiB, 100 * kKiB, kMiB, 4 * kMiB})
    EXPECT_EQ(share_bytes({rate, 0, kMost, 1024 * kMiB}), 4 * rate);
}

TEST(Shares, HaveBounds) {
  EXPECT_EQ(share_bytes({1, 0, kMost, 1024 * kMiB}), kLeastShare);
  EXPECT_EQ(share_bytes({kMostRate, kMostRate, kMost, kMost}), kMostShare);
  EXPECT_EQ(share_bytes({kMiB, 0, kMost, 1024 * kMiB, 256 * kKiB}), 256 * kKiB);
}

TEST(Shares, BeginSmallAndGrow) {
  EXPECT_EQ(share_bytes({0, 0, 0, 1024 * kMiB}), kFirstShare);
  EXPECT_EQ(share_bytes({8 * kMiB, 0, kFirstShare, 1024 * kMiB}), 4 * kFirstShare);
  EXPECT_EQ(share_bytes({8 * kMiB, 0, 0, 1024 * kMiB}), kFirstShare);  // it broke
}

TEST(Shares, BecomeShorterTowardsTheEnd) {
  EXPECT_EQ(share_bytes({kMiB, 3 * kMiB, kMost, 16 * kMiB}), 2 * kMiB);  // half of four seconds
  EXPECT_EQ(share_bytes({kMiB, 3 * kMiB, kMost, kMiB}), kMiB / 2);  // no less than half a second
}

TEST(Shares, TimeNeverRunsOver) {
  EXPECT_EQ(time_for(kMiB, kMiB), 1s);
  EXPECT_EQ(time_for(kMost, 1), kLongest);
  EXPECT_EQ(time_for(kMost, 0), kLongest);
  EXPECT_EQ(time_for(0, 0), 0s);
}

TEST(Shares, AreCutSoThatBothEndTogether) {
  EXPECT_EQ(cut_of({0, 4 * kMiB}, kMiB, kMiB, kMost, kMiB), 2 * kMiB);
  EXPECT_EQ(cut_of({0, 4 * kMiB}, kMiB, 3 * kMiB, kMost, kMiB), kMiB);
  EXPECT_EQ(cut_of({0, 4 * kMiB}, kMiB, kMiB, kMiB, kMiB), 3 * kMiB);  // no more than it may have
  EXPECT_EQ(cut_of({0, 4 * kMiB}, kMiB, kMostRate, kMost, kMost), kLeastShare);
  EXPECT_EQ(cut_of({0, 4 * kMiB}, kMostRate, 1, kMost, kMost), 4 * kMiB - kLeastShare);
}

TEST(Shares, AreCutAtTheBorderOfAPieceNearby) {
  EXPECT_EQ(cut_of({100, 4 * kMiB + 100}, kMiB, kMiB, kMost, 256 * kKiB), 2 * kMiB + 256 * kKiB);
  EXPECT_EQ(cut_of({100, 4 * kMiB + 100}, kMiB, kMiB, kMost, 64 * kMiB), 2 * kMiB + 100);
}

TEST(Shares, OfLessThanTwoLeastOnesAreNotCut) {
  EXPECT_EQ(cut_of({0, 2 * kLeastShare - 1}, 1, kMiB, kMost, kMiB), 2 * kLeastShare - 1);
  EXPECT_EQ(cut_of({0, 2 * kLeastShare}, 1, kMiB, kMost, kMiB), kLeastShare);
  EXPECT_EQ(cut_of({5, 5}, 1, kMiB, kMost, kMiB), 5U);
}

}  // namespace
}  // namespace p2p::transfer
