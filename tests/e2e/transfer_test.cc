// Transfers between real processes on loopback when things go wrong in the middle.
#include <optional>

#include <gtest/gtest.h>

#include "tests/support/noise.h"
#include "tests/support/process.h"

namespace p2p {
namespace {

namespace fs = std::filesystem;
using test::Json;
using test::Millis;
using test::noise;
using test::Servent;
using test::wait_until;
using namespace std::chrono_literals;

// Bytes of part files below this folder.
std::uintmax_t part_bytes(const fs::path& folder) {
  std::uintmax_t out = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error))
    if (it->path().extension() == ".part") out += it->file_size(error);
  return out;
}

class Transfer : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.start()) << test::read_file(server_.errors()); }

  fs::path share(const std::string& nick) const { return folder_.path() / (nick + "-files"); }
  std::unique_ptr<Servent> client(const std::string& nick) const {
    fs::create_directories(share(nick));
    auto out =
        std::make_unique<Servent>("client", folder_.path() / nick,
                                  test::Arguments{"--nick", nick, "--connect", server_.listen(),
                                                  "--share", share(nick).string()});
    EXPECT_TRUE(out->start()) << test::read_file(out->errors());
    return out;
  }
  // A result with so many sources; asks again while sharers still hash and publish.
  static std::optional<std::string> find(const Servent& asker, const std::string& words,
                                         int sources) {
    std::optional<std::string> link;
    wait_until(
        [&] {
          for (const Json& row : asker.run("search", {words, "--wait", "1s"}, 3s).rows())
            if (row.value("sources", 0) >= sources && row.contains("link"))
              link = row.at("link").get<std::string>();
          return link.has_value();
        },
        20s);
    return link;
  }
  static Json get(const Servent& asker, const std::string& link, const std::string& wait) {
    const std::vector<Json> rows = asker.run("get", {link, "--wait", wait}, 60s).rows();
    return rows.empty() ? Json::object() : rows.back();
  }

  test::TempDir folder_;
  Servent server_{"server", folder_.path() / "server"};
};

TEST_F(Transfer, ADownloadThatIsEndedInTheMiddleGoesOnFromWhatIsThere) {
  const std::string content = noise(64'000'000, 1);
  test::write_file(share("alice") / "long film.avi", content);
  const auto alice = client("alice");
  const auto bob = client("bob");
  const auto link = find(*bob, "long film", 1);
  ASSERT_TRUE(link);
  const auto getting = bob->begin("get", {*link, "--wait", "10s"});
  ASSERT_TRUE(wait_until([&] { return part_bytes(bob->home()) > 0; }, 5s));
  EXPECT_EQ(bob->process().stop(SIGTERM, 5s), 0);
  EXPECT_NE(getting->wait(5s), -1);
  const std::uintmax_t there = part_bytes(bob->home());
  EXPECT_GT(there, 0U);

  ASSERT_TRUE(bob->start()) << test::read_file(bob->errors());
  const Json row = get(*bob, *link, "40s");
  EXPECT_TRUE(row.value("verified", false)) << row;
  EXPECT_TRUE(test::read_file(row.value("path", "")) == content) << row;
  EXPECT_EQ(part_bytes(bob->home()), 0U);
}

TEST_F(Transfer, TheEmptyFileNeedsNoSource) {
  const auto bob = client("bob");
  const Json row = get(*bob, "magnet:?xl=0&dn=nothing.txt", "10s");
  EXPECT_TRUE(row.value("verified", false)) << row;
  const fs::path path = row.value("path", "");
  EXPECT_EQ(path.filename(), "nothing.txt");
  EXPECT_EQ(fs::file_size(path), 0U);
  const Json unknown = get(*bob, "urn:sha1:JUDQZQTXM7MZKYF24SCWEZFVX4L764LO", "10s");
  EXPECT_FALSE(unknown.value("done", true)) << unknown;
}

