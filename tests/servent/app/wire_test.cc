#include "servent/app/wire.h"

#include <random>

#include <gtest/gtest.h>

namespace p2p::app {
namespace {

TEST(Wire, LeavesTextAsItIs) {
  for (const std::string text : {"", "plain", "Пётр 自由爵士 \xF0\x9F\x8E\xB5", "\x1b[2J\n\"\\"}) {
    EXPECT_EQ(to_wire(text), text);
    EXPECT_EQ(from_wire(text), text);
  }
}

TEST(Wire, WritesAByteThatIsNoUtf8AsOneCharacter) {
  EXPECT_EQ(to_wire("\xE9t\xE9"), "\xF4\x8F\xBF\xA9t\xF4\x8F\xBF\xA9");  // U+10FFE9
  EXPECT_EQ(to_wire("\x80\xFF"), "\xF4\x8F\xBE\x80\xF4\x8F\xBF\xBF");    // U+10FF80, U+10FFFF
}

TEST(Wire, EveryStringComesBackThroughJson) {
  std::vector<std::string> names{
      "\xC0\xAF",     "\xED\xA0\x80", "\xF5\x80\x80\x80",    "\xE2\x82",         "\xF4\x8F\xBF\xA9",
      "\xF4\x8F\xBE", "\xF4\x8F",     "a\xF4\x8F\xBE\x80z",  "\xF4\x8F\xBD\xBF", std::string(1, 0),
      "\xFE\xFF\xFE", "\xEF\xBF\xBD", "\xF4\xF4\x8F\xBE\x80"};
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    std::string name;
    for (std::size_t size = random() % 12; name.size() < size;)
      name += static_cast<char>(random() % 3 == 0 ? random() % 256 : 0x80 + random() % 128);
    names.push_back(name);
  }
  for (const std::string& name : names) {
    const std::string line = Wire<std::string>::out(name).dump();  // throws on what is no UTF-8
    std::string back;
    ASSERT_TRUE(Wire<std::string>::in(Json::parse(line), back));
    EXPECT_EQ(back, name);
  }
}

TEST(Wire, TakesNothingOfAnotherKind) {
  std::uint32_t number = 7;
  for (const char* wrong : {"-1", "1.5", "4294967296", "\"7\"", "true", "null", "[]", "{}"})
    EXPECT_FALSE(Wire<std::uint32_t>::in(Json::parse(wrong), number)) << wrong;
  EXPECT_EQ(number, 7U);
  std::int64_t time = 0;
  EXPECT_FALSE(Wire<std::int64_t>::in(Json::parse("9223372036854775808"), time));
  EXPECT_TRUE(Wire<std::int64_t>::in(Json::parse("-5"), time));
  api::Priority priority{};
  EXPECT_FALSE(Wire<api::Priority>::in(Json::parse("\"urgent\""), priority));
  EXPECT_FALSE(Wire<api::Priority>::in(Json::parse("1"), priority));
  std::pair<std::string, std::uint64_t> counter;
  EXPECT_FALSE((Wire<std::pair<std::string, std::uint64_t>>::in(Json::parse("[\"a\"]"), counter)));
}

}  // namespace
}  // namespace p2p::app
