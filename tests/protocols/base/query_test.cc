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

TEST(Query, ReadsTextsOfTags) {
  const Query query =
      parse_query("artist:Coltrane title:\"Blue Train\" live album:'75 GENRE:Hard-Bop artist:john");
  EXPECT_EQ(query.texts.artist, (Words{"coltrane", "john"}));
  EXPECT_EQ(query.texts.title, (Words{"blue", "train"}));
  EXPECT_EQ(query.texts.album, Words{"75"});
  EXPECT_EQ(query.texts.genre, (Words{"hard", "bop"}));
  EXPECT_EQ(query.words, Words{"live"});
  EXPECT_FALSE(parse_query("title:train").asks_nothing());
  EXPECT_EQ(parse_query("title:\"never closed").texts.title, (Words{"never", "closed"}));
}

TEST(Query, ReadsYearsAndSizesOfPictures) {
  const Query query = parse_query("year>=1957 year<1960 width:1024 height<=768");
  EXPECT_EQ(query.year, (Range<std::uint32_t>{1957, 1959}));
  EXPECT_EQ(query.width, (Range<std::uint32_t>{1024, 1024}));
  EXPECT_EQ(query.height, (Range<std::uint32_t>{0, 768}));
  const Query least = parse_query("resolution>=800x600");
  EXPECT_EQ(least.width.least, 800U);
  EXPECT_EQ(least.height.least, 600U);
  EXPECT_EQ(parse_query("resolution:1024X768").height, (Range<std::uint32_t>{768, 768}));
}

TEST(Query, SearchesHalfAFieldAsText) {
  EXPECT_EQ(parse_query("resolution:1024 artist: year>old").words,
            (Words{"resolution", "1024", "artist", "year", "old"}));
  const Query impossible = parse_query("resolution<640x0");
  EXPECT_TRUE(impossible.width.is_everything() && impossible.height.is_everything());
  EXPECT_EQ(parse_query("artist>coltrane").words, (Words{"artist", "coltrane"}));
  EXPECT_EQ(parse_query("of:\"two words\" x2").words, (Words{"of", "two", "words", "x2"}));
}

TEST(Query, ReadsAUuHashInBothForms) {
  UuHash hash;
  hash.bytes.fill(std::byte{0x5a});
  EXPECT_EQ(parse_query(to_urn(hash)).uuhash, hash);
  EXPECT_EQ(parse_query(to_sig2dat(hash)).uuhash, hash);
  EXPECT_FALSE(parse_query(to_urn(hash)).asks_nothing());
}

TEST(Query, NamesTheTagThatIsAsked) {
  EXPECT_EQ(tag_asked(parse_query("train artist:coltrane")), "artist");
  EXPECT_EQ(tag_asked(parse_query("train year:1957")), "year");
  EXPECT_EQ(tag_asked(parse_query("train resolution>=640x480")), "width");
  EXPECT_EQ(tag_asked(parse_query("train bitrate>=192 type:audio")), "");
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

TEST(Matches, WantsEveryWordOfATextInItsTag) {
  FileTags tags;
  tags.artist = "John Coltrane";
  tags.title = "Blue Train";
  tags.year = 1957;
  const auto has = [&](const char* text) {
    return matches(parse_query(text), "a.mp3", 1, {}, tags);
  };
  EXPECT_TRUE(has("artist:COLTRANE year:1957"));
  EXPECT_TRUE(has("artist:\"coltrane john\" title:blue"));
  EXPECT_FALSE(has("artist:coltr"));
  EXPECT_FALSE(has("artist:train"));
  EXPECT_FALSE(has("title:blue year<1957"));
  EXPECT_FALSE(has("coltrane")) << "plain words are of the name";
  EXPECT_FALSE(matches(parse_query("artist:coltrane"), "john coltrane.mp3", 1, {}));
  tags.artist = "東京事変";
  EXPECT_TRUE(has("artist:東"));
  EXPECT_TRUE(has("artist:事変"));
  EXPECT_FALSE(has("artist:京変"));
}

TEST(Matches, WantsAPictureOfThatSize) {
  FileTags tags;
  tags.width = 1024;
  tags.height = 768;
  EXPECT_TRUE(matches(parse_query("sun resolution>=800x600"), "sun.png", 1, {}, tags));
  EXPECT_FALSE(matches(parse_query("sun resolution:800x600"), "sun.png", 1, {}, tags));
  EXPECT_FALSE(matches(parse_query("sun height>768"), "sun.png", 1, {}, tags));
}

}  // namespace
}  // namespace p2p