TEST_F(Transfer, LimitsAreSetWhileFilesAreOnTheirWay) {
  const std::string content = noise(24'000'000, 3);
  test::write_file(share("alice") / "slow film.avi", content);
  const auto alice = client("alice");
  const auto bob = client("bob");
  const auto link = find(*bob, "slow film", 1);
  ASSERT_TRUE(link);
  const auto limit = [&](const test::Arguments& words) {
    const std::vector<Json> rows = alice->run("limit", words).rows();
    return rows.empty() ? Json::object() : rows.front();
  };
  EXPECT_EQ(limit({}).value("up", 1), 0);
  EXPECT_EQ(limit({"--up", "1M", "--slots", "2"}).value("why", ""), "by hand");
  const auto begun = std::chrono::steady_clock::now();
  const auto getting = bob->begin("get", {*link, "--wait", "40s"});
  const auto upload = [&] {
    const std::vector<Json> rows = alice->run("uploads").rows();
    return rows.empty() ? Json::object() : rows.front();
  };
  ASSERT_TRUE(wait_until([&] { return upload().value("sent", 0) >= 3'000'000; }, 15s));
  const auto took = std::chrono::steady_clock::now() - begun;
  EXPECT_GE(took, 2s) << upload();
  EXPECT_LE(upload().value("rate", 0), 1'400'000);

  const std::string id = std::to_string(upload().value("id", 0));
  EXPECT_EQ(limit({"--upload", id, "--up", "64K"}).value("up", 0), 1 << 20);
  EXPECT_EQ(upload().value("limit", 0), 64 << 10);
  EXPECT_NE(alice->run("limit", {"--upload", "77", "--up", "64K"}).status, 0);
  EXPECT_NE(alice->run("limit", {"--slots", "101"}).status, 0);
  limit({"--upload", id, "--up", "0"});
  const Json free = limit({"--up", "0"});
  EXPECT_EQ(free.value("up", 1), 0);
  EXPECT_EQ(free.value("slots", 0), 2);
  EXPECT_EQ(getting->wait(20s), 0) << "fast again";
  const auto rows = bob->run("downloads").rows();
  ASSERT_FALSE(rows.empty());
  EXPECT_TRUE(rows.front().value("verified", false)) << rows.front();
}

TEST_F(Transfer, AnUploadIsEndedByItsId) {
  test::write_file(share("alice") / "long song.ogg", noise(24'000'000, 4));
  const auto alice = client("alice");
  const auto bob = client("bob");
  const auto link = find(*bob, "long song", 1);
  ASSERT_TRUE(link);
  alice->run("limit", {"--up", "512K"});
  const auto getting = bob->begin("get", {*link, "--wait", "10s"});
  std::string id;
  ASSERT_TRUE(wait_until(
      [&] {
        for (const Json& row : alice->run("uploads").rows())
          id = std::to_string(row.value("id", 0));
        return !id.empty();
      },
      10s));
  EXPECT_EQ(alice->run("uploads", {"cancel", id}).status, 0);
  EXPECT_NE(alice->run("uploads", {"cancel", id}).status, 0);
}

TEST_F(Transfer, ASharerWhoseDiskLiesIsNotBelievedAndTheNextOneIsAsked) {
  const std::string content = noise(3'000'000, 2);
  for (const char* nick : {"alice", "carol"})
    test::write_file(share(nick) / "twin song.ogg", content);
  const auto alice = client("alice");
  const auto carol = client("carol");
  const auto bob = client("bob");
  const auto link = find(*bob, "twin song", 2);
  ASSERT_TRUE(link);
  // The same size and time as when it was hashed, but other bytes.
  const fs::path lie = share("alice") / "twin song.ogg";
  const auto time = fs::last_write_time(lie);
  std::fstream(lie, std::ios::in | std::ios::out | std::ios::binary).seekp(2'000'000) << "!!!!";
  fs::last_write_time(lie, time);
  const Json row = get(*bob, *link, "40s");
  EXPECT_TRUE(row.value("verified", false)) << row;
  EXPECT_TRUE(test::read_file(row.value("path", "")) == content) << row;
}

}  // namespace
}  // namespace p2p
