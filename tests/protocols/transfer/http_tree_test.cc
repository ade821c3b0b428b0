#include "protocols/transfer/http_tree.h"

#include <gtest/gtest.h>

#include "protocols/transfer/http_answer.h"
#include "protocols/transfer/http_fetcher.h"

#include "tests/support/captured_files.h"
#include "tests/support/gnutella_vector.h"
#include "tests/support/http_head.h"

namespace p2p::transfer {
namespace {

using test::block_of;
using test::get_request;
using test::kRiverDigest;

const std::string kSha1Letters = test::kRiverSha1;
const std::string kRootLetters = test::kRiverRoot;
const TigerRoot kRoot = tiger_root_from_base32(kRootLetters).value();
const std::string kPath = "/uri-res/N2X?urn:sha1:" + kSha1Letters + ';' + kRootLetters;

SharedFile river() {
  SharedFile file;
  file.name = "Music/river.ogg";
  file.size_bytes = 3'000'000;
  file.sha1 = kRiverDigest;
  file.tree_root = kRoot;
  return file;
}

TEST(TreeLink, IsReadAsCaptured) {
  const HeaderBlock head = block_of(test::gnutella_vector("http_get_n2r_response_capped"));
  const auto link = read_tree_link(head.value(kTreeField));
  ASSERT_TRUE(link);
  EXPECT_EQ(link->path, kPath);
  EXPECT_EQ(link->root, kRoot);
  EXPECT_EQ(tree_path_of(kRiverDigest, kRoot), kPath) << "ours is the same";
}

TEST(TreeLink, TakesWhateverPathTheSourceHas) {
  const auto link = read_tree_link("/gnutella/thex/v1?urn:tree:tiger/:x&depth=9;" + kRootLetters);
  ASSERT_TRUE(link);
  EXPECT_EQ(link->path, "/gnutella/thex/v1?urn:tree:tiger/:x&depth=9;" + kRootLetters);
}

TEST(TreeLink, RefusesWhatIsNoPathOfThatSource) {
  for (const std::string& value : {
           std::string(),
           std::string("/uri-res/N2X?urn:sha1:") + kSha1Letters,
           "http://10.0.0.1/x;" + kRootLetters,
           "x;" + kRootLetters,
           "/a path;" + kRootLetters,
           "/a\x80path;" + kRootLetters,
           "/x;" + kRootLetters.substr(1),
           '/' + std::string(kMaxTreePath, 'x') + ';' + kRootLetters,
       })
    EXPECT_FALSE(read_tree_link(value)) << value;
}

TEST(HttpRequest, NamesATreeByDigest) {
  const HttpRequest captured =
      read_http_request(block_of(test::gnutella_vector("http_thex_request"))).value();
  for (const HttpRequest& request :
       {captured, get_request(kPath),
        get_request("/uri-res/N2X?urn:bitprint:" + kSha1Letters + '.' + kRootLetters)}) {
    EXPECT_EQ(request.target, HttpRequest::Target::hash_tree);
    EXPECT_EQ(std::get<Sha1>(request.file), kRiverDigest);
    EXPECT_EQ(request.root, kRoot);
  }
  const HttpRequest without = get_request("/uri-res/N2X?urn:sha1:" + kSha1Letters);
  EXPECT_EQ(without.target, HttpRequest::Target::hash_tree);
  EXPECT_FALSE(without.root);
}

TEST(HttpRequest, ATreeWithoutADigestIsNone) {
  for (const std::string target :
       {"/uri-res/N2X?", "/uri-res/N2X?urn:sha1:AB", "/uri-res/N2X?/../../etc/passwd",
        "/uri-res/N2X?urn:sha1:JUDQZQTXM7MZKYF24SCWEZFVX4L764LO;",
        "/uri-res/N2X?urn:sha1:JUDQZQTXM7MZKYF24SCWEZFVX4L764LO;AB", "/uri-res/N2X?%"})
    EXPECT_EQ(get_request(target).target, HttpRequest::Target::unknown) << target;
}

TEST(HttpAnswer, SaysWhereTheTreeIs) {
  const HttpRequest request = get_request(path_of(kRiverDigest));
  const HeaderBlock head = block_of(file_head({}, request, river(), {200, {0, 2'999'999}}));
  EXPECT_EQ(head.value("X-Thex-URI"), kPath);
  EXPECT_EQ(head.value("X-Gnutella-Content-URN"), "urn:sha1:" + kSha1Letters);
  EXPECT_EQ(block_of(busy_head({}, request, river(), {})).value("X-Thex-URI"), kPath);
  SharedFile without = river();
  without.tree_root.reset();
  EXPECT_FALSE(block_of(file_head({}, request, without, {200, {0, 2'999'999}})).has("X-Thex-URI"));
}

TEST(HttpAnswer, TellsBothDigestsToWhoAskedByBoth) {
  const std::string bitprint = "urn:bitprint:" + kSha1Letters + '.' + kRootLetters;
  const HttpRequest request = get_request("/uri-res/N2R?" + bitprint);
  EXPECT_EQ(std::get<Sha1>(request.file), kRiverDigest);
  EXPECT_EQ(block_of(file_head({}, request, river(), {200, {0, 2'999'999}}))
                .value("X-Gnutella-Content-URN"),
            bitprint);
  SharedFile without = river();
  without.tree_root.reset();
  EXPECT_EQ(block_of(file_head({}, request, without, {200, {0, 2'999'999}}))
                .value("X-Gnutella-Content-URN"),
            "urn:sha1:" + kSha1Letters);
}

TEST(HttpAnswer, ATreeHasItsTypeAndLength) {
  const HeaderBlock head = block_of(tree_head({"us", 0}, get_request(kPath), 1096));
  EXPECT_EQ(head.start_line, "HTTP/1.1 200 OK");
  EXPECT_EQ(head.value("Content-Type"), "application/dime");
  EXPECT_EQ(head.value("Content-Length"), "1096");
}

TEST(HttpFetcher, HearsWhereTheTreeIs) {
  FetchAsk ask;
  ask.sha1 = kRiverDigest;
  ask.total = 10;
  const auto told = [&](const std::string& fields) {
    HttpFetcher fetcher(ask, {});
    fetcher.feed(bytes_of("HTTP/1.1 503 Busy\r\nX-Thex-URI: " + kPath + "\r\n" + fields + "\r\n"));
    return fetcher.tree();
  };
  EXPECT_EQ(told(""), (TreeLink{kPath, kRoot}));
  EXPECT_FALSE(told("X-Gnutella-Content-URN: urn:sha1:FPJF4CA5OPZVFAEG3YMM3EC6LCAYVJYR\r\n"))
      << "of another file";
  ask.sha1.reset();
  EXPECT_FALSE(told("")) << "nobody knows of which content";
}

}  // namespace
}  // namespace p2p::transfer
