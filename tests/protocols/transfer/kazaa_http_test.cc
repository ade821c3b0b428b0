#include "protocols/transfer/kazaa_http.h"

#include <gtest/gtest.h>

#include "protocols/transfer/http_answer.h"
#include "protocols/transfer/http_fetcher.h"
#include "protocols/transfer/http_request.h"

#include "tests/support/captured_files.h"
#include "tests/support/http_head.h"

namespace p2p::transfer {
namespace {

using test::block_of;
using test::kRiverDigest;
using test::kTuneHash;
using test::kTuneHex;
using test::request_of;

using Why = FetchEnd::Why;
using namespace std::chrono_literals;

const Dialect kOurDialect{DialectKind::kazaa, "ann", false, {0x7f000001, 1214}, {0x7f000002, 1215}};

FetchAsk tune_ask(std::uint64_t offset, std::uint64_t total) {
  FetchAsk ask;
  ask.uuhash = kTuneHash;
  ask.total = total;
  ask.offset = offset;
  ask.agent = "servent/0.1.0";
  ask.host = {0x7f000003, 1216};
  return ask;
}

TEST(KazaaRequest, IsInTheWordsOfTheNetwork) {
  EXPECT_EQ(kazaa_request(tune_ask(10, 100), kOurDialect, 10, 100),
            "GET /.hash=191ec669b0f61222a23942776a9e36d6ff4ffbff HTTP/1.1\r\n"
            "Host: 127.0.0.3:1216\r\n"
            "UserAgent: servent/0.1.0\r\n"
            "Connection: Keep-Alive\r\n"
            "Range: bytes=10-99\r\n"
            "X-Kazaa-Username: ann\r\n"
            "X-Kazaa-Network: KaZaA\r\n"
            "X-Kazaa-IP: 127.0.0.1:1214\r\n"
            "X-Kazaa-SupernodeIP: 127.0.0.2:1215\r\n"
            "\r\n");
}

TEST(KazaaRequest, NamesTheHostInTheAbsoluteForm) {
  FetchAsk absolute = tune_ask(10, 100);
  absolute.absolute = true;
  EXPECT_TRUE(kazaa_request(absolute, kOurDialect, 10, 100)
                  .starts_with("GET http://127.0.0.3:1216/.hash=191ec669b0f61222a23942776a9e36d6ff"
                               "4ffbff HTTP/1.1\r\n"));
  EXPECT_EQ(kazaa_request(absolute, {}, 10, 100).find("X-Kazaa-IP"), std::string::npos);
}

TEST(KazaaRequest, IsReadInBothForms) {
  for (const bool is_absolute : {false, true}) {
    FetchAsk wanted = tune_ask(10, 100);
    wanted.absolute = is_absolute;
    const HttpRequest request = request_of(kazaa_request(wanted, kOurDialect, 10, 100));
    ASSERT_EQ(request.target, HttpRequest::Target::file);
    EXPECT_EQ(std::get<UuHash>(request.file), kTuneHash);
    EXPECT_EQ(request.agent, "servent/0.1.0");
    EXPECT_EQ(request.node, kOurDialect.node);
    EXPECT_TRUE(request.stays_open);
  }
}

TEST(KazaaRequest, OfMldonkeyIsRead) {  // as its source writes it
  const HttpRequest request = request_of(
      "GET /.hash=191EC669B0F61222A23942776A9E36D6FF4FFBFF HTTP/1.0\r\n"
      "Host: 127.0.0.1:1214\r\n"
      "X-Kazaa-Network: KaZaA\r\nConnection: Keep-Alive\r\nX-Kazaa-Username: mldonkey\r\n"
      "Connection: Keep-Alive\r\nRange: bytes=0-262143\r\n\r\n");
  EXPECT_EQ(std::get<UuHash>(request.file), kTuneHash);
  EXPECT_TRUE(request.stays_open);
  EXPECT_EQ(request.agent, "");
}

TEST(KazaaRequest, OfAHashThatIsNoneIsUnknown) {
  for (const std::string target : {"/.hash=", "/.hash=191e", "/.hash=../../etc/passwd", "/.files",
                                   "/.hash=191ec669b0f61222a23942776a9e36d6ff4ffbff00",
                                   "http://x/.hash=191ec669b0f61222a23942776a9e36d6ff4ffbfg"})
    EXPECT_EQ(request_of("GET " + target + " HTTP/1.0\r\n\r\n").target,
              HttpRequest::Target::unknown)
        << target;
}

SharedFile song() {
  SharedFile file;
  file.name = "Music/blue river.mp3";
  file.size_bytes = 3000000;
  file.sha1 = kRiverDigest;
  file.uuhash = kTuneHash;
  file.media = {128, 44100, 241};
  file.tags.title = "Blue River\r\nX-Evil: 1";
  file.tags.artist = "Ann, 57=FPJF4CA5OPZVFAEG3YMM3EC6LCAYVJYR";
  file.tags.year = 2002;
  return file;
}

TEST(KazaaAnswer, SaysWhoGivesWhat) {
  const HttpRequest request = request_of("GET /.hash=" + std::string(kTuneHex) +
                                         " HTTP/1.0\r\nConnection: Keep-Alive\r\n"
                                         "Range: bytes=0-262143\r\n\r\n");
  const Answerer us{"servent/0.1.0", 1795333218, &kOurDialect};
  EXPECT_EQ(file_head(us, request, song(), answer_to(request, song())),
            "HTTP/1.1 206 Partial Content\r\n"
            "Server: servent/0.1.0\r\n"
            "Date: Sun, 22 Nov 2026 07:40:18 GMT\r\n"
            "Connection: Keep-Alive\r\n"
            "X-Kazaa-Username: ann\r\n"
            "X-Kazaa-Network: KaZaA\r\n"
            "X-Kazaa-IP: 127.0.0.1:1214\r\n"
            "X-Kazaa-SupernodeIP: 127.0.0.2:1215\r\n"
            "Content-Range: bytes 0-262143/3000000\r\n"
            "Content-Length: 262144\r\n"
            "Accept-Ranges: bytes\r\n"
            "Content-Type: audio/mpeg\r\n"
            "Content-Disposition: inline; filename*=utf-8''blue%20river.mp3\r\n"
            "ETag: \"JUDQZQTXM7MZKYF24SCWEZFVX4L764LO\"\r\n"
            "X-KazaaTag: 3==GR7GabD2EiKiOUJ3ap421v9P+/8=\r\n"
            "X-KazaaTag: 57=JUDQZQTXM7MZKYF24SCWEZFVX4L764LO\r\n"
            "X-KazaaTag: 4=Blue River  X-Evil: 1\r\n"
            "X-KazaaTag: 6=Ann, 57=FPJF4CA5OPZVFAEG3YMM3EC6LCAYVJYR\r\n"
            "X-KazaaTag: 1=2002\r\n"
            "X-KazaaTag: 5=241\r\n"
            "X-KazaaTag: 21=128\r\n"
            "\r\n");
}

TEST(KazaaAnswer, AWholeFileHasItsRangeToo) {
  const HttpRequest request =
      request_of("GET /.hash=" + std::string(kTuneHex) + " HTTP/1.0\r\n\r\n");
  const Answerer us{"us", 0, &kOurDialect};
  const HeaderBlock head = block_of(file_head(us, request, song(), answer_to(request, song())));
  EXPECT_TRUE(head.start_line.starts_with("HTTP/1.1 200"));
  EXPECT_EQ(head.value("Content-Range"), "bytes 0-2999999/3000000");
  EXPECT_EQ(head.value("Connection"), "close");
}

TEST(KazaaAnswer, BusyIsTheTimeToComeBack) {
  const HttpRequest request =
      request_of("GET /.hash=" + std::string(kTuneHex) + " HTTP/1.0\r\n\r\n");
  const HeaderBlock head = block_of(busy_head({"us", 0, &kOurDialect}, request, song(), {}));
  EXPECT_EQ(head.start_line, "HTTP/1.1 503 Busy");
  EXPECT_EQ(head.value("Retry-After"), "60");
  EXPECT_EQ(head.value("X-Kazaa-Network"), "KaZaA");
  EXPECT_FALSE(head.has("X-Features"));
}

TEST(KazaaTags, AreReadInBothSpellings) {
  const std::string start = "HTTP/1.1 206 Partial Content\r\nX-KazaaTag: 5=386\r\nX-KazaaTag: ";
  EXPECT_EQ(read_kazaa_tags(block_of(start + "3==GR7GabD2EiKiOUJ3ap421v9P+/8=\r\n\r\n")).hash,
            kTuneHash);
  EXPECT_EQ(read_kazaa_tags(block_of(start + "3=" + std::string(kTuneHex) + "\r\n\r\n")).hash,
            kTuneHash);
  EXPECT_FALSE(read_kazaa_tags(block_of(start + "3=191e\r\n\r\n")).hash);
  EXPECT_FALSE(read_kazaa_tags(block_of("HTTP/1.1 206 x\r\n\r\n")).hash);
}

TEST(KazaaTags, TheFirstOfEachCounts) {
  const Answerer us{"us", 0, &kOurDialect};
  const KazaaTags tags = read_kazaa_tags(
      block_of(file_head(us, request_of("GET / HTTP/1.0\r\n\r\n"), song(), {200, {0, 9}})));
  EXPECT_EQ(tags.hash, kTuneHash);
  EXPECT_EQ(tags.sha1, kRiverDigest) << "not the one in the artist's name";
}

TEST(KazaaTags, NoMoreAreLookedAtThanTheBound) {
  const std::string last = "3=" + std::string(kTuneHex) + "\r\n\r\n";
  std::string head = "HTTP/1.1 206 x\r\nX-KazaaTag: ";
  for (std::size_t i = 1; i < kMaxKazaaTags; ++i)
    head += "4=x, ";
  EXPECT_TRUE(read_kazaa_tags(block_of(head + last)).hash);
  EXPECT_FALSE(read_kazaa_tags(block_of(head + "4=x, " + last)).hash);
}

// ---- the asking side

std::string answer(const std::string& start, const std::string& fields, const std::string& data) {
  return start + "\r\n" + fields + "\r\n" + data;
}
// What of the answer is data, fed whole and byte by byte.
std::string data_of(const FetchAsk& what, const std::string& text,
                    std::optional<FetchEnd>* end = nullptr) {
  HttpFetcher whole(what, kOurDialect);
  HttpFetcher cut(what, kOurDialect);
  const std::string data(text_of(whole.feed(bytes_of(text))));
  std::string pieces;
  for (const char& c : text)
    pieces += text_of(cut.feed(bytes_of({&c, 1})));
  EXPECT_EQ(data, pieces);
  EXPECT_EQ(whole.end().has_value(), cut.end().has_value());
  if (end != nullptr) *end = whole.end();
  return data;
}

TEST(KazaaFetcher, TakesThePartThatWasAskedForHoweverItIsSaid) {
  const std::string length = "Content-Length: 6\r\n";
  const std::string range = "Content-Range: bytes 4-9/10\r\n";
  const std::string part = "HTTP/1.1 206 Partial Content";
  for (const std::string& text : {
           answer(part, length + range, "456789"),
           answer("HTTP/1.0 200 OK", length + range, "456789"),
           answer(part, length, "456789"),
           answer(part, "", "456789"),
           answer("HTTP/1.1 200 OK", "Content-Length: 10\r\n", "0123456789"),
       })
    EXPECT_EQ(data_of(tune_ask(4, 10), text), "456789") << text;
}

TEST(KazaaFetcher, GoesOnBehindAPartThatSaysOnlyItsLength) {
  HttpFetcher fetcher(tune_ask(4, 10), kOurDialect);
  fetcher.take_output();
  EXPECT_EQ(text_of(fetcher.feed(bytes_of("HTTP/1.1 206 x\r\nContent-Length: 2\r\n\r\n45"))), "45");
  EXPECT_NE(fetcher.take_output().find("Range: bytes=6-9\r\n"), std::string::npos);
}

TEST(KazaaFetcher, RefusesAPartThatCannotBeTheOneAskedFor) {
  for (const char* fields :
       {"Content-Length: 7\r\n", "Content-Length: 0\r\n", "Content-Range: bytes 3-9/10\r\n",
        "Content-Length: 18446744073709551615\r\n", "Content-Range: bytes */10\r\n"}) {
    std::optional<FetchEnd> end;
    EXPECT_EQ(data_of(tune_ask(4, 10), answer("HTTP/1.1 206 x", fields, "456789"), &end), "")
        << fields;
    ASSERT_TRUE(end) << fields;
    EXPECT_EQ(end->why, Why::failed) << fields;
  }
}

TEST(KazaaFetcher, LearnsTheDigestAndLeavesASourceOfAnotherFile) {
  const std::string start = "HTTP/1.1 206 x\r\nContent-Length: 10\r\nX-KazaaTag: ";
  HttpFetcher fetcher(tune_ask(0, 10), kOurDialect);
  fetcher.feed(bytes_of(start + "3=" + std::string(kTuneHex) +
                        "\r\nX-KazaaTag: 57=" + to_base32(kRiverDigest) + "\r\n\r\n"));
  EXPECT_EQ(fetcher.sha1(), kRiverDigest);
  HttpFetcher other(tune_ask(0, 10), kOurDialect);
  other.feed(bytes_of(start + "3=" + std::string(40, '0') + "\r\n\r\n"));
  ASSERT_TRUE(other.end());
  EXPECT_EQ(other.end()->why, Why::gone);
}

TEST(KazaaFetcher, WaitsAsLongAsABusySourceSays) {  // as mldonkey's authors saw it of KaZaA++
  HttpFetcher fetcher(tune_ask(0, 10), kOurDialect);
  fetcher.feed(
      bytes_of("HTTP/1.0 503 Service Unavailable\nRetry-After: 300\nX-Kazaa-Network: KaZaA\n\n"));
  ASSERT_TRUE(fetcher.end());
  EXPECT_EQ(fetcher.end()->why, Why::queued);
  EXPECT_EQ(fetcher.end()->retry_after, 300s);
}

TEST(KazaaFetcher, TellsACloseWithoutAWordFromALaterOne) {
  HttpFetcher fetcher(tune_ask(0, 10), kOurDialect);
  EXPECT_EQ(fetcher.closed().why, Why::unheard);
  fetcher.feed(bytes_of("H"));
  EXPECT_EQ(fetcher.closed().why, Why::failed);
}

TEST(KazaaFetcher, HearsOfNoOthers) {
  FetchAsk what = tune_ask(0, 10);
  what.sha1 = kRiverDigest;
  HttpFetcher fetcher(what, kOurDialect);
  fetcher.feed(bytes_of("HTTP/1.1 206 x\r\nX-Alt: 127.0.0.9:6346\r\nContent-Length: 10\r\n\r\n"));
  EXPECT_TRUE(fetcher.take_others().empty());
}

}  // namespace
}  // namespace p2p::transfer
