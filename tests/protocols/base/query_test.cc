#include "protocols/base/query.h"

#include <gtest/gtest.h>

namespace p2p {
namespace {

using Words = std::vector<std::string>;

TEST(Query, ReadsWordsExclusionsAndPrefixes) {
  const Query query = parse_query("Été two -live -AC/DC pre* \"Free Jazz\"");
  EXPECT_EQ(query.words, (Words{"ete", "two", "free", "jazz"}));
  EXPECT_EQ(query.excluded, (Words{"live", "ac", "dc"}));
  EXPECT_EQ(query.prefixes, Words{"pre"});
}

TEST(Query, ReadsFields) {
  const Query query =
      parse_query("x1 size>1M size<2G bitrate>=192 duration=60 type:Audio ext:FLAC");
  EXPECT_EQ(query.words, (Words{"x1", "flac"}));
  EXPECT_EQ(query.size_bytes, (Range<std::uint64_t>{(1U << 20U) + 1, (2ULL << 30U) - 1}));
  EXPECT_EQ(query.bitrate_kbps.least, 192U);
  EXPECT_EQ(query.duration_s, (Range<std::uint32_t>{60, 60}));
  EXPECT_EQ(query.kind, FileKind::audio);
}

TEST(Query, SearchesWhatIsNoFieldAsText) {
  EXPECT_EQ(parse_query("size>big type:song a>b<c").words, (Words{"size", "big", "type", "song"}));
  EXPECT_EQ(parse_query("bitrate>99999999999").words, (Words{"bitrate", "99999999999"}));
  EXPECT_EQ(parse_query("size<0").words, (Words{"size", "0"}));
}

TEST(Query, ReadsADigest) {
  const std::string urn = "urn:sha1:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const Query query = parse_query(urn);
  ASSERT_TRUE(query.sha1);
  EXPECT_EQ(to_urn(*query.sha1), urn);
  EXPECT_FALSE(query.asks_nothing());
}

TEST(Query, TurnsOneHanCharacterIntoAPrefix) {
  EXPECT_EQ(parse_query("東").prefixes, Words{"東"});
  EXPECT_EQ(parse_query("東京").words, Words{"東京"});
  EXPECT_TRUE(matches(parse_query("東"), "東京事変.mp3", 0, {}));
}

TEST(Query, AsksNothingWhenNothingIsSaid) {
  for (const char* text : {"", "  ", "-live", "a", "\"", "-", "*", "size>1", "\"\" \"a"})
    EXPECT_TRUE(parse_query(text).asks_nothing()) << text;
}

TEST(Query, CountsItsFirstWordsOnly) {
  std::string text;
  for (int i = 10; i < 90; ++i)
    text += "w" + std::to_string(i) + " ";
  EXPECT_EQ(parse_query(text).words.size(), kMaxQueryWords);
}

TEST(Matches, WantsEveryWordInTheFileOrItsFolder) {
  EXPECT_TRUE(matches(parse_query("dogs suite"), "Music/Sun Dogs/Suite.flac", 0, {}));
  EXPECT_FALSE(matches(parse_query("music suite"), "Music/Sun Dogs/Suite.flac", 0, {}));
  EXPECT_FALSE(matches(parse_query("dog"), "Sun Dogs/Suite.flac", 0, {}));
  EXPECT_TRUE(matches(parse_query("dog*"), "Sun Dogs/Suite.flac", 0, {}));
  EXPECT_FALSE(matches(parse_query("suite -sun"), "Sun Dogs/Suite.flac", 0, {}));
}

TEST(Matches, ComparesAnUnknownFieldAsZero) {
  EXPECT_FALSE(matches(parse_query("suite bitrate>=128"), "Suite.mp3", 1, {}));
  EXPECT_TRUE(matches(parse_query("suite bitrate>=128"), "Suite.mp3", 1, MediaFields{128, 0, 0}));
  EXPECT_TRUE(matches(parse_query("suite bitrate<128"), "Suite.mp3", 1, {}));
  EXPECT_FALSE(matches(parse_query("suite type:video"), "Suite.mp3", 1, {}));
}

}  // namespace
}  // namespace p2p
