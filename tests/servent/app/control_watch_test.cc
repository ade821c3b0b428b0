#include <filesystem>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "servent/app/control.h"
#include "servent/app/json.h"

#include "tests/support/fake_backend.h"

namespace p2p::app {
namespace {

using Local = boost::asio::local::stream_protocol;
using std::chrono::milliseconds;

struct Watching : testing::Test {
  Watching() : server(io, backend), client(io) {
    char name[] = "/tmp/watchXXXXXX";
    folder = ::mkdtemp(name);
    backend.shot = test::full_moment();
    EXPECT_TRUE(server.listen(folder / "c"));
    client.connect(Local::endpoint((folder / "c").string()));
    client.non_blocking(true);
  }
  ~Watching() override { std::filesystem::remove_all(folder); }

  void say(const std::string& line) {
    boost::asio::write(client, boost::asio::buffer(line + "\n"));
  }
  void run(int ms) {
    io.run_for(milliseconds(ms));
    io.restart();
  }
  // The next object that is told; null when none comes within two seconds.
  Json next(int most_ms = 2000) {
    for (int passed = 0; passed < most_ms; passed += 5) {
      char block[65536];
      boost::system::error_code error;
      read.append(block, client.read_some(boost::asio::buffer(block), error));
      if (const std::size_t end = read.find('\n'); end != std::string::npos) {
        const Json line = Json::parse(read.substr(0, end), nullptr, false);
        read.erase(0, end + 1);
        return line;
      }
      run(5);
    }
    return {};
  }

  std::filesystem::path folder;
  boost::asio::io_context io;
  test::FakeBackend backend;
  ControlServer server;
  Local::socket client;
  std::string read;
};

TEST_F(Watching, IsToldEverythingAndThenWhatChanges) {
  say(R"({"v":1,"do":"watch"})");
  const Json first = next();
  EXPECT_EQ(first["moment"]["downloads"].size(), 1U) << first;
  EXPECT_EQ(first["moment"].size(), 14U) << "the times and twelve parts: " << first;
  backend.shot.limits.slots = 77;
  backend.changed();
  const Json second = next();
  EXPECT_EQ(second["moment"].size(), 2U) << second;
  EXPECT_EQ(second["moment"]["limits"]["slots"], 77);
}

TEST_F(Watching, NobodyLooksWhileNothingRings) {
  say(R"({"v":1,"do":"watch"})");
  ASSERT_TRUE(next().is_object());
  const std::size_t before = backend.snapshots;
  EXPECT_TRUE(next(600).is_null());
  EXPECT_EQ(backend.snapshots, before);
}

TEST_F(Watching, ManyRingsAreOneMoment) {
  say(R"({"v":1,"do":"watch"})");
  ASSERT_TRUE(next().is_object());
  const std::size_t before = backend.snapshots;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    backend.shot.limits.slots = 1000 + i;
    backend.changed();
    if (i % 100 == 0) run(1);
  }
  EXPECT_EQ(next()["moment"]["limits"]["slots"], 1999);
  EXPECT_EQ(backend.snapshots, before + 1);
}

TEST_F(Watching, OtherResultsAreChosenMeanwhile) {
  backend.newest = 7;
  backend.results = {test::result_row(1, "one")};
  say(R"({"v":1,"do":"watch","search":3})");
  EXPECT_TRUE(next()["moment"]["results"]["rows"].empty());
  say(R"({"v":1,"search":7})");
  const Json chosen = next();
  EXPECT_EQ(chosen["moment"].size(), 2U) << chosen;
  EXPECT_EQ(chosen["moment"]["results"]["search"], 7);
  EXPECT_EQ(chosen["moment"]["results"]["rows"][0]["name"], "one");
}

TEST_F(Watching, AnotherQuestionEndsIt) {
  say(R"({"v":1,"do":"watch","parts":["log"]})");
  say(R"({"v":1,"do":"limit"})");
  Json line = next();
  if (line.contains("moment")) line = next();
  EXPECT_EQ(line, (Json{{"end", true}, {"ok", true}})) << line;
  EXPECT_EQ(next()["row"]["slots"], 3);
  EXPECT_EQ(next()["ok"], true);
  backend.log.push_back({1, 0, api::LogLevel::info, "app", "x"});
  backend.changed();
  EXPECT_TRUE(next(400).is_null());
}

TEST_F(Watching, WhoDoesNotReadCostsOneMoment) {
  backend.shot.downloads[0].name = std::string(4'000'000, 'x');  // more than a socket holds
  say(R"({"v":1,"do":"watch"})");
  run(100);
  const std::size_t before = backend.snapshots;
  ASSERT_GT(before, 0U);
  for (int i = 0; i < 20; ++i) {
    backend.shot.downloads[0].name[0] = static_cast<char>('a' + i);
    backend.changed();
    run(30);
  }
  EXPECT_EQ(backend.snapshots, before);
  EXPECT_EQ(next()["moment"]["downloads"][0]["name"].get<std::string>()[0], 'x');
  EXPECT_EQ(next()["moment"]["downloads"][0]["name"].get<std::string>()[0], 't') << "the last one";
}

TEST_F(Watching, WhoHangsUpIsForgotten) {
  backend.shot.downloads[0].name = std::string(4'000'000, 'x');
  say(R"({"v":1,"do":"watch"})");
  run(50);
  client.close();
  run(50);
  const std::size_t before = backend.snapshots;
  backend.changed();
  run(400);
  EXPECT_EQ(backend.snapshots, before);
}

TEST_F(Watching, TakesEveryRequestOfAScreen) {
  backend.outcome = {"", 12};
  say(R"({"v":1,"do":"submit","what":"start_search","text":"sun"})");
  EXPECT_EQ(next(), (Json{{"end", true}, {"ok", true}, {"id", 12}}));
  ASSERT_EQ(backend.asked.size(), 1U);
  EXPECT_EQ(std::get<api::StartSearch>(backend.asked[0]).text, "sun");
  say(R"({"v":1,"do":"submit","what":"start_search","text":5})");
  EXPECT_EQ(next()["ok"], false);
  EXPECT_EQ(backend.asked.size(), 1U);
  say(R"({"v":1,"do":"submit","what":"quit"})");
  EXPECT_EQ(next()["ok"], true);
  EXPECT_TRUE(std::holds_alternative<api::Quit>(backend.asked.at(1)));
}

}  // namespace
}  // namespace p2p::app
