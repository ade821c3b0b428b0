#include "servent/app/link.h"

#include <gtest/gtest.h>

namespace p2p::app {
namespace {

TEST(Link, ComesBackAsItWasMade) {
  Source source;
  source.network = "napster";
  source.user = "a/b";
  source.name = "Music\\x & 100%=\xff.mp3";
  const std::vector<Source> sources{source, source};
  const auto got = parse_link(make_link(Sha1{}, 12, "x & y", sources));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->digest, Sha1{});
  EXPECT_EQ(got->size_bytes, 12U);
  EXPECT_EQ(got->name, "x & y");
  EXPECT_EQ(got->sources, sources);
}

TEST(Link, RefusesWhatIsWrong) {
  for (const char* text : {"", "http://x", "magnet:?", "magnet:?xl=5", "magnet:?xt=urn:sha1:AB",
                           "magnet:?dn=%4", "magnet:?dn=%00", "magnet:?xs=napster://a/b&xl=-1"})
    EXPECT_FALSE(parse_link(text)) << text;
  EXPECT_FALSE(parse_link("magnet:?xs=napster://a/" + std::string(9000, 'x')));
}

}  // namespace
}  // namespace p2p::app
