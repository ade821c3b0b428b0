#include "servent/app/link.h"

#include <gtest/gtest.h>

#include "protocols/base/empty_file.h"

namespace p2p::app {
namespace {

TEST(Link, ComesBackAsItWasMade) {
  Source source;
  source.network = "napster";
  source.user = "a/b";
  source.name = "Music\\x & 100%=\xff.mp3";
  const std::vector<Source> sources{source, source};
  const auto got = parse_link(make_link({Sha1{}, {}}, 12, "x & y", sources));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->digest, Sha1{});
  EXPECT_EQ(got->size_bytes, 12U);
  EXPECT_EQ(got->name, "x & y");
  EXPECT_EQ(got->sources, sources);
}

TEST(Link, NamesASourceAsAllGnutellaProgramsDo) {
  const Sha1 digest = sha1_from_urn("urn:sha1:JUDQZQTXM7MZKYF24SCWEZFVX4L764LO").value();
  Source source;
  source.network = "gnutella";
  source.user = "fde83102ec32a833c055ffeeb0a197f7";
  source.name = "a b.ogg";
  source.endpoint = {0x7f000001, 6346};
  Source behind = source;
  behind.firewalled = true;
  const std::string link =
      make_link({digest, {}}, 9, "a b.ogg", std::vector<Source>{source, behind});
  EXPECT_EQ(link,
            "magnet:?xt=urn:sha1:JUDQZQTXM7MZKYF24SCWEZFVX4L764LO&xl=9&dn=a%20b.ogg"
            "&xs=http://127.0.0.1:6346/uri-res/N2R?urn:sha1:JUDQZQTXM7MZKYF24SCWEZFVX4L764LO");
  const auto got = parse_link(link);
  ASSERT_TRUE(got);
  ASSERT_EQ(got->sources.size(), 1U);
  EXPECT_EQ(got->sources[0].network, "gnutella");
  EXPECT_EQ(got->sources[0].name, "a b.ogg");
  EXPECT_EQ(got->sources[0].endpoint, source.endpoint);
}

TEST(Link, TakesAnEscapedWebSourceAndItsDigest) {
  const auto got = parse_link(
      "magnet:?xs=http%3A%2F%2F10.0.0.1%3A6346%2Furi-res%2FN2R%3Furn%3Asha1%3A"
      "JUDQZQTXM7MZKYF24SCWEZFVX4L764LO&xs=http://10.0.0.2/a.ogg");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->digest, sha1_from_urn("urn:sha1:JUDQZQTXM7MZKYF24SCWEZFVX4L764LO"));
  ASSERT_EQ(got->sources.size(), 1U);
  EXPECT_EQ(got->sources[0].endpoint, (Endpoint{0x0a000001, 6346}));
  EXPECT_FALSE(
      parse_link("magnet:?xt=urn:sha1:FPJF4CA5OPZVFAEG3YMM3EC6LCAYVJYR&xs=http://10.0.0.1:6346/"
                 "uri-res/N2R?urn:sha1:JUDQZQTXM7MZKYF24SCWEZFVX4L764LO"));
}

TEST(Link, NamesAFastTrackFileAndItsSources) {
  const UuHash hash = uuhash_from_hex("191ec669b0f61222a23942776a9e36d6ff4ffbff").value();
  Source source;
  source.network = "kazaa";
  source.user = "ann";
  source.name = "a b.ogg";
  source.endpoint = {0x7f000001, 1214};
  source.uuhash = hash;
  Source behind = source;
  behind.firewalled = true;
  Source other = source;
  other.uuhash = UuHash{};
  const std::string link =
      make_link({{}, hash}, 9, "a b.ogg", std::vector<Source>{source, behind, other});
  EXPECT_EQ(link,
            "magnet:?xt=urn:sig2dat:DEPMM2NQ6YJCFIRZIJ3WVHRW237U7677&xl=9&dn=a%20b.ogg"
            "&xs=http://127.0.0.1:1214/.hash=191ec669b0f61222a23942776a9e36d6ff4ffbff");
  const auto got = parse_link(link);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->uuhash, hash);
  EXPECT_FALSE(got->digest);
  ASSERT_EQ(got->sources.size(), 1U);
  EXPECT_EQ(got->sources[0].network, "kazaa");
  EXPECT_EQ(got->sources[0].uuhash, hash);
  EXPECT_EQ(got->sources[0].endpoint, source.endpoint);
}

TEST(Link, MayBeABareUuHash) {
  const auto bare = parse_link("urn:sig2dat:DEPMM2NQ6YJCFIRZIJ3WVHRW237U7677");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->uuhash, uuhash_from_hex("191ec669b0f61222a23942776a9e36d6ff4ffbff"));
  EXPECT_FALSE(parse_link("urn:sig2dat:DEPMM2NQ"));
  EXPECT_FALSE(
      parse_link("magnet:?xt=urn:sig2dat:DEPMM2NQ6YJCFIRZIJ3WVHRW237U7677"
                 "&xt=urn:sig2dat:AEPMM2NQ6YJCFIRZIJ3WVHRW237U7677"));
}

TEST(Link, OfASizeOf0NamesTheEmptyFile) {
  const auto got = parse_link("magnet:?xl=0&dn=a.txt");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->digest, kEmptySha1);
  EXPECT_EQ(got->size_bytes, 0U);
  EXPECT_EQ(to_base32(kEmptySha1), "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ");
  EXPECT_FALSE(parse_link("urn:sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ")->size_bytes);
  const Sha1 other = sha1_from_base32("JUDQZQTXM7MZKYF24SCWEZFVX4L764LO").value();
  EXPECT_EQ(parse_link(make_link({other, {}}, 0, "a", {}))->digest, other);
  EXPECT_FALSE(parse_link(make_link({kEmptySha1, {}}, 1, "a", {}))) << "one of the two is wrong";
}

TEST(Link, RefusesWhatIsWrong) {
  for (const char* text : {"", "http://x", "magnet:?", "magnet:?xl=5", "magnet:?xt=urn:sha1:AB",
                           "magnet:?dn=%4", "magnet:?dn=%00", "magnet:?xs=napster://a/b&xl=-1"})
    EXPECT_FALSE(parse_link(text)) << text;
  EXPECT_FALSE(parse_link("magnet:?xs=napster://a/" + std::string(9000, 'x')));
}

}  // namespace
}  // namespace p2p::app
