#include "protocols/base/alike.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace p2p {
namespace {

using AlikeText = Alike<std::string>;

TEST(Alike, WhoIsGivenTheSameAsTheLastSharesIt) {
  const AlikeText first(std::string("warm"));
  const AlikeText second(std::string("warm"));
  EXPECT_EQ(&*first, &*second);
  EXPECT_EQ(second->size(), 4U);
}

TEST(Alike, WhoIsGivenSomethingElseHasHisOwn) {
  const AlikeText first(std::string("warm"));
  const AlikeText other(std::string("cold"));
  const AlikeText again(std::string("warm"));
  EXPECT_EQ(*first, "warm");
  EXPECT_EQ(*other, "cold");
  EXPECT_EQ(*again, "warm");
  EXPECT_NE(&*first, &*other);
}

TEST(Alike, ItOutlivesWhoWasGivenItFirst) {
  auto first = std::make_unique<AlikeText>(std::string("warm"));
  const AlikeText second(**first);
  first.reset();
  EXPECT_EQ(*second, "warm");
}

}  // namespace
}  // namespace p2p
