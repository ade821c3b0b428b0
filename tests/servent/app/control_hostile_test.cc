// The control socket against clients that mean it badly, or are broken: the node answers others as
// before, and keeps no more of them than a line.
#include <filesystem>
#include <random>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "servent/app/control.h"
#include "servent/app/json.h"

#include "tests/support/fake_backend.h"

namespace p2p::app {
namespace {

using Local = boost::asio::local::stream_protocol;
using boost::system::error_code;
using std::chrono::milliseconds;

struct Hostile : testing::Test {
  Hostile() : server(io, backend) {
    char name[] = "/tmp/hostileXXXXXX";
    folder = ::mkdtemp(name);
    backend.shot = test::full_moment();
    EXPECT_TRUE(server.listen(folder / "c"));
  }
  ~Hostile() override { std::filesystem::remove_all(folder); }

  Local::socket client() {
    Local::socket made(io);
    made.connect(Local::endpoint((folder / "c").string()));
    made.non_blocking(true);
    return made;
  }
  void run(int ms) {
    io.run_for(milliseconds(ms));
    io.restart();
  }
  // Sends all of it while the server turns; how much it took before it hung up or read no more.
  std::size_t push(Local::socket& to, std::string_view bytes) {
    std::size_t sent = 0;
    for (int refused = 0; sent < bytes.size() && refused < 20;) {
      error_code error;
      sent += to.write_some(boost::asio::buffer(bytes.substr(sent)), error);
      if (error && error != boost::asio::error::would_block) break;
      refused = error ? refused + 1 : 0;
      run(1);
    }
    return sent;
  }
  // What comes until a line with "end", or nothing more.
  std::string answer(Local::socket& from) {
    std::string got;
    for (int i = 0; i < 100 && got.find("\"end\":true") == std::string::npos; ++i) {
      run(2);
      char block[65536];
      error_code error;
      got.append(block, from.read_some(boost::asio::buffer(block), error));
    }
    return got;
  }
  std::string ask(const std::string& line) {
    Local::socket asking = client();
    push(asking, line + '\n');
    return answer(asking);
  }
  bool is_well() { return ask(R"({"v":1,"do":"limit"})").find("\"ok\":true") != std::string::npos; }

