#include "servent/app/control.h"

#include <filesystem>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <stdlib.h>

namespace p2p::app {
namespace {

using Local = boost::asio::local::stream_protocol;

struct FakeBackend : api::Backend {
  std::uint64_t revision() const override { return 1; }
  std::shared_ptr<void> on_change(std::function<void()>) override { return {}; }
  api::Snapshot snapshot(std::uint32_t search) override {
    api::Snapshot out;
    out.search = search;
    if (search == 1) {
      out.searches.push_back({1, "x", api::SearchState::finished, 1, 1, 0, 0, "complete"});
      out.results = rows;
    }
    out.limits = {4096, 0, "by hand", 4, 1, 50};
    out.downloads.push_back({});
    out.downloads[0].id = 1;
    out.downloads[0].state = api::DownloadState::done;
    return out;
  }
  api::Outcome submit(const api::Request& request) override {
    asked.push_back(request);
    return {"", 1};
  }
  void look_into(const std::string& folder, std::function<void(api::Listing)> done) override {
    api::Listing listing;
    listing.folder = folder;
    done(listing);
  }
  void look_at_hosts(std::function<void(api::HostList)> done) override {
    boost::asio::post(*loop, [done = std::move(done)] {
      api::HostList list;
      list.rows.push_back({"gnutella", "10.0.0.1:6346", "ultrapeer", "beacon", "up", 70, {}, 5, 2});
      done(list);
    });
  }
  // Answers later, as a slow disk does.
  void share(const std::string& path, bool wanted,
             std::function<void(api::Outcome)> done) override {
    boost::asio::post(*loop, [path, wanted, done = std::move(done)] {
      done(wanted ? api::Outcome{path + " is not a folder that can be read", 0} : api::Outcome{});
    });
  }
  boost::asio::io_context* loop = nullptr;
  std::vector<api::ResultRow> rows{1};
  std::vector<api::Request> asked;
};

struct Control : testing::Test {
  Control() {
    char name[] = "/tmp/controlXXXXXX";
    folder = ::mkdtemp(name);
    backend.loop = &io;
  }
  ~Control() override { std::filesystem::remove_all(folder); }
  std::filesystem::path socket() const { return folder / "s" / "c"; }

  // Sends a line and turns the loop until the line with "end" is there.
  std::string ask(const std::string& line) {
    Local::socket client(io);
    client.connect(Local::endpoint(socket().string()));
    boost::system::error_code closed;  // by a server that has answered already
    boost::asio::write(client, boost::asio::buffer(line + "\n"), closed);
    client.non_blocking(true);
    std::string got;
    for (int i = 0; i < 200 && got.find("\"end\"") == std::string::npos; ++i) {
      io.run_for(std::chrono::milliseconds(5));
      char block[4096];
      boost::system::error_code error;
      got.append(block, client.read_some(boost::asio::buffer(block), error));
    }
    return got;
  }

