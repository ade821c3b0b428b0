// A Napster network of real processes on loopback: one index server, clients that share and fetch,
// and a stock client whose frames are written by hand (docs/napster.md has what is ours on the
// wire).
#include <optional>

#include <gtest/gtest.h>

#include "tests/support/noise.h"
#include "tests/support/process.h"
#include "tests/support/raw_client.h"

namespace p2p {
namespace {

namespace fs = std::filesystem;
using test::Arguments;
using test::Json;
using test::Millis;
using test::noise;
using test::Ran;
using test::RawClient;
using test::Servent;
using test::wait_until;
using namespace std::chrono_literals;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr Millis kEndsWithin = 5s;  // a sanitized program is many times slower
#else
constexpr Millis kEndsWithin = 1s;
#endif

class Napster : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.start()) << test::read_file(server_.errors()); }

  fs::path home(const std::string& name) const { return folder_.path() / name; }
  fs::path share(const std::string& name) const { return folder_.path() / (name + "-files"); }

  std::unique_ptr<Servent> client(const std::string& nick, bool is_firewalled = false) {
    fs::create_directories(share(nick));
    Arguments words{"--nick", nick, "--connect", server_.listen(), "--share", share(nick).string()};
    if (is_firewalled) {
      const fs::path config = folder_.path() / (nick + ".toml");
      test::write_file(config, "firewalled = true\n");
      words.insert(words.end(), {"--config", config.string()});
    }
    auto out = std::make_unique<Servent>("client", home(nick), words);
    EXPECT_TRUE(out->start()) << test::read_file(out->errors());
    return out;
  }

  // The first row whose name ends so; asks again while the other side still hashes and publishes.
  static std::optional<Json> find(const Servent& asker, const std::string& words,
                                  const std::string& ending, Millis limit = 12s) {
    std::optional<Json> found;
    wait_until(
        [&] {
          for (const Json& row : asker.run("search", {words, "--wait", "1s"}, 3s).rows())
            if (row.value("name", "").ends_with(ending)) found = row;
          return found.has_value();
        },
        limit);
    return found;
  }

  // Gets the file and compares it; the answer's last row.
  static Json fetch(const Servent& asker, const Json& row, const std::string& content) {
    const Ran got = asker.run("get", {row.at("link").get<std::string>(), "--wait", "12s"}, 13s);
    EXPECT_EQ(got.status, 0) << got.output;
    const std::vector<Json> rows = got.rows();
    if (rows.empty()) {
      ADD_FAILURE() << "get printed nothing";
      return Json::object();
    }
    const Json& last = rows.back();
    EXPECT_TRUE(last.value("done", false)) << last;
    const Json path = last.value("path", Json());
    EXPECT_TRUE(path.is_string() && test::read_file(path.get<std::string>()) == content)
        << "differs: " << last;
    return last;
  }

  test::TempDir folder_;
  Servent server_{"server", folder_.path() / "server"};
};

TEST_F(Napster, AReadyLineSaysWhatRunsWhere) {
  EXPECT_EQ(server_.ready().value("mode", ""), "napster");
  EXPECT_EQ(server_.ready().value("role", ""), "server");
  EXPECT_EQ(server_.ready().value("home", ""), server_.home().string());
  EXPECT_TRUE(server_.listen().starts_with("127.0.0.1:")) << server_.listen();
  EXPECT_FALSE(server_.listen().ends_with(":0"));
}

TEST_F(Napster, AFoundFileArrivesByteForByte) {
  const std::string content = noise(1'500'000, 1);
  test::write_file(share("alice") / "Zed Quartet - Silver Lantern.mp3", content);
  const auto alice = client("alice");
  const auto bob = client("bob");
  const auto row = find(*bob, "silver", "Silver Lantern.mp3");
  ASSERT_TRUE(row);
  EXPECT_EQ(row->value("size", 0), 1'500'000);
  EXPECT_EQ(row->value("sources", 0), 1);
  EXPECT_TRUE(row->at("digest").is_string()) << *row;
  EXPECT_TRUE(fetch(*bob, *row, content).value("verified", false));
}

