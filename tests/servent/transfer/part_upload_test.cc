// A file that is still being fetched is given over HTTP: uploads with one offer, and raw clients,
// over loopback in one thread.
#include <gtest/gtest.h>

#include "protocols/transfer/http_available.h"
#include "protocols/transfer/http_request.h"
#include "protocols/transfer/http_tree.h"
#include "protocols/transfer/thex.h"

#include "tests/support/joined_hash.h"
#include "tests/support/upload_client.h"

namespace p2p::transfer {
namespace {
namespace fs = std::filesystem;
using test::kBigDigest;

class PartGiving : public test::BareUploads {
 protected:
  PartGiving() {
    content_ = million();
    path_ = root_.write("part", content_.substr(0, 600'000));
    hooks_.locate = [this](const FileWanted&, const auto& then) { then(shared_); };
  }
  void start() {
    BareUploads::start();
    put({{0, 100'000}, {200'000, 500'000}});
  }
  void put(const std::vector<Extent>& runs) {
    Extents verified;
    for (const Extent& run : runs)
      verified.insert(run);
    PartOffer offer;
    offer.file.name = "big.ogg";
    offer.file.size_bytes = size_bytes_;
    offer.file.sha1 = kBigDigest;
    offer.file.tree_root = tree_.root();
    offer.path = path_;
    offer.verified = std::make_shared<const Extents>(verified);
    offer.tree = std::make_shared<const HashTree>(tree_);
    ASSERT_TRUE(context_->parts.put(std::move(offer)));
  }
  Client& asker(DialectKind kind = DialectKind::http) {
    Client& client = call(kind);
    client.read_on();
    return client;
  }

  std::uint64_t size_bytes_ = 1'000'000;
  HashTree tree_ =
      HashTree::above(TreeShape::of(1'000'000),
                      test::leaf_hashes(TreeShape::of(1'000'000).leaves()), test::joined_hash);
  std::optional<Offer> shared_;  // as a whole
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
  EXPECT_EQ(within.head.value("X-Gnutella-Content-URN"), to_urn(kBigDigest));
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
  const std::string path = tree_path_of(kBigDigest, tree_.root());
  EXPECT_EQ(ask(ann, request("Range: bytes=0-0\r\n")).head.value(kTreeField), path);
  const Answer given = ask(ann, request("", "GET", path));
  ASSERT_EQ(given.status, "200");
  const auto read = decode_thex(bytes_of(given.body), size_bytes_);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->root(), tree_.root());
  EXPECT_EQ(ask(ann, request("", "GET", tree_path_of(Sha1{}, tree_.root()))).status, "404");
  context_->parts.drop(kBigDigest);
  EXPECT_EQ(ask(ann, request("", "GET", path)).status, "404");
}

TEST_F(PartGiving, AWholeFileOfOursGoesFirst) {
  start();
  const fs::path whole = root_.write("whole", content_);
  file_.size_bytes = content_.size();
  shared_ = offer_of(file_, whole);
  const Answer answer = ask(asker(), request("Range: bytes=600000-600009\r\n"));
  EXPECT_EQ(answer.body, content_.substr(600'000, 10));
  EXPECT_FALSE(answer.head.has("X-Available-Ranges"));
}

TEST_F(PartGiving, AFinishedFileIsGivenWholeBeforeTheCatalogueHasIt) {
  start();
  const fs::path whole = root_.write("whole", content_);
  EXPECT_FALSE(ask(asker(), request()).head.has("Last-Modified"));
  context_->parts.finish(kBigDigest, {whole, 784111777}, now_ms());
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
  Client& ann = call(DialectKind::http);
  ann.say(request());
  ASSERT_TRUE(comes([this] {
    const auto shown = rows();
    return shown.size() == 1 && shown[0].state == "running" && shown[0].sent_bytes > 0;
  }));
  put({{0, kBig}});  // what grows does not stop it
  context_->parts.drop(kBigDigest);
  ann.read_on();
  ASSERT_TRUE(comes([&] { return ann.ended; }));
  EXPECT_LT(ann.got.size(), kBig);
  EXPECT_EQ(ask(asker(), request()).status, "404");
}

TEST_F(PartGiving, WhatIsWrittenBesideItDoesNotStopIt) {
  constexpr std::uint64_t kBig = std::uint64_t{64} * 1024 * 1024;
  size_bytes_ = 2 * kBig;
  fs::resize_file(path_, kBig);
  start();
  put({{0, kBig}});
  Client& ann = call(DialectKind::http);
  ann.say(request());
  ASSERT_TRUE(comes([this] {
    const auto shown = rows();
    return shown.size() == 1 && shown[0].sent_bytes > 0;
  }));
  fs::resize_file(path_, 2 * kBig);
  ann.read_on();
  std::optional<Answer> answer;
  ASSERT_TRUE(comes([&] { return (answer = ann.answer()).has_value(); }));
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
  Client& kim = asker(DialectKind::kazaa);
  EXPECT_EQ(ask(kim, request()).status, "404");
}

}  // namespace
}  // namespace p2p::transfer
