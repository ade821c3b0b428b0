#include "servent/app/config.h"

#include <sstream>

#include <gtest/gtest.h>

namespace p2p::app {
namespace {

std::string wrong_config(std::string_view text) {
  Settings settings;
  const auto read = read_config(text, "f.toml", {}, settings);
  return read ? "" : read.error().detail;
}

TEST(Config, StandsBelowTheCommandLine) {
  Settings settings;
  settings.nick = "line";
  const auto read = read_config(
      "nick = \"file\"\nupload_slots = 7\nuploads_per_user = 3\n[server]\nmax_users = 5\n",
      "f.toml", {"nick"}, settings);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(settings.nick, "line");
  EXPECT_EQ(settings.upload_slots, 7U);
  EXPECT_EQ(settings.uploads_per_user, 3U);
  EXPECT_EQ(settings.max_users, 5U);
}

TEST(Config, SaysFileLineAndTheNearestWord) {
  EXPECT_EQ(wrong_config("\nnik = \"a\"\n"),
            "f.toml:2: unknown setting \"nik\", did you mean \"nick\"?");
  EXPECT_EQ(wrong_config("[srver]\nname = \"a\"\n"),
            "f.toml:1: unknown setting \"srver\", did you mean \"server\"?");
  EXPECT_EQ(wrong_config("public = 1"), "f.toml:1: \"public\" must be true or false");
  EXPECT_EQ(wrong_config("link_speed = 11"),
            "f.toml:1: \"link_speed\" must be a number from 0 to 10");
  EXPECT_TRUE(wrong_config("nick = ").starts_with("f.toml:1: "));
  EXPECT_NE(wrong_config("log_level = \"inof\"").find("\"info\""), std::string::npos);
}

TEST(Config, ReadsLimitsAndTheirTimes) {
  Settings settings;
  const auto read = read_config(
      "limit_up = \"100K\"\nlimit_down = 5000\nupload_queue = 9\n"
      "limits = [\"mon-fri 08:00-18:00 up=10K\", \"22:00-06:00 up=0 down=0\"]\n",
      "f", {}, settings);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(settings.limit_up, 102'400U);
  EXPECT_EQ(settings.limit_down, 5000U);
  EXPECT_EQ(settings.upload_queue, 9U);
  EXPECT_EQ(settings.limits.size(), 2U);
  EXPECT_EQ(wrong_config("limit_up = \"fast\""),
            "f.toml:1: \"limit_up\" must be a rate like \"100K\", \"2M\" or 0");
  EXPECT_NE(wrong_config("limit_up = -1"), "");
  EXPECT_NE(wrong_config("limit_up = true"), "");
  EXPECT_EQ(wrong_config("\nlimits = [\"08:00-09:00 up=1K\", \"8-9 up=1K\"]"),
            "f.toml:2: \"limits\": \"8-9 up=1K\": \"8-9\" names no days like mon-fri or sat,sun");
}

TEST(Config, SwitchesTheBeaconOff) {
  Settings settings;
  EXPECT_TRUE(settings.beacon);
  ASSERT_TRUE(read_config("beacon = false\nbeacon_at = \"239.1.2.3:7000\"\n", "f", {}, settings));
  EXPECT_FALSE(settings.beacon);
  EXPECT_EQ(settings.beacon_at, "239.1.2.3:7000");
  settings.beacon = false;  // as --no-beacon left it
  ASSERT_TRUE(read_config("beacon = true\n", "f", {"no-beacon"}, settings));
  EXPECT_FALSE(settings.beacon);
  for (const char* place : {"127.0.0.1:7000", "239.1.2.3", "239.1.2.3:0", "lan"})
    EXPECT_NE(wrong_config("beacon_at = \"" + std::string(place) + '"').find("multicast address"),
              std::string::npos);
}

TEST(Config, AcceptsItsOwnDefaultsUncommented) {
  std::istringstream lines(config_text());
  std::string text;
  for (std::string line; std::getline(lines, line); text += line + '\n')
    if (line.starts_with("# ") && line.find(" = ") != std::string::npos) line.erase(0, 2);
  EXPECT_NE(text.find("\nupload_slots = 4\n"), std::string::npos);
  EXPECT_EQ(wrong_config(text), "");
}

TEST(Config, ReadsTheTableOfAMode) {
  Settings settings;
  ASSERT_TRUE(read_config("[gnutella]\nmethod = \"walk\"\nwalkers = 16\n", "f", {}, settings));
  EXPECT_EQ(settings.flat_method, "walk");
  EXPECT_EQ(settings.walkers, 16U);
  EXPECT_NE(wrong_config("[gnutella]\nmethod = \"wlak\"\n").find("did you mean \"walk\""),
            std::string::npos);
  ASSERT_TRUE(read_config("[kazaa]\nmax_children = 7\n", "f", {}, settings));
  EXPECT_EQ(settings.max_children, 7U);
  EXPECT_NE(wrong_config("[kaza]\nmax_children = 7\n").find("did you mean \"kazaa\""),
            std::string::npos);
}

TEST(Config, ReadsTheLookOfTheScreen) {
  Settings settings;
  ASSERT_TRUE(read_config("theme = \"safe\"\ncolor = \"256\"\nscreen = \"plain\"\nmotion = false\n",
                          "f", {"color"}, settings));
  EXPECT_EQ(settings.screen.theme, "safe");
  EXPECT_EQ(settings.screen.colour, "auto");  // the command line said so
  EXPECT_EQ(settings.screen.kind, "plain");
  EXPECT_FALSE(settings.screen.motion);
  EXPECT_TRUE(settings.screen.mouse);
  EXPECT_EQ(wrong_config("theme = \"drak\""),
            "f.toml:1: \"theme\": unknown theme \"drak\", did you mean \"dark\"?");
  EXPECT_EQ(wrong_config("border = \"2\""),
            "f.toml:1: \"border\": unknown border \"2\": say one of none, ascii, light, rounded");
  EXPECT_NE(wrong_config("color = \"full colour\""), "");
  EXPECT_NE(wrong_config("screen = \"plian\"").find("\"plain\""), std::string::npos);
}

TEST(Config, PutsEverythingBelowAHome) {
  Settings settings;
  settings.home = "/h";
  EXPECT_EQ(places_of(settings).socket, "/h/control.sock");
  EXPECT_EQ(places_of(settings).config, "/h/servent.toml");
}

}  // namespace
}  // namespace p2p::app
