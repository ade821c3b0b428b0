#include "servent/app/key_file.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace p2p::app {
namespace {

std::string wrong_keys(std::string_view text) {
  const auto lines = read_keys(text);
  return lines ? "" : lines.error().detail;
}

TEST(KeyFile, ReadsKeysOfCommands) {
  const auto lines =
      read_keys("# mine\nquit = \"Q\"\n\ntheme = []\n[Downloads]\npause = [\"P\", \"é\"]\n");
  ASSERT_TRUE(lines) << lines.error().detail;
  ASSERT_EQ(lines->size(), 3U);
  const auto find = [&](std::string_view command) {
    for (const KeyLine& line : *lines)
      if (line.command == command) return line;
    return KeyLine{};
  };
  EXPECT_EQ(find("quit").keys, std::vector<std::string>{"Q"});
  EXPECT_EQ(find("quit").line, 2U);
  EXPECT_EQ(find("quit").screen, "");
  EXPECT_TRUE(find("theme").keys.empty());
  EXPECT_EQ(find("theme").line, 4U);
  EXPECT_EQ(find("pause").screen, "Downloads");
  EXPECT_EQ(find("pause").keys, (std::vector<std::string>{"P", "é"}));
}

TEST(KeyFile, SaysTheLineThatIsWrong) {
  EXPECT_TRUE(wrong_keys("\nquit = 3").starts_with("2: \"quit\" must be a key"));
  EXPECT_TRUE(wrong_keys("quit = [3]").starts_with("1: \"quit\" must be a key"));
  EXPECT_TRUE(wrong_keys("[Log]\n[Log.level]\nx = \"y\"").starts_with("2: \"level\" must be"));
  EXPECT_TRUE(wrong_keys("a = \"b\"\nquit = ").starts_with("2: "));
}

TEST(KeyFile, NeedNotBeThere) {
  const test::TempDir folder;
  const auto lines = load_keys(folder.path() / "keys.toml");
  ASSERT_TRUE(lines);
  EXPECT_TRUE(lines->empty());
}

}  // namespace
}  // namespace p2p::app
