#include "protocols/base/rare.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace p2p {
namespace {

struct Counted {
  int value = 7;
};

TEST(Rare, IsAsMadeByDefaultUntilItIsChanged) {
  Rare<Counted> rare;
  EXPECT_EQ(rare->value, 7);
  EXPECT_EQ(rare.changed(), nullptr);
  rare.change().value = 8;
  EXPECT_EQ(rare->value, 8);
  ASSERT_NE(rare.changed(), nullptr);
  EXPECT_EQ(rare.changed()->value, 8);
  EXPECT_EQ(Rare<Counted>()->value, 7);
}

TEST(Rare, TakesAPointer) {
  EXPECT_EQ(sizeof(Rare<std::vector<std::string>>), sizeof(void*));
}

}  // namespace
}  // namespace p2p