  std::filesystem::path folder;
  boost::asio::io_context io;
  test::FakeBackend backend;
  ControlServer server;
};

TEST_F(Hostile, ALineThatNeverEndsIsCutOffEarly) {
  Local::socket endless = client();
  const std::size_t taken = push(endless, std::string(100UL << 20U, 'x'));
  EXPECT_LT(taken, 2UL << 20U) << "its line, and what the system holds";
  EXPECT_TRUE(is_well());
}

TEST_F(Hostile, InAWatchToo) {
  Local::socket endless = client();
  const std::size_t taken =
      push(endless, "{\"v\":1,\"do\":\"watch\"}\n" + std::string(100UL << 20U, 'x'));
  EXPECT_LT(taken, 2UL << 20U);
  EXPECT_NE(answer(endless).find("moment"), std::string::npos);
  EXPECT_TRUE(is_well());
}

TEST_F(Hostile, WhoAsksAndNeverReadsIsNotReadEither) {
  std::string questions;
  for (int i = 0; i < 200'000; ++i)
    questions += "{\"v\":1,\"do\":\"downloads\"}\n";
  Local::socket deaf = client();
  const std::size_t taken = push(deaf, questions);
  EXPECT_LT(taken, questions.size() / 2);
  std::size_t before = 0;
  for (int i = 0; i < 100 && before != backend.snapshots; ++i) {  // what was asked by then
    before = backend.snapshots;
    run(50);
  }
  EXPECT_EQ(backend.snapshots, before) << "nothing is answered into the void";
  EXPECT_TRUE(is_well());
}

TEST_F(Hostile, TwoHundredAtOnceAreTooManyAndDoNoHarm) {
  std::vector<Local::socket> crowd;
  std::size_t told = 0;
  for (int i = 0; i < 200; ++i) {
    crowd.push_back(client());
    run(1);
  }
  for (Local::socket& one : crowd) {
    char block[4096];
    error_code error;
    const std::size_t got = one.read_some(boost::asio::buffer(block), error);
    told +=
        std::string_view(block, got).find("too many commands") != std::string_view::npos ? 1U : 0U;
  }
  EXPECT_GE(told, 150U);
  EXPECT_LT(told, 200U);
  crowd.clear();
  run(20);
  EXPECT_TRUE(is_well());
}

TEST_F(Hostile, GarbageIsRefusedLineByLine) {
  std::mt19937 random(7);
  for (int i = 0; i < 200; ++i) {
    std::string line;
    for (std::size_t size = 1 + random() % 60; line.size() < size;)
      line += static_cast<char>(random() % 256);
    std::erase(line, '\n');
    EXPECT_NE(ask(line).find("\"ok\":false"), std::string::npos) << i;
  }
  EXPECT_TRUE(backend.asked.empty());
  EXPECT_TRUE(is_well());
}

TEST_F(Hostile, DeepJsonIsRefusedAlsoInAWatch) {
  const std::string deep = std::string(30'000, '[') + std::string(30'000, ']');
  EXPECT_NE(ask(deep).find("\"ok\":false"), std::string::npos);
  EXPECT_NE(
      ask(R"({"v":1,"do":"submit","what":"get_link","link":)" + deep + '}').find("not a request"),
      std::string::npos);
  Local::socket watching = client();
  push(watching,
       "{\"v\":1,\"do\":\"watch\",\"parts\":[\"log\"]}\n{\"v\":1,\"search\":" + deep + "}\n");
  std::string told = answer(watching);
  if (told.find("not a request") == std::string::npos) told += answer(watching);
  EXPECT_TRUE(told.starts_with("{\"end\":true,\"ok\":true}\n{\"end\":true,\"ok\":false")) << told;
}

TEST_F(Hostile, EveryVerbWithValuesOfEveryOtherKindIsAnswered) {
  const std::vector<std::string> verbs{
      "search", "browse", "get",    "share",  "unshare", "connect", "pause",      "resume",
      "cancel", "retry",  "limit",  "change", "move",    "submit",  "end_upload", "status",
      "peers",  "wishes", "config", "mode",   "log",     "shares",  "downloads",  "uploads"};
  const std::vector<std::string> fields{"words", "user",     "wait_ms", "limit",   "links",
                                        "path",  "endpoint", "id",      "up",      "slots",
                                        "what",  "priority", "where",   "in_order"};
  const std::vector<std::string> values{"null",  "true",  "-1",       "1e300",
                                        "\"x\"", "[[1]]", "{\"a\":1}"};
  backend.outcome.error = "refused";  // so that no search waits
  for (const std::string& verb : verbs)
    for (const std::string& value : values) {
      std::string line = R"({"v":1,"do":")" + verb + '"';
      for (const std::string& field : fields)
        line += ",\"" + field + "\":" + value;
      EXPECT_NE(ask(line + '}').find("\"end\":true"), std::string::npos) << line;
    }
  for (const std::string& value : values) {
    EXPECT_NE(ask("{\"v\":" + value + ",\"do\":\"status\"}").find("\"ok\":false"),
              std::string::npos);
    EXPECT_NE(ask("{\"v\":1,\"do\":" + value + "}").find("\"ok\":false"), std::string::npos);
    Local::socket watching = client();
    push(watching,
         "{\"v\":1,\"do\":\"watch\",\"search\":" + value + ",\"parts\":" + value + "}\n{}\n");
    EXPECT_NE(answer(watching).find("\"end\":true"), std::string::npos) << value;
  }
  EXPECT_TRUE(is_well());
}

}  // namespace
}  // namespace p2p::app
