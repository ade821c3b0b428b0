// A file that is still being fetched is given over HTTP: uploads with one offer, and raw clients,
// over loopback in one thread.
#include <fstream>
#include <functional>

#include <gtest/gtest.h>

#include "protocols/transfer/http_available.h"
#include "protocols/transfer/http_request.h"
#include "protocols/transfer/http_tree.h"
#include "protocols/transfer/thex.h"

#include "servent/transfer/context.h"
#include "servent/transfer/uploads.h"

#include "tests/support/http_client.h"
#include "tests/support/joined_hash.h"
#include "tests/support/temp_dir.h"

namespace p2p::transfer {
namespace {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::ip::tcp;
using Client = test::HttpClient;
using Answer = Client::Answer;
using namespace std::chrono_literals;

const Sha1 kDigest = sha1_from_base32("JUDQZQTXM7MZKYF24SCWEZFVX4L764LO").value();

class PartGiving : public testing::Test {
 protected:
  PartGiving() {
    for (int i = 0; i < 1'000'000; ++i)
      content_.push_back(static_cast<char>(i * 7 % 251));
    path_ = root_.write("part", content_.substr(0, 600'000));
    hooks_.locate = [this](const FileWanted&, const auto& then) { then(shared_); };
  }
  void TearDown() override {
    context_->stopping = true;
    uploads_->stop();
  }
  void start() {
    context_ = std::make_shared<Context>(io_, settings_, hooks_);
    uploads_ = std::make_shared<Uploads>(
        context_, [](const Call&, const std::shared_ptr<tcp::socket>&) { return false; });
    put({{0, 100'000}, {200'000, 500'000}});
  }
  void put(const std::vector<Extent>& runs) {
    Extents verified;
    for (const Extent& run : runs)
      verified.insert(run);
    PartOffer offer;
    offer.file.name = "big.ogg";
    offer.file.size_bytes = size_bytes_;
    offer.file.sha1 = kDigest;
    offer.file.tree_root = tree_.root();
    offer.path = path_;
    offer.verified = std::make_shared<const Extents>(verified);
    offer.tree = std::make_shared<const HashTree>(tree_);
    ASSERT_TRUE(context_->parts.put(std::move(offer)));
  }

  std::unique_ptr<Client> client() {
    tcp::acceptor acceptor(io_, {asio::ip::address_v4::loopback(), 0});
    auto client = std::make_unique<Client>(io_);
    client->socket.connect(acceptor.local_endpoint());
    uploads_->accept("gnutella", DialectKind::http, acceptor.accept(), {});
    return client;
  }
  Client& asker() {
    clients_.push_back(client());
    clients_.back()->read_on();
    return *clients_.back();
  }
  static std::string request(const std::string& fields = "", const std::string& method = "GET",
                             const std::string& target = path_of(kDigest)) {
    return method + ' ' + target + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
  }
  Answer ask(Client& client, const std::string& text, bool of_head = false) {
    client.say(text);
    std::optional<Answer> out;
    EXPECT_TRUE(comes([&] { return (out = client.answer(of_head)).has_value(); })) << client.got;
    return out.value_or(Answer{});
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

  test::TempDir root_;
  fs::path path_;
  std::string content_;
  std::uint64_t size_bytes_ = 1'000'000;
  HashTree tree_ =
      HashTree::above(TreeShape::of(1'000'000),
                      test::leaf_hashes(TreeShape::of(1'000'000).leaves()), test::joined_hash);
  std::optional<Offer> shared_;  // as a whole
  asio::io_context io_;
  Settings settings_;
  Hooks hooks_;
  ContextPtr context_;
  std::shared_ptr<Uploads> uploads_;
  std::vector<std::unique_ptr<Client>> clients_;
};

constexpr std::string_view kRanges = "bytes 0-99999, 200000-499999";

TEST_F(PartGiving, GivesWhatIsThereAndNoByteMore) {
  start();
  Client& ann = asker();
  const Answer within = ask(ann, request("Range: bytes=250000-250099\r\n"));
  EXPECT_EQ(within.status, "206");
  EXPECT_EQ(within.head.value("Content-Range"), "bytes 250000-250099/1000000");
  EXPECT_EQ(within.body, content_.substr(250'000, 100));
  EXPECT_EQ(within.head.value("X-Available-Ranges"), kRanges);
  EXPECT_EQ(within.head.value("X-Available"), "bytes 400000");
  EXPECT_EQ(within.head.value("X-Gnutella-Content-URN"), to_urn(kDigest));
  const Answer across = ask(ann, request("Range: bytes=99000-300000\r\n"));
  EXPECT_EQ(across.head.value("Content-Range"), "bytes 99000-99999/1000000") << "to the run's end";
  EXPECT_EQ(across.body, content_.substr(99'000, 1'000));
  EXPECT_EQ(ask(ann, request("Range: bytes=200000-\r\n")).body, content_.substr(200'000, 300'000));
}

TEST_F(PartGiving, WithoutARangeTheFirstRunIsGivenAsAPart) {
  start();
  const Answer all = ask(asker(), request());
  EXPECT_EQ(all.status, "206");
  EXPECT_EQ(all.head.value("Content-Range"), "bytes 0-99999/1000000");
  EXPECT_EQ(all.body, content_.substr(0, 100'000));
}

TEST_F(PartGiving, WhatIsNotThereIsRefusedAndTheAskerMayChooseAnother) {
  start();
  Client& ann = asker();
  for (const char* range : {"100000-200000", "500000-", "-5", "150000-199999"}) {
    const Answer missing = ask(ann, request(std::string("Range: bytes=") + range + "\r\n"));
    EXPECT_EQ(missing.status, "416") << range;
    EXPECT_EQ(missing.head.value("X-Available-Ranges"), kRanges);
    EXPECT_EQ(missing.head.value("Content-Range"), "bytes */1000000");
    EXPECT_EQ(missing.head.value("Connection"), "Keep-Alive");
  }
  EXPECT_EQ(ask(ann, request("Range: bytes=0-0\r\n")).body, content_.substr(0, 1));
  EXPECT_EQ(ask(ann, request("Range: bytes=1000000-\r\n")).status, "416");
}

TEST_F(PartGiving, AHeadTellsTheRangesAndNeedsNoSlot) {
  settings_.upload_slots = 0;
  start();
  Client& ann = asker();
  const Answer head = ask(ann, request("Range: bytes=0-9\r\n", "HEAD"), true);
  EXPECT_EQ(head.status, "206");
  EXPECT_EQ(head.head.value("X-Available-Ranges"), kRanges);
  const Answer busy = ask(ann, request("Range: bytes=0-9\r\n"));
  EXPECT_EQ(busy.status, "503");
  EXPECT_EQ(busy.head.value("X-Available-Ranges"), kRanges)
      << "else it would pass for a whole file";
}

TEST_F(PartGiving, GrowsBetweenTwoRequests) {
  start();
  Client& ann = asker();
  EXPECT_EQ(ask(ann, request("Range: bytes=150000-150009\r\n")).status, "416");
  put({{0, 500'000}});
  const Answer now = ask(ann, request("Range: bytes=150000-150009\r\n"));
  EXPECT_EQ(now.body, content_.substr(150'000, 10));
  EXPECT_EQ(now.head.value("X-Available-Ranges"), "bytes 0-499999");
}

TEST_F(PartGiving, ItsTreeIsGiven) {
  start();
  Client& ann = asker();
  const std::string path = tree_path_of(kDigest, tree_.root());
  EXPECT_EQ(ask(ann, request("Range: bytes=0-0\r\n")).head.value(kTreeField), path);
  const Answer given = ask(ann, request("", "GET", path));
  ASSERT_EQ(given.status, "200");
  const auto read = decode_thex(bytes_of(given.body), size_bytes_);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->root(), tree_.root());
  EXPECT_EQ(ask(ann, request("", "GET", tree_path_of(Sha1{}, tree_.root()))).status, "404");
  context_->parts.drop(kDigest);
  EXPECT_EQ(ask(ann, request("", "GET", path)).status, "404");
}

TEST_F(PartGiving, AWholeFileOfOursGoesFirst) {
  start();
  const fs::path whole = root_.write("whole", content_);
  SharedFile file;
  file.name = "big.ogg";
  file.size_bytes = content_.size();
  file.sha1 = kDigest;
  shared_ = Offer{file, [whole] { return ::open(whole.c_str(), O_RDONLY | O_CLOEXEC); }};
  const Answer answer = ask(asker(), request("Range: bytes=600000-600009\r\n"));
  EXPECT_EQ(answer.body, content_.substr(600'000, 10));
  EXPECT_FALSE(answer.head.has("X-Available-Ranges"));
}

TEST_F(PartGiving, AFinishedFileIsGivenWholeBeforeTheCatalogueHasIt) {
  start();
  const fs::path whole = root_.write("whole", content_);
  EXPECT_FALSE(ask(asker(), request()).head.has("Last-Modified"));
  context_->parts.finish(kDigest, {whole, 784111777}, now_ms());
  const Answer answer = ask(asker(), request());
  EXPECT_EQ(answer.status, "200");
  EXPECT_EQ(answer.head.value("Last-Modified"), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(answer.body, content_);
  EXPECT_FALSE(answer.head.has("X-Available-Ranges"));
}

TEST_F(PartGiving, APartThatMovedAwayIsNotCalledDead) {
  start();
  fs::remove(path_);
  EXPECT_EQ(ask(asker(), request("Range: bytes=0-9\r\n")).status, "503");
}

TEST_F(PartGiving, OneThatIsDroppedStopsOnItsWay) {
  constexpr std::uint64_t kBig = std::uint64_t{64} * 1024 * 1024;  // more than sockets hold
  size_bytes_ = kBig;
  fs::resize_file(path_, kBig);
  start();
  put({{0, kBig}});
  const auto ann = client();
  ann->say(request());
  ASSERT_TRUE(comes([this] {
    const auto rows = uploads_->rows(now_ms());
    return rows.size() == 1 && rows[0].state == "running" && rows[0].sent_bytes > 0;
  }));
  put({{0, kBig}});  // what grows does not stop it
  context_->parts.drop(kDigest);
  ann->read_on();
  ASSERT_TRUE(comes([&] { return ann->ended; }));
  EXPECT_LT(ann->got.size(), kBig);
  EXPECT_EQ(ask(asker(), request()).status, "404");
}

TEST_F(PartGiving, WhatIsWrittenBesideItDoesNotStopIt) {
  constexpr std::uint64_t kBig = std::uint64_t{64} * 1024 * 1024;
  size_bytes_ = 2 * kBig;
  fs::resize_file(path_, kBig);
  start();
  put({{0, kBig}});
  const auto ann = client();
  ann->say(request());
  ASSERT_TRUE(comes([this] {
    const auto rows = uploads_->rows(now_ms());
    return rows.size() == 1 && rows[0].sent_bytes > 0;
  }));
  fs::resize_file(path_, 2 * kBig);
  ann->read_on();
  std::optional<Answer> answer;
  ASSERT_TRUE(comes([&] { return (answer = ann->answer()).has_value(); }));
  EXPECT_EQ(answer->body.size(), kBig);
}

TEST_F(PartGiving, AnAskerThatNamesItselfIsToldToTheOthers) {
  start();
  const std::string some = "Range: bytes=0-9\r\n";
  Client& ann = asker();
  ask(ann, request(some + "X-Node: 127.0.0.1:7001\r\nX-Alt: 127.0.0.1:7001\r\n"));
  EXPECT_EQ(ask(asker(), request(some)).head.value("X-Alt"), "127.0.0.1:7001");
  EXPECT_FALSE(ask(ann, request(some)).head.has("X-Alt")) << "not to itself";
}

TEST_F(PartGiving, IsNothingForFastTrack) {
  start();
  tcp::acceptor acceptor(io_, {asio::ip::address_v4::loopback(), 0});
  clients_.push_back(std::make_unique<Client>(io_));
  Client& kim = *clients_.back();
  kim.socket.connect(acceptor.local_endpoint());
  uploads_->accept("kazaa", DialectKind::kazaa, acceptor.accept(), {});
  kim.read_on();
  EXPECT_EQ(ask(kim, request()).status, "404");
}

}  // namespace
}  // namespace p2p::transfer
