#include "protocols/call_quota.h"

#include <gtest/gtest.h>

#include "tests/support/hosts.h"

namespace p2p {
namespace {

using test::host;

using Verdict = CallQuota::Verdict;

constexpr Time kNow{1'000'000ms};

TEST(CallQuota, TheSameCallIsMadeOnce) {
  CallQuota quota;
  EXPECT_EQ(quota.ask(host(1), 7, kNow), Verdict::call);
  EXPECT_EQ(quota.ask(host(1), 7, kNow + kSameCall - 1ms), Verdict::again);
  EXPECT_EQ(quota.ask(host(1), 8, kNow), Verdict::call) << "another file";
  EXPECT_EQ(quota.ask(host(1), 7, kNow + kSameCall), Verdict::call);
}

TEST(CallQuota, OneAddressIsCalledAFewTimesWhateverThePort) {
  CallQuota quota;
  for (std::uint16_t i = 0; i < kCallsPerAddress; ++i)
    EXPECT_EQ(quota.ask(host(1, i), i, kNow + i * 1s), Verdict::call);
  EXPECT_EQ(quota.ask(host(1, 99), 99, kNow + 10s), Verdict::no);
  EXPECT_EQ(quota.ask(host(2), 99, kNow + 10s), Verdict::call);
  EXPECT_EQ(quota.ask(host(1, 99), 99, kNow + kCallsWindow - 1ms), Verdict::no);
  EXPECT_EQ(quota.ask(host(1, 99), 99, kNow + kCallsWindow), Verdict::call);
  EXPECT_EQ(quota.ask(host(1, 98), 98, kNow + kCallsWindow), Verdict::no) << "one place is free";
}

TEST(CallQuota, NotTooManyAreCalledInAll) {
  CallQuota quota;
  for (std::uint32_t i = 0; i < kCallsInAll; ++i)
    EXPECT_EQ(quota.ask(host(i), i, kNow), Verdict::call);
  EXPECT_EQ(quota.ask(host(1000), 0, kNow), Verdict::no);
  EXPECT_EQ(quota.ask(host(1000), 0, kNow + kCallsWindow), Verdict::call);
}

TEST(CallQuota, PublicAddressesAreCalledWhereTheUserSaysSo) {
  EXPECT_TRUE(may_call({0x0a000001, 1}, false));
  EXPECT_TRUE(may_call({0x7f000001, 1}, false));
  EXPECT_FALSE(may_call({0x08080808, 1}, false));
  EXPECT_TRUE(may_call({0x08080808, 1}, true));
  for (const bool allow_public : {false, true}) {
    EXPECT_FALSE(may_call({0x0a000001, 0}, allow_public));
    EXPECT_FALSE(may_call({0, 1}, allow_public));
    EXPECT_FALSE(may_call({0xe0000001, 1}, allow_public)) << "multicast";
    EXPECT_FALSE(may_call({0xffffffff, 1}, allow_public));
  }
}

}  // namespace
}  // namespace p2p
