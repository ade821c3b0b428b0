// One engine that fetches over HTTP, and scripted sources, over loopback in one thread.
#include <algorithm>
#include <fstream>
#include <functional>
#include <map>

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include "protocols/base/empty_file.h"
#include "protocols/transfer/fetcher.h"
#include "protocols/transfer/http_request.h"

#include "servent/transfer/engine.h"
#include "servent/transfer/resume.h"
#include "servent/transfer/sources.h"

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
using test::WebPeer;
using namespace std::chrono_literals;

constexpr std::string_view kGuid = "fde83102ec32a833c055ffeeb0a197f7";

std::pair<std::size_t, std::size_t> range_of(const HeaderBlock& request) {
  const std::string range(request.value("Range").substr(6));
  return {std::stoul(range), std::stoul(range.substr(range.find('-') + 1))};
}

std::int64_t time_of(const fs::path& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0);
  return info.st_mtim.tv_nsec == 0 ? info.st_mtim.tv_sec : -1;
}

class HttpFetching : public test::OneLoop {
 protected:
  HttpFetching() {
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
    wanted_.sha1 = digest_;
  }

  WebPeer& source(const std::string& user, WebPeer::Script script) {
    Source source{"gnutella", user, "a.ogg", {}, 0};
    source.index = 7;
    wanted_.sources.push_back(source);
    return *(peers_[user] = std::make_unique<WebPeer>(io_, std::move(script)));
  }
  // What was asked for, but at most so much of it.
  std::string part(const WebPeer::Asked& asked, std::size_t most,
                   const std::string& more = "") const {
    const std::string data =
        content_.substr(asked.first, std::min(most, asked.last + 1 - asked.first));
    return "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + std::to_string(asked.first) +
           '-' + std::to_string(asked.first + data.size() - 1) +
           "/1000000\r\nContent-Length: " + std::to_string(data.size()) + "\r\n" + more + "\r\n" +
           data;
  }
  void start() {
    Hooks hooks;
    hooks.reach = [this](ReachId id, const Source& source) {
      asio::post(io_, [this, id, source] { reach(id, source); });
    };
    hooks.log = [this](api::LogLevel, const std::string& text) { log_ += text + "\n"; };
    engine_ = std::make_unique<Engine>(io_, settings_, hooks);
  }
  void reach(ReachId id, const Source& source) {
    Dialect dialect;
    dialect.kind = DialectKind::http;
    if (source.user == kGuid) return engine_->on_awaited("gnutella", {id, dialect});
    const auto peer = peers_.find(source.user);
    engine_->on_reached(
        "gnutella",
        {id, peer == peers_.end() ? source.endpoint : Endpoint{0x7f000001, peer->second->port()},
         dialect});
  }
  api::DownloadRow row() const { return engine_->downloads().front(); }
  std::string note_of(const std::string& user) const {
    for (const api::SourceRow& each : row().sources)
      if (each.user == user) return each.state;
    return "no such source";
  }
  api::DownloadRow fetch(DownloadState end) {
    start();
    EXPECT_NE(engine_->fetch(wanted_), 0U);
    EXPECT_TRUE(comes([this, end] { return row().state == end; })) << row().reason << '\n' << log_;
    return row();
  }

  test::TempDir root_;
  std::string content_;
  Sha1 digest_;
  Settings settings_;
  Wanted wanted_;
  std::map<std::string, std::unique_ptr<WebPeer>> peers_;
  std::unique_ptr<Engine> engine_;
  std::string log_;
};

