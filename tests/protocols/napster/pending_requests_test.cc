#include "protocols/napster/pending_requests.h"

#include <gtest/gtest.h>

#include "protocols/napster/limits.h"

namespace p2p::napster {
namespace {

constexpr LinkId kAnna{1}, kBob{2}, kCarl{3};
const Time kStart{1000s};

PendingRequest request(LinkId downloader, LinkId sharer, std::string name, Time due = kStart) {
  return {downloader, sharer, std::move(name), false, due};
}

TEST(PendingRequests, GivesEachOutOnce) {
  PendingRequests pending;
  ASSERT_TRUE(pending.add(request(kAnna, kBob, "a")));
  EXPECT_TRUE(pending.take(kAnna, kBob, "a"));
  EXPECT_FALSE(pending.take(kAnna, kBob, "a"));
  EXPECT_EQ(pending.deadline(), kNever);
}

TEST(PendingRequests, TakesTheSameRequestTwiceForOne) {
  PendingRequests pending;
  pending.add(request(kAnna, kBob, "a"));
  pending.add(request(kAnna, kBob, "a", kStart + 5s));
  EXPECT_EQ(pending.size(), 1U);
  EXPECT_EQ(pending.deadline(), kStart);
}

TEST(PendingRequests, GivesOutWhatIsDueInItsOrder) {
  PendingRequests pending;
  pending.add(request(kAnna, kBob, "a", kStart));
  pending.add(request(kAnna, kBob, "b", kStart + 1s));
  pending.add(request(kAnna, kBob, "c", kStart + 2s));
  (void)pending.take(kAnna, kBob, "a");
  EXPECT_EQ(pending.deadline(), kStart + 1s);
  const auto due = pending.take_due(kStart + 1s);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].name, "b");
  EXPECT_EQ(pending.size(), 1U);
}

TEST(PendingRequests, ForgetsThoseWhoLeave) {
  PendingRequests pending;
  pending.add(request(kAnna, kBob, "a"));
  pending.add(request(kCarl, kBob, "a"));
  pending.add(request(kAnna, kCarl, "b"));
  pending.forget_downloader(kAnna);
  const auto asked = pending.take_sharer(kBob);
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].downloader, kCarl);
  EXPECT_EQ(pending.size(), 0U);
}

TEST(PendingRequests, RefusesPastTheLimit) {
  PendingRequests pending;
  for (std::size_t i = 0; i < kMaxRequestsOfDownloader; ++i)
    ASSERT_TRUE(pending.add(request(kAnna, kBob, std::to_string(i))));
  EXPECT_FALSE(pending.add(request(kAnna, kBob, "one more")));
  EXPECT_TRUE(pending.add(request(kCarl, kBob, "one more")));
}

}  // namespace
}  // namespace p2p::napster
