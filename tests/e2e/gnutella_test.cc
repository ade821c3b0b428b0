// Gnutella networks of real processes on loopback. The beacon is off: tests that run side by side
// would find each other by it.
#include <set>

#include <gtest/gtest.h>

#include "tests/support/process_network.h"
#include "tests/support/raw_client.h"
#include "tests/support/tagged_wav.h"

namespace p2p {
namespace {

namespace fs = std::filesystem;
using test::Json;
using test::noise;
using test::Ran;
using test::Servent;
using test::wait_until;
using namespace std::chrono_literals;

class Gnutella : public test::ProcessNetwork {
 protected:
  Gnutella() : ProcessNetwork("gnutella") {}
};

TEST_F(Gnutella, ALeafFetchesFromALeafOfAnotherUltrapeer) {
  const std::string content = noise(1'500'000, 1);
  const fs::path shared = share("sharer") / "amber valley demo.ogg";
  test::write_file(shared, content);
  const auto written =
      std::chrono::floor<std::chrono::seconds>(fs::last_write_time(shared) - 1000h);
  fs::last_write_time(shared, written);
  const auto first = node("first", "ultrapeer");
  const auto second = node("second", "ultrapeer", first.get());
  const auto sharer = node("sharer", "leaf", first.get());
  const auto asker = node("asker", "leaf", second.get());
  const auto row = find(*asker, "valley amber", "amber valley demo.ogg");
  ASSERT_TRUE(row);
  EXPECT_EQ(row->value("size", 0), 1'500'000);
  expect_fetched(*asker, *row, content);
  const std::vector<Json> rows = asker->run("downloads").rows();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(fs::last_write_time(rows[0].value("path", "")) == written) << "the time is kept";
  EXPECT_EQ(rows[0].at("from").size(), 1U) << rows[0];
  EXPECT_EQ(rows[0].at("from")[0].value("got", 0), 1'500'000) << rows[0];
}

TEST_F(Gnutella, TellsTheTagsOfAFileAndDoesNotSearchByThem) {
  test::write_file(share("sharer") / "blue train.wav",
                   test::tagged_wav({{"TPE1", "John Coltrane"}, {"TDRC", "1957"}}));
  const auto sharer = node("sharer", "ultrapeer");
  const auto asker = node("asker", "leaf", sharer.get());
  const auto row = find(*asker, "train", "blue train.wav");
  ASSERT_TRUE(row);
  const Json& fields = row->at("fields");
  EXPECT_EQ(fields.at("artist"), "John Coltrane");
  EXPECT_EQ(fields.at("year"), 1957);
  EXPECT_EQ(fields.at("bitrate"), 64);
  EXPECT_EQ(fields.at("sample_rate"), 8000);
  EXPECT_EQ(fields.at("title"), nullptr);
  const Ran refused = asker->run("search", {"artist:coltrane", "--wait", "2s"}, 5s);
  EXPECT_EQ(refused.status, 1);
  EXPECT_NE(test::read_file(asker->errors()).find("Gnutella cannot search by artist"),
            std::string::npos);
}

TEST_F(Gnutella, AllThatOneOffersIsListedUnderANameThatLasts) {
  test::write_file(share("sharer") / "one river.txt", "one");
  test::write_file(share("sharer") / "two hills.txt", "two");
  const auto ultrapeer = node("ultrapeer", "ultrapeer");
  auto sharer = node("sharer", "leaf", ultrapeer.get());
  const auto asker = node("asker", "leaf", ultrapeer.get());
  const auto row = find(*asker, "river", "one river.txt");
  ASSERT_TRUE(row);
  const std::string user = row->at("users").at(0).get<std::string>();
  const auto listed = [&](const std::string& whom) {
    std::set<std::string> names;
    for (const Json& one : asker->run("browse", {whom, "--wait", "5s"}, 8s).rows())
      names.insert(one.value("name", ""));
    return names;
  };
  EXPECT_EQ(listed(user), (std::set<std::string>{"one river.txt", "two hills.txt"}));
  EXPECT_TRUE(listed("nobody").empty());

  sharer.reset();
  sharer = node("sharer", "leaf", ultrapeer.get());
  const auto again = find(*asker, "river", "one river.txt");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->at("users").at(0).get<std::string>(), user);
}

TEST_F(Gnutella, AFirewalledLeafIsAskedToCallAndGives) {
  const std::string content = noise(300'000, 2);
  test::write_file(share("hidden") / "granite recital.mp3", content);
  const auto ultrapeer = node("ultrapeer", "ultrapeer");
  const auto hidden = node("hidden", "leaf", ultrapeer.get(), "firewalled = true\n");
  const auto asker = node("asker", "leaf", ultrapeer.get());
  const auto row = find(*asker, "granite", "granite recital.mp3");
  ASSERT_TRUE(row);
  expect_fetched(*asker, *row, content);
}

TEST_F(Gnutella, AFlatNetworkFindsOverSeveralHops) {
  const std::string content = noise(100'000, 3);
  test::write_file(share("far") / "plain silver note.txt", content);
  const auto near = node("near", "plain");
  const auto middle = node("middle", "plain", near.get());
  const auto far = node("far", "plain", middle.get());
  const auto row = find(*near, "silver note", "plain silver note.txt");
  ASSERT_TRUE(row);
  expect_fetched(*near, *row, content);
}

TEST_F(Gnutella, OneAloneBecomesAnUltrapeerAndTheNextItsLeaf) {
  const auto first = node("first", "auto");
  const auto role_of = [](const Servent& of) {
    const auto rows = of.run("status").rows();
    return rows.empty() ? "" : rows[0].at("networks").at(0).value("role", "");
  };
  EXPECT_TRUE(wait_until([&] { return role_of(*first) == "ultrapeer"; }, 20s))
      << test::read_file(first->errors());
  const auto second = node("second", "auto", first.get());
  EXPECT_EQ(role_of(*second), "auto");
  EXPECT_EQ(links_up(*first), 1U);
}

TEST_F(Gnutella, AFileIsFoundByItsDigestAndPeersCountMessages) {
  test::write_file(share("sharer") / "digest me.bin", noise(50'000, 4));
  const auto ultrapeer = node("ultrapeer", "ultrapeer");
  const auto sharer = node("sharer", "leaf", ultrapeer.get());
  const auto asker = node("asker", "leaf", ultrapeer.get());
  const auto row = find(*asker, "digest", "digest me.bin");
  ASSERT_TRUE(row);
  EXPECT_TRUE(find(*asker, row->value("digest", ""), "digest me.bin"));
  const auto peers = asker->run("peers").rows();
  ASSERT_EQ(peers.size(), 1U);
  EXPECT_GE(peers[0].at("counters").value("query out", 0), 2);
  EXPECT_GE(peers[0].at("counters").value("hit in", 0), 2);
}

TEST_F(Gnutella, APushProxyIsAskedOnThePortOfLinksAndFiles) {
  const auto ultrapeer = node("ultrapeer", "ultrapeer");
  const std::string asking =
      " /gnet/push-proxy?guid=fde83102ec32a833c055ffeeb0a197f7 HTTP/1.1\r\nHost: x\r\n";
  const auto said = [&](const std::string& words) {
    const test::RawClient caller(ultrapeer->listen());
    caller.write(words);
    std::string all(200, '\0');
    const ssize_t got = ::recv(caller.socket(), all.data(), all.size(), 0);
    return all.substr(0, got < 0 ? 0 : static_cast<std::size_t>(got));
  };
  EXPECT_TRUE(said("GET" + asking + "X-Node: 127.0.0.1:7001\r\n\r\n").starts_with("HTTP/1.1 410 "));
  EXPECT_TRUE(said("HEAD" + asking + "\r\n").starts_with("HTTP/1.1 400 ")) << "nowhere to call";
  EXPECT_TRUE(said("GET /get/1/x HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 404 "));
}

}  // namespace
}  // namespace p2p
