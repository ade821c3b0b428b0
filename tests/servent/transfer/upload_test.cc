// One engine that gives, and raw clients, over loopback in one thread.
#include <fstream>
#include <functional>
#include <future>

#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>

#include "servent/transfer/engine.h"

#include "tests/support/temp_dir.h"

namespace p2p::transfer {
namespace {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr std::size_t kSize = std::size_t{64} * 1024 * 1024;  // more than sockets hold

// Asks for a file and reads when it is told to.
class Client {
 public:
  Client(asio::io_context& io, const std::string& nick) : socket(io), nick_(nick) {}

  void ask() { asio::write(socket, asio::buffer("GET" + nick_ + " \"x\\big\" 0")); }
  void read_on() {
    socket.async_read_some(asio::buffer(block_), [this](error_code e, std::size_t count) {
      got.append(block_.data(), count);
      ended = static_cast<bool>(e);
      if (!ended) read_on();
    });
  }

  tcp::socket socket;
  std::string got;
  bool ended = false;

 private:
  std::string nick_;
  std::vector<char> block_ = std::vector<char>(std::size_t{1} << 20U);
};

class Giving : public testing::Test {
 protected:
  Giving() {
    file_ = root_.write("big", "");
    fs::resize_file(file_, kSize);
    hooks_.locate = [this](const FileWanted&, const auto& then) {
      SharedFile file;
      file.name = "x/big";
      file.size_bytes = kSize;
      then(Offer{file, [this] { return ::open(file_.c_str(), O_RDONLY | O_CLOEXEC); }});
    };
    hooks_.log = [this](api::LogLevel, const std::string& text) { log_ += text + "\n"; };
  }
  void start() { engine_ = std::make_unique<Engine>(io_, settings_, hooks_); }

  // Connected, and its request sent.
  Client& client(const std::string& nick) {
    tcp::acceptor acceptor(io_, {asio::ip::address_v4::loopback(), 0});
    Client& client = *clients_.emplace_back(std::make_unique<Client>(io_, nick));
    client.socket.connect(acceptor.local_endpoint());
    engine_->accept("napster", DialectKind::napster, acceptor.accept());
    client.ask();
    return client;
  }
  bool comes(const std::function<bool()>& what) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (!what()) {
      if (std::chrono::steady_clock::now() > end) return false;
      io_.restart();
      io_.run_one_for(20ms);
    }
    return true;
  }
  std::size_t running() const {
    std::size_t count = 0;
    for (const api::UploadRow& row : engine_->uploads())
      if (row.state == "running") ++count;
    return count;
  }

