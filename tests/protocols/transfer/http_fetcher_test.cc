#include "protocols/transfer/http_fetcher.h"

#include <gtest/gtest.h>

#include "protocols/transfer/http_available.h"

#include "tests/support/captured_files.h"
#include "tests/support/gnutella_vector.h"

namespace p2p::transfer {
namespace {

using test::kRiverDigest;

using Why = FetchEnd::Why;
using namespace std::chrono_literals;

FetchAsk river_ask(std::uint64_t offset, std::uint64_t total) {
  FetchAsk ask;
  ask.name = "blue river.ogg";
  ask.index = 7;
  ask.sha1 = kRiverDigest;
  ask.total = total;
  ask.offset = offset;
  ask.agent = "servent/0.1.0";
  ask.host = {0x7f000001, 26346};
  return ask;
}

// What a fetcher makes of answers, each fed once it has asked, in pieces of a size.
struct Heard {
  std::string data;
  std::vector<std::string> asked;  // the requests
  std::optional<FetchEnd> end;
  std::optional<Sha1> sha1;
  std::uint64_t missing = 0;
};
Heard heard(const FetchAsk& what, const std::string& answers, std::size_t piece) {
  HttpFetcher fetcher(what, {});
  Heard out;
  Bytes bytes = bytes_of(answers);
  out.asked.push_back(fetcher.take_output());
  while (!bytes.empty()) {
    const Bytes now = bytes.first(std::min(piece, bytes.size()));
    bytes = bytes.subspan(now.size());
    out.data += text_of(fetcher.feed(now));
    if (std::string request = fetcher.take_output(); !request.empty())
      out.asked.push_back(std::move(request));
  }
  out.end = fetcher.end();
  out.sha1 = fetcher.sha1();
  out.missing = fetcher.missing();
  return out;
}
// Whole and byte by byte, the same.
Heard heard(const FetchAsk& what, const std::string& answers) {
  const Heard whole = heard(what, answers, answers.size() + 1);
  const Heard cut = heard(what, answers, 1);
  EXPECT_EQ(whole.data, cut.data);
  EXPECT_EQ(whole.end.has_value(), cut.end.has_value());
  if (whole.end && cut.end) {
    EXPECT_EQ(whole.end->why, cut.end->why);
    EXPECT_EQ(whole.end->text, cut.end->text);
  }
  EXPECT_EQ(whole.sha1, cut.sha1);
  EXPECT_EQ(whole.missing, cut.missing);
  return cut;
}
std::string captured_answer(const std::string& name) {
  return std::string(text_of(test::gnutella_vector(name)));
}
std::string part(std::uint64_t first, const std::string& data, std::uint64_t total,
                 const std::string& more = "") {
  return "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + std::to_string(first) + '-' +
         std::to_string(first + data.size() - 1) + '/' + std::to_string(total) +
         "\r\nContent-Length: " + std::to_string(data.size()) + "\r\n" + more + "\r\n" + data;
}

TEST(HttpFetcher, AsksByDigestForTheRest) {
  FetchAsk what = river_ask(10, 100);
  what.owned.bytes = 10;
  HttpFetcher fetcher(what, {DialectKind::http, "", false, {0x7f000001, 6346}});
  EXPECT_EQ(fetcher.take_output(),
            "GET /uri-res/N2R?urn:sha1:JUDQZQTXM7MZKYF24SCWEZFVX4L764LO HTTP/1.1\r\n"
            "Host: 127.0.0.1:26346\r\n"
            "User-Agent: servent/0.1.0\r\n"
            "Connection: Keep-Alive\r\n"
            "Range: bytes=10-99\r\n"
            "X-Queue: 1.1\r\n"
            "X-Features: queue/1.1\r\n"
            "X-Node: 127.0.0.1:6346\r\n"
            "X-Downloaded: 10\r\n"
            "\r\n");
  EXPECT_EQ(fetcher.take_output(), "");
}

TEST(HttpFetcher, AsksByNumberAndNameWhereTheContentIsUnknown) {
  FetchAsk what = river_ask(0, 100);
  what.sha1.reset();
  what.queue_ticket = "1a5f";
  HttpFetcher fetcher(what, {});
  const std::string request = fetcher.take_output();
  EXPECT_TRUE(request.starts_with("GET /get/7/blue%20river.ogg HTTP/1.1\r\n"));
  EXPECT_NE(request.find("X-Queued: ID=1a5f\r\n"), std::string::npos);
  EXPECT_EQ(request.find("X-Node"), std::string::npos);
}

TEST(HttpFetcher, AsksAgainBehindAShortAnswer) {  // of 512 KiB, as gtk-gnutella gives first
  const std::string data(524288, 'x');
  const Heard got =
      heard(river_ask(0, 3000000), captured_answer("http_get_n2r_response_capped") + data);
  EXPECT_EQ(got.data, data);
  EXPECT_EQ(got.sha1, kRiverDigest);
  ASSERT_EQ(got.asked.size(), 2U);
  EXPECT_NE(got.asked[1].find("Range: bytes=524288-2999999\r\n"), std::string::npos);
  EXPECT_FALSE(got.end);
  EXPECT_EQ(got.missing, 3000000U - 524288U);
}

TEST(HttpFetcher, TakesTheSecondAnswerFromTheSameBytes) {
  const Heard got = heard(river_ask(2, 10), part(2, "abc", 10) + part(5, "defgh", 10));
  EXPECT_EQ(got.data, "abcdefgh");
  EXPECT_EQ(got.missing, 0U);
  EXPECT_FALSE(got.end);
}

TEST(HttpFetcher, TakesAWholeAnswerFromTheResumePointOn) {
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";
  EXPECT_EQ(heard(river_ask(0, 10), answer).data, "0123456789");
  EXPECT_EQ(heard(river_ask(4, 10), answer).data, "456789");
  EXPECT_EQ(heard(river_ask(4, 10), "HTTP 200 OK\r\n\r\n0123456789").data, "456789");
}

TEST(HttpFetcher, PassesOverInterimAnswers) {
  EXPECT_EQ(heard(river_ask(0, 3), "HTTP/1.1 100 Continue\r\n\r\n" + part(0, "abc", 3)).data,
            "abc");
  std::string many;
  for (int i = 0; i < 20; ++i)
    many += "HTTP/1.1 102 Processing\r\n\r\n";
  EXPECT_EQ(heard(river_ask(0, 3), many).end.value().why, Why::failed);
}

TEST(HttpFetcher, ComesBackToOneThatClosesBehindAnAnswer) {
  const Heard got = heard(river_ask(0, 10), part(0, "abc", 10, "Connection: close\r\n"));
  EXPECT_EQ(got.data, "abc");
  ASSERT_TRUE(got.end);
  EXPECT_EQ(got.end->why, Why::ended);

  HttpFetcher silent(river_ask(0, 10), {});
  EXPECT_EQ(silent.closed().why, Why::failed);
  silent.feed(bytes_of(part(0, "abc", 10)));
  EXPECT_EQ(silent.closed().why, Why::ended);
  const std::string next = part(3, "defg", 10);
  silent.feed(bytes_of(next.substr(0, next.size() - 1)));
  EXPECT_EQ(silent.closed().why, Why::failed) << "in the middle of an answer";
}

TEST(HttpFetcher, HearsItsPlaceInAQueue) {
  const Heard real = heard(river_ask(0, 10), captured_answer("http_503_queued"));
  ASSERT_TRUE(real.end);
  EXPECT_EQ(real.end->why, Why::queued);
  EXPECT_EQ(real.end->place, 7U);
  EXPECT_EQ(real.end->retry_after, 120s);
  EXPECT_EQ(real.end->ticket, "1a5fb3f632279f36fab06b539386cf1f");
  const Heard old =
      heard(river_ask(0, 10),
            "HTTP/1.1 503 Busy\r\n"
            "X-Queue: position=2, length=5, limit=4, pollMin=45, pollMax=120\r\n\r\n");
  ASSERT_TRUE(old.end);
  EXPECT_EQ(old.end->place, 2U);
  EXPECT_EQ(old.end->retry_after, 45s);
  EXPECT_EQ(heard(river_ask(0, 1), "HTTP/1.1 503 x\r\nRetry-After: 99999999999\r\n\r\n")
                .end.value()
                .retry_after,
            3600s);
  EXPECT_EQ(heard(river_ask(0, 1), captured_answer("http_429_browse_too_often")).end.value().why,
            Why::queued);
}

TEST(HttpFetcher, LeavesWhoDoesNotHaveIt) {
  EXPECT_EQ(heard(river_ask(0, 10), "HTTP/1.1 404 Not Found\r\n\r\n").end.value().why, Why::absent);
  EXPECT_EQ(heard(river_ask(0, 10), "HTTP/1.1 410 Gone\r\n\r\n").end.value().why, Why::gone);
  EXPECT_EQ(heard(river_ask(0, 10), part(0, "abc", 11)).end.value().why, Why::gone);
  EXPECT_EQ(heard(river_ask(0, 10), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n").end.value().why,
            Why::gone);
}

TEST(HttpFetcher, TakesNoAnswerToAnotherQuestion) {
  const std::string head = "HTTP/1.1 206 Partial Content\r\n";
  for (const std::string& answer :
       {part(1, "abc", 10), head + "\r\nabc", head + "Content-Range: bytes 0-10/10\r\n\r\n",
        head + "Content-Range: bytes 0-18446744073709551615/*\r\n\r\n",
        head + "Content-Range: bytes 0-2/10\r\nContent-Length: 4\r\n\r\nabcd",
        head + "Content-Range: bytes 0-2/10\r\nContent-Length: x\r\n\r\nabcd",
        head + "Content-Range: bytes 0-2/10\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc",
        head + "Content-Range: bytes 0-2/10\r\nContent-Encoding: gzip\r\n\r\nabc",
        std::string("HTTP/1.1 302 Found\r\n\r\n"), std::string("HTTP/1.1 2x6 x\r\n\r\n"),
        std::string("GIV 1:2/3\n\n"), "HTTP/1.1 200 " + std::string(10000, 'x')}) {
    const Heard got = heard(river_ask(0, 10), answer);
    EXPECT_EQ(got.data, "") << answer;
    ASSERT_TRUE(got.end) << answer;
    EXPECT_EQ(got.end->why, Why::failed) << answer;
    EXPECT_EQ(got.asked.size(), 1U) << answer;
  }
  EXPECT_EQ(heard(river_ask(0, 10), "HTTP/1.1 403 No\x01 way\r\n\r\n").end.value().text,
            "the source says: 403 No\\x01 way");
}

TEST(HttpFetcher, GoesOnWithAnotherPartOnTheSameConnection) {
  FetchAsk wanted = river_ask(2, 10);
  wanted.end = 4;
  HttpFetcher fetcher(wanted, {});
  EXPECT_NE(fetcher.take_output().find("Range: bytes=2-3\r\n"), std::string::npos);
  EXPECT_FALSE(fetcher.go_on(7, 9, {})) << "something is missing";
  EXPECT_EQ(text_of(fetcher.feed(bytes_of(part(2, "ab", 10)))), "ab");
  EXPECT_EQ(fetcher.missing(), 0U);
  EXPECT_FALSE(fetcher.go_on(7, 11, {})) << "behind the end";
  EXPECT_FALSE(fetcher.go_on(7, 7, {}));
  ASSERT_TRUE(fetcher.go_on(7, 9, {}));
  EXPECT_NE(fetcher.take_output().find("Range: bytes=7-8\r\n"), std::string::npos);
  EXPECT_EQ(text_of(fetcher.feed(bytes_of(part(7, "cd", 10)))), "cd");
  EXPECT_EQ(fetcher.missing(), 0U);
}

TEST(HttpFetcher, TakesNoMoreThanWasAsked) {
  FetchAsk wanted = river_ask(2, 10);
  wanted.end = 4;
  EXPECT_EQ(heard(wanted, part(2, "abc", 10)).end.value().why, Why::failed);
}

TEST(HttpFetcher, WhoDoesNotKnowRangesGivesAllTheRest) {
  FetchAsk wanted = river_ask(2, 10);
  wanted.end = 4;
  const Heard got = heard(wanted, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789");
  EXPECT_EQ(got.data, "23456789");
}

TEST(HttpFetcher, SaysOnceThatPartsCanBeHadHere) {
  FetchAsk wanted = river_ask(2, 10);
  wanted.end = 4;
  wanted.others.alive = {{0x7f000009, 1}};
  HttpFetcher fetcher(wanted, {DialectKind::http, "", false, {0x7f000001, 6346}});
  EXPECT_NE(fetcher.take_output().find("X-Alt: 127.0.0.9:1\r\n"), std::string::npos);
  fetcher.feed(bytes_of(part(2, "ab", 10)));
  ASSERT_TRUE(fetcher.go_on(4, 6, {2, true}));
  const std::string second = fetcher.take_output();
  EXPECT_NE(second.find("X-Alt: 127.0.0.1:6346\r\n"), std::string::npos) << second;
  EXPECT_NE(second.find("X-Downloaded: 2\r\n"), std::string::npos) << second;
  fetcher.feed(bytes_of(part(4, "ab", 10)));
  ASSERT_TRUE(fetcher.go_on(6, 8, {4, true}));
  EXPECT_EQ(fetcher.take_output().find("X-Alt"), std::string::npos);
}

TEST(HttpFetcher, HearsWhenTheFileWasLastChanged) {
  HttpFetcher fetcher(river_ask(0, 3000000), {});
  fetcher.feed(bytes_of(captured_answer("http_get_n2r_response_capped")));
  EXPECT_EQ(fetcher.modified_unix(), 1795332990);
  const auto told = [](const std::string& fields) {
    HttpFetcher other(river_ask(0, 10), {});
    other.feed(bytes_of(part(0, "ab", 10, fields)));
    EXPECT_FALSE(other.end());
    return other.modified_unix();
  };
  EXPECT_FALSE(told(""));
  EXPECT_FALSE(told("Last-Modified: yesterday\r\n"));
  EXPECT_FALSE(told("Last-Modified: Wed, 31 Dec 1969 23:59:59 GMT\r\n"));
  const std::string time = "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
  EXPECT_EQ(told(time), 784111777);
  EXPECT_FALSE(told(time + "X-Available-Ranges: bytes 0-3\r\n")) << "of a part it says nothing";
}

TEST(HttpFetcher, HearsWhatASourceHasThatIsFetchingItself) {
  FetchAsk wanted = river_ask(0, 10);
  wanted.end = 2;
  HttpFetcher fetcher(wanted, {});
  fetcher.take_output();
  fetcher.feed(bytes_of(part(0, "ab", 10, "X-Available-Ranges: bytes 0-3\r\n")));
  Extents has;
  has.insert({0, 4});
  EXPECT_EQ(fetcher.take_available(), has);
  EXPECT_FALSE(fetcher.take_available());
  ASSERT_TRUE(fetcher.probe());
  EXPECT_FALSE(fetcher.probe()) << "one at a time";
  EXPECT_FALSE(fetcher.go_on(2, 4, {}));
  EXPECT_TRUE(fetcher.take_output().starts_with("HEAD /uri-res/N2R?"));
  fetcher.feed(
      bytes_of("HTTP/1.1 416 x\r\nContent-Length: 0\r\nX-Available-Ranges: bytes 6-9\r\n\r\n"));
  has.insert({6, 10});
  EXPECT_EQ(fetcher.take_available(), has) << "the list may be cut: both count";
  ASSERT_FALSE(fetcher.end());
  ASSERT_TRUE(fetcher.probe());
  fetcher.feed(
      bytes_of("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX-Available: bytes 4\r\n"
               "X-Available-Ranges: bytes 0-3\r\n\r\n"));
  has = {};
  has.insert({0, 4});
  EXPECT_EQ(fetcher.take_available(), has) << "no more than it says in all";
  ASSERT_TRUE(fetcher.probe());
  fetcher.feed(bytes_of("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"));
  has = {};
  has.insert({0, 10});
  EXPECT_EQ(fetcher.take_available(), has) << "it has the file now";
}

TEST(HttpFetcher, AProbeTellsOfAWholeFileToo) {
  FetchAsk wanted = river_ask(0, 10);
  wanted.is_probe = true;
  HttpFetcher fetcher(wanted, {});
  fetcher.take_output();
  fetcher.feed(bytes_of("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"));
  Extents all;
  all.insert({0, 10});
  EXPECT_EQ(fetcher.take_available(), all);
  EXPECT_FALSE(fetcher.end());
  EXPECT_TRUE(fetcher.go_on(0, 10, {}));
}

TEST(HttpFetcher, AProbeOfABusySourceEnds) {
  FetchAsk wanted = river_ask(0, 10);
  wanted.is_probe = true;
  HttpFetcher fetcher(wanted, {});
  fetcher.take_output();
  fetcher.feed(bytes_of("HTTP/1.1 503 Busy\r\nRetry-After: 60\r\n\r\n"));
  EXPECT_EQ(fetcher.end().value().why, Why::queued);
}

TEST(HttpFetcher, WhatIsToldOfPartsIsBounded) {
  constexpr std::uint64_t kTotal = 1'000'000;
  FetchAsk wanted = river_ask(0, kTotal);
  wanted.is_probe = true;
  HttpFetcher fetcher(wanted, {});
  for (std::uint64_t round = 0; round < 20; ++round) {
    fetcher.take_output();
    std::string list;
    for (std::uint64_t i = 0; i < 100; ++i) {
      const std::string at = std::to_string((round * 100 + i) * 4);
      list += (list.empty() ? "" : ", ") + at + '-' + at;
    }
    fetcher.feed(bytes_of("HTTP/1.1 416 x\r\nContent-Length: 0\r\nX-Available-Ranges: bytes " +
                          list + "\r\n\r\n"));
    const auto told = fetcher.take_available();
    ASSERT_TRUE(told);
    EXPECT_LE(told->runs().size(), kMaxAvailable);
    ASSERT_TRUE(fetcher.probe());
  }
}

TEST(HttpFetcher, AsksForAnotherPartWhereOneIsRefused) {
  HttpFetcher fetcher(river_ask(0, 10), {});
  fetcher.take_output();
  fetcher.feed(
      bytes_of("HTTP/1.1 416 x\r\nContent-Length: 0\r\nX-Available-Ranges: bytes 6-9\r\n\r\n"));
  EXPECT_FALSE(fetcher.end());
  EXPECT_EQ(fetcher.missing(), 0U);
  EXPECT_TRUE(fetcher.take_refused());
  EXPECT_FALSE(fetcher.take_refused());
  ASSERT_TRUE(fetcher.go_on(6, 9, {}));
  EXPECT_EQ(text_of(fetcher.feed(bytes_of(part(6, "abc", 10)))), "abc");
}

TEST(HttpFetcher, WhatWasNotAskedForEndsTheConnection) {
  HttpFetcher at_once(river_ask(0, 10), {});
  EXPECT_EQ(text_of(at_once.feed(bytes_of(part(0, "0123456789", 10) + "more"))), "0123456789");
  ASSERT_TRUE(at_once.end());
  EXPECT_EQ(at_once.end()->why, FetchEnd::Why::failed);
  HttpFetcher later(river_ask(0, 10), {});
  later.feed(bytes_of(part(0, "0123456789", 10)));
  EXPECT_FALSE(later.end());
  later.feed(bytes_of("more"));
  EXPECT_TRUE(later.end());
}

TEST(HttpFetcher, LeavesWhoGivesAByteAnAnswer) {
  HttpFetcher fetcher(river_ask(0, 1000), {});
  std::uint64_t got = 0;
  while (got < 1000 && !fetcher.end())
    got += fetcher.feed(bytes_of(part(got, "x", 1000))).size();
  EXPECT_TRUE(fetcher.end());
  EXPECT_LE(got, 16U);
}

TEST(HttpFetcher, AProbeAtFirstAsksForNoByte) {
  FetchAsk wanted = river_ask(0, 10);
  wanted.is_probe = true;
  HttpFetcher fetcher(wanted, {});
  EXPECT_TRUE(fetcher.take_output().starts_with("HEAD "));
  EXPECT_EQ(fetcher.missing(), 0U);
  fetcher.feed(bytes_of("HTTP/1.1 404 Not Found\r\n\r\n"));
  EXPECT_EQ(fetcher.end().value().why, Why::absent);
}

TEST(HttpFetcher, WhoHasLessOfTheFileLacksThePart) {
  EXPECT_EQ(heard(river_ask(0, 10), "HTTP/1.1 416 x\r\n\r\n").end.value().why, Why::lacks);
}

TEST(HttpFetcher, TellsTheDigestBeforeTheFirstByte) {
  const std::string urn = "urn:sha1:FPJF4CA5OPZVFAEG3YMM3EC6LCAYVJYR";
  const std::string field = "X-Gnutella-Content-URN: urn:bogus:1, " + urn + "\r\n";
  HttpFetcher fetcher(river_ask(0, 10), {});
  const std::string answer = part(0, "abc", 10, field);
  fetcher.feed(bytes_of(answer.substr(0, answer.size() - 3)));
  EXPECT_EQ(fetcher.sha1(), sha1_from_urn(urn));
  // And keeps to it.
  const Heard got =
      heard(river_ask(0, 10), captured_answer("http_x_alt_response") /* of 10000 bytes */);
  EXPECT_EQ(got.end.value().why, Why::gone);
  const std::string other =
      part(3, "def", 10, "X-Gnutella-Content-URN: " + to_urn(kRiverDigest) + "\r\n");
  EXPECT_EQ(heard(river_ask(0, 10), answer + other).data, "abc");
}

TEST(MakeFetcher, KnowsWhoSpeaksHow) {
  Dialect dialect;
  dialect.nick = "me";
  FetchAsk what = river_ask(5, 10);
  EXPECT_EQ(make_fetcher(dialect, what)->take_output(), "") << "it hears the '1' first";
  what.called = true;
  const auto receiver = make_fetcher(dialect, what);
  EXPECT_EQ(receiver->take_output(), "5");
  EXPECT_EQ(text_of(receiver->feed(bytes_of("1234567"))), "12345");
  EXPECT_EQ(receiver->missing(), 0U);
  dialect.kind = DialectKind::http;
  EXPECT_TRUE(make_fetcher(dialect, what)->take_output().starts_with("GET /uri-res/"));
}

TEST(HttpFetcher, TellsOfOthersOnceOnAConnection) {
  FetchAsk what = river_ask(0, 10);
  what.others = {{{0x0a000001, 6346}, {0x0a000002, 1}}, {{0x0a000003, 6346}}};
  const Heard got = heard(what, part(0, "abc", 10));
  ASSERT_EQ(got.asked.size(), 2U);
  EXPECT_NE(got.asked[0].find("X-Alt: 10.0.0.1:6346, 10.0.0.2:1\r\n"), std::string::npos);
  EXPECT_NE(got.asked[0].find("X-Nalt: 10.0.0.3:6346\r\n"), std::string::npos);
  EXPECT_EQ(got.asked[1].find("X-Alt"), std::string::npos);
  EXPECT_EQ(got.asked[1].find("X-Nalt"), std::string::npos);
}

TEST(HttpFetcher, HearsOfOthersInEveryAnswerAndOfEachOnce) {
  HttpFetcher fetcher(river_ask(0, 10), {});
  const std::string alt = "X-Alt: 10.0.0.1:6346, 10.0.0.2:1\r\n";
  fetcher.feed(bytes_of(part(0, "abc", 10, alt + "X-Nalt: 10.0.0.3:6346\r\n")));
  const Others first = fetcher.take_others();
  EXPECT_EQ(first.alive, (std::vector<Endpoint>{{0x0a000001, 6346}, {0x0a000002, 1}}));
  EXPECT_EQ(first.dead, (std::vector<Endpoint>{{0x0a000003, 6346}}));
  EXPECT_TRUE(fetcher.take_others().empty());
  fetcher.feed(bytes_of(part(3, "abc", 10, alt)));
  EXPECT_TRUE(fetcher.take_others().empty());
  fetcher.feed(bytes_of("HTTP/1.1 503 Busy\r\nX-Alt: 10.0.0.1:6346, 10.0.0.4:1\r\n\r\n"));
  EXPECT_EQ(fetcher.take_others().alive, (std::vector<Endpoint>{{0x0a000004, 1}}));
  HttpFetcher refused(river_ask(0, 10), {});
  refused.feed(bytes_of("HTTP/1.1 404 Not Found\r\n" + alt + "\r\n"));
  EXPECT_EQ(refused.take_others().alive, first.alive);
}

TEST(HttpFetcher, OthersOfAnotherFileAreNone) {
  const std::string alt = "X-Alt: 10.0.0.1:6346\r\n";
  HttpFetcher other(river_ask(0, 10), {});
  other.feed(bytes_of(
      part(0, "abc", 10,
           alt + "X-Gnutella-Content-URN: urn:sha1:FPJF4CA5OPZVFAEG3YMM3EC6LCAYVJYR\r\n")));
  EXPECT_TRUE(other.take_others().empty());
  FetchAsk by_name = river_ask(0, 10);
  by_name.sha1.reset();
  HttpFetcher named(by_name, {});
  named.feed(bytes_of(part(0, "abc", 10, alt)));
  EXPECT_TRUE(named.take_others().empty());
}

TEST(HttpFetcher, ASourceThatNamesOthersWithoutEndIsHeardForAWhile) {
  HttpFetcher fetcher(river_ask(0, 3'000'000), {});
  const std::string some(1024, 'x');
  for (std::uint32_t i = 0; i < 1000; ++i)
    fetcher.feed(bytes_of(part(i * some.size(), some, 3'000'000,
                               "X-Alt: " + to_text(Endpoint{0x0a000001 + i, 1}) + "\r\nX-Nalt: " +
                                   to_text(Endpoint{0x0a100001 + i, 1}) + "\r\n")));
  const Others others = fetcher.take_others();
  EXPECT_EQ(others.alive.size(), ToldOnce::kMost);
  EXPECT_EQ(others.dead.size(), ToldOnce::kMost);
  EXPECT_EQ(fetcher.missing(), 3'000'000U - 1'024'000U);
}

}  // namespace
}  // namespace p2p::transfer
