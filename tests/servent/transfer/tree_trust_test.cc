#include "servent/transfer/tree_trust.h"

#include <gtest/gtest.h>

namespace p2p::transfer {
namespace {

TigerRoot root(unsigned char number) {
  TigerRoot out;
  out.bytes.fill(std::byte{number});
  return out;
}

TEST(TreeTrust, BelievesTheRootThatMostTell) {
  TreeTrust trust;
  EXPECT_FALSE(trust.best());
  trust.told(root(1), 0);
  trust.told(root(2), 1);
  EXPECT_EQ(trust.best(), root(1)) << "who came first";
  trust.told(root(2), 2);
  EXPECT_EQ(trust.best(), root(2));
  EXPECT_EQ(trust.tellers(root(2)), (std::vector<SourceIndex>{1, 2}));
  trust.told(root(1), 1);  // another word
  EXPECT_EQ(trust.best(), root(1));
  EXPECT_EQ(trust.tellers(root(2)), std::vector<SourceIndex>{2});
  trust.refuse(root(1));
  EXPECT_EQ(trust.best(), root(2));
}

TEST(TreeTrust, DoubtsATreeThatConvictsTwoWhileOnlyItsTellersAreRight) {
  TreeTrust trust;
  trust.told(root(1), 0);
  trust.use(root(1));
  trust.right(0);
  trust.wrong(1);
  trust.wrong(1);
  EXPECT_FALSE(trust.is_doubtful()) << "one may lie";
  trust.wrong(kNobody);
  trust.wrong(0);
  EXPECT_FALSE(trust.is_doubtful());
  trust.wrong(2);
  EXPECT_TRUE(trust.is_doubtful());
}

TEST(TreeTrust, IsConfirmedByOneThatDidNotTellIt) {
  TreeTrust trust;
  trust.told(root(1), 0);
  trust.use(root(1));
  trust.right(kNobody);
  trust.right(3);
  trust.wrong(1);
  trust.wrong(2);
  EXPECT_FALSE(trust.is_doubtful());
  trust.use(root(1));
  trust.wrong(1);
  trust.wrong(2);
  EXPECT_TRUE(trust.is_doubtful()) << "begun anew";
}

TEST(TreeTrust, IsBounded) {
  TreeTrust trust;
  for (unsigned char i = 0; i < 100; ++i)
    trust.told(root(i), i);
  EXPECT_TRUE(trust.tellers(root(TreeTrust::kMostRoots)).empty());
}

}  // namespace
}  // namespace p2p::transfer
