// One engine and scripted sources, over loopback in one thread.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "servent/transfer/engine.h"
#include "servent/transfer/final_name.h"
#include "servent/transfer/resume.h"

#include "tests/support/files.h"
#include "tests/support/one_loop.h"
#include "tests/support/temp_dir.h"

namespace p2p::transfer {
namespace {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using api::DownloadState;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

template <class Digest>
Digest digest_of(std::string_view text, const EVP_MD* kind) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  EVP_Digest(text.data(), text.size(), out.data(), nullptr, kind, nullptr);
  Digest digest;
  std::ranges::copy(std::as_bytes(std::span(out).first(digest.bytes.size())), digest.bytes.begin());
  return digest;
}

std::size_t open_files() {
  const fs::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// A stock sharer of one file.
class Peer {
 public:
  struct Script {
    std::string content;
    std::size_t at_most = std::string::npos;  // bytes it sends on one connection
    bool holds_on = false;                    // and does not close then
    bool knows_offsets = true;
  };

  Peer(asio::io_context& io, Script script)
      : script_(std::move(script)),
        acceptor_(io, {asio::ip::address_v4::loopback(), 0}) {
    accept();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  const std::vector<std::size_t>& offsets() const { return offsets_; }  // that were asked for

 private:
  struct Talk {
    explicit Talk(tcp::socket s) : socket(std::move(s)) {}
    tcp::socket socket;
    std::array<char, 512> request{};
    std::string answer;
  };
  void accept() {
    acceptor_.async_accept([this](error_code e, tcp::socket socket) {
      if (e) return;
      talks_.push_back(std::make_shared<Talk>(std::move(socket)));
      const auto talk = talks_.back();
      asio::write(talk->socket, asio::buffer("1", 1), e);
      talk->socket.async_read_some(asio::buffer(talk->request),
                                   [this, talk](error_code failed, std::size_t count) {
                                     if (!failed) answer(talk, {talk->request.data(), count});
                                   });
      accept();
    });
  }
  void answer(const std::shared_ptr<Talk>& talk, std::string_view request) {
    const std::size_t offset = std::stoul(std::string(request.substr(request.rfind(' ') + 1)));
    offsets_.push_back(offset);
    talk->answer = std::to_string(script_.content.size()) +
                   script_.content.substr(script_.knows_offsets ? offset : 0, script_.at_most);
    asio::async_write(talk->socket, asio::buffer(talk->answer),
                      [this, talk](error_code, std::size_t) {
                        error_code ignored;
                        if (!script_.holds_on) talk->socket.close(ignored);
                      });
  }

  Script script_;
  tcp::acceptor acceptor_;
  std::vector<std::shared_ptr<Talk>> talks_;
  std::vector<std::size_t> offsets_;
};

class Fetching : public test::OneLoop {
 protected:
  Fetching() {
    for (int i = 0; i < 1'000'000; ++i)
      content_.push_back(static_cast<char>(i * 7 % 251));
    wrong_ = content_;
    for (char& c : wrong_)
      c = static_cast<char>(c ^ 1);
    settings_.downloads = root_.path() / "down";
    settings_.state = root_.path() / "state";
    settings_.first_wait = 1ms;
    settings_.sources_at_once = 1;
    fs::create_directories(settings_.state);
    wanted_.name = "a.mp3";
    wanted_.size_bytes = content_.size();
  }

  Peer& source(const std::string& user, Peer::Script script) {
    wanted_.sources.push_back({"napster", user, "x\\a.mp3", {}, 0});
    return *(peers_[user] = std::make_unique<Peer>(io_, std::move(script)));
  }
  Sha1 sha1() const { return digest_of<Sha1>(content_, EVP_sha1()); }

  void start() {
    Hooks hooks;
    hooks.reach = [this](ReachId id, const Source& source) {
      ++reaches_;
      asio::post(io_, [this, id, user = source.user] { reach(id, user); });
    };
    hooks.find_sources = [this](std::uint32_t, const Wanted&) { ++looks_; };
    hooks.log = [this](api::LogLevel, const std::string& text) { log_ += text + "\n"; };
    engine_ = std::make_unique<Engine>(io_, settings_, hooks);
  }
  void reach(ReachId id, const std::string& user) {
    if (!peers_.contains(user)) return engine_->on_queued("napster", {id, 7});
    Dialect dialect;
    dialect.nick = "me";
    engine_->on_reached("napster", {id, {0x7f000001, peers_[user]->port()}, dialect});
  }
  api::DownloadRow row() const { return engine_->downloads().front(); }
  std::string note_of(const std::string& user) const {
    for (const api::SourceRow& each : row().sources)
      if (each.user == user) return each.state;
    return "no such source";
  }

  bool comes_to(DownloadState state) {
    return comes([this, state] { return row().state == state; });
  }
  api::DownloadRow fetch(DownloadState end) {
    start();
    EXPECT_NE(engine_->fetch(wanted_), 0U);
    EXPECT_TRUE(comes_to(end)) << row().reason << '\n' << log_;
    return row();
  }
  void lay_part(const std::string& bytes, std::size_t claimed) {
    const fs::path part = settings_.state / ("a.mp3." + std::to_string(content_.size()) + ".part");
    std::ofstream(part, std::ios::binary) << bytes;
    ASSERT_EQ(write_record(record_of(part), to_text(Resume{wanted_, {}, claimed, true, {}})), 0);
  }

  test::TempDir root_;
  std::string content_;
  std::string wrong_;
  Settings settings_;
  Wanted wanted_;
  std::map<std::string, std::unique_ptr<Peer>> peers_;
  std::unique_ptr<Engine> engine_;
  int reaches_ = 0;
  int looks_ = 0;
  std::string log_;
};

TEST_F(Fetching, ASourceThatDripsLosesItsSlotToTheNext) {
  settings_.window = 30ms;
  source("ann", {content_, 1, true, true});
  source("bob", {content_});
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(test::read_file(row.path) == content_);
  EXPECT_EQ(note_of("ann"), "the source is too slow");
}

TEST_F(Fetching, TheNextSourceGoesOnWhereOneStopped) {
  source("ann", {content_, 300'000});
  Peer& bob = source("bob", {content_});
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(test::read_file(row.path) == content_);
  ASSERT_EQ(bob.offsets().size(), 1U);
  EXPECT_EQ(bob.offsets().front(), 300'000U - 4096);
  EXPECT_EQ(note_of("ann"), "the source closed");
  EXPECT_FALSE(row.verified);
}

TEST_F(Fetching, ASourceOfWrongContentIsNotAskedAgain) {
  wanted_.sha1 = sha1();
  Peer& ann = source("ann", {wrong_});
  source("bob", {content_});
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(row.verified);
  EXPECT_TRUE(test::read_file(row.path) == content_);
  EXPECT_EQ(ann.offsets().size(), 1U);
  EXPECT_EQ(note_of("ann"), "not the promised SHA-1");
  EXPECT_TRUE(fs::is_empty(settings_.state));
}

TEST_F(Fetching, AWrongStartEndsADownloadEarly) {
  wanted_.start_md5 = digest_of<Md5>(content_.substr(0, 299'008), EVP_md5());
  source("ann", {wrong_, 400'000, true, true});  // keeps the rest to itself
  source("bob", {content_});
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(test::read_file(row.path) == content_);
  EXPECT_EQ(note_of("ann"), "its start does not match its hash");
}

TEST_F(Fetching, WithoutAnHonestSourceItFailsAndSaysSo) {
  wanted_.sha1 = sha1();
  source("ann", {wrong_});
  const auto row = fetch(DownloadState::failed);
  EXPECT_EQ(row.reason, "content does not match; no other source");
  EXPECT_EQ(row.have_bytes, 0U);
  EXPECT_FALSE(fs::exists(settings_.downloads));
  engine_->clear();
  EXPECT_TRUE(engine_->downloads().empty());
  engine_->stop();
  EXPECT_TRUE(fs::is_empty(settings_.state));
}

TEST_F(Fetching, WhatWasClearedCanComeBackUnlessItIsFetchedAnew) {
  wanted_.sha1 = sha1();
  source("ann", {wrong_});
  fetch(DownloadState::failed);
  engine_->clear();
  EXPECT_TRUE(engine_->downloads().empty());
  EXPECT_TRUE(engine_->restore());
  ASSERT_EQ(engine_->downloads().size(), 1U);
  EXPECT_EQ(row().state, DownloadState::failed);
  EXPECT_FALSE(engine_->restore());
  engine_->clear();
  EXPECT_NE(engine_->fetch(wanted_), 0U);
  EXPECT_FALSE(engine_->restore());
  EXPECT_EQ(engine_->downloads().size(), 1U);
}

TEST_F(Fetching, NobodyIsBlamedForBytesOfSeveralAndTheyAreNotMixedAgain) {
  wanted_.sha1 = sha1();
  source("ann", {wrong_, 300'000});
  Peer& bob = source("bob", {content_});
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(row.verified);
  EXPECT_EQ(bob.offsets().back(), 0U);
}

TEST_F(Fetching, ASourceThatAlwaysSendsFromTheBeginningIsTakenFromTheBeginning) {
  lay_part(wrong_.substr(0, 200'000), 200'000);
  source("ann", {content_, std::string::npos, false, false});
  start();
  EXPECT_EQ(row().state, DownloadState::paused);
  engine_->fetch(wanted_);
  ASSERT_TRUE(comes_to(DownloadState::done)) << row().reason;
  EXPECT_TRUE(test::read_file(row().path) == content_);
}

TEST_F(Fetching, OnlyWhatTheRecordClaimsIsThere) {
  lay_part(content_.substr(0, 200'000) + wrong_.substr(0, 200'000), 200'000);
  Peer& ann = source("ann", {content_});
  start();
  EXPECT_EQ(row().have_bytes, 200'000U);
  engine_->fetch(wanted_);
  ASSERT_TRUE(comes_to(DownloadState::done)) << row().reason;
  EXPECT_EQ(ann.offsets(), std::vector<std::size_t>{200'000 - 4096});
  EXPECT_TRUE(test::read_file(row().path) == content_);
}

TEST_F(Fetching, ADigestCoversWhatAnEarlierRunFetched) {
  wanted_.sha1 = sha1();
  source("ann", {content_, 300'000, true, true});
  start();
  engine_->fetch(wanted_);
  ASSERT_TRUE(comes([this] { return row().have_bytes == 300'000; }));
  engine_->stop();
  peers_.clear();
  wanted_.sources.clear();
  Peer& bob = source("bob", {content_});
  start();
  EXPECT_EQ(row().have_bytes, 300'000U);
  engine_->fetch(wanted_);
  ASSERT_TRUE(comes_to(DownloadState::done)) << row().reason << log_;
  EXPECT_TRUE(row().verified);
  EXPECT_EQ(bob.offsets(), std::vector<std::size_t>{300'000 - 4096});
}

class FileLimit {  // for all files of this process, while it lives
 public:
  explicit FileLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit less{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &less);
  }
  ~FileLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(Fetching, ADiskThatTakesNoMorePausesItAndNothingIsLost) {
  wanted_.sha1 = sha1();
  Peer& ann = source("ann", {content_});
  {
    const FileLimit limit(300'000);
    const auto row = fetch(DownloadState::paused);
    EXPECT_EQ(row.reason, "file is too big for this disk; resume when that is mended");
    EXPECT_EQ(row.have_bytes, 300'000U);
    EXPECT_EQ(row.retry_ms, 0) << "it would be asked again in a loop";
    EXPECT_EQ(reaches_, 1);
  }
  EXPECT_TRUE(engine_->retry(1));
  ASSERT_TRUE(comes_to(DownloadState::done)) << row().reason;
  EXPECT_EQ(ann.offsets().back(), 300'000U - 4096);
  EXPECT_TRUE(test::read_file(row().path) == content_);
}

TEST_F(Fetching, AFolderThatIsNotThereIsTriedAgainAndNothingIsFetchedAgain) {
  root_.write("down", "a file where the folder should be");
  source("ann", {content_});
  const auto waits = fetch(DownloadState::retrying);
  EXPECT_TRUE(waits.reason.starts_with("cannot put it into the download folder: ")) << waits.reason;
  EXPECT_TRUE(waits.reason.ends_with("; tries again in 30 s")) << waits.reason;
  EXPECT_GT(waits.retry_ms, 0);
  fs::remove(settings_.downloads);
  EXPECT_TRUE(engine_->retry(1));
  ASSERT_TRUE(comes_to(DownloadState::done)) << row().reason;
  EXPECT_TRUE(test::read_file(row().path) == content_);
  EXPECT_EQ(reaches_, 1);
}

TEST_F(Fetching, ItGoesOnByItselfWhenTheFolderIsThereAgain) {
  settings_.disk_wait = 10ms;
  root_.write("down", "a file where the folder should be");
  source("ann", {content_});
  fetch(DownloadState::retrying);
  fs::remove(settings_.downloads);
  ASSERT_TRUE(comes_to(DownloadState::done)) << row().reason;
  EXPECT_TRUE(test::read_file(row().path) == content_);
  EXPECT_EQ(reaches_, 1);
}

TEST(DiskTrouble, AFullDiskAndAMissingFolderPass) {
  EXPECT_TRUE(is_passing(ENOSPC));
  EXPECT_TRUE(is_passing(EDQUOT));
  EXPECT_TRUE(is_passing(ENOENT));
  EXPECT_FALSE(is_passing(EFBIG));
  EXPECT_FALSE(is_passing(EROFS));
  EXPECT_FALSE(is_passing(EIO));
}

TEST_F(Fetching, AFolderOnAnotherDiskIsFine) {
  const fs::path shm = "/dev/shm";
  struct stat here {};
  struct stat there {};
  if (::stat(settings_.state.c_str(), &here) != 0 || ::stat(shm.c_str(), &there) != 0 ||
      here.st_dev == there.st_dev || ::access(shm.c_str(), W_OK) != 0)
    GTEST_SKIP() << "there is no other disk";
  settings_.downloads = shm / root_.path().filename();
  source("ann", {content_});
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(test::read_file(row.path) == content_);
  EXPECT_EQ(std::distance(fs::directory_iterator(settings_.downloads), {}), 1);
  EXPECT_TRUE(fs::is_empty(settings_.state));
  fs::remove_all(settings_.downloads);
}

TEST_F(Fetching, AFileOfTheSameNameIsNotReplaced) {
  root_.write("down/a.mp3", "mine");
  source("ann", {content_});
  const auto row = fetch(DownloadState::done);
  EXPECT_EQ(fs::path(row.path).filename(), "a (2).mp3");
  EXPECT_EQ(test::read_file(settings_.downloads / "a.mp3"), "mine");
}

TEST_F(Fetching, APlaceInAQueueIsShown) {
  wanted_.sources.push_back({"napster", "busy", "x\\a.mp3", {}, 0});
  start();
  engine_->fetch(wanted_);
  ASSERT_TRUE(comes([this] { return row().place == 7; }));
  EXPECT_EQ(row().reason, "queue 7 at busy");
  EXPECT_EQ(row().state, DownloadState::waiting);
  EXPECT_GT(row().retry_ms, 0);
  EXPECT_EQ(note_of("busy"), "queue 7");
}

TEST_F(Fetching, RetryLooksForSourcesAndAsksAtOnce) {
  wanted_.sources.push_back({"napster", "busy", "x\\a.mp3", {}, 0});
  start();
  engine_->fetch(wanted_);
  ASSERT_TRUE(comes([this] { return row().place == 7; }));
  EXPECT_EQ(looks_, 0);
  EXPECT_TRUE(engine_->retry(1));
  EXPECT_EQ(looks_, 1);
  EXPECT_EQ(reaches_, 2);
}

TEST_F(Fetching, AWishThatIsThereAlreadyIsJoined) {
  wanted_.sources.push_back({"napster", "busy", "x\\a.mp3", {}, 0});
  start();
  EXPECT_EQ(engine_->fetch(wanted_), 1U);
  wanted_.sources.push_back({"napster", "other", "x\\a.mp3", {}, 0});
  EXPECT_EQ(engine_->fetch(wanted_), 1U);
  EXPECT_EQ(row().sources.size(), 2U);
}

TEST_F(Fetching, ClearLeavesWhatCanGoOn) {
  source("ann", {content_, 300'000});
  settings_.first_wait = 10min;
  start();
  engine_->fetch(wanted_);
  ASSERT_TRUE(comes_to(DownloadState::retrying)) << row().reason;
  engine_->clear();
  ASSERT_EQ(engine_->downloads().size(), 1U);
  EXPECT_TRUE(fs::exists(row().path));
  EXPECT_TRUE(engine_->cancel(1));
  engine_->stop();
  EXPECT_TRUE(fs::is_empty(settings_.state));
}

TEST_F(Fetching, NoDescriptorIsLeftAfterTheEnd) {
  source("ann", {content_, 300'000, true, true});
  io_.poll();
  std::size_t before = open_files();
  start();
  engine_->fetch(wanted_);
  ASSERT_TRUE(comes([this] { return row().have_bytes == 300'000; }));
  EXPECT_GT(open_files(), before);
  engine_->stop();
  peers_.clear();  // a listener, and its end of the connection
  --before;
  io_.restart();
  io_.poll();
  EXPECT_EQ(open_files(), before);
}

}  // namespace
}  // namespace p2p::transfer
