#include "protocols/shape.h"

#include <gtest/gtest.h>

namespace p2p {
namespace {

TEST(Shape, CountsQueriesByHopsAndTtlAndHitsByHopsHoweverFar) {
  Shape shape;
  shape.query(1, 3);
  shape.query(1, 3);
  shape.query(255, 0);
  shape.hit(2);
  shape.hit(9);
  using Rows = std::vector<std::pair<std::string, std::uint64_t>>;
  EXPECT_EQ(shape.rows(), (Rows{{"hops 1", 2},
                                {"hops 8", 1},
                                {"ttl 0", 1},
                                {"ttl 3", 2},
                                {"hit hops 2", 1},
                                {"hit hops 8", 1}}));
}

}  // namespace
}  // namespace p2p