  std::filesystem::path folder;
  boost::asio::io_context io;
  FakeBackend backend;
};

TEST_F(Control, WaitsForTheDiskBeforeItSaysWhatBecameOfAFolder) {
  ControlServer server(io, backend);
  ASSERT_TRUE(server.listen(socket()));
  EXPECT_EQ(ask(R"({"v":1,"do":"share","path":"/x"})"),
            "{\"end\":true,\"ok\":false,\"error\":\"/x is not a folder that can be read\"}\n");
  EXPECT_EQ(ask(R"({"v":1,"do":"unshare","path":"/x"})"), "{\"end\":true,\"ok\":true}\n");
}

TEST_F(Control, AnswersSearchGetAndRubbish) {
  ControlServer server(io, backend);
  ASSERT_TRUE(server.listen(socket()));
  EXPECT_EQ(std::filesystem::status(socket()).permissions(), std::filesystem::perms(0600));
  EXPECT_NE(ask(R"({"v":1,"do":"search","words":"x"})").find("\"results\":1"), std::string::npos);
  EXPECT_NE(ask(R"({"v":1,"do":"get","links":["L"]})").find("\"done\":1"), std::string::npos);
  EXPECT_NE(ask("rubbish").find("\"ok\":false"), std::string::npos);
  EXPECT_NE(ask(R"({"v":1,"do":"nonsense"})").find("unknown command"), std::string::npos);
}

TEST_F(Control, SendsRowsThatPassTheFilterAndCountsThoseAlone) {
  ControlServer server(io, backend);
  ASSERT_TRUE(server.listen(socket()));
  backend.rows.resize(5);
  for (std::size_t i = 0; i < backend.rows.size(); ++i) {
    backend.rows[i].name =
        std::string(1, static_cast<char>('a' + i)) + (i % 2 == 1 ? ".ogg" : ".mp3");
    backend.rows[i].size_bytes = i << 20U;
  }
  const std::string got =
      ask(R"({"v":1,"do":"search","words":"x","filter":"ext:mp3 size>1M","limit":1})");
  EXPECT_NE(got.find("c.mp3"), std::string::npos) << got;
  for (const char* other : {"a.mp3", "b.ogg", "d.ogg", "e.mp3"})
    EXPECT_EQ(got.find(other), std::string::npos) << other;
  EXPECT_NE(got.find("\"results\":1"), std::string::npos) << got;
}

TEST_F(Control, SetsWhatIsNamedAndTellsTheLimits) {
  ControlServer server(io, backend);
  ASSERT_TRUE(server.listen(socket()));
  EXPECT_EQ(ask(R"({"v":1,"do":"limit"})"),
            R"({"row":{"up":4096,"down":0,"why":"by hand","slots":4,"per_user":1,"queue":50}})"
            "\n{\"end\":true,\"ok\":true}\n");
  EXPECT_TRUE(backend.asked.empty());
  ask(R"({"v":1,"do":"limit","up":1024,"slots":99999999999})");
  ASSERT_EQ(backend.asked.size(), 2U);
  const auto& rates = std::get<api::SetLimits>(backend.asked[0]);
  EXPECT_EQ(rates.up_bps, 1024U);
  EXPECT_EQ(rates.down_bps, std::nullopt);
  EXPECT_EQ(std::get<api::SetSlots>(backend.asked[1]).slots, 0xffffffffU);
  ask(R"({"v":1,"do":"limit","id":7,"up":5})");
  EXPECT_EQ(std::get<api::LimitUpload>(backend.asked[2]).id, 7U);
  EXPECT_EQ(std::get<api::LimitUpload>(backend.asked[2]).bps, 5U);
  ask(R"({"v":1,"do":"end_upload","id":7})");
  EXPECT_EQ(std::get<api::EndUpload>(backend.asked[3]).id, 7U);
  ask(R"({"v":1,"do":"retry","id":8})");
  EXPECT_EQ(std::get<api::RetryDownload>(backend.asked[4]).id, 8U);
  ask(R"({"v":1,"do":"limit","up":"much","slots":-1})");
  EXPECT_EQ(backend.asked.size(), 5U) << "neither is a number";
}

TEST_F(Control, ChangesAndMovesADownload) {
  ControlServer server(io, backend);
  ASSERT_TRUE(server.listen(socket()));
  EXPECT_EQ(ask(R"({"v":1,"do":"change","id":7,"limit":5,"priority":"high","in_order":true})"),
            "{\"end\":true,\"ok\":true}\n");
  ask(R"({"v":1,"do":"change","id":8,"limit":-1,"in_order":"yes"})");
  ask(R"({"v":1,"do":"move","id":9,"where":"bottom"})");
  ASSERT_EQ(backend.asked.size(), 3U);
  const auto& all = std::get<api::ChangeDownload>(backend.asked[0]);
  EXPECT_EQ(all.id, 7U);
  EXPECT_EQ(all.limit_bps, 5U);
  EXPECT_EQ(all.priority, api::Priority::high);
  EXPECT_EQ(all.in_order, true);
  const auto& none = std::get<api::ChangeDownload>(backend.asked[1]);
  EXPECT_EQ(none.limit_bps, std::nullopt);
  EXPECT_EQ(none.priority, std::nullopt);
  EXPECT_EQ(none.in_order, std::nullopt);
  EXPECT_EQ(std::get<api::MoveDownload>(backend.asked[2]).id, 9U);
  EXPECT_EQ(std::get<api::MoveDownload>(backend.asked[2]).where, api::Where::bottom);
  for (const char* wrong : {R"({"v":1,"do":"change","id":7,"priority":"urgent"})",
                            R"({"v":1,"do":"move","id":7,"where":"left"})"})
    EXPECT_NE(ask(wrong).find("\"ok\":false"), std::string::npos) << wrong;
  EXPECT_EQ(backend.asked.size(), 3U);
}

TEST_F(Control, ADeeplyNestedOrEndlessLineIsRefused) {
  ControlServer server(io, backend);
  ASSERT_TRUE(server.listen(socket()));
  const std::string nested =
      R"({"v":1,"do":"get","links":)" + std::string(20'000, '[') + std::string(20'000, ']') + "}";
  EXPECT_NE(ask(nested).find("not a request"), std::string::npos);
  EXPECT_NE(ask(std::string(70'000, 'x')).find("longer than 65536 bytes"), std::string::npos);
  EXPECT_NE(ask(R"({"v":1,"do":"status"})").find("\"ok\":true"), std::string::npos);
}

TEST_F(Control, OneClientTooManyIsToldSo) {
  ControlServer server(io, backend);
  ASSERT_TRUE(server.listen(socket()));
  std::vector<Local::socket> idle;
  for (int i = 0; i < 40; ++i) {
    idle.emplace_back(io);
    idle.back().connect(Local::endpoint(socket().string()));
    io.run_for(std::chrono::milliseconds(1));
  }
  EXPECT_NE(ask(R"({"v":1,"do":"status"})").find("too many commands"), std::string::npos);
  idle.clear();
  io.run_for(std::chrono::milliseconds(20));
  EXPECT_NE(ask(R"({"v":1,"do":"status"})").find("\"ok\":true"), std::string::npos);
}

TEST_F(Control, ReplacesOnlyASocketWhereNobodyAnswers) {
  ControlServer server(io, backend);
  ASSERT_TRUE(server.listen(socket()));
  ControlServer second(io, backend);
  EXPECT_FALSE(second.listen(socket()));
  server.close();
  Local::acceptor dead(io, Local::endpoint(socket().string()));
  dead.close();
  EXPECT_TRUE(second.listen(socket()));
}

TEST_F(Control, TellsTheHostsThatAreKnown) {
  ControlServer server(io, backend);
  ASSERT_TRUE(server.listen(socket()));
  EXPECT_EQ(ask(R"({"v":1,"do":"hosts"})"),
            "{\"end\":true,\"ok\":true,\"hosts\":[{\"network\":\"gnutella\","
            "\"endpoint\":\"10.0.0.1:6346\",\"role\":\"ultrapeer\",\"told_by\":\"beacon\","
            "\"state\":\"up\",\"heard_s\":70,\"tried_s\":null,\"good_s\":5,\"failures\":2}]}\n");
}

}  // namespace
}  // namespace p2p::app
