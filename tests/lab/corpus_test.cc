#include "servent/lab/corpus.h"

#include <set>

#include <gtest/gtest.h>

#include "protocols/base/keywords.h"

namespace p2p::lab {
namespace {

TEST(Corpus, GivesEachFileAWordOfItsOwn) {
  const Corpus corpus(20'000, 3);
  std::set<std::string> words;
  for (FileNumber file = 0; file < corpus.size(); ++file) {
    EXPECT_TRUE(words.insert(corpus.own_word(file)).second);
    words.insert(corpus.artist(file));
  }
  for (const FileNumber file : {0U, 7U, 19'999U})
    EXPECT_EQ(corpus.matching(parse_query(corpus.own_word(file))), std::vector{file});
}

TEST(Corpus, NamesFilesBeyondThreeSyllables) {
  const Corpus corpus(10, 3);
  EXPECT_EQ(corpus.own_word(999'999).size(), 6U);
  EXPECT_EQ(corpus.own_word(1'000'000).size(), 8U);
  EXPECT_EQ(corpus.own_word(99'999'999).size(), 8U);
  EXPECT_NE(corpus.own_word(1'000'000), corpus.own_word(2'000'000));
  EXPECT_EQ(corpus.by_name(corpus.name(1'000'000)), std::nullopt);
}

TEST(Corpus, KnowsItsFilesByNameAndDigest) {
  const Corpus corpus(1'000, 3);
  for (FileNumber file = 0; file < corpus.size(); ++file) {
    const SharedFile shared = corpus.file(file);
    EXPECT_EQ(shared.id, file + 1);
    EXPECT_EQ(corpus.by_name(shared.name), file);
    EXPECT_EQ(corpus.by_digest(*shared.sha1), file);
    EXPECT_EQ(corpus.by_digest(*shared.uuhash), file);
  }
  EXPECT_EQ(corpus.by_name(Corpus(1'001, 3).name(1'000)), std::nullopt);
  EXPECT_EQ(corpus.by_name("dodubo"), std::nullopt);
  EXPECT_EQ(corpus.by_name(".mp3"), std::nullopt);
  EXPECT_EQ(corpus.by_name(""), std::nullopt);
  EXPECT_EQ(corpus.by_digest(Sha1{}), std::nullopt);
  EXPECT_EQ(corpus.by_digest(UuHash{}), std::nullopt);
}

TEST(Corpus, IsTheSameForTheSameSeed) {
  EXPECT_EQ(Corpus(100, 3).name(42), Corpus(100, 3).name(42));
  EXPECT_NE(Corpus(100, 3).name(42), Corpus(100, 4).name(42));
  EXPECT_EQ(Corpus(100, 3).file(42).sha1, Corpus(100, 3).file(42).sha1);
  EXPECT_NE(Corpus(100, 3).file(42).sha1, Corpus(100, 4).file(42).sha1);
}

TEST(Corpus, SizesAreEvenAroundThePublishedMean) {
  const Corpus corpus(20'000, 3);
  double sum = 0;
  for (FileNumber file = 0; file < corpus.size(); ++file)
    sum += static_cast<double>(corpus.size_bytes(file));
  EXPECT_NEAR(sum / 20'000, 3'900'000, 30'000);
}

// The index says what the slow and obvious matches() says.
TEST(Corpus, AgreesWithTheSlowComparison) {
  const Corpus corpus(500, 3);
  const std::string artist = corpus.artist(17);
  const std::string style = corpus.name(17).substr(0, corpus.name(17).find(' '));
  const std::vector<std::string> texts{
      artist,
      style,
      style + ' ' + artist,
      artist + " mp3",
      "mp3",
      artist + " -" + corpus.own_word(17),
      artist.substr(0, 4) + '*',
      style + ' ' + artist.substr(0, 3) + '*',
      "size>5M",
      style + " size<3M",
      style + " type:audio",
      style + " type:video",
      style + " artist:nobody",
      corpus.own_word(17) + ' ' + corpus.own_word(18),
      "nothing has this",
      "",
  };
  std::size_t several = 0;
  for (const std::string& text : texts) {
    const Query query = parse_query(text);
    std::vector<FileNumber> expected;
    for (FileNumber file = 0; file < corpus.size(); ++file)
      if (const SharedFile shared = corpus.file(file);
          matches(query, shared.name, shared.size_bytes, shared.media, shared.tags))
        expected.push_back(file);
    EXPECT_EQ(corpus.matching(query), expected) << text;
    if (expected.size() > 1 && expected.size() < corpus.size()) ++several;
  }
  EXPECT_GT(several, 5U);
}

TEST(Corpus, FindsADigestsFileOnly) {
  const Corpus corpus(500, 3);
  Query query;
  query.sha1 = corpus.file(17).sha1;
  EXPECT_EQ(corpus.matching(query), std::vector<FileNumber>{17});
  query.words.push_back("other");
  EXPECT_TRUE(corpus.matching(query).empty());
  Query by_uuhash;
  by_uuhash.uuhash = corpus.file(18).uuhash;
  EXPECT_EQ(corpus.matching(by_uuhash), std::vector<FileNumber>{18});
}

}  // namespace
}  // namespace p2p::lab
