#include "servent/app/bell.h"

#include <gtest/gtest.h>

namespace p2p::app {
namespace {

TEST(Bell, RingsForAllWhoHoldOn) {
  Bell bell;
  int first = 0;
  int second = 0;
  auto one = bell.add([&] { ++first; });
  const auto other = bell.add([&] { ++second; });
  bell.ring();
  one.reset();
  bell.ring();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 2);
}

TEST(Bell, ListenersMayComeAndGoWhileItRings) {
  Bell bell;
  int late = 0;
  std::shared_ptr<void> added;
  std::shared_ptr<void> self = bell.add([&] {
    self.reset();
    added = bell.add([&] { ++late; });
  });
  bell.ring();
  bell.ring();
  EXPECT_EQ(late, 2);
}

}  // namespace
}  // namespace p2p::app
