// Commands that ask a running node for what its screen shows and does, as scripts use them.
#include <gtest/gtest.h>

#include "tests/support/process_network.h"

namespace p2p {
namespace {

using test::Json;
using test::Servent;
using namespace std::chrono_literals;

struct Commands : test::ProcessNetwork {
  Commands() : ProcessNetwork("gnutella") {}

  // A node that shares one file, and another one linked to it.
  void start_two(std::size_t size_bytes = 1000) {
    content = test::noise(size_bytes, 5);
    test::write_file(share("ann") / "zed quartet.mp3", content);
    ann = node("ann", "plain");
    you = node("you", "plain", ann.get());
  }
  static std::vector<std::string> modes_of(const std::vector<Json>& rows) {
    std::vector<std::string> modes;
    for (const Json& row : rows)
      modes.push_back(row.value("mode", ""));
    return modes;
  }

  std::string content;
  std::unique_ptr<Servent> ann;
  std::unique_ptr<Servent> you;
};

using Words = std::vector<std::string>;

TEST_F(Commands, ADownloadGoesOnInOtherNetworks) {
  start_two(3'000'000);
  const auto row = find(*you, "zed", "zed quartet.mp3");
  ASSERT_TRUE(row);
  EXPECT_EQ(you->run("limit", {"--down", "600K"}).status, 0);
  const auto getting = you->begin("get", {row->at("link").get<std::string>(), "--wait", "40s"});
  ASSERT_TRUE(test::wait_until(
      [&] {
        const auto rows = you->run("downloads").rows();
        return !rows.empty() && rows[0].value("have", std::uint64_t{0}) > 100'000;
      },
      20s));
  const auto switched = you->run("mode", {"napster", "--role", "server"});
  EXPECT_EQ(switched.status, 0) << switched.output;
  EXPECT_EQ(modes_of(switched.rows()), Words{"napster"});
  EXPECT_EQ(modes_of(you->run("mode").rows()), Words{"napster"});
  EXPECT_EQ(getting->wait(40s), 0);
  EXPECT_NE(getting->read_all(1s).find("\"verified\":true"), std::string::npos);
}

TEST_F(Commands, ASwitchKeepsWhatStaysAndComesBack) {
  start_two();
  const std::string listen = you->run("mode").rows().at(0).value("listen", "");
  const auto both = you->run("mode", {"kazaa,gnutella", "--role", ",plain"});
  EXPECT_EQ(both.status, 0) << both.output << test::read_file(you->errors());
  EXPECT_EQ(modes_of(both.rows()), (Words{"kazaa", "gnutella"}));
  EXPECT_EQ(both.rows().at(1).value("listen", ""), listen);
  EXPECT_EQ(links_up(*you), 1U) << "the link was not touched";
  EXPECT_EQ(you->run("mode", {"kazaa"}).status, 0);
  EXPECT_EQ(links_up(*you), 0U);
  EXPECT_EQ(you->run("mode", {"gnutella"}).status, 0);
  EXPECT_TRUE(test::wait_until([&] { return links_up(*you) == 1; }, 15s)) << "entered as before";
  EXPECT_EQ(you->run("mode").rows().at(0).value("listen", ""), listen) << "at the port it had";
  EXPECT_EQ(you->run("mode", {"gnutela"}).status, 2);
}

TEST_F(Commands, WhatIsAskedInANetworkEndsWhenItIsLeft) {
  start_two();
  const auto asking = you->begin("search", {"nothing like this", "--wait", "50s"});
  ASSERT_TRUE(test::wait_until(
      [&] { return you->run("log").output.find("nothing like this") != std::string::npos; }, 5s));
  EXPECT_EQ(you->run("mode", {"kazaa"}).status, 0);
  EXPECT_EQ(asking->wait(10s), 1);
  EXPECT_NE(test::read_file(you->errors()).find("left gnutella"), std::string::npos);
}

TEST_F(Commands, AWishFindsByItselfAndIsKept) {
  start_two();
  ASSERT_TRUE(find(*you, "zed", "zed quartet.mp3"));  // it is shared by now: a wish asks once
  const auto unseen = [&] {
    const auto rows = you->run("wish").rows();
    return rows.empty() ? -1 : rows[0].value("unseen", -1);
  };
  EXPECT_EQ(you->run("wish", {"add", "zed", "quartet"}).status, 0);
  EXPECT_TRUE(test::wait_until([&] { return unseen() == 1; }, 10s));
  EXPECT_EQ(you->run("wish", {"add", "zed", "quartet"}).status, 1) << "it is there";
  EXPECT_EQ(you->process().stop(SIGTERM, 5s), 0);
  ASSERT_TRUE(you->start());
  EXPECT_TRUE(test::wait_until([&] { return unseen() == 1; }, 10s));
  EXPECT_EQ(you->run("wish").rows().at(0).value("text", ""), "zed quartet");
  EXPECT_EQ(you->run("wish", {"see", "1"}).status, 0);
  EXPECT_EQ(unseen(), 0);
  EXPECT_EQ(you->run("wish", {"remove", "1"}).status, 0);
  EXPECT_EQ(you->run("wish", {"remove", "1"}).status, 1);
  EXPECT_TRUE(you->run("wish").rows().empty());
}

TEST_F(Commands, TheLogIsFollowed) {
  start_two();
  const auto following = you->begin("log", {"--follow"});
  const auto reads = [&](const std::string& words) {
    for (std::string line; !(line = following->read_line(10s)).empty();)
      if (line.find(words) != std::string::npos) return true;
    return false;
  };
  EXPECT_TRUE(reads("listens on")) << "what was said before";
  you->run("search", {"zed", "--wait", "100ms"});
  EXPECT_TRUE(reads("search 1: zed"));
  const Json row = you->run("log").rows().at(0);
  EXPECT_EQ(row.value("number", 0), 1);
  EXPECT_EQ(row.value("level", ""), "info");
  EXPECT_EQ(you->process().stop(SIGTERM, 5s), 0);
  EXPECT_EQ(following->wait(5s), 1) << "the node went away";
}

TEST_F(Commands, SettingsAreToldWithAndWithoutANode) {
  const auto lone = node("lone", "plain", nullptr, "upload_slots = 7\n");
  const auto value = [&](const std::string& key, const char* of) {
    for (const Json& row : lone->run("config").rows())
      if (row.value("key", "") == key) return row.at(of);
    return Json();
  };
  EXPECT_EQ(value("upload_slots", "value"), 7);
  EXPECT_EQ(value("mode", "from"), "command line");
  EXPECT_EQ(value("mode", "value"), Json{"gnutella"});
  EXPECT_EQ(lone->process().stop(SIGTERM, 5s), 0);
  EXPECT_EQ(value("mode", "from"), "default");
}

TEST_F(Commands, APeerIsDroppedAndAHostBanned) {
  start_two();
  EXPECT_EQ(you->run("peers", {"drop", "127.0.0.1:1"}).status, 1) << "no such peer";
  const std::string peer = you->run("peers").rows().at(0).value("endpoint", "");
  EXPECT_EQ(you->run("peers", {"drop", peer}).status, 0);
  EXPECT_EQ(you->run("peers", {"ban", "127.0.0.1"}).status, 0);
  EXPECT_EQ(links_up(*you), 0U);
  you->run("connect", {ann->listen()});
  EXPECT_EQ(links_up(*you), 0U);
  // The next run knows him still.
  EXPECT_EQ(you->process().stop(SIGTERM, 5s), 0);
  const auto file = folder_.path() / "you" / "unwanted";
  test::write_file(file, test::read_file(file) + "nonsense\nignored ann napster\n");
  ASSERT_TRUE(you->start());
  EXPECT_EQ(links_up(*you), 0U);
  const auto kept = you->run("banned").rows();
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].value("who", ""), "127.0.0.1");
  EXPECT_EQ(kept[1].value("what", ""), "ignored");
  EXPECT_EQ(you->run("banned", {"remove", "2"}).status, 0);
  EXPECT_EQ(you->run("peers", {"unban", "127.0.0.1"}).status, 0);
  EXPECT_EQ(you->run("peers", {"unban", "127.0.0.1"}).status, 1);
  EXPECT_TRUE(you->run("banned").rows().empty());
  you->run("connect", {ann->listen()});
  EXPECT_TRUE(test::wait_until([&] { return links_up(*you) == 1; }, 15s));
}

TEST_F(Commands, WhatWasFetchedIsKnownAfterARestart) {
  start_two();
  const auto row = find(*you, "zed", "zed quartet.mp3");
  ASSERT_TRUE(row);
  expect_fetched(*you, *row, content);
  const auto has_it = [&] {
    const auto found = you->run("search", {"zed", "--filter", "have:yes", "--wait", "2s"}, 5s);
    return found.rows().size() == 1;
  };
  EXPECT_TRUE(has_it());
  EXPECT_EQ(you->run("downloads").rows().size(), 1U);
  EXPECT_EQ(you->process().stop(SIGTERM, 5s), 0);
  ASSERT_TRUE(you->start());
  EXPECT_TRUE(test::wait_until([&] { return links_up(*you) == 1; }, 15s));
  EXPECT_TRUE(you->run("downloads").rows().empty());
  EXPECT_TRUE(has_it());
}

}  // namespace
}  // namespace p2p
