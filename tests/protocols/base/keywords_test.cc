#include "protocols/base/keywords.h"

#include <gtest/gtest.h>

#include "protocols/base/rng.h"

namespace p2p {
namespace {

using Words = std::vector<std::string>;

TEST(Keywords, FoldTakesCaseAndAccentsAway) {
  EXPECT_EQ(fold("Été"), "ete");
  EXPECT_EQ(fold("E\xcc\x81te\xcc\x81"), "ete");
  EXPECT_EQ(fold("Straße ØÅ Łódź"), "strasse oa lodz");
  EXPECT_EQ(fold("ＡＢｃ１！"), "abc1!");
  EXPECT_EQ(fold("ﬁn ŒUVRE"), "fin oeuvre");
  EXPECT_EQ(fold("ΌΣΟΣ Ёлка Հայ"), "οσοσ елка հայ");
}

TEST(Keywords, BytesThatAreNotUtf8AreReadAsLatin1) {
  EXPECT_EQ(fold("\xc9t\xe9"), "ete");
  EXPECT_EQ(words_of("caf\xe9 noir"), (Words{"cafe", "noir"}));
  EXPECT_EQ(words_of("\xed\xa0\x80\xf8\xc0\xaf"), words_of(fold("\xed\xa0\x80\xf8\xc0\xaf")));
}

TEST(Keywords, CutsAtEverythingButLettersAndDigits) {
  EXPECT_EQ(words_of("AC/DC - 01 - It's_a.long (way).MP3"),
            (Words{"ac", "dc", "01", "it", "long", "way", "mp3"}));
  EXPECT_TRUE(words_of("").empty());
  EXPECT_TRUE(words_of(" - .. a b !").empty());
  EXPECT_EQ(words_of("7 x 7"), Words{"7"});
}

TEST(Keywords, NamesAWordOnceAndStopsAtTheLimit) {
  EXPECT_EQ(words_of("one two ONE three", 2), (Words{"one", "two"}));
  EXPECT_TRUE(words_of("one", 0).empty());
}

TEST(Keywords, RunsOfHanAndKanaBecomeOverlappingPairs) {
  EXPECT_EQ(words_of("東京事変"), (Words{"東京", "京事", "事変"}));
  EXPECT_EQ(words_of("live東京x2"), (Words{"live", "東京", "x2"}));
  EXPECT_EQ(words_of("東 京"), (Words{"東", "京"}));
  EXPECT_EQ(words_of("한국어"), (Words{"한국", "국어"}));
}

TEST(Keywords, CutsLongWordsBetweenCharacters) {
  EXPECT_EQ(words_of(std::string(100, 'x') + " y2"), (Words{std::string(64, 'x'), "y2"}));
  const Words words = words_of(std::string(63, 'x') + "яя");
  EXPECT_EQ(words, Words{std::string(63, 'x')});
}

TEST(Keywords, WordsIntoReusesWhatLiesThere) {
  Words words{"old", "older", "oldest"};
  words_into("new words", 32, words);
  EXPECT_EQ(words, (Words{"new", "words"}));
}

TEST(Keywords, AWordIsTheOnlyWordOfItself) {
  Rng rng(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::uint64_t i = rng.below(24); i-- > 0;)
      text += static_cast<char>(rng());
    ASSERT_EQ(fold(fold(text)), fold(text));
    for (const std::string& word : words_of(text))
      ASSERT_EQ(words_of(word), Words{word});
  }
}

TEST(Keywords, SearchedPartIsTheFileAndItsFolder) {
  EXPECT_EQ(searched_part("a/b/c.mp3"), "b/c.mp3");
  EXPECT_EQ(searched_part("C:\\x\\y\\z.mp3"), "y\\z.mp3");
  EXPECT_EQ(searched_part("a/b/c.mp3", 0), "c.mp3");
  EXPECT_EQ(searched_part("c.mp3"), "c.mp3");
  EXPECT_EQ(searched_part("/c.mp3"), "/c.mp3");
  EXPECT_EQ(searched_part(""), "");
}

}  // namespace
}  // namespace p2p
