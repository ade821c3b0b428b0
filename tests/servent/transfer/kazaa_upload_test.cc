// One engine that gives by UuHash, and raw clients, over loopback in one thread.
#include <gtest/gtest.h>

#include "protocols/transfer/http_request.h"

#include "tests/support/captured_files.h"
#include "tests/support/upload_client.h"

namespace p2p::transfer {
namespace {
using test::kBigDigest;
using test::kTuneHash;

class KazaaGiving : public test::EngineUploads {
 protected:
  KazaaGiving() {
    fill(million());
    file_.uuhash = kTuneHash;
    settings_.nick = "me";
    hooks_.locate = [this](const FileWanted& wanted, const auto& then) {
      const auto* hash = std::get_if<UuHash>(&wanted);
      if (hash != nullptr && *hash != kTuneHash) return then(std::nullopt);
      then(offer());
    };
  }

  Client& client(const std::string& first_bytes = "", DialectKind kind = DialectKind::kazaa) {
    Client& client = call(kind, first_bytes);
    client.read_on();
    return client;
  }
  // As mldonkey asks.
  static std::string request(const std::string& fields = "",
                             const std::string& target = path_of(kTuneHash)) {
    return "GET " + target + " HTTP/1.0\r\nHost: x\r\nConnection: Keep-Alive\r\n" + fields + "\r\n";
  }
};

TEST_F(KazaaGiving, AnswersInBothFormsAndManyTimesOnAConnection) {
  start();
  Client& ann = client();
  const Answer part = ask(ann, request("Range: bytes=100-299\r\n"));
  EXPECT_EQ(part.status, "206");
  EXPECT_EQ(part.body, content_.substr(100, 200));
  EXPECT_EQ(part.head.value("Content-Range"), "bytes 100-299/1000000");
  EXPECT_EQ(part.head.value("X-Kazaa-Username"), "me");
  EXPECT_EQ(part.head.value("X-Kazaa-IP"), to_text(here_));
  EXPECT_TRUE(part.head.value("X-KazaaTag").starts_with("3==GR7GabD2EiKiOUJ3ap421v9P+/8=, 57="));
  const Answer absolute =
      ask(ann, request("Range: bytes=-5\r\n", "http://127.0.0.1:1214" + path_of(kTuneHash)));
  EXPECT_EQ(absolute.body, content_.substr(999'995));
  const Answer whole = ask(ann, request());
  EXPECT_EQ(whole.status, "200");
  EXPECT_EQ(whole.body, content_);
  EXPECT_EQ(whole.head.value("Content-Range"), "bytes 0-999999/1000000");
  EXPECT_FALSE(ann.ended);
}

TEST_F(KazaaGiving, ARequestInAnotherNetworksWordsIsUnknown) {
  start();
  Client& ann = client();
  EXPECT_EQ(ask(ann, request("", path_of(kBigDigest))).status, "404");
  EXPECT_EQ(ask(ann, request("", "/get/7/big.ogg")).status, "404");
  EXPECT_EQ(ask(ann, request("", "/.files")).status, "404");
  EXPECT_EQ(ask(ann, request("", path_of(UuHash{}))).status, "404");
  Client& bob = client("", DialectKind::http);
  EXPECT_EQ(ask(bob, request()).status, "404");
  EXPECT_EQ(ask(bob, request("Range: bytes=0-0\r\n", path_of(kBigDigest))).status, "206");
}

TEST_F(KazaaGiving, WhoHasToWaitIsToldWhenToComeBack) {
  settings_.upload_slots = 0;
  start();
  const Answer busy = ask(client(), request());
  EXPECT_EQ(busy.status, "503");
  EXPECT_EQ(busy.head.value("Retry-After"), "60");
  EXPECT_EQ(busy.head.value("X-Kazaa-Network"), "KaZaA");
}

TEST_F(KazaaGiving, NobodyIsToldOfSourcesOfAnotherNetwork) {
  start();
  ask(client("", DialectKind::http),
      request("Range: bytes=0-9\r\nX-Alt: 127.0.0.9:6400\r\n", path_of(kBigDigest)));
  ask(client(), request("Range: bytes=0-9\r\nX-Alt: 127.0.0.8:6400\r\n"));
  EXPECT_FALSE(ask(client(), request("Range: bytes=0-9\r\n")).head.has("X-Alt"));
  EXPECT_EQ(ask(client("", DialectKind::http), request("Range: bytes=0-9\r\n", path_of(kBigDigest)))
                .head.value("X-Alt"),
            "127.0.0.9:6400");
}

TEST_F(KazaaGiving, AStrangersBufferIsNotFloodedByABurst) {
  start();
  Client& ann = client();
  EXPECT_EQ(ask(ann, request()).body, content_);
  EXPECT_LT(ann.most_at_once, 50'000U) << "what mldonkey holds";
}

TEST_F(KazaaGiving, AStrangerIsGivenARangeInPortionsThatHeAsksFor) {
  start();
  Client& ann = client();
  const Answer first = ask(ann, request("Range: bytes=0-262143\r\n"));
  EXPECT_EQ(first.head.value("Content-Range"), "bytes 0-16383/1000000");
  EXPECT_EQ(first.body, content_.substr(0, 16'384));
  EXPECT_EQ(ask(ann, request("Range: bytes=990000-999999\r\n")).body, content_.substr(990'000));
  const Answer ours =
      ask(client(), request("Range: bytes=0-262143\r\nUserAgent: servent/0.1.0\r\n"));
  EXPECT_EQ(ours.body.size(), 262'144U);
}

TEST_F(KazaaGiving, AServentIsGivenAllThatItsSocketTakes) {
  start();
  Client& ann = client();
  EXPECT_EQ(ask(ann, request("UserAgent: servent/0.1.0\r\n")).body, content_);
  EXPECT_GT(ann.most_at_once, 32'768U);
}

TEST_F(KazaaGiving, CallsWhoAskedForAPushAndServesHimThere) {
  start();
  PushWanted wanted;
  wanted.dialect = {DialectKind::kazaa, "me", false, {}, {0x7f000001, 1215}};
  wanted.opening = "GIVE 7\r\n";
  Client& ann = called("kazaa", wanted);
  const Answer part = ask(ann, request("Range: bytes=5-9\r\n"));
  EXPECT_EQ(part.body, content_.substr(5, 5));
  EXPECT_EQ(part.head.value("X-Kazaa-SupernodeIP"), "127.0.0.1:1215");
  EXPECT_FALSE(part.head.has("X-Kazaa-IP")) << "nobody can call there";
}

TEST_F(KazaaGiving, AGiveThatNobodyAwaitsIsClosed) {
  start();
  Client& one = client("GI");
  one.say("VE 7\r\n");
  EXPECT_TRUE(comes([&] { return one.ended; }));
  Client& two = client("GIVE x\r\n");
  EXPECT_TRUE(comes([&] { return two.ended; }));
  EXPECT_EQ(one.got + two.got, "");
}

}  // namespace
}  // namespace p2p::transfer
