#include "protocols/transfer/http_request.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "protocols/transfer/http_answer.h"

#include "tests/support/captured_files.h"
#include "tests/support/gnutella_vector.h"
#include "tests/support/http_head.h"

namespace p2p::transfer {
namespace {

using test::block_of;
using test::get_request;
using test::kRiverDigest;
using test::request_of;

using Method = HttpRequest::Method;
using Target = HttpRequest::Target;
using Waits = HttpRequest::Waits;

HttpRequest captured_request(const std::string& name, std::size_t piece = 1U << 20U) {
  const auto request = read_http_request(block_of(test::gnutella_vector(name), piece));
  EXPECT_TRUE(request) << name;
  return request.value_or(HttpRequest{});
}

TEST(HttpRequest, AreReadAsCaptured) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{1} << 20U}) {
    const HttpRequest by_digest = captured_request("http_get_n2r_request", piece);
    EXPECT_EQ(by_digest.method, Method::get);
    EXPECT_EQ(by_digest.target, Target::file);
    EXPECT_EQ(std::get<Sha1>(by_digest.file), kRiverDigest);
    EXPECT_EQ(by_digest.agent, "probe/1.0");
    EXPECT_TRUE(by_digest.stays_open);
    EXPECT_EQ(by_digest.waits, Waits::no);

    const HttpRequest by_index = captured_request("http_get_index_range_request", piece);
    EXPECT_EQ(std::get<NumberedFile>(by_index.file).index, 1U);
    EXPECT_EQ(std::get<NumberedFile>(by_index.file).name, "blue_river_live.ogg");
    EXPECT_EQ(by_index.range, "bytes=100-299");

    const HttpRequest real = captured_request("http_gtkg_download_request", piece);
    EXPECT_EQ(real.target, Target::file);
    EXPECT_TRUE(real.stays_open);
    EXPECT_EQ(real.waits, Waits::comes_back);
    EXPECT_EQ(real.node, (Endpoint{0x7f000001, 26346}));
    EXPECT_TRUE(real.agent.starts_with("gtk-gnutella/1.2.3"));
    EXPECT_LE(real.agent.size(), HttpRequest::kMaxAgent + 3);
  }
  EXPECT_EQ(captured_request("http_queue_request").waits, Waits::comes_back);
  EXPECT_EQ(captured_request("http_queue_request").node, (Endpoint{0x7f00003d, 7012}));
  EXPECT_EQ(captured_request("http_x_alt_request").waits, Waits::comes_back);
  EXPECT_EQ(captured_request("http_thex_request").target, Target::hash_tree);
  EXPECT_EQ(std::get<Sha1>(captured_request("http_after_giv_request").file), kRiverDigest);
}

TEST(HttpRequest, NamesAFileByDigestOrNumberInEveryForm) {
  const std::string urn = "urn:sha1:JUDQZQTXM7MZKYF24SCWEZFVX4L764LO";
  for (const std::string& target :
       {"/uri-res/N2R?" + urn, "http://127.0.0.1:6346/uri-res/N2R?" + urn,
        std::string("/uri-res/N2R?urn%3Asha1%3AJUDQZQTXM7MZKYF24SCWEZFVX4L764LO"),
        path_of(kRiverDigest)}) {
    const HttpRequest request = get_request(target);
    ASSERT_EQ(request.target, Target::file) << target;
    EXPECT_EQ(std::get<Sha1>(request.file), kRiverDigest) << target;
  }
  const std::string name = "Étude & 100% \"x\".flac";
  const HttpRequest numbered = get_request(path_of(7, name));
  ASSERT_EQ(numbered.target, Target::file);
  EXPECT_EQ(std::get<NumberedFile>(numbered.file).index, 7U);
  EXPECT_EQ(std::get<NumberedFile>(numbered.file).name, name);
}

