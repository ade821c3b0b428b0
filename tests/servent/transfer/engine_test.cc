// Two engines over loopback in one thread.
#include "servent/transfer/engine.h"

#include <fstream>
#include <sstream>

#include <boost/asio/write.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "servent/transfer/resume.h"

#include "tests/support/patience.h"

namespace p2p::transfer {
namespace {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::ip::tcp;

class EnginePair : public testing::Test {
 protected:
  EnginePair() : root_(fs::temp_directory_path() / ("engine_test." + std::to_string(::getpid()))) {
    fs::remove_all(root_);
    fs::create_directories(root_ / "down");
    fs::create_directories(root_ / "state");
    for (int i = 0; i < 1000000; ++i)
      content_.push_back(static_cast<char>(i * 7 % 251));
    std::ofstream(root_ / "shared") << content_;
  }
  ~EnginePair() override { fs::remove_all(root_); }

  // Runs one download to its end.
  api::DownloadRow fetch(const std::string& name, std::optional<Sha1> sha1) {
    asio::io_context io;
    tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    Hooks giving;
    giving.locate = [&](const FileWanted& asked, const auto& then) {
      asked_ = std::get<NamedFile>(asked).name;
      SharedFile file;
      file.size_bytes = content_.size();
      file.sha1 = told_;
      then(Offer{file, [path = root_ / "shared"] { return ::open(path.c_str(), O_RDONLY); }});
    };
    Hooks taking;
    const auto note = [this](const std::string& network, const TransferNote& one) {
      notes_ += network + (one.upload ? " up " : " down ") + (one.started ? "begins;" : "ends;");
    };
    giving.transfer_note = taking.transfer_note = note;
    taking.log = [this](api::LogLevel, const std::string& text) { log_ += text + ";"; };
    Engine giver(io, {}, giving);
    Engine* engine = nullptr;
    taking.reach = [&](ReachId id, const Source&) {
      Dialect dialect;
      dialect.nick = "me";
      dialect.ours = told_.has_value();
      engine->on_reached("napster", {id, {0x7f000001, acceptor.local_endpoint().port()}, dialect});
    };
    taking.find_sources = [&](std::uint32_t id, const Wanted&) { engine->add_sources(id, late_); };
    Settings settings;
    settings.downloads = root_ / "down";
    settings.state = root_ / "state";
    if (pushed_) {
      taking.reach = [&](ReachId id, const Source& source) {
        engine->on_awaited("napster", {id, {}});
        Dialect dialect;
        dialect.nick = pushed_by_;
        dialect.ours = told_.has_value();
        giver.on_push_wanted(
            "napster",
            {{0x7f000001, acceptor.local_endpoint().port()}, dialect, "me", source.name});
      };
    }
    Engine taker(io, settings, taking);
    engine = &taker;
    acceptor.async_accept([&](boost::system::error_code, tcp::socket socket) {
      asio::write(socket, asio::buffer("1", 1));
      (pushed_ ? taker : giver).accept("napster", DialectKind::napster, std::move(socket));
    });
    Wanted wanted{
        name, content_.size(), sha1, {}, {Source{"napster", "bob", "at bob's\\" + name, {}, 0}}};
    if (late_source_) {
      std::swap(late_, wanted.sources);
    }
    taker.fetch(wanted);
    const auto end =
        std::chrono::steady_clock::now() + test::kPatience * std::chrono::milliseconds(1500);
    while (std::chrono::steady_clock::now() < end) {
      io.run_one_for(std::chrono::milliseconds(50));
      const auto state = taker.downloads().front().state;
      if (state == api::DownloadState::done || state == api::DownloadState::retrying ||
          state == api::DownloadState::failed)
        break;
    }
    io.run_for(std::chrono::milliseconds(20));
    rate_ = taker.down_bps();
    return taker.downloads().front();
  }

  // The first bytes of a.mp3 as an earlier run left them.
  void lay_part(std::size_t bytes) {
    const fs::path part = root_ / "state" / ("a.mp3." + std::to_string(content_.size()) + ".part");
    std::ofstream(part) << content_.substr(0, bytes);
    Resume resume;
    resume.wanted.name = "a.mp3";
    resume.wanted.size_bytes = content_.size();
    resume.have_bytes = bytes;
    ASSERT_EQ(write_record(record_of(part), to_text(resume)), 0);
  }