  test::TempDir root_;
  fs::path file_;
  asio::io_context io_;
  Settings settings_;
  Hooks hooks_;
  std::string log_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::unique_ptr<Engine> engine_;
};

const std::string kHead = std::to_string(kSize);

TEST_F(Giving, SeveralUsersGetTheFileAtOnce) {
  start();
  Client& ann = client("ann");
  Client& bob = client("bob");
  ASSERT_TRUE(comes([this] { return running() == 2; })) << log_;
  ann.read_on();
  bob.read_on();
  ASSERT_TRUE(comes([&] { return ann.ended && bob.ended; }));
  for (const Client* each : {&ann, &bob}) {
    EXPECT_EQ(each->got.size(), kHead.size() + kSize);
    EXPECT_TRUE(each->got.starts_with(kHead));
  }
}

TEST_F(Giving, WhatWasReadOfTheConnectionBeforeCounts) {
  start();
  tcp::acceptor acceptor(io_, {asio::ip::address_v4::loopback(), 0});
  Client ann(io_, "ann");
  ann.socket.connect(acceptor.local_endpoint());
  const Bytes begun = bytes_of("GETann \"x\\");
  engine_->accept("napster", DialectKind::napster, acceptor.accept(),
                  Buffer(begun.begin(), begun.end()));
  asio::write(ann.socket, asio::buffer(std::string("big\" 0")));
  ann.read_on();
  EXPECT_TRUE(comes([&] { return ann.got.size() == kHead.size() + kSize; })) << log_;
}

TEST_F(Giving, CallersThatAskNothingKeepNobodyOut) {
  settings_.max_inbound = 3;
  start();
  tcp::acceptor acceptor(io_, {asio::ip::address_v4::loopback(), 0});
  std::vector<tcp::socket> silent;
  for (int i = 0; i < 10; ++i) {
    silent.emplace_back(io_).connect(acceptor.local_endpoint());
    engine_->accept("napster", DialectKind::napster, acceptor.accept());
  }
  Client& ann = client("ann");
  ASSERT_TRUE(comes([this] { return running() == 1; })) << log_;
  ann.read_on();
  EXPECT_TRUE(comes([&] { return ann.got.size() == kHead.size() + kSize; }));
}

TEST_F(Giving, AReaderThatTakesTooLittleLosesItsSlot) {
  settings_.window = 30ms;
  settings_.upload_slots = 1;
  start();
  client("ann");
  ASSERT_TRUE(comes([this] { return running() == 1; }));
  ASSERT_TRUE(comes([this] { return running() == 0; })) << "the slot is never free";
  EXPECT_NE(log_.find("x/big to ann: the peer takes it too slowly"), std::string::npos) << log_;
  client("bob");
  EXPECT_TRUE(comes([this] { return running() == 1; }));
}

TEST_F(Giving, AFileThatShrinksIsNotPadded) {
  start();
  Client& ann = client("ann");
  ASSERT_TRUE(comes([this] { return running() == 1; }));
  fs::resize_file(file_, 100);
  ann.read_on();
  ASSERT_TRUE(comes([&] { return ann.ended; }));
  EXPECT_LT(ann.got.size(), kHead.size() + kSize);
  EXPECT_NE(log_.find("the file changed while it was given"), std::string::npos) << log_;
}

TEST_F(Giving, AFileThatIsRewrittenIsNotPassedOffAsTheOldOne) {
  start();
  Client& ann = client("ann");
  ASSERT_TRUE(comes([this] { return running() == 1; }));
  std::fstream(file_, std::ios::in | std::ios::out) << "new words, same size";
  ann.read_on();
  ASSERT_TRUE(comes([&] { return ann.ended; }));
  EXPECT_LT(ann.got.size(), kHead.size() + kSize);
}

TEST_F(Giving, AFileThatIsNotAsPublishedIsRefused) {
  fs::resize_file(file_, kSize - 1);
  start();
  Client& ann = client("ann");
  ann.read_on();
  ASSERT_TRUE(comes([&] { return ann.ended; }));
  EXPECT_EQ(ann.got, "INVALID REQUEST");
}

TEST_F(Giving, AUserWhoVanishesFreesTheSlot) {
  settings_.upload_slots = 1;
  start();
  Client& ann = client("ann");
  ASSERT_TRUE(comes([this] { return running() == 1; }));
  ann.socket.close();
  EXPECT_TRUE(comes([this] { return running() == 0; }));
}

TEST_F(Giving, ThePlaceInTheQueueIsToldAndShown) {
  settings_.upload_slots = 1;
  std::vector<UploadAnswer> answers;
  hooks_.upload_answer = [&](const std::string&, const UploadAnswer& a) { answers.push_back(a); };
  start();
  client("ann");
  ASSERT_TRUE(comes([this] { return running() == 1; }));
  for (const char* user : {"bob", "cid"}) {
    UploadAsked asked;
    asked.user = user;
    asked.name = "x/big";
    engine_->on_upload_asked("napster", asked);
  }
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].verdict, UploadAnswer::Verdict::queued);
  EXPECT_EQ(answers[1].place, 2U);
  const auto rows = engine_->uploads();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[2].user, "cid");
  EXPECT_EQ(rows[2].place, 2U);
  EXPECT_EQ(rows[2].state, "queued");
}

// Were the disk waited for, this test would never end.
TEST_F(Giving, ADiskThatHangsDoesNotHoldUpTheEnd) {
  auto release = std::make_shared<std::promise<void>>();
  auto began = std::make_shared<std::promise<void>>();
  hooks_.locate = [&](const FileWanted&, const auto& then) {
    then(Offer{{}, [release, began] {
                 began->set_value();
                 release->get_future().wait();
                 return -1;
               }});
  };
  start();
  client("ann");
  auto hangs = began->get_future();
  ASSERT_TRUE(comes([&] { return hangs.wait_for(0ms) == std::future_status::ready; }));
  engine_->stop();
  engine_.reset();
  release->set_value();
}

}  // namespace
}  // namespace p2p::transfer