TEST(HttpRequest, ATargetIsNeverAPath) {
  for (const char* target :
       {"/../../etc/passwd", "/..%2f..%2fetc/passwd", "//etc/passwd", "/.%00/../etc/passwd",
        "/..\\..\\etc\\passwd", "/uri-res/N2R?/../../etc/passwd", "/uri-res/N2R?urn:sha1:AB",
        "/get/1", "/get//x", "/get/-1/x", "/get/4294967296/x", "/get/1/%00", "/get/1/%4", "*",
        "/uri-res/N2R", "/uri-res/n2r?urn:sha1:JUDQZQTXM7MZKYF24SCWEZFVX4L764LO", "/favicon.ico",
        "http://x/get/"})
    EXPECT_EQ(get_request(target).target, Target::unknown) << target;
  // A look-up of this name finds nothing: it is no file that we publish.
  EXPECT_EQ(std::get<NumberedFile>(get_request("/get/0/../../../etc/passwd").file).name,
            "../../../etc/passwd");
  EXPECT_EQ(get_request("/").target, Target::list);
  EXPECT_EQ(get_request("http://127.0.0.1").target, Target::list);
}

TEST(HttpRequest, KnowsMethodsAndVersions) {
  EXPECT_EQ(request_of("HEAD / HTTP/1.0\r\n\r\n").method, Method::head);
  EXPECT_EQ(request_of("BREW / HTTP/1.0\r\n\r\n").method, Method::other);
  EXPECT_FALSE(request_of("GET / HTTP/1.0\r\n\r\n").stays_open);
  EXPECT_TRUE(request_of("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").stays_open);
  EXPECT_FALSE(get_request("/", "Connection: close\r\n").stays_open);
  for (const char* text : {"GET /\r\n\r\n", "GET\r\n\r\n", "GET  HTTP/1.1\r\nHost: x\r\n\r\n",
                           " / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
                           "HTTP/1.1 200 OK\r\n\r\n", "GET / FTP/1.1\r\n\r\n"}) {
    const auto request = read_http_request(block_of(text));
    ASSERT_FALSE(request) << text;
    EXPECT_EQ(request.error().code, Errc::malformed) << text;
  }
  const auto newer = read_http_request(block_of("GET / HTTP/2.0\r\nHost: x\r\n\r\n"));
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().code, Errc::unsupported);
}

TEST(HttpRequest, NothingFollowsABody) {
  EXPECT_FALSE(get_request("/", "Content-Length: 5\r\n").stays_open);
  EXPECT_FALSE(get_request("/", "Transfer-Encoding: chunked\r\n").stays_open);
  EXPECT_TRUE(get_request("/", "Content-Length: 0\r\n").stays_open);
}

TEST(HttpRequest, HearsHowItsAskerWaits) {
  EXPECT_EQ(get_request("/", "X-Queue: 0.1\r\n").waits, Waits::connected);
  EXPECT_EQ(get_request("/", "X-Queue: 1.1\r\n").waits, Waits::comes_back);
  EXPECT_EQ(get_request("/", "X-Features: tls/1.0, queue/0.1\r\n").waits, Waits::connected);
  EXPECT_EQ(get_request("/", "X-Features: browse/1.0\r\n").waits, Waits::no);
}

// ---- answers

SharedFile live_song() {
  SharedFile file;
  file.name = "Music/blue river, live.ogg";
  file.size_bytes = 3000000;
  file.sha1 = kRiverDigest;
  return file;
}
const Answerer kUs{"servent/0.1.0", 1795333218};

std::string field(const std::string& head, const std::string& name) {
  return std::string(block_of(head).value(name));
}

