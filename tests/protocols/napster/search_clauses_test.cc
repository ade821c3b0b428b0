#include "protocols/napster/search_clauses.h"

#include <gtest/gtest.h>

namespace p2p::napster {
namespace {

using Words = std::vector<std::string>;

Query query_of(std::string_view text) {
  const auto request = parse_search(text, 100);
  EXPECT_TRUE(request) << text;
  return request ? request->query : Query{};
}
std::string error_of(std::string_view text) {
  const auto request = parse_search(text, 100);
  return request ? "" : request.error().detail;
}

TEST(SearchClauses, TakesWordsQuotedOrBareAndSeveralTimes) {
  EXPECT_EQ(query_of("FILENAME CONTAINS \"zed lantern\"").words, (Words{"zed", "lantern"}));
  EXPECT_EQ(query_of("filename contains zed FILENAME CONTAINS lantern").words,
            (Words{"zed", "lantern"}));
}

TEST(SearchClauses, KnowsMinusStarAndExcludes) {
  const Query query =
      query_of("FILENAME CONTAINS \"zed -live lant*\" FILENAME EXCLUDES \"demo tape\"");
  EXPECT_EQ(query.words, Words{"zed"});
  EXPECT_EQ(query.prefixes, Words{"lant"});
  EXPECT_EQ(query.excluded, (Words{"live", "demo", "tape"}));
}

TEST(SearchClauses, CombinesLimitsIntoARange) {
  const Query query = query_of(
      "FILENAME CONTAINS zed BITRATE \"AT LEAST\" \"128\" BITRATE \"AT BEST\" 192 LINESPEED AT "
      "LEAST 5 FREQ equal to 44100 SIZE \"AT LEAST\" 5000000000 DURATION \"AT BEST\" 99999999999");
  EXPECT_EQ(query.bitrate_kbps, (Range<std::uint32_t>{128, 192}));
  EXPECT_EQ(query.link_speed.least, 5U);
  EXPECT_EQ(query.sample_rate_hz, (Range<std::uint32_t>{44100, 44100}));
  EXPECT_EQ(query.size_bytes.least, 5'000'000'000U);
  EXPECT_TRUE(query.duration_s.is_everything());
}

TEST(SearchClauses, CutsMaxResultsAtTheServersLimit) {
  EXPECT_EQ(query_of("FILENAME CONTAINS zed").limit, 100U);
  EXPECT_EQ(query_of("MAX_RESULTS 0 FILENAME CONTAINS zed").limit, 100U);
  EXPECT_EQ(query_of("MAX_RESULTS 500 FILENAME CONTAINS zed").limit, 100U);
  EXPECT_EQ(query_of("MAX_RESULTS \"7\" FILENAME CONTAINS zed").limit, 7U);
}

TEST(SearchClauses, KnowsTypesAndWmaFiles) {
  const auto wma = parse_search("FILENAME CONTAINS zed WMA-FILE LOCAL LOCAL_ONLY", 100);
  ASSERT_TRUE(wma);
  EXPECT_TRUE(wma->fits_name("a\\Zed.WMA"));
  EXPECT_FALSE(wma->fits_name("a\\Zed.mp3"));
  EXPECT_FALSE(wma->with_other);
  const auto video = parse_search("FILENAME CONTAINS zed TYPE Video", 100);
  ASSERT_TRUE(video);
  EXPECT_EQ(video->query.kind, FileKind::video);
  EXPECT_TRUE(video->with_other);
  EXPECT_TRUE(parse_search("FILENAME CONTAINS zed TYPE any", 100)->with_other);
  EXPECT_TRUE(parse_search("FILENAME CONTAINS zed TYPE mp3", 100)->fits_name("x.mp3"));
}

TEST(SearchClauses, TakesTheRestOfTheLineForAnUnclosedQuote) {
  EXPECT_EQ(query_of("FILENAME CONTAINS \"zed lantern").words, (Words{"zed", "lantern"}));
}

TEST(SearchClauses, SaysWhatIsWrong) {
  EXPECT_EQ(error_of("MAX_RESULTS 5"), "search failed: request contained no valid words");
  EXPECT_EQ(error_of(""), "search failed: request contained no valid words");
  EXPECT_EQ(error_of("FILENAME CONTAINS zed BITRATE \"NEARLY\" \"128\""),
            "NEARLY: invalid comparison for search");
  for (const char* text :
       {"FILENAME", "FILENAME CONTAINS", "FILENAME LIKE zed", "NONSENSE",
        "FILENAME CONTAINS zed SIZE \"AT LEAST\" many", "FILENAME CONTAINS zed SIZE \"AT LEAST\"",
        "FILENAME CONTAINS zed MAX_RESULTS", "FILENAME CONTAINS zed TYPE shoe",
        "FILENAME CONTAINS zed BITRATE", "FILENAME CONTAINS zed BITRATE AT"})
    EXPECT_EQ(error_of(text), "invalid search request") << text;
}

TEST(SearchClauses, ReadsEveryTruncationWithoutHarm) {
  const std::string text =
      "FILENAME CONTAINS \"zed -live\" MAX_RESULTS 10 BITRATE \"AT LEAST\" \"160\" WMA-FILE";
  for (std::size_t length = 0; length <= text.size(); ++length)
    (void)parse_search(std::string_view(text).substr(0, length), 100);
}

}  // namespace
}  // namespace p2p::napster
