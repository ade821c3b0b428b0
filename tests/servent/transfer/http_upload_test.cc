// One engine that gives over HTTP, and raw clients, over loopback in one thread.
#include <gtest/gtest.h>

#include "protocols/transfer/http_request.h"
#include "protocols/transfer/http_tree.h"
#include "protocols/transfer/thex.h"

#include "tests/support/joined_hash.h"
#include "tests/support/upload_client.h"

namespace p2p::transfer {
namespace {
namespace fs = std::filesystem;
using test::kBigDigest;

class HttpGiving : public test::EngineUploads {
 protected:
  HttpGiving() {
    fill(million());
    file_.id = 7;
    hooks_.locate = [this](const FileWanted& wanted, const auto& then) {
      const auto* digest = std::get_if<Sha1>(&wanted);
      const auto* number = std::get_if<NumberedFile>(&wanted);
      if ((digest == nullptr || *digest != kBigDigest) &&
          (number == nullptr || number->index != 7 || number->name != "big.ogg"))
        return then(std::nullopt);
      then(offer());
    };
  }

  Client& client(const std::string& first_bytes = "") {
    Client& client = call(DialectKind::http, first_bytes);
    client.read_on();
    return client;
  }
};

TEST_F(HttpGiving, GivesTheTreeOfAFileWithoutASlot) {
  const TreeShape shape = TreeShape::of(1'000'000);
  const HashTree tree =
      HashTree::above(shape, test::leaf_hashes(shape.leaves()), test::joined_hash);
  hooks_.tree = [&](const Sha1& content, const auto& then) {
    then(content == kBigDigest ? std::optional(tree) : std::nullopt);
  };
  settings_.upload_slots = 0;
  start();
  Client& ann = client();
  const std::string path = tree_path_of(kBigDigest, tree.root());
  const Answer told = ask(ann, request("", "HEAD", path), true);
  EXPECT_EQ(told.status, "200");
  const Answer given = ask(ann, request("", "GET", path));
  EXPECT_EQ(given.status, "200");
  EXPECT_EQ(given.head.value("Content-Type"), "application/dime");
  EXPECT_EQ(given.head.value("Content-Length"), told.head.value("Content-Length"));
  const auto read = decode_thex(bytes_of(given.body), 1'000'000);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_TRUE(read->is_sound(tree.root(), test::joined_hash));
  const std::string by_digest = path.substr(0, path.find(';'));
  EXPECT_EQ(ask(ann, request("", "GET", by_digest)).body, given.body);

  EXPECT_EQ(ask(ann, request("", "GET", tree_path_of(kBigDigest, {}))).status, "404")
      << "another tree";
  EXPECT_EQ(ask(ann, request("", "GET", tree_path_of(Sha1{}, tree.root()))).status, "404");
  EXPECT_EQ(running(), 0U);
}

TEST_F(HttpGiving, WithoutTreesThereIsNone) {
  start();
  EXPECT_EQ(ask(client(), request("", "GET", tree_path_of(kBigDigest, {}))).status, "404");
}

TEST_F(HttpGiving, AnswersOneRequestAfterTheOtherOnAConnection) {
  start();
  Client& ann = client();
  const Answer whole = ask(ann, request());
  EXPECT_EQ(whole.status, "200");
  EXPECT_EQ(whole.body, content_);
  EXPECT_EQ(whole.head.value("X-Gnutella-Content-URN"), to_urn(kBigDigest));
  const Answer part = ask(ann, request("Range: bytes=100-299\r\n"));
  EXPECT_EQ(part.status, "206");
  EXPECT_EQ(part.head.value("Content-Range"), "bytes 100-299/1000000");
  EXPECT_EQ(part.body, content_.substr(100, 200));
  EXPECT_EQ(ask(ann, request("Range: bytes=-5\r\n")).body, content_.substr(999'995));
  EXPECT_EQ(ask(ann, request("", "GET", "/get/7/big.ogg")).body, content_);
  EXPECT_EQ(engine_->uploads().size(), 1U) << "one file, one row";
  ann.socket.close();
  EXPECT_TRUE(comes([this] { return engine_->uploads().empty(); }));
}

TEST_F(HttpGiving, WhoAskedForTheEndFirstHasAllWhenHeHasTheRest) {
  start();
  Client& ann = client();
  ask(ann, request("Range: bytes=400000-999999\r\n"));
  ask(ann, request("Range: bytes=0-399999\r\n"));
  ann.socket.close();
  EXPECT_TRUE(comes([this] { return engine_->uploads().empty(); }));
  EXPECT_NE(log_.find("big.ogg to 127.0.0.1 done\n"), std::string::npos) << log_;
}

TEST_F(HttpGiving, OfWhoTakesAPartTheLogSaysHowMuch) {
  start();
  Client& ann = client();
  ask(ann, request("Range: bytes=100-299\r\n"));
  ann.socket.close();
  EXPECT_TRUE(comes([this] { return engine_->uploads().empty(); }));
  EXPECT_NE(log_.find("big.ogg to 127.0.0.1: gave 200 of 1000000 bytes\n"), std::string::npos)
      << log_;
}

TEST_F(HttpGiving, AHeadHasNoBodyAndNeedsNoSlot) {
  settings_.upload_slots = 0;
  start();
  Client& ann = client();
  const Answer head = ask(ann, request("", "HEAD"), true);
  EXPECT_EQ(head.status, "200");
  EXPECT_EQ(head.head.value("Content-Length"), "1000000");
  EXPECT_EQ(ask(ann, request("", "HEAD", "/nothing"), true).status, "404");
  EXPECT_EQ(ann.got, "");
}

TEST_F(HttpGiving, TellsWhenTheFileWasLastChanged) {
  file_.modified_unix = 784111777;
  start();
  Client& ann = client();
  const std::string time = "Sun, 06 Nov 1994 08:49:37 GMT";
  EXPECT_EQ(ask(ann, request()).head.value("Last-Modified"), time);
  EXPECT_EQ(ask(ann, request("Range: bytes=0-9\r\n")).head.value("Last-Modified"), time);
  EXPECT_EQ(ask(ann, request("", "HEAD"), true).head.value("Last-Modified"), time);
  EXPECT_FALSE(ask(ann, request("Range: bytes=1000000-\r\n")).head.has("Last-Modified"));
  // Which version that is a second does not say.
  EXPECT_EQ(ask(ann, request("Range: bytes=0-9\r\nIf-Range: " + time + "\r\n")).status, "200");
  for (const std::optional<std::int64_t> wrong :
       {std::optional<std::int64_t>(), std::optional<std::int64_t>(-1),
        std::optional<std::int64_t>(253402300799)}) {
    file_.modified_unix = wrong;
    EXPECT_FALSE(ask(ann, request("Range: bytes=0-9\r\n")).head.has("Last-Modified"));
  }
}

TEST_F(HttpGiving, RefusesAndGoesOn) {
  start();
  Client& ann = client();
  EXPECT_EQ(ask(ann, request("", "GET", "/../../etc/passwd")).status, "404");
  EXPECT_EQ(ask(ann, request("", "GET", path_of(Sha1{}))).status, "404");
  EXPECT_EQ(ask(ann, request("", "GET", "/get/8/big.ogg")).status, "404");
  EXPECT_EQ(ask(ann, request("", "BREW")).status, "405");
  const Answer behind = ask(ann, request("Range: bytes=1000000-\r\n"));
  EXPECT_EQ(behind.status, "416");
  EXPECT_EQ(behind.head.value("Content-Range"), "bytes */1000000");
  EXPECT_EQ(ask(ann, request("Range: bytes=0-0\r\n")).body, content_.substr(0, 1));
}

TEST_F(HttpGiving, AnswersInTheOrderOfRequestsThatCameAtOnce) {
  start();
  std::string all;
  for (int i = 0; i < 20; ++i)
    all += request("Range: bytes=" + std::to_string(i) + '-' + std::to_string(i + 9) + "\r\n");
  Client& ann = client(all.substr(0, 300));  // that much was read before
  ann.say(all.substr(300));
  for (std::size_t i = 0; i < 20; ++i)
    EXPECT_EQ(next(ann).body, content_.substr(i, 10));
  EXPECT_FALSE(ann.ended);
}

TEST_F(HttpGiving, ClosesWhenItIsAskedToAndWhereItUnderstandsNothing) {
  start();
  Client& ann = client();
  EXPECT_EQ(ask(ann, request("Connection: close\r\nRange: bytes=0-1\r\n")).status, "206");
  EXPECT_TRUE(comes([&] { return ann.ended; }));
  Client& old = client();
  EXPECT_EQ(ask(old, "GET " + path_of(kBigDigest) + " HTTP/1.0\r\n\r\n").body, content_);
  EXPECT_TRUE(comes([&] { return old.ended; }));
  Client& garbage = client();
  EXPECT_EQ(ask(garbage, std::string("\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 11)).status, "400");
  EXPECT_TRUE(comes([&] { return garbage.ended; }));
  Client& endless = client();
  EXPECT_EQ(ask(endless, "GET /" + std::string(20'000, 'a')).status, "431");
  EXPECT_TRUE(comes([&] { return endless.ended; }));
}

TEST_F(HttpGiving, WhoHasToWaitKeepsHisPlaceAndGetsHisTurn) {
  settings_.upload_slots = 1;
  start();
  Client& ann = client();
  EXPECT_EQ(ask(ann, request("User-Agent: ann\r\n")).status, "200");
  const std::string bob = request("User-Agent: bob\r\nX-Queue: 1.0\r\n");
  Client& first = client();
  const Answer busy = ask(first, bob);
  EXPECT_EQ(busy.status, "503");
  EXPECT_NE(busy.head.value("X-Queued").find("position=1; lifetime=180; length=1; ETA=60"),
            std::string_view::npos)
      << busy.head.value("X-Queued");
  EXPECT_EQ(busy.head.value("Retry-After"), "60");
  EXPECT_EQ(busy.head.value("Connection"), "close");
  const Answer second = ask(client(), request("User-Agent: cid\r\nX-Queue: 0.1\r\n"));
  EXPECT_EQ(second.head.value("X-Queue"), "position=2, length=2, limit=1, pollMin=60, pollMax=120");
  EXPECT_EQ(second.head.value("Connection"), "Keep-Alive") << "he waits on it";
  // Nobody who does not wait is let in before them.
  ann.socket.close();
  EXPECT_TRUE(comes([this] { return running() == 0; }));
  EXPECT_EQ(ask(client(), request("User-Agent: dan\r\n")).status, "503");
  first.socket.close();
  EXPECT_EQ(ask(client(), bob).status, "200") << "from another connection";
}

// gtk-gnutella 1.2.3 (observed) asks again on a connection that stays open, after 60 s at first,
// and waits for longer than that when it has been closed meanwhile.
TEST_F(HttpGiving, GtkGnutellaIsToldToWaitElsewhere) {
  settings_.upload_slots = 1;
  start();
  EXPECT_EQ(ask(client(), request("User-Agent: ann\r\nRange: bytes=0-9\r\n")).status, "206");
  Client& other = client();
  const Answer busy =
      ask(other, request("User-Agent: gtk-gnutella/1.2.3 (2024-03-03; Topless; Linux "
                         "x86_64)\r\nX-Features: tls/1.0, fwalt/0.1, queue/1.1\r\n"
                         "Accept-Encoding: deflate\r\nUpgrade: TLS/1.0\r\n"
                         "Connection: Upgrade\r\nX-Queue: 1.1\r\n"
                         "X-Node: 127.0.0.1:7001\r\nRange: bytes=0-1048575\r\n"
                         "X-Downloaded: 0\r\n"));
  EXPECT_EQ(busy.status, "503");
  EXPECT_NE(busy.head.value("X-Queued").find("position=1;"), std::string_view::npos);
  EXPECT_EQ(busy.head.value("Connection"), "close");
  EXPECT_TRUE(comes([&] { return other.ended; }));
}

TEST_F(HttpGiving, ASlotThatIsKeptForTheNextRequestGoesToTheSameUserElsewhere) {
  settings_.upload_slots = 1;
  start();
  EXPECT_EQ(ask(client(), request("User-Agent: ann\r\nRange: bytes=0-9\r\n")).status, "206");
  EXPECT_EQ(ask(client(), request("User-Agent: bob\r\n")).status, "503");
  EXPECT_EQ(ask(client(), request("User-Agent: ann\r\nRange: bytes=10-\r\n")).status, "206");
  EXPECT_EQ(engine_->uploads().size(), 1U);
  EXPECT_TRUE(engine_->uploads()[0].user.starts_with("127.0.0.1 ann"));
}

TEST_F(HttpGiving, AFileThatChangedIsNotPassedOffAsTheOldOne) {
  start();
  Client& ann = client();
  EXPECT_EQ(ask(ann, request("Range: bytes=0-9\r\n")).status, "206");
  fs::resize_file(path_, 999'999);
  EXPECT_EQ(ask(ann, request("Range: bytes=0-9\r\n")).status, "404");
  EXPECT_NE(log_.find("x/big.ogg cannot be given"), std::string::npos);
}

TEST_F(HttpGiving, AFileThatShrinksOnTheWayIsNotPadded) {
  resize(kMuch);
  start();
  Client& ann = call(DialectKind::http);
  ann.say(request());
  ASSERT_TRUE(comes([this] { return running() == 1; }));
  fs::resize_file(path_, 100);
  ann.read_on();
  ASSERT_TRUE(comes([&] { return ann.ended; }));
  EXPECT_LT(ann.got.size(), kMuch);
}

TEST_F(HttpGiving, CallsWhoAskedForAPushAndServesHimThere) {
  start();
  PushWanted wanted;
  wanted.dialect.kind = DialectKind::http;
  wanted.opening = "GIV 7:fde83102ec32a833c055ffeeb0a197f7/file\n\n";
  Client& ann = called("gnutella", wanted);
  EXPECT_EQ(ask(ann, request("Range: bytes=5-9\r\n")).body, content_.substr(5, 5));
}

TEST_F(HttpGiving, AGivThatNobodyAwaitsIsClosed) {
  start();
  Client& one = client("GI");
  one.say("V 7:fde83102ec32a833c055ffeeb0a197f7/file\n\n");
  EXPECT_TRUE(comes([&] { return one.ended; }));
  Client& two = client("GIV 7:x/file\n\n");
  EXPECT_TRUE(comes([&] { return two.ended; }));
  EXPECT_EQ(one.got + two.got, "");
}

TEST_F(HttpGiving, ConnectionsOnWhichNothingIsAskedKeepNobodyOut) {
  settings_.max_inbound = 3;
  start();
  for (int i = 0; i < 10; ++i)
    client("GET /");
  EXPECT_EQ(ask(client(), request()).status, "200");
}

TEST_F(HttpGiving, WhatOneAskerSaysOfOthersTheNextOneHearsOnce) {
  start();
  const std::string some = "Range: bytes=0-9\r\n";
  Client& ann = client();
  ask(ann, request(some + "X-Alt: 127.0.0.9:6400, 8.8.8.8:6346, 0.0.0.0:1, 127.0.0.8:0, junk\r\n"));
  Client& bob = client();
  EXPECT_EQ(ask(bob, request(some)).head.value("X-Alt"), "127.0.0.9:6400");
  EXPECT_FALSE(ask(bob, request(some)).head.has("X-Alt")) << "told already";
  EXPECT_FALSE(ask(ann, request(some)).head.has("X-Alt")) << "ann said it herself";
  Client& cid = client();
  EXPECT_FALSE(ask(cid, request(some + "X-Node: 127.0.0.9:6400\r\n")).head.has("X-Alt"))
      << "he is it";
}

TEST_F(HttpGiving, WhoHasToWaitHearsOfOthers) {
  settings_.upload_slots = 0;
  start();
  ask(client(), request("X-Alt: 127.0.0.9:6400\r\n"));
  const Answer busy = ask(client(), request());
  EXPECT_EQ(busy.status, "503");
  EXPECT_EQ(busy.head.value("X-Alt"), "127.0.0.9:6400");
}

TEST_F(HttpGiving, AnAskerThatListensIsASourceWhenItHasAll) {
  start();
  const std::string ann = "X-Node: 127.0.0.1:7001\r\n";
  ask(client(), request(ann + "Range: bytes=0-499999\r\n"));
  EXPECT_FALSE(ask(client(), request("", "HEAD"), true).head.has("X-Alt")) << "half of it";
  Client& again = client();
  ask(again, request(ann + "X-Downloaded: 500000\r\nRange: bytes=500000-799999\r\n"));
  ask(again, request(ann + "Range: bytes=0-0\r\n"));  // the answer before is known to be out
  EXPECT_FALSE(ask(client(), request("", "HEAD"), true).head.has("X-Alt"));
  ask(again, request(ann + "X-Downloaded: 500000\r\nRange: bytes=800000-\r\n"));
  // The last byte is here before the engine knows that it is out.
  EXPECT_TRUE(comes([&] {
    return ask(client(), request("", "HEAD"), true).head.value("X-Alt") == "127.0.0.1:7001";
  }));
}

TEST_F(HttpGiving, NobodyIsMadeASourceByAnother) {
  start();
  Client& ann = client();
  ask(ann, request("X-Node: 127.0.0.2:7001\r\n"));
  ask(ann, request("Range: bytes=0-0\r\n"));  // the first answer is known to be out by then
  EXPECT_FALSE(ask(client(), request("", "HEAD"), true).head.has("X-Alt"));
}

TEST_F(HttpGiving, OneAskerCannotCallASourceDead) {
  start();
  ask(client(), request("X-Alt: 127.0.0.9:6400\r\n"));
  for (int i = 0; i < 5; ++i)
    ask(client(), request("X-Nalt: 127.0.0.9:6400\r\n", "HEAD"), true);
  EXPECT_EQ(ask(client(), request("", "HEAD"), true).head.value("X-Alt"), "127.0.0.9:6400");
}

}  // namespace
}  // namespace p2p::transfer
