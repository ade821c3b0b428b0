#include "servent/app/remote_backend.h"

#include <filesystem>
#include <future>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "servent/app/control.h"

#include "tests/support/fake_backend.h"
#include "tests/support/patience.h"

namespace p2p::app {
namespace {

using std::chrono::milliseconds;

// A node on a thread of its own, as if in another process.
class Node {
 public:
  explicit Node(const std::filesystem::path& socket) : server_(io_, backend_) {
    backend_.shot = test::full_moment();
    backend_.newest = 3;
    backend_.results = {test::result_row(1, "one")};
    EXPECT_TRUE(server_.listen(socket));
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Node() { stop(); }
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Does something to the backend on the node's own thread.
  template <class Deed>
  auto with(Deed deed) {
    std::packaged_task<decltype(deed(backend_))()> task([&] { return deed(backend_); });
    auto done = task.get_future();
    boost::asio::post(io_, [&task] { task(); });
    return done.get();
  }
  void stop() {
    if (!thread_.joinable()) return;
    with([this](auto&) { server_.close(); });
    io_.stop();
    thread_.join();
  }

 private:
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  test::FakeBackend backend_;
  ControlServer server_;
  std::thread thread_;
};

struct Remote : testing::Test {
  Remote() {
    char name[] = "/tmp/remoteXXXXXX";
    folder = ::mkdtemp(name);
    node = std::make_unique<Node>(socket());
    remote = std::make_unique<RemoteBackend>(io, socket());
  }
  ~Remote() override { std::filesystem::remove_all(folder); }
  std::filesystem::path socket() const { return folder / "c"; }

  template <class Question>
  bool run_until(Question question) {
    for (int i = 0; i < test::kPatience * 400 && !question(); ++i) {
      io.run_for(milliseconds(5));
      io.restart();
    }
    return question();
  }

  std::filesystem::path folder;
  boost::asio::io_context io;
  std::unique_ptr<Node> node;
  std::unique_ptr<RemoteBackend> remote;
};

TEST_F(Remote, HasSomethingToShowAtOnce) {
  ASSERT_TRUE(remote->open());
  EXPECT_GT(remote->revision(), 0U);
  const api::Snapshot shot = remote->snapshot(0);
  EXPECT_EQ(shot.search, 3U);
  ASSERT_EQ(shot.results.size(), 1U);
  EXPECT_EQ(shot.results[0].name, "one");
  EXPECT_EQ(shot.downloads[0].name, test::full_moment().downloads[0].name);
  EXPECT_GE(shot.now_ms, 123456);
}

TEST_F(Remote, RingsWhenTheNodeChanged) {
  ASSERT_TRUE(remote->open());
  int rings = 0;
  const auto bell = remote->on_change([&] { ++rings; });
  const std::uint64_t before = remote->revision();
  node->with([](test::FakeBackend& backend) {
    backend.shot.limits.slots = 55;
    backend.changed();
  });
  ASSERT_TRUE(run_until([&] { return rings > 0; }));
  EXPECT_GT(remote->revision(), before);
  EXPECT_EQ(remote->snapshot(0).limits.slots, 55U);
}

TEST_F(Remote, ShowsTheResultsThatAreWanted) {
  ASSERT_TRUE(remote->open());
  EXPECT_EQ(remote->snapshot(4).search, 4U);
  EXPECT_TRUE(remote->snapshot(4).results.empty());
  node->with([](test::FakeBackend& backend) {
    backend.newest = 4;
    backend.results = {test::result_row(1, "of the other"), test::result_row(2, "too")};
    backend.changed();
  });
  EXPECT_TRUE(run_until([&] { return remote->snapshot(4).results.size() == 2; }));
}

TEST_F(Remote, AsksForTheHostsThatTheNodeKnows) {
  ASSERT_TRUE(remote->open());
  node->with([](test::FakeBackend& backend) {
    backend.hosts.rows.push_back({"kazaa", "10.0.0.1:1214", "supernode", "user", "", 7, 3, {}, 1});
  });
  std::optional<api::HostList> hosts;
  remote->look_at_hosts([&](api::HostList told) { hosts = std::move(told); });
  ASSERT_TRUE(run_until([&] { return hosts.has_value(); }));
  ASSERT_EQ(hosts->rows.size(), 1U);
  EXPECT_EQ(hosts->rows[0].endpoint, "10.0.0.1:1214");
  EXPECT_EQ(hosts->rows[0].tried_s, 3U);
  EXPECT_EQ(hosts->rows[0].good_s, std::nullopt);
}

TEST_F(Remote, AsksTheNodeAndTellsItsAnswer) {
  ASSERT_TRUE(remote->open());
  node->with([](test::FakeBackend& backend) { backend.outcome = {"", 42}; });
  EXPECT_EQ(remote->submit(api::StartSearch{"s\xFFn"}).id, 42U);
  node->with([](test::FakeBackend& backend) { backend.outcome = {"no such download", 0}; });
  EXPECT_EQ(remote->submit(api::CancelDownload{7}).error, "no such download");
  EXPECT_EQ(remote->submit(api::RetryDownload{8}).error, "no such download");
  node->with([](test::FakeBackend& backend) {
    ASSERT_EQ(backend.asked.size(), 3U);
    EXPECT_EQ(std::get<api::StartSearch>(backend.asked[0]).text, "s\xFFn");
    EXPECT_EQ(std::get<api::CancelDownload>(backend.asked[1]).id, 7U);
  });
}

TEST_F(Remote, SharesWithoutWaiting) {
  ASSERT_TRUE(remote->open());
  std::string error;
  remote->share("/m\xFFsic", true, [&](const api::Outcome& outcome) { error = outcome.error; });
  EXPECT_TRUE(run_until([&] { return !error.empty(); }));
  EXPECT_EQ(error, "/m\xFFsic is not a folder that can be read");
  bool done = false;
  remote->share("/x", false, [&](const api::Outcome& outcome) { done = outcome.error.empty(); });
  EXPECT_TRUE(run_until([&] { return done; }));
}

TEST_F(Remote, TellsOnceThatTheNodeHasGone) {
  ASSERT_TRUE(remote->open());
  int gone = 0;
  remote->on_gone([&](bool asked) { gone += asked ? 100 : 1; });
  node->stop();
  EXPECT_TRUE(run_until([&] { return gone > 0; }));
  EXPECT_EQ(remote->submit(api::Rescan{}).error, "the node does not answer");
  EXPECT_EQ(gone, 1);
}

TEST_F(Remote, KnowsThatItAskedTheNodeToQuit) {
  ASSERT_TRUE(remote->open());
  int gone = 0;
  remote->on_gone([&](bool asked) { gone += asked ? 100 : 1; });
  EXPECT_EQ(remote->submit(api::Quit{}).error, "");
  node->stop();
  EXPECT_TRUE(run_until([&] { return gone > 0; }));
  EXPECT_EQ(gone, 100);
}

TEST_F(Remote, IsRefusedWhereNobodyAnswers) {
  node->stop();
  EXPECT_FALSE(remote->open());
}

TEST_F(Remote, GivesUpOnANodeThatAcceptsAndSaysNothing) {
  node->stop();
  boost::asio::local::stream_protocol::acceptor mute(
      io, boost::asio::local::stream_protocol::endpoint(socket().string()));
  EXPECT_FALSE(remote->open());
}

}  // namespace
}  // namespace p2p::app