TEST(HttpAnswer, TellsAllOfAFile) {
  const HttpRequest request = get_request("/", "Range: bytes=-100\r\n");
  const HttpAnswer answer = answer_to(request, live_song());
  EXPECT_EQ(answer.status, 206);
  const std::vector<Endpoint> others{{0x7f000002, 26347}, {0x7f000003, 1}};
  EXPECT_EQ(file_head(kUs, request, live_song(), answer, others),
            "HTTP/1.1 206 Partial Content\r\n"
            "Server: servent/0.1.0\r\n"
            "Date: Sun, 22 Nov 2026 07:40:18 GMT\r\n"
            "Connection: Keep-Alive\r\n"
            "X-Features: queue/1.1\r\n"
            "Content-Range: bytes 2999900-2999999/3000000\r\n"
            "Content-Length: 100\r\n"
            "Accept-Ranges: bytes\r\n"
            "Content-Type: application/ogg\r\n"
            "Content-Disposition: inline; filename*=utf-8''blue%20river%2C%20live.ogg\r\n"
            "ETag: \"JUDQZQTXM7MZKYF24SCWEZFVX4L764LO\"\r\n"
            "X-Gnutella-Content-URN: urn:sha1:JUDQZQTXM7MZKYF24SCWEZFVX4L764LO\r\n"
            "X-Alt: 127.0.0.2:26347, 127.0.0.3:1\r\n"
            "\r\n");
}

TEST(HttpAnswer, WithoutARangeIsTheWholeFile) {
  const HttpRequest request = get_request("/", "Connection: close\r\n");
  const HttpAnswer answer = answer_to(request, live_song());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.range, (ByteRange{0, 2999999}));
  const std::string head = file_head(kUs, request, live_song(), answer);
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(field(head, "Content-Length"), "3000000");
  EXPECT_EQ(field(head, "Content-Range"), "");
  EXPECT_EQ(field(head, "Connection"), "close");
}

TEST(HttpAnswer, ToARangeBehindTheEndIsTheSize) {
  const HttpRequest request = get_request("/", "Range: bytes=3000000-\r\n");
  const HttpAnswer answer = answer_to(request, live_song());
  EXPECT_EQ(answer.status, 416);
  const std::string head = file_head(kUs, request, live_song(), answer);
  EXPECT_EQ(field(head, "Content-Range"), "bytes */3000000");
  EXPECT_EQ(field(head, "Content-Length"), "0");
}

TEST(HttpAnswer, KnowsWhetherTheAskerMeansThisFile) {
  const std::string tag = "\"JUDQZQTXM7MZKYF24SCWEZFVX4L764LO\"";
  const std::string range = "Range: bytes=0-9\r\n";
  EXPECT_EQ(answer_to(get_request("/", range + "If-Range: " + tag + "\r\n"), live_song()).status,
            206);
  EXPECT_EQ(answer_to(get_request("/", range + "If-Range: \"x\"\r\n"), live_song()).status, 200);
  EXPECT_EQ(answer_to(get_request("/", "If-None-Match: " + tag + "\r\n"), live_song()).status, 304);
  SharedFile unknown = live_song();
  unknown.sha1.reset();
  EXPECT_EQ(answer_to(get_request("/", "If-None-Match: \r\n"), unknown).status, 200);
}

TEST(HttpAnswer, SaysHowLongToWait) {
  const QueuePlace place{7, 9, 4, 12};
  const std::string later =
      busy_head(kUs, get_request("/", "X-Queue: 1.0\r\n"), live_song(), place);
  EXPECT_TRUE(later.starts_with("HTTP/1.1 503 Queued (slot 7)\r\n"));
  EXPECT_EQ(field(later, "X-Queued"),
            "ID=00000000000000000000000000000012; position=7; lifetime=180; length=9");
  EXPECT_EQ(field(later, "Retry-After"), "60");
  EXPECT_EQ(field(later, "Content-Length"), "0");
  const std::string connected =
      busy_head(kUs, get_request("/", "X-Queue: 0.1\r\n"), live_song(), place);
  EXPECT_EQ(field(connected, "X-Queue"), "position=7, length=9, limit=4, pollMin=60, pollMax=120");
  const std::string full = busy_head(kUs, get_request("/", "X-Queue: 1.0\r\n"), live_song(), {});
  EXPECT_TRUE(full.starts_with("HTTP/1.1 503 Busy\r\n"));
  EXPECT_EQ(field(full, "X-Queued"), "");
}

