#include "servent/app/options.h"

#include <gtest/gtest.h>

namespace p2p::app {
namespace {

Invocation read(std::vector<const char*> line) {
  line.insert(line.begin(), "servent");
  return parse(static_cast<int>(line.size()), line.data());
}

TEST(Options, RunsANodeWithTheSettingsNamed) {
  const auto got = read({"--mode", "napster", "--home=/tmp/a", "--connect", "127.0.0.1",
                         "--connect", "h:1", "--headless", "--search", "sun dogs"});
  EXPECT_EQ(got.command, Command::run) << got.message;
  EXPECT_EQ(got.settings.home, "/tmp/a");
  EXPECT_EQ(got.settings.connect.size(), 2U);
  EXPECT_TRUE(got.settings.headless);
  EXPECT_EQ(got.settings.first_search, "sun dogs");
  EXPECT_TRUE(got.given.contains("mode"));
  EXPECT_TRUE(got.settings.beacon);
  const auto alone = read({"--no-beacon"});
  EXPECT_FALSE(alone.settings.beacon) << alone.message;
  EXPECT_TRUE(alone.given.contains("no-beacon"));
}

TEST(Options, LeavesExcludedWordsToTheSearch) {
  const auto got = read({"search", "sun", "-live", "--wait", "500ms", "--limit", "3", "--json"});
  EXPECT_EQ(got.command, Command::search) << got.message;
  EXPECT_EQ(got.words, (std::vector<std::string>{"sun", "-live"}));
  EXPECT_EQ(got.wait, std::chrono::milliseconds(500));
  EXPECT_EQ(got.limit, 3U);
  EXPECT_TRUE(got.json);
}

TEST(Options, TakesAFilterThatBeginsWithAnExcludedWord) {
  const auto got = read({"search", "sun", "--filter", "-live size>1M"});
  EXPECT_EQ(got.command, Command::search) << got.message;
  EXPECT_EQ(got.filter, "-live size>1M");
  EXPECT_EQ(read({"search", "sun", "--filter", ""}).command, Command::wrong_usage);
}

TEST(Options, BrowsesOneUser) {
  const auto got = read({"browse", "127.0.0.1:6346", "--limit", "3", "--wait", "2s"});
  EXPECT_EQ(got.command, Command::browse) << got.message;
  EXPECT_EQ(got.user, "127.0.0.1:6346");
  EXPECT_EQ(got.limit, 3U);
  EXPECT_EQ(read({"browse"}).command, Command::wrong_usage);
}

TEST(Options, NamesTheNearestRightWord) {
  EXPECT_NE(read({"serch", "x"}).message.find("\"search\""), std::string::npos);
  EXPECT_NE(read({"--haedless"}).message.find("\"--headless\""), std::string::npos);
  EXPECT_EQ(read({"get"}).command, Command::wrong_usage);
  EXPECT_EQ(read({"status", "--nick", "x"}).command, Command::wrong_usage);
  EXPECT_EQ(read({"--wait"}).command, Command::wrong_usage);
  EXPECT_EQ(read({"--help"}).command, Command::help);
}

TEST(Options, GivesEachCommandItsWordsAndRefusesTheRest) {
  EXPECT_EQ(read({"search", "-live"}).words, std::vector<std::string>{"-live"});
  EXPECT_EQ(read({"search", "-hello", "sun"}).words, (std::vector<std::string>{"sun", "-hello"}));
  EXPECT_EQ(read({"pause", "3", "4"}).ids, (std::vector<std::uint32_t>{3, 4}));
  EXPECT_EQ(read({"--home", "/a", "status"}).settings.home, "/a");
  EXPECT_EQ(read({"status", "--home", "/a"}).settings.home, "/a");
  EXPECT_EQ(read({"--mode", "napster", "status"}).message,
            "servent status: --mode is for running a node");
  EXPECT_EQ(read({"search"}).message, "servent search: WORDS is required");
  EXPECT_NE(read({"search", "x", "--limt", "3"}).message.find("\"--limit\""), std::string::npos);
  EXPECT_EQ(read({"search", "x", "--wait", "5x"}).command, Command::wrong_usage);
  EXPECT_EQ(read({"pause", "x"}).command, Command::wrong_usage);
  EXPECT_EQ(read({"status", "y"}).command, Command::wrong_usage);
  EXPECT_EQ(read({"--listen", "nowhere"}).command, Command::wrong_usage);
  EXPECT_EQ(read({"--connect", "127.0.0.1:"}).command, Command::wrong_usage);
  EXPECT_EQ(read({"--home="}).command, Command::wrong_usage);
  EXPECT_EQ(read({"search", "--help"}).command, Command::help);
}

TEST(Options, ActsOnRowsBelowTheirList) {
  EXPECT_EQ(read({"downloads"}).command, Command::downloads);
  const auto paused = read({"downloads", "pause", "3", "4", "--json"});
  EXPECT_EQ(paused.command, Command::pause) << paused.message;
  EXPECT_EQ(paused.ids, (std::vector<std::uint32_t>{3, 4}));
  EXPECT_TRUE(paused.json);
  EXPECT_EQ(read({"downloads", "retry", "1"}).command, Command::retry);
  EXPECT_EQ(read({"retry", "1"}).command, Command::retry);
  EXPECT_EQ(read({"uploads", "cancel", "2147483649"}).command, Command::end_upload);
  EXPECT_EQ(read({"downloads", "puase", "1"}).message,
            "servent downloads: unknown word \"puase\", did you mean \"pause\"?");
  EXPECT_EQ(read({"uploads", "pause", "1"}).command, Command::wrong_usage);
  EXPECT_EQ(read({"downloads", "pause"}).message, "servent downloads: ID is required");
  for (const char* id : {"x", "1x", "-1", "4294967296", ""})
    EXPECT_EQ(read({"downloads", "cancel", id}).command, Command::wrong_usage) << id;
}

TEST(Options, SaysOfDownloadsWhatTheyAreToBe) {
  const auto limited = read({"downloads", "limit", "3", "4", "100K"});
  EXPECT_EQ(limited.command, Command::change) << limited.message;
  EXPECT_EQ(limited.ids, (std::vector<std::uint32_t>{3, 4}));
  EXPECT_EQ(limited.rate, 102'400U);
  const auto same = read({"limit", "--download", "3", "--down", "0"});
  EXPECT_EQ(same.command, Command::change) << same.message;
  EXPECT_EQ(same.ids, (std::vector<std::uint32_t>{3}));
  EXPECT_EQ(same.rate, 0U);
  EXPECT_FALSE(same.down);
  EXPECT_EQ(read({"downloads", "priority", "3", "high"}).priority, "high");
  EXPECT_EQ(read({"downloads", "order", "3", "sequential"}).in_order, true);
  EXPECT_EQ(read({"downloads", "order", "3", "rarest"}).in_order, false);
  const auto moved = read({"downloads", "move", "3", "top", "--json"});
  EXPECT_EQ(moved.command, Command::move) << moved.message;
  EXPECT_EQ(moved.where, "top");
  EXPECT_EQ(read({"get", "L", "--in-order"}).in_order, true);
  EXPECT_EQ(read({"get", "L"}).in_order, std::nullopt);
  EXPECT_EQ(read({"downloads", "priority", "3", "urgent"}).message,
            "servent downloads: \"urgent\" is none of low, normal, high");
  for (const std::vector<const char*>& wrong :
       {std::vector<const char*>{"downloads", "limit", "3"},
        {"downloads", "limit", "3", "fast"},
        {"downloads", "priority", "high"},
        {"downloads", "order", "3", "random"},
        {"downloads", "move", "3", "left"},
        {"downloads", "move", "x", "top"},
        {"uploads", "priority", "3", "high"},
        {"limit", "--download", "3"},
        {"limit", "--download", "3", "--down", "1", "--up", "1"}})
    EXPECT_EQ(read(wrong).command, Command::wrong_usage) << wrong.back();
}

TEST(Options, ReadsWhatIsToBeLimited) {
  const auto all = read({"limit", "--up", "100K", "--down", "0", "--slots", "3", "--queue", "9"});
  EXPECT_EQ(all.command, Command::limit) << all.message;
  EXPECT_EQ(all.up, 102'400U);
  EXPECT_EQ(all.down, 0U);
  EXPECT_EQ(all.slots, 3U);
  EXPECT_EQ(all.queue, 9U);
  EXPECT_FALSE(all.per_user);
  EXPECT_EQ(read({"limit", "--upload", "7", "--up", "1M"}).upload, 7U);
  EXPECT_EQ(read({"limit"}).command, Command::limit);
  for (const std::vector<const char*>& wrong :
       {std::vector<const char*>{"limit", "--up", "fast"},
        {"limit", "--up"},
        {"limit", "--upload", "7"},
        {"limit", "--upload", "7", "--up", "1", "--down", "1"},
        {"limit", "--slots", "-1"},
        {"limit", "7"}})
    EXPECT_EQ(read(wrong).command, Command::wrong_usage) << wrong.back();
  EXPECT_EQ(read({"limit", "--up", "1T"}).message,
            "servent limit: --up: is no rate: say 100K, 2M or 0 for no limit");
}

TEST(Options, ReadsTimes) {
  EXPECT_EQ(parse_duration("2m"), std::chrono::minutes(2));
  EXPECT_FALSE(parse_duration("10 s"));
  EXPECT_FALSE(parse_duration("999999999h"));
  EXPECT_FALSE(parse_duration(""));
}

TEST(Options, ReadsWishesPeersAndModes) {
  EXPECT_EQ(read({"wish"}).command, Command::wish);
  const auto wish = read({"wish", "add", "sun", "dogs", "--download"});
  EXPECT_EQ(wish.command, Command::add_wish) << wish.message;
  EXPECT_EQ(wish.words, (std::vector<std::string>{"sun", "dogs"}));
  EXPECT_TRUE(wish.download);
  EXPECT_EQ(read({"wish", "remove", "3", "4"}).ids, (std::vector<std::uint32_t>{3, 4}));
  EXPECT_EQ(read({"wish", "see", "3"}).command, Command::see_wish);
  const auto filtered = read({"wish", "add", "sun", "--filter", "src>2", "--group", "user"});
  EXPECT_EQ(filtered.filter, "src>2");
  EXPECT_EQ(filtered.group, "user");
  EXPECT_EQ(read({"wish", "add", "sun", "--group", "house"}).command, Command::wrong_usage);
  EXPECT_EQ(read({"wish", "--filter", "src>2"}).command, Command::wrong_usage);
  EXPECT_EQ(read({"banned"}).command, Command::unwanted);
  EXPECT_EQ(read({"banned", "remove", "3"}).command, Command::drop_unwanted);
  EXPECT_EQ(read({"peers", "unban", "192.0.2.7"}).command, Command::unban_host);
  EXPECT_EQ(read({"wish", "add"}).message, "servent wish: WORDS is required");
  EXPECT_EQ(read({"wish", "--download"}).command, Command::wrong_usage);
  EXPECT_NE(read({"wish", "ad", "x"}).message.find("\"add\""), std::string::npos);
  const auto ban = read({"peers", "ban", "10.0.0.1"});
  EXPECT_EQ(ban.command, Command::ban_host) << ban.message;
  EXPECT_EQ(ban.endpoint, "10.0.0.1");
  EXPECT_EQ(read({"peers", "drop"}).command, Command::wrong_usage);
  EXPECT_EQ(read({"peers", "known"}).command, Command::hosts);
  EXPECT_EQ(read({"peers", "known", "x"}).command, Command::wrong_usage);
  const auto mode = read({"mode", "kazaa,gnutella", "--role", "supernode,leaf"});
  EXPECT_EQ(mode.command, Command::mode) << mode.message;
  EXPECT_EQ(mode.words, (std::vector<std::string>{"kazaa", "gnutella"}));
  EXPECT_EQ(mode.settings.roles, (std::vector<std::string>{"supernode", "leaf"}));
  EXPECT_NE(read({"mode", "gnutela"}).message.find("\"gnutella\""), std::string::npos);
  EXPECT_EQ(read({"mode", "--role", "leaf"}).command, Command::wrong_usage);
  EXPECT_TRUE(read({"log", "--follow"}).follow);
  EXPECT_EQ(read({"attach", "--home", "/a"}).settings.home, "/a");
  EXPECT_EQ(read({"completion", "fish"}).shell, "fish");
  EXPECT_EQ(read({"completion", "tcsh"}).command, Command::wrong_usage);
}

}  // namespace
}  // namespace p2p::app
