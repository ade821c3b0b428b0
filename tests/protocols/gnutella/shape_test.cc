#include "protocols/gnutella/shape.h"

#include <gtest/gtest.h>

namespace p2p::gnutella {
namespace {

TEST(Shape, CountsQueriesByHopsAndTtlHoweverFar) {
  Shape shape;
  Header header;
  header.type = Type::query;
  header.hops = 1;
  header.ttl = 3;
  shape.count(header);
  shape.count(header);
  header.hops = 255;
  header.ttl = 0;
  shape.count(header);
  header.type = Type::hit;
  shape.count(header);
  using Rows = std::vector<std::pair<std::string, std::uint64_t>>;
  EXPECT_EQ(shape.rows(), (Rows{{"hops 1", 2}, {"hops 8", 1}, {"ttl 0", 1}, {"ttl 3", 2}}));
}

}  // namespace
}  // namespace p2p::gnutella