TEST(HttpAnswer, WhoWaitsComesBackWhenHisTurnIsExpectedAndInTimeToKeepHisPlace) {
  const auto told = [](std::uint32_t wait_s, const std::string& how) {
    return busy_head(kUs, get_request("/", how), live_song(), QueuePlace{7, 9, 4, 12, wait_s});
  };
  const std::string later = told(35, "X-Queue: 1.0\r\n");
  EXPECT_TRUE(later.starts_with("HTTP/1.1 503 Queued (slot 7, ETA: 35s)\r\n")) << later;
  EXPECT_TRUE(field(later, "X-Queued").ends_with("; lifetime=180; length=9; ETA=35"));
  EXPECT_EQ(field(later, "Retry-After"), "35");
  EXPECT_EQ(field(told(3, "X-Queue: 1.0\r\n"), "Retry-After"), "10");
  const std::string long_one = told(86'400, "X-Queue: 1.0\r\n");
  EXPECT_EQ(field(long_one, "Retry-After"), "60");
  EXPECT_TRUE(field(long_one, "X-Queued").ends_with("ETA=86400"));
  EXPECT_EQ(field(told(20, "X-Queue: 0.1\r\n"), "X-Queue"),
            "position=7, length=9, limit=4, pollMin=20, pollMax=120");
  const std::string plain = told(20, "");
  EXPECT_TRUE(plain.starts_with("HTTP/1.1 503 Busy\r\n"));
  EXPECT_EQ(field(plain, "Retry-After"), "20");
  EXPECT_EQ(field(plain, "X-Queued"), "");
}

TEST(HttpAnswer, ARefusalHasNoBody) {
  for (const int status : {400, 404, 405, 431, 503, 505}) {
    const std::string head = refusal_head(kUs, status, true);
    EXPECT_TRUE(head.starts_with("HTTP/1.1 " + std::to_string(status) + ' '));
    EXPECT_EQ(field(head, "Content-Length"), "0") << status;
  }
  EXPECT_EQ(field(refusal_head(kUs, 405, true), "Allow"), "GET, HEAD");
}

TEST(HttpRequest, TellsOfOthersAndOfWhatItHas) {
  const HttpRequest real = captured_request("http_x_alt_request");
  EXPECT_EQ(real.others.alive, (std::vector<Endpoint>{{0x7f090909, 6400}, {0x7f090908, 6401}}));
  EXPECT_TRUE(real.others.dead.empty());
  const HttpRequest dead =
      get_request(path_of(kRiverDigest), "X-Nalt: 1.2.3.4:5\r\nX-Downloaded: 77\r\n");
  EXPECT_EQ(dead.others.dead, (std::vector<Endpoint>{{0x01020304, 5}}));
  EXPECT_EQ(dead.downloaded, 77U);
  EXPECT_EQ(get_request("/", "X-Downloaded: -1\r\n").downloaded, 0U);
}

TEST(HttpAnswer, EveryKindCanTellOfOthers) {
  const std::vector<Endpoint> others{{0x7f000002, 26347}, {0x7f000003, 1}};
  const std::string list = "127.0.0.2:26347, 127.0.0.3:1";
  EXPECT_EQ(field(busy_head(kUs, get_request("/"), live_song(), {}, others), "X-Alt"), list);
  EXPECT_EQ(field(refusal_head(kUs, 404, true, others), "X-Alt"), list);
  EXPECT_EQ(refusal_head(kUs, 404, true).find("X-Alt"), std::string::npos);
  const std::vector<Endpoint> many(1000, others[0]);
  const std::string cut = field(refusal_head(kUs, 404, true, many), "X-Alt");
  EXPECT_EQ(std::ranges::count(cut, ','), std::ptrdiff_t{kMaxOthers} - 1);
}

}  // namespace
}  // namespace p2p::transfer