TEST_F(HttpFetching, AsksAgainBehindShortAnswersOnOneConnection) {
  const WebPeer& ann = source("ann", [this](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{part(asked, 40'000)};
  });
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(row.verified);
  EXPECT_TRUE(test::read_file(row.path) == content_);
  EXPECT_EQ(ann.connections(), 1U);
  ASSERT_GE(ann.requests().size(), 25U);
  EXPECT_EQ(ann.requests()[0].start_line, "GET " + path_of(digest_) + " HTTP/1.1");
  const auto [first, last] = range_of(ann.requests()[0]);
  EXPECT_EQ(range_of(ann.requests()[1]), std::pair(first + 40'000, last));
}

TEST_F(HttpFetching, ComesBackAtOnceToASourceThatClosesBehindEachAnswer) {
  settings_.first_wait = 10min;
  const WebPeer& ann = source("ann", [this](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{part(asked, 300'000), true};
  });
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(test::read_file(row.path) == content_);
  EXPECT_GE(ann.connections(), 4U);
  EXPECT_EQ(note_of("ann"), "");
}

TEST_F(HttpFetching, ASourceThatGivesNextToNothingHasToWait) {
  settings_.first_wait = 10min;
  const WebPeer& ann = source("ann", [this](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{part(asked, 5000), true};
  });
  EXPECT_EQ(fetch(DownloadState::retrying).reason, "the source closed");
  EXPECT_EQ(ann.connections(), 1U);
}

TEST_F(HttpFetching, GoesOnWithWhatIsThere) {
  const fs::path part_file = settings_.state / (to_base32(digest_) + ".1000000.part");
  std::ofstream(part_file, std::ios::binary) << content_.substr(0, 600'000);
  ASSERT_EQ(write_record(record_of(part_file), to_text(Resume{wanted_, {}, 600'000, true, {}})), 0);
  const WebPeer& ann = source("ann", [this](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{part(asked, 1'000'000)};
  });
  start();
  engine_->fetch(wanted_);
  ASSERT_TRUE(comes([this] { return row().state == DownloadState::done; })) << log_;
  EXPECT_TRUE(test::read_file(row().path) == content_);
  ASSERT_GE(ann.requests().size(), 1U);
  for (const HeaderBlock& request : ann.requests())
    EXPECT_GE(range_of(request).first, 600'000U - kOverlap);
}

TEST_F(HttpFetching, LeavesASourceWhoseFileHasAnotherDigest) {
  source("ann", [this](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{part(asked, 1'000'000,
                               "X-Gnutella-Content-URN: urn:sha1:"
                               "FPJF4CA5OPZVFAEG3YMM3EC6LCAYVJYR\r\n")};
  });
  source("bob", [this](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{
        part(asked, 1'000'000, "X-Gnutella-Content-URN: " + to_urn(digest_) + "\r\n")};
  });
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(test::read_file(row.path) == content_);
  EXPECT_EQ(note_of("ann"), "the source's file has another digest");
  EXPECT_EQ(row.sources[0].got_bytes, 0U);
}

TEST_F(HttpFetching, LearnsTheDigestWhereNobodyPromisedIt) {
  wanted_.sha1.reset();
  const WebPeer& ann = source("ann", [this](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{
        part(asked, 1'000'000, "X-Gnutella-Content-URN: " + to_urn(digest_) + "\r\n")};
  });
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(row.verified);
  EXPECT_EQ(row.digest, to_urn(digest_));
  EXPECT_EQ(ann.requests().at(0).start_line, "GET /get/7/a.ogg HTTP/1.1");
}

TEST_F(HttpFetching, WaitsInTheQueueOfABusySourceAndTellsItsTicket) {
  const WebPeer& ann = source("ann", [this](std::size_t number, const WebPeer::Asked& asked) {
    if (number == 0)
      return WebPeer::Reply{
          "HTTP/1.1 503 Queued\r\nContent-Length: 0\r\nRetry-After: 1\r\n"
          "X-Queued: ID=1a5fb3f632279f36fab06b539386cf1f; position=7; lifetime=180\r\n\r\n"};
    return WebPeer::Reply{part(asked, 1'000'000)};
  });
  start();
  engine_->fetch(wanted_);
  ASSERT_TRUE(comes([this] { return row().place == 7; })) << log_;
  EXPECT_EQ(row().reason, "queue 7 at ann");
  EXPECT_EQ(row().state, DownloadState::waiting);
  ASSERT_TRUE(comes([this] { return row().state == DownloadState::done; })) << log_;
  EXPECT_EQ(ann.requests().at(1).value("X-Queued"), "ID=1a5fb3f632279f36fab06b539386cf1f");
}

TEST_F(HttpFetching, ASourceThatHasTheFileNoMoreIsGone) {
  const WebPeer& ann = source("ann", [](std::size_t, const WebPeer::Asked&) {
    return WebPeer::Reply{"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"};
  });
  EXPECT_EQ(fetch(DownloadState::no_source).reason, "no source: not shared any more");
  EXPECT_EQ(ann.requests().size(), 1U);
}

TEST_F(HttpFetching, ASourceBehindAFirewallCallsAndIsAskedThere) {
  source(std::string(kGuid), [](std::size_t, const WebPeer::Asked&) { return WebPeer::Reply{}; });
  test::TempDir shared;
  const fs::path file = shared.write("a.ogg", content_);
  Hooks giving;
  giving.locate = [&](const FileWanted& wanted, const auto& then) {
    EXPECT_EQ(std::get<Sha1>(wanted), digest_);
    SharedFile known;
    known.name = "x/a.ogg";
    known.size_bytes = content_.size();
    known.sha1 = digest_;
    then(Offer{known, [file] { return ::open(file.c_str(), O_RDONLY | O_CLOEXEC); }});
  };
  Engine giver(io_, {}, giving);
  tcp::acceptor acceptor(io_, {asio::ip::address_v4::loopback(), 0});
  acceptor.async_accept([&](error_code, tcp::socket socket) {
    engine_->accept("gnutella", DialectKind::http, std::move(socket));
  });
  start();
  engine_->fetch(wanted_);
  ASSERT_TRUE(comes([this] { return row().reason.starts_with("waits for a call"); })) << log_;
  PushWanted wanted;
  wanted.endpoint = {0x7f000001, acceptor.local_endpoint().port()};
  wanted.dialect.kind = DialectKind::http;
  wanted.opening = "GIV 7:" + std::string(kGuid) + "/file\n\n";
  giver.on_push_wanted("gnutella", wanted);
  ASSERT_TRUE(comes([this] { return row().state == DownloadState::done; })) << row().reason << log_;
  EXPECT_TRUE(test::read_file(row().path) == content_);
  EXPECT_TRUE(row().verified);
}

TEST_F(HttpFetching, TheEmptyFileIsThereAtOnceAndVerified) {
  wanted_.size_bytes = 0;
  wanted_.sha1 = kEmptySha1;
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(row.verified);
  EXPECT_EQ(fs::path(row.path).filename(), "a.ogg");
  EXPECT_EQ(fs::file_size(row.path), 0U);
  EXPECT_TRUE(fs::is_empty(settings_.state));
}

TEST_F(HttpFetching, TheEmptyFileOutlivesARestart) {
  wanted_.size_bytes = 0;
  wanted_.sha1 = kEmptySha1;
  const fs::path part_file = settings_.state / (to_base32(kEmptySha1) + ".0.part");
  ASSERT_EQ(write_record(record_of(part_file), to_text(Resume{wanted_, {}, 0, false, {}})), 0);
  start();
  ASSERT_TRUE(comes([this] { return row().state == DownloadState::done; })) << log_;
  EXPECT_EQ(fs::file_size(row().path), 0U);
}

TEST_F(HttpFetching, AFileWhoseSizeIsNotKnownIsNotFetched) {
  start();
  wanted_.size_bytes = 0;
  EXPECT_EQ(engine_->fetch(wanted_), 0U);
  wanted_.sha1.reset();
  EXPECT_EQ(engine_->fetch(wanted_), 0U);
  wanted_.sha1 = kEmptySha1;
  wanted_.size_bytes = 1;
  EXPECT_EQ(engine_->fetch(wanted_), 0U);
  EXPECT_TRUE(engine_->downloads().empty());
}

TEST_F(HttpFetching, AFinishedFileKeepsTheOldestTimeThatWasTold) {
  source("ann", [this](std::size_t number, const WebPeer::Asked& asked) {
    if (number > 0) return WebPeer::Reply{"", true};
    return WebPeer::Reply{part(asked, 300'000, "Last-Modified: Fri, 31 Dec 9999 23:59:59 GMT\r\n")};
  });
  source("bob", [this](std::size_t number, const WebPeer::Asked& asked) {
    if (number > 0) return WebPeer::Reply{"", true};
    return WebPeer::Reply{part(asked, 300'000, "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n")};
  });
  source("cid", [this](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{
        part(asked, 1'000'000, "Last-Modified: Thu, 29 Feb 2024 23:59:59 GMT\r\n")};
  });
  settings_.first_wait = 10min;
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(test::read_file(row.path) == content_);
  EXPECT_EQ(time_of(row.path), 784111777);
}

TEST_F(HttpFetching, TheTimeThatWasToldOutlivesARestart) {
  const fs::path part_file = settings_.state / (to_base32(digest_) + ".1000000.part");
  std::ofstream(part_file, std::ios::binary) << content_;
  Resume resume{wanted_, {}, content_.size(), false, {}};
  resume.modified_unix = 784111777;
  ASSERT_EQ(write_record(record_of(part_file), to_text(resume)), 0);
  start();
  ASSERT_TRUE(comes([this] { return row().state == DownloadState::done; })) << log_;
  EXPECT_EQ(time_of(row().path), 784111777);
}

TEST(ResumeRecord, ATimeBefore1970IsNone) {
  Resume resume{{"a.ogg", 9, {}, {}, {}}, {}, 0, false, {}};
  resume.modified_unix = -1;
  EXPECT_FALSE(parse_record(to_text(resume))->modified_unix);
}

TEST(ResumeRecord, KeepsWhatAGnutellaSourceIsReachedBy) {
  Wanted wanted{"a.ogg", 9, {}, {}, {}};
  KnownSource known;
  known.source = {"gnutella", std::string(kGuid), "a.ogg", {1, 2}, 3};
  known.source.index = 7;
  known.source.firewalled = true;
  known.source.proxies = {{0x7f000001, 6346}, {0x7f000002, 1}};
  known.gave = true;
  test::TempDir root;
  const fs::path path = root.path() / "a.get";
  ASSERT_EQ(write_record(path, to_text(Resume{wanted, {known}, 0, false, {}})), 0);
  const auto read = read_record(path);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->sources.size(), 1U);
  const Source& source = read->sources[0].source;
  EXPECT_EQ(source, known.source);
  EXPECT_EQ(source.index, 7U);
  EXPECT_TRUE(source.firewalled);
  EXPECT_EQ(source.proxies, known.source.proxies);
  EXPECT_TRUE(read->sources[0].gave);
}

std::string address_of(const WebPeer& peer) {
  return to_text(Endpoint{0x7f000001, peer.port()});
}

TEST_F(HttpFetching, GoesOnAtASourceThatTheFirstOneNamedWhenThatDies) {
  WebPeer bob(io_, [this](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{part(asked, 1'000'000)};
  });
  source("ann", [this, &bob](std::size_t number, const WebPeer::Asked& asked) {
    if (number > 0) return WebPeer::Reply{"", true};
    return WebPeer::Reply{part(asked, 300'000, "X-Alt: " + address_of(bob) + ", 8.8.8.8:80\r\n")};
  });
  settings_.first_wait = 10min;  // ann is not asked again
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(test::read_file(row.path) == content_);
  EXPECT_TRUE(row.verified);
  ASSERT_EQ(row.sources.size(), 2U) << "no public address";
  EXPECT_EQ(row.sources[1].user, address_of(bob));
  EXPECT_GE(row.sources[1].got_bytes, 600'000U);
  ASSERT_GE(bob.requests().size(), 1U);
  EXPECT_EQ(bob.requests()[0].start_line, "GET " + path_of(digest_) + " HTTP/1.1");
  EXPECT_FALSE(bob.requests()[0].has("X-Alt")) << "ann is dead";
}

TEST_F(HttpFetching, ASourceWithoutTheFileKnowsAnother) {
  WebPeer bob(io_, [this](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{part(asked, 1'000'000)};
  });
  const WebPeer& ann = source("ann", [&bob](std::size_t, const WebPeer::Asked&) {
    return WebPeer::Reply{
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nX-Alt: " + address_of(bob) + "\r\n\r\n"};
  });
  EXPECT_TRUE(test::read_file(fetch(DownloadState::done).path) == content_);
  EXPECT_EQ(bob.requests().at(0).value("X-Nalt"), address_of(ann));
}

TEST_F(HttpFetching, TellsASourceOfOneThatGave) {
  const WebPeer& ann = source("ann", [this](std::size_t number, const WebPeer::Asked& asked) {
    if (number == 0) return WebPeer::Reply{part(asked, 300'000), true};
    return WebPeer::Reply{"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: 600\r\n\r\n"};
  });
  const WebPeer& bob = source("bob", [this](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{part(asked, 400'000)};
  });
  EXPECT_TRUE(test::read_file(fetch(DownloadState::done).path) == content_);
  ASSERT_GE(bob.requests().size(), 2U);
  EXPECT_EQ(bob.requests()[0].value("X-Alt"), address_of(ann));
  EXPECT_FALSE(bob.requests()[1].has("X-Alt")) << "told once";
}

TEST_F(HttpFetching, WhomAHitNamesIsASourceOfIt) {
  WebPeer bob(io_, [this](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{part(asked, 1'000'000)};
  });
  source("ann", [](std::size_t, const WebPeer::Asked&) { return WebPeer::Reply{"", true}; });
  wanted_.sources[0].endpoint = {0x7f000001, 1};
  wanted_.sources[0].alternates = {{0x7f000001, bob.port()}, {0x08080808, 80}, {0x7f000001, 0}};
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(test::read_file(row.path) == content_);
  EXPECT_EQ(row.sources.size(), 2U);
}

TEST_F(HttpFetching, ALiarsListIsBounded) {
  std::string lies = "X-Alt: ";
  for (int i = 1; i < 200; ++i)
    lies += "127.0.9." + std::to_string(i) + ":1, ";
  source("ann", [this, lies](std::size_t, const WebPeer::Asked& asked) {
    return WebPeer::Reply{part(asked, 200'000, lies + "\r\n")};
  });
  const auto row = fetch(DownloadState::done);
  EXPECT_TRUE(test::read_file(row.path) == content_);
  EXPECT_EQ(row.sources.size(), 1 + Sources::kMostUnproven);
}

}  // namespace
}  // namespace p2p::transfer
