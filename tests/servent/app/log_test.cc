#include "servent/app/log.h"

#include <gtest/gtest.h>

namespace p2p::app {
namespace {

TEST(LogRing, KeepsTheLastRowsWithControlBytesEscaped) {
  LogRing ring;
  for (std::size_t i = 0; i < LogRing::kRows + 5; ++i)
    ring.add(api::LogLevel::info, "app", "a\x1b");
  const auto rows = ring.rows();
  ASSERT_EQ(rows.size(), LogRing::kRows);
  EXPECT_EQ(rows.front().number, 6U);
  EXPECT_EQ(rows.back().number, ring.last_number());
  EXPECT_EQ(rows.back().text, "a\\x1b");
}

TEST(LogRing, TellsOfEachLine) {
  LogRing ring;
  int told = 0;
  ring.on_add([&] { ++told; });
  ring.add(api::LogLevel::info, "app", "a");
  ring.add(api::LogLevel::info, "app", "b");
  EXPECT_EQ(told, 2);
  ring.on_add({});
  ring.add(api::LogLevel::info, "app", "c");
  EXPECT_EQ(told, 2);
}

}  // namespace
}  // namespace p2p::app