TEST_F(Napster, ALinkWithoutSourcesFindsThem) {
  const std::string content = noise(200'000, 8);
  test::write_file(share("alice") / "Zed Quartet - Lost Link.ogg", content);
  const auto alice = client("alice");
  const auto bob = client("bob");
  const auto row = find(*bob, "lost link", "Lost Link.ogg");
  ASSERT_TRUE(row);
  ASSERT_TRUE(row->at("digest").is_string()) << *row;
  // Somebody who never searched, as with a link out of a chat.
  const auto carol = client("carol");
  const Json link{{"link", "magnet:?xt=" + row->at("digest").get<std::string>() +
                               "&xl=200000&dn=Zed%20Quartet%20-%20Lost%20Link.ogg"}};
  EXPECT_TRUE(fetch(*carol, link, content).value("verified", false));
}

TEST_F(Napster, AFolderSharedMeanwhileIsSharedAfterARestart) {
  test::write_file(folder_.path() / "more" / "Zed Quartet - Later.ogg", noise(1000, 9));
  const auto alice = client("alice");
  const auto bob = client("bob");
  EXPECT_EQ(alice->run("share", {(folder_.path() / "more").string()}).status, 0);
  EXPECT_TRUE(find(*bob, "later", "Later.ogg"));
  EXPECT_EQ(alice->process().stop(SIGTERM, kEndsWithin), 0);
  ASSERT_TRUE(alice->start()) << test::read_file(alice->errors());
  EXPECT_EQ(alice->run("shares").rows().size(), 2U);
  EXPECT_TRUE(find(*bob, "later", "Later.ogg"));
  EXPECT_EQ(alice->run("unshare", {(folder_.path() / "more").string()}).status, 0);
  EXPECT_EQ(alice->process().stop(SIGTERM, kEndsWithin), 0);
  ASSERT_TRUE(alice->start()) << test::read_file(alice->errors());
  EXPECT_EQ(alice->run("shares").rows().size(), 1U);
}

TEST_F(Napster, AFirewalledSharerIsAskedToCallBack) {
  const std::string content = noise(300'000, 2);
  test::write_file(share("alice") / "behind a wall.ogg", content);
  const auto alice = client("alice", true);
  const auto bob = client("bob");
  const auto row = find(*bob, "wall", "behind a wall.ogg");
  ASSERT_TRUE(row);
  EXPECT_TRUE(fetch(*bob, *row, content).value("verified", false));
}

TEST_F(Napster, AFirewalledDownloaderCallsTheSharer) {
  const std::string content = noise(300'000, 3);
  test::write_file(share("alice") / "open door.ogg", content);
  const auto alice = client("alice");
  const auto bob = client("bob", true);
  const auto row = find(*bob, "door", "open door.ogg");
  ASSERT_TRUE(row);
  EXPECT_TRUE(fetch(*bob, *row, content).value("verified", false));
}

// Bytes that part files and their records below this folder take on the disk.
std::uintmax_t part_and_record_bytes(const fs::path& folder) {
  std::uintmax_t out = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; it != end; it.increment(error)) {
    if (error) break;
    const std::string name = it->path().filename().string();
    if (name.find(".part") == std::string::npos || !it->is_regular_file(error)) continue;
    const std::uintmax_t size = it->file_size(error);
    if (!error) out += size;
  }
  return out;
}

TEST_F(Napster, AKilledDownloadGoesOnAfterARestart) {
  const std::string content = noise(96'000'000, 4);
  test::write_file(share("alice") / "long film.avi", content);
  const auto alice = client("alice");
  const auto bob = client("bob");
  const auto row = find(*bob, "film", "long film.avi", 10s);
  ASSERT_TRUE(row);

  const auto getting = bob->begin("get", {row->at("link").get<std::string>(), "--wait", "10s"});
  EXPECT_TRUE(wait_until(
      [&] { return part_and_record_bytes(bob->home()) > 0 || !getting->is_running(); }, 3s));
  bob->process().stop(SIGKILL, 2s);
  EXPECT_NE(getting->wait(2s), -1) << "get outlives its node";

  ASSERT_TRUE(bob->start()) << test::read_file(bob->errors());
  EXPECT_TRUE(fetch(*bob, *row, content).value("verified", false));
  EXPECT_EQ(part_and_record_bytes(bob->home()), 0U);
}

TEST_F(Napster, ClientsComeBackToARestartedServer) {
  const std::string content = noise(200'000, 5);
  test::write_file(share("alice") / "second spring.ogg", content);
  const auto alice = client("alice");
  const auto bob = client("bob");
  ASSERT_TRUE(find(*bob, "spring", "second spring.ogg", 8s));
  EXPECT_EQ(server_.process().stop(SIGKILL, 2s), 128 + SIGKILL);
  ASSERT_TRUE(server_.start()) << test::read_file(server_.errors());
  const auto row = find(*bob, "spring", "second spring.ogg", 12s);
  ASSERT_TRUE(row);
  fetch(*bob, *row, content);
}

TEST_F(Napster, ASecondProcessOnTheSameHomeIsRefused) {
  Servent second("server", server_.home());
  EXPECT_FALSE(second.start());
  const int status = second.process().wait(5s);
  EXPECT_GT(status, 0);
  EXPECT_LT(status, 128);
  EXPECT_EQ(server_.run("status").status, 0) << "the first one does not mind";
}

TEST_F(Napster, SigtermEndsANodeWithZeroWithinASecond) {
  const auto alice = client("alice");
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(alice->process().stop(SIGTERM, kEndsWithin), 0);
  EXPECT_EQ(server_.process().stop(SIGTERM, kEndsWithin), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2 * kEndsWithin);
  EXPECT_EQ(alice->run("status").status, 3) << "no node answers";
}

TEST_F(Napster, AStockClientSearchesAndIsToldWhereAFileIs) {
  test::write_file(share("alice") / "Zed Quartet - Paper Moon.mp3", noise(100'000, 6));
  const auto alice = client("alice");
  const RawClient stock(server_.listen());
  ASSERT_TRUE(stock.is_connected());
  ASSERT_TRUE(stock.log_in("stock"));

  std::optional<std::vector<std::string>> results;
  ASSERT_TRUE(wait_until(
      [&] {
        results = stock.search("paper moon");
        return !results || !results->empty();
      },
      15s));
  ASSERT_TRUE(results);
  ASSERT_EQ(results->size(), 1U);
  const std::string& result = results->front();
  EXPECT_NE(result.find("Paper Moon.mp3\" "), std::string::npos) << result;
  EXPECT_NE(result.find(" 100000 "), std::string::npos) << result;
  EXPECT_NE(result.find(" alice 16777343 "), std::string::npos) << result;
  EXPECT_EQ(result.find("urn:sha1:"), std::string::npos) << "our addition is for our own nodes";

  stock.send(203, "alice " + result.substr(0, result.find('"', 1) + 1));
  const auto frames = stock.read_to(204);
  ASSERT_FALSE(frames.empty());
  EXPECT_EQ(frames.back().type, 204U);
  EXPECT_TRUE(frames.back().payload.starts_with("alice 16777343 ")) << frames.back().payload;
}

TEST_F(Napster, ASearchWithoutResultsEndsToo) {
  const RawClient stock(server_.listen());
  ASSERT_TRUE(stock.log_in("stock"));
  const auto results = stock.search("nothinglikethis");
  ASSERT_TRUE(results);
  EXPECT_TRUE(results->empty());
}

TEST_F(Napster, GarbageClosesOnlyItsOwnLink) {
  const RawClient stock(server_.listen());
  ASSERT_TRUE(stock.log_in("stock"));
  for (int i = 0; i < 5; ++i) {
    const RawClient rubbish(server_.listen());
    ASSERT_TRUE(rubbish.is_connected());
    rubbish.write(std::string(1000, '\xFF'));  // a frame of 65535 bytes, the length no one sends
    EXPECT_TRUE(rubbish.is_closed_by_peer());
  }
  EXPECT_TRUE(stock.search("anything"));
}

}  // namespace
}  // namespace p2p
