// One engine that fetches by UuHash, and scripted sources, over loopback in one thread.
#include <algorithm>
#include <fstream>
#include <functional>
#include <map>

#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "protocols/transfer/http_request.h"

#include "servent/transfer/engine.h"
#include "servent/transfer/resume.h"

#include "tests/support/captured_files.h"
#include "tests/support/files.h"
#include "tests/support/one_loop.h"
#include "tests/support/temp_dir.h"
#include "tests/support/web_peer.h"

namespace p2p::transfer {
namespace {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using api::DownloadState;
using asio::ip::tcp;
using boost::system::error_code;
using test::kTuneHash;
using test::kTuneHex;
using test::WebPeer;
using namespace std::chrono_literals;

constexpr std::string_view kBehind = "behind a firewall";

class KazaaFetching : public test::OneLoop {
 protected:
  KazaaFetching() {
    for (int i = 0; i < 1'000'000; ++i)
      content_.push_back(static_cast<char>(i * 7 % 251));
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    EVP_Digest(content_.data(), content_.size(), out.data(), nullptr, EVP_sha1(), nullptr);
    std::ranges::copy(std::as_bytes(std::span(out).first(20)), digest_.bytes.begin());
    settings_.downloads = root_.path() / "down";
    settings_.state = root_.path() / "state";
    settings_.first_wait = 1ms;
    settings_.sources_at_once = 1;
    fs::create_directories(settings_.state);
    wanted_.name = "a.ogg";
    wanted_.size_bytes = content_.size();
    wanted_.uuhash = kTuneHash;
  }

  static Source source_of(const std::string& user) {
    Source source{"kazaa", user, "a.ogg", {}, 0};
    source.uuhash = kTuneHash;
    return source;
  }
  WebPeer& source(const std::string& user, WebPeer::Script script) {
    wanted_.sources.push_back(source_of(user));
    return *(peers_[user] = std::make_unique<WebPeer>(io_, std::move(script)));
  }
  // As KaZaA answers; `data` lies in the file from `first` on.
  std::string part(std::size_t first, const std::string& data, const std::string& more = "") const {
    return "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + std::to_string(first) + '-' +
           std::to_string(first + data.size() - 1) + '/' + std::to_string(content_.size()) +
           "\r\nContent-Length: " + std::to_string(data.size()) + "\r\n" + more + "\r\n" + data;
  }
  // What was asked for, but at most so much of it.
  std::string some(const WebPeer::Asked& asked, std::size_t most) const {
    return content_.substr(asked.first, std::min(most, asked.last + 1 - asked.first));
  }
  std::string rest(const WebPeer::Asked& asked, const std::string& more = "") const {
    return part(asked.first, some(asked, content_.size()), more);
  }
  void start() {
    Hooks hooks;
    hooks.reach = [this](ReachId id, const Source& source) {
      asio::post(io_, [this, id, source] { reach(id, source); });
    };
    hooks.find_sources = [this](std::uint32_t, const Wanted&) { ++looks_; };
    hooks.log = [this](api::LogLevel, const std::string& text) { log_ += text + "\n"; };
    engine_ = std::make_unique<Engine>(io_, settings_, hooks);
  }
  void reach(ReachId id, const Source& source) {
    const Dialect dialect{DialectKind::kazaa, "me", false, {0x7f000001, 1214}, {0x7f000001, 1215}};
    if (source.user == kBehind) return engine_->on_awaited("kazaa", {id, dialect, "4077"});
    const auto peer = peers_.find(source.user);
    if (peer == peers_.end()) return engine_->on_unreached("kazaa", {id, "not online", false});
    engine_->on_reached("kazaa", {id, {0x7f000001, peer->second->port()}, dialect});
  }
  api::DownloadRow row() const { return engine_->downloads().front(); }
  api::DownloadRow fetch(DownloadState end) {
    start();
    EXPECT_NE(engine_->fetch(wanted_), 0U);
    EXPECT_TRUE(comes([this, end] { return row().state == end; })) << row().reason << '\n' << log_;
    return row();
  }
  // Somebody calls the engine and says this first.
  tcp::socket caller(const std::string& words) {
    tcp::acceptor acceptor(io_, {asio::ip::address_v4::loopback(), 0});
    tcp::socket socket(io_);
    socket.connect(acceptor.local_endpoint());
    const Bytes first = bytes_of(words);
    engine_->accept("kazaa", DialectKind::kazaa, acceptor.accept(),
                    Buffer(first.begin(), first.end()));
    return socket;
  }
  bool is_closed(tcp::socket& socket) {
    char byte = 0;
    bool ended = false;
    socket.async_read_some(asio::buffer(&byte, 1),
                           [&](error_code e, std::size_t) { ended = static_cast<bool>(e); });
    return comes([&] { return ended; });
  }

