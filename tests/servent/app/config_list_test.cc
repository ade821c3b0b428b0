#include "servent/app/config_list.h"

#include <gtest/gtest.h>

#include "servent/app/config.h"

namespace p2p::app {
namespace {

std::vector<Json> rows_for(Invocation asked, const std::string& text) {
  EXPECT_TRUE(read_config(text, "f.toml", asked.given, asked.settings));
  return list_settings(asked, text, "f.toml");
}

Json row(const std::vector<Json>& rows, const std::string& key) {
  for (const Json& one : rows)
    if (one["key"] == key) return one;
  return {};
}

TEST(ConfigList, TellsValueDefaultAndWhoSaidSo) {
  Invocation asked;
  asked.settings.nick = "ann";
  asked.settings.beacon = false;
  asked.given = {"nick", "no-beacon"};
  const auto rows = rows_for(asked,
                             "nick = \"bob\"\n"
                             "limit_up = \"100K\"\n"
                             "share = [\"/a\", \"/b\"]\n"
                             "[kazaa]\n"
                             "query_ttl = 7\n");
  EXPECT_EQ(row(rows, "nick")["value"], "ann");
  EXPECT_EQ(row(rows, "nick")["from"], "command line");
  EXPECT_EQ(row(rows, "nick")["default"], "");
  EXPECT_EQ(row(rows, "beacon")["value"], false);
  EXPECT_EQ(row(rows, "beacon")["default"], true);
  EXPECT_EQ(row(rows, "beacon")["from"], "command line");
  EXPECT_EQ(row(rows, "limit_up")["value"], 102400);
  EXPECT_EQ(row(rows, "limit_up")["from"], "f.toml:2");
  EXPECT_EQ(row(rows, "share")["value"], (Json{"/a", "/b"}));
  EXPECT_EQ(row(rows, "kazaa.query_ttl")["value"], 7);
  EXPECT_EQ(row(rows, "kazaa.query_ttl")["from"], "f.toml:5");
  EXPECT_EQ(row(rows, "upload_slots")["value"], 4);
  EXPECT_EQ(row(rows, "upload_slots")["from"], "default");
  EXPECT_FALSE(row(rows, "upload_slots")["about"].get<std::string>().empty());
}

TEST(ConfigList, KeepsAPasswordToItself) {
  EXPECT_EQ(row(rows_for({}, "password = \"secret\""), "password")["value"], "***");
  EXPECT_EQ(row(rows_for({}, ""), "password")["value"], "");
}

TEST(ConfigList, EverySettingOfTheExampleIsThere) {
  std::size_t settings = 0;
  const std::string example = config_text();
  for (std::size_t at = 0; (at = example.find(" = ", at)) != std::string::npos; ++at)
    ++settings;
  EXPECT_EQ(rows_for({}, "").size(), settings);
}

}  // namespace
}  // namespace p2p::app