  fs::path root_;
  std::string content_;
  bool pushed_ = false;
  std::string pushed_by_ = "BOB";
  std::optional<Sha1> told_;  // by the giver, a servent then
  std::string notes_;
  std::string log_;
  std::uint64_t rate_ = 0;
  std::string asked_;         // the name the taker sent
  bool late_source_ = false;  // the source comes through find_sources only
  std::vector<Source> late_;
};

std::string read_all(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST_F(EnginePair, FetchesAWholeFileUnderASafeName) {
  const auto row = fetch("..\\x\\.. /..hidden.mp3", std::nullopt);
  ASSERT_EQ(row.state, api::DownloadState::done) << row.reason;
  EXPECT_EQ(fs::path(row.path).parent_path(), root_ / "down");
  EXPECT_TRUE(read_all(row.path) == content_);
  EXPECT_FALSE(row.verified);
  EXPECT_EQ(asked_, "at bob's/../x/.. /..hidden.mp3");
  for (const char* note :
       {"napster down begins;", "napster down ends;", "napster up begins;", "napster up ends;"}) {
    EXPECT_NE(notes_.find(note), std::string::npos) << note;
  }
  EXPECT_EQ(log_.substr(0, 8), "fetching");
  EXPECT_GT(rate_, 100000u);
  EXPECT_GT(row.started_ms, 0);
}

TEST_F(EnginePair, GoesOnAtOnceWithSourcesGivenInsideFindSources) {
  late_source_ = true;
  const auto row = fetch("a.mp3", std::nullopt);
  ASSERT_EQ(row.state, api::DownloadState::done) << row.reason;
}

TEST_F(EnginePair, ResumesAFileThatIsPushed) {
  pushed_ = true;
  lay_part(500000);
  const auto row = fetch("a.mp3", std::nullopt);
  ASSERT_EQ(row.state, api::DownloadState::done) << row.reason;
  EXPECT_TRUE(read_all(row.path) == content_);
}

TEST_F(EnginePair, LearnsTheDigestFromAServentAndChecksIt) {
  told_ = sha1_from_urn("urn:sha1:26ZICZFUZ3OE6BLL2KPKABFLSG7SFD75");
  const auto row = fetch("a.mp3", std::nullopt);
  ASSERT_EQ(row.state, api::DownloadState::done) << row.reason;
  EXPECT_TRUE(row.verified);
  EXPECT_EQ(row.digest, to_urn(*told_));
  EXPECT_TRUE(read_all(row.path) == content_);
  fs::remove(row.path);
  pushed_ = true;
  const auto brought = fetch("a.mp3", std::nullopt);
  ASSERT_EQ(brought.state, api::DownloadState::done) << brought.reason;
  EXPECT_TRUE(brought.verified);
}

TEST_F(EnginePair, NeverNamesContentThatIsNotWhatItsGiverTold) {
  told_ = Sha1{};
  EXPECT_EQ(fetch("a.mp3", std::nullopt).reason, "content does not match; no other source");
  EXPECT_TRUE(fs::is_empty(root_ / "down"));
}

TEST_F(EnginePair, LeavesASourceWhoseFileHasAnotherDigest) {
  told_ = Sha1{};
  EXPECT_EQ(fetch("b.mp3", sha1_from_urn("urn:sha1:FPJF4CA5OPZVFAEG3YMM3EC6LCAYVJYR")).reason,
            "no source: the source's file has another digest");
  EXPECT_TRUE(fs::is_empty(root_ / "down"));
}

TEST_F(EnginePair, TakesNoPushFromAStranger) {
  pushed_ = true;
  pushed_by_ = "mallory";
  EXPECT_EQ(fetch("a.mp3", std::nullopt).state, api::DownloadState::waiting);
}

TEST_F(EnginePair, ResumesWhatIsThere) {
  lay_part(500000);
  const auto row = fetch("a.mp3", std::nullopt);
  ASSERT_EQ(row.state, api::DownloadState::done) << row.reason;
  EXPECT_TRUE(read_all(row.path) == content_);
}

TEST_F(EnginePair, KnowsItsDownloadsAfterARestart) {
  Settings settings;
  settings.downloads = root_ / "down";
  settings.state = root_ / "state";
  const Wanted one{"x/a\xff.mp3", 9, {}, {}, {Source{"napster", "bob", "x\\a", {1, 2}, 3}}};
  const Wanted two{"y/a\xff.mp3", 9, {}, {}, {}};
  std::string part;
  {
    asio::io_context io;
    Engine engine(io, settings, {});
    ASSERT_EQ(engine.fetch(one), 1u);
    ASSERT_EQ(engine.fetch(two), 2u);
    engine.pause(1);
    part = engine.downloads()[0].path;
    EXPECT_NE(part, engine.downloads()[1].path);
  }
  asio::io_context io;
  Engine engine(io, settings, {});
  auto rows = engine.downloads();
  ASSERT_EQ(rows.size(), 2u);
  const api::DownloadRow& row = rows[rows[0].name == one.name ? 0 : 1];
  EXPECT_EQ(row.path, part);
  EXPECT_EQ(row.state, api::DownloadState::paused);
  ASSERT_EQ(row.sources.size(), 1u);
  EXPECT_EQ(row.sources[0].name, "x\\a");
  for (const auto& each : rows)
    EXPECT_TRUE(engine.cancel(each.id));
  engine.stop();
  EXPECT_TRUE(fs::is_empty(root_ / "state"));
}

TEST_F(EnginePair, NeverNamesWrongContent) {
  const auto row = fetch("a.mp3", Sha1{});
  EXPECT_EQ(row.state, api::DownloadState::failed);
  EXPECT_EQ(row.reason, "content does not match; no other source");
  EXPECT_TRUE(fs::is_empty(root_ / "down"));
}

}  // namespace
}  // namespace p2p::transfer