  test::TempDir root_;
  std::string content_;
  Sha1 digest_;
  Settings settings_;
  Wanted wanted_;
  std::map<std::string, std::unique_ptr<WebPeer>> peers_;
  std::unique_ptr<Engine> engine_;
  std::string log_;
  int looks_ = 0;
};

TEST_F(KazaaFetching, AsksByUuHashAndCallsUnverifiedWhatNobodyVouchedFor) {
  const WebPeer& ann = source("ann", [this](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{part(asked.first, some(asked, 262'144))};
  });
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(test::read_file(row.path) == content_);
  EXPECT_FALSE(row.verified);
  EXPECT_EQ(ann.connections(), 1U);
  ASSERT_GE(ann.requests().size(), 4U);
  const HeaderBlock& asked = ann.requests()[0];
  EXPECT_EQ(asked.start_line, "GET " + path_of(kTuneHash) + " HTTP/1.1");
  EXPECT_EQ(asked.value("X-Kazaa-Username"), "me");
  EXPECT_EQ(asked.value("X-Kazaa-SupernodeIP"), "127.0.0.1:1215");
}

TEST_F(KazaaFetching, ASourceThatClosesWithoutAWordIsAskedOnceMoreInTheAbsoluteForm) {
  settings_.first_wait = 10min;
  const WebPeer& ann = source("ann", [this](std::size_t number, const WebPeer::Asked& asked) {
    if (number == 0) return WebPeer::Reply{"", true};
    return WebPeer::Reply{part(asked.first, some(asked, 300'000)), true};
  });
  EXPECT_TRUE(test::read_file(fetch(DownloadState::done).path) == content_);
  const std::string absolute =
      "GET http://127.0.0.1:" + std::to_string(ann.port()) + path_of(kTuneHash) + " HTTP/1.1";
  ASSERT_GE(ann.requests().size(), 5U);
  EXPECT_EQ(ann.requests()[0].start_line, "GET " + path_of(kTuneHash) + " HTTP/1.1");
  for (std::size_t i = 1; i < ann.requests().size(); ++i)
    EXPECT_EQ(ann.requests()[i].start_line, absolute) << "remembered";
}

TEST_F(KazaaFetching, ASourceThatHearsNeitherFormHasToWait) {
  settings_.first_wait = 10min;
  const WebPeer& ann = source("ann", [](std::size_t, const WebPeer::Asked&) {
    return WebPeer::Reply{"", true};
  });
  EXPECT_EQ(fetch(DownloadState::retrying).reason, "the source closed without a word");
  EXPECT_EQ(ann.requests().size(), 2U);
}

TEST_F(KazaaFetching, ABusySourceIsAskedWhenItSaid) {
  source("ann", [](std::size_t, const WebPeer::Asked&) {
    return WebPeer::Reply{"HTTP/1.0 503 Service Unavailable\r\nRetry-After: 300\r\n\r\n", true};
  });
  const auto busy = fetch(DownloadState::retrying);
  EXPECT_EQ(busy.sources.at(0).state, "busy");
  EXPECT_GT(busy.retry_ms - busy.started_ms, 299'000);
  EXPECT_LT(busy.retry_ms - busy.started_ms, 330'000);
}

TEST_F(KazaaFetching, ASourceThatHasItNotIsGone) {
  const WebPeer& ann = source("ann", [](std::size_t, const WebPeer::Asked&) {
    return WebPeer::Reply{"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"};
  });
  EXPECT_EQ(fetch(DownloadState::no_source).reason, "no source: not shared any more");
  EXPECT_EQ(ann.requests().size(), 1U);
}

TEST_F(KazaaFetching, ASourceBehindAFirewallCallsWithItsPushId) {
  wanted_.sources.push_back(source_of(std::string(kBehind)));
  const fs::path file = root_.write("a.ogg", content_);
  Hooks giving;
  giving.locate = [&](const FileWanted& wanted, const auto& then) {
    EXPECT_EQ(std::get<UuHash>(wanted), kTuneHash);
    SharedFile known;
    known.name = "x/a.ogg";
    known.size_bytes = content_.size();
    known.sha1 = digest_;
    known.uuhash = kTuneHash;
    then(Offer{known, [file] { return ::open(file.c_str(), O_RDONLY | O_CLOEXEC); }});
  };
  Engine giver(io_, {}, giving);
  tcp::acceptor acceptor(io_, {asio::ip::address_v4::loopback(), 0});
  acceptor.async_accept([&](error_code, tcp::socket socket) {
    engine_->accept("kazaa", DialectKind::kazaa, std::move(socket));
  });
  start();
  engine_->fetch(wanted_);
  ASSERT_TRUE(comes([this] { return row().reason.starts_with("waits for a call"); })) << log_;
  tcp::socket stranger = caller("GIVE 4078\r\n");
  EXPECT_TRUE(is_closed(stranger)) << "nobody awaits this number";
  PushWanted wanted;
  wanted.endpoint = {0x7f000001, acceptor.local_endpoint().port()};
  wanted.dialect.kind = DialectKind::kazaa;
  wanted.opening = "GIVE 4077\r\n";
  giver.on_push_wanted("kazaa", wanted);
  ASSERT_TRUE(comes([this] { return row().state == DownloadState::done; })) << row().reason << log_;
  EXPECT_TRUE(test::read_file(row().path) == content_);
  EXPECT_TRUE(row().verified) << "the giver told its SHA-1";
}

TEST_F(KazaaFetching, APollutedPartIsNotPassedOffAsTheFileThatWasPromised) {
  wanted_.sha1 = digest_;
  source("ann", [this](std::size_t number, const WebPeer::Asked& asked) {
    if (number > 0) return WebPeer::Reply{"HTTP/1.1 404 Not Found\r\n\r\n", true};
    std::string data = some(asked, 300'000);
    std::ranges::fill(data, '\0');
    return WebPeer::Reply{part(asked.first, data), true};
  });
  source("bob", [this](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{rest(asked), true};
  });
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(test::read_file(row.path) == content_);
  EXPECT_TRUE(row.verified);
  EXPECT_NE(log_.find("has other bytes, starting over"), std::string::npos) << "zeros were seen";
}

TEST_F(KazaaFetching, BytesOfTwoFilesOfOneUuHashAreNotVerifiedByTheWordOfOne) {
  source("ann", [this](std::size_t number, const WebPeer::Asked& asked) {
    if (number > 0) return WebPeer::Reply{"HTTP/1.1 404 Not Found\r\n\r\n", true};
    std::string data = some(asked, 300'000);
    std::ranges::fill(data, '\0');
    return WebPeer::Reply{part(asked.first, data), true};
  });
  source("bob", [this](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{rest(asked, "X-KazaaTag: 57=" + to_base32(digest_) + "\r\n"), true};
  });
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(test::read_file(row.path) == content_);
  EXPECT_TRUE(row.verified) << "bob's file, as a whole";
  EXPECT_NE(log_.find("has other bytes, starting over"), std::string::npos);
}

TEST_F(KazaaFetching, SourcesOfOneUuHashJoinOneDownload) {
  start();
  Wanted one = wanted_;
  one.sources = {source_of("ann")};
  Wanted renamed = wanted_;
  renamed.name = "b.ogg";
  renamed.sources = {source_of("bob")};
  const std::uint32_t id = engine_->fetch(one);
  EXPECT_EQ(engine_->fetch(renamed), id);
  EXPECT_EQ(row().sources.size(), 2U);

  Wanted longer = one;
  longer.size_bytes += 1;
  EXPECT_NE(engine_->fetch(longer), id);
  Wanted other = one;
  other.uuhash = UuHash{};
  EXPECT_NE(engine_->fetch(other), id) << "the same name and size";
  EXPECT_NE(engine_->downloads()[0].path, engine_->downloads()[2].path);
}

TEST_F(KazaaFetching, LooksForMoreWhenSourcesRunLow) {
  settings_.first_wait = 10min;
  const auto fails = [](std::size_t, const WebPeer::Asked&) {
    return WebPeer::Reply{"HTTP/1.1 404 Not Found\r\n\r\n", true};
  };
  for (const char* user : {"ann", "bob", "cid"})
    source(user, fails);
  const WebPeer& dan = source("dan", [this](std::size_t, const WebPeer::Asked& asked) {
    EXPECT_EQ(looks_, 1) << "from the third source on";
    return WebPeer::Reply{rest(asked), true};
  });
  fetch(DownloadState::done);
  EXPECT_GE(dan.requests().size(), 1U);
  EXPECT_EQ(looks_, 1) << "not again for every source that fails";
}

TEST(ResumeRecord, KeepsTheUuHashAndHowASourceIsAsked) {
  Wanted wanted{"a.ogg", 9, {}, {}, {}, kTuneHash};
  KnownSource known;
  known.source = {"kazaa", "ann", "a.ogg", {1, 2}, 3};
  known.source.uuhash = UuHash{};
  known.absolute = true;
  test::TempDir root;
  const fs::path path = root.path() / "a.get";
  ASSERT_EQ(write_record(path, to_text(Resume{wanted, {known}, 0, false, {}})), 0);
  const auto read = read_record(path);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->wanted.uuhash, kTuneHash);
  ASSERT_EQ(read->sources.size(), 1U);
  EXPECT_EQ(read->sources[0].source.uuhash, UuHash{});
  EXPECT_TRUE(read->sources[0].absolute);
}

TEST(ResumeRecord, OfAnEarlierVersionIsRead) {
  test::TempDir root;
  const fs::path path = root.write("a.get",
                                   "name x612e6f6767\nsize 9\nhave 0\nfuture x\n"
                                   "source kazaa x616e6e x612e6f6767 1.2.3.4:5 0 gave future=1\n");
  const auto read = read_record(path);
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->wanted.uuhash);
  ASSERT_EQ(read->sources.size(), 1U);
  EXPECT_FALSE(read->sources[0].source.uuhash);
  EXPECT_FALSE(read->sources[0].absolute);
  EXPECT_TRUE(read->sources[0].gave);
}

TEST_F(KazaaFetching, GoesOnByUuHashAfterARestart) {
  const fs::path part_file = settings_.state / (std::string(kTuneHex) + ".1000000.part");
  std::ofstream(part_file, std::ios::binary) << content_.substr(0, 600'000);
  KnownSource ann;
  ann.source = source_of("ann");
  ann.gave = true;
  Wanted kept = wanted_;
  ASSERT_EQ(write_record(record_of(part_file), to_text(Resume{kept, {ann}, 600'000, false, {}})),
            0);
  const WebPeer& peer = source("ann", [this](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{rest(asked), true};
  });
  start();
  ASSERT_TRUE(comes([this] { return row().state == DownloadState::done; })) << log_;
  EXPECT_TRUE(test::read_file(row().path) == content_);
  ASSERT_GE(peer.requests().size(), 1U);
  for (const HeaderBlock& request : peer.requests()) {
    EXPECT_EQ(request.start_line, "GET " + path_of(kTuneHash) + " HTTP/1.1");
    EXPECT_FALSE(request.value("Range").starts_with("bytes=0-")) << "that is there";
  }
}

}  // namespace
}  // namespace p2p::transfer
