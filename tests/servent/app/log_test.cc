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
  EXPECT_EQ(rows.back().text, "a⟨ESC⟩");
}

TEST(LogText, LeavesNamesAsTheyAreAndTakesControlAway) {
  EXPECT_EQ(log_text("fetched 東京 ünï.mp3"), "fetched 東京 ünï.mp3");
  const std::string safe = log_text(
      "a\x1b[2J\x9b"
      "c\xc2\x9b\nd\xe2\x80\xae.exe");
  for (const std::string_view bad : {"\x1b", "\x9b", "\n", "\xe2\x80\xae"})
    EXPECT_EQ(safe.find(bad), std::string::npos) << safe;
  EXPECT_LT(log_text(std::string(100'000, 'x')).size(), 2100U);
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
