#include "servent/transfer/upload_stats.h"

#include <gtest/gtest.h>

#include "tests/support/units.h"

namespace p2p::transfer {
namespace {

using test::kMinute;

TEST(UploadStats, CountsUsersAndFilesOnceAndBytesOfEachMinute) {
  UploadStats stats;
  stats.began("ann", "a.ogg", {0, 1});
  stats.sent(100, {1000, 1});
  stats.began("ann", "a.ogg", {2000, 1});  // the next part of it
  stats.sent(50, {59'000, 1});
  stats.began("bob", "a.ogg", {kMinute, 1});
  stats.sent(7, {kMinute, 1});
  const api::GivenRow row = stats.row({2 * kMinute, 1});
  EXPECT_EQ(row.session.bytes, 157U);
  EXPECT_EQ(row.session.users, 2U);
  EXPECT_EQ(row.session.files, 2U);
  EXPECT_EQ(row.today.bytes, 157U);
  ASSERT_EQ(row.last_hour.size(), 60U);
  EXPECT_EQ(row.last_hour[57], 150U);
  EXPECT_EQ(row.last_hour[58], 7U);
  EXPECT_EQ(row.last_hour[59], 0U);
  EXPECT_TRUE(stats.row({62 * kMinute, 1}).last_hour.empty());
}

TEST(UploadStats, BeginsTheDayAnewAtMidnight) {
  UploadStats stats;
  stats.began("ann", "a", {0, 1});
  stats.sent(100, {0, 1});
  EXPECT_EQ(stats.row({0, 2}).today.bytes, 0U);
  stats.sent(5, {kMinute, 2});
  EXPECT_EQ(stats.row({kMinute, 2}).today.bytes, 5U);
  EXPECT_EQ(stats.row({kMinute, 2}).today.users, 0U);
  EXPECT_EQ(stats.row({kMinute, 2}).session.bytes, 105U);
}

TEST(UploadStats, CountsWhoIsSentAwayOnceAndSaysWhy) {
  UploadStats stats;
  stats.refused("ann", "queue full");
  stats.refused("ann", "queue full");
  stats.refused("bob", "blocked");
  EXPECT_EQ(stats.row({}).refused, 2U);
  EXPECT_EQ(stats.row({}).refused_why, "blocked");
}

TEST(UploadStats, NamesWhatMostUsersAskFor) {
  UploadStats stats;
  for (int user = 0; user < 20; ++user)
    for (int file = 0; file <= user; ++file)
      stats.asked("user " + std::to_string(user), "file " + std::to_string(file));
  stats.asked("user 1", "file 0");  // he comes again for what he waits for
  const auto asked = stats.row({}).most_asked;
  ASSERT_EQ(asked.size(), UploadStats::kShown);
  EXPECT_EQ(asked.front().name, "file 0");
  EXPECT_EQ(asked.front().times, 20U);
  EXPECT_EQ(asked.back().times, 13U);
}

TEST(UploadStats, RemembersNoMoreThanItMay) {
  UploadStats stats;
  for (std::size_t i = 0; i < UploadStats::kMost + 1000; ++i) {
    stats.began(std::to_string(i), "a", {0, 1});
    stats.refused(std::to_string(i), "queue full");
  }
  EXPECT_EQ(stats.row({0, 1}).session.users, UploadStats::kMost);
  EXPECT_EQ(stats.row({0, 1}).refused, UploadStats::kMost);
}

}  // namespace
}  // namespace p2p::transfer
