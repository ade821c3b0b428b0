#include "protocols/kazaa/question.h"

#include <tuple>

#include <gtest/gtest.h>

#include "protocols/base/keywords.h"
#include "protocols/kazaa/reply.h"
#include "protocols/kazaa/varint.h"

#include "tests/support/kazaa_vectors.h"

namespace p2p::kazaa {
namespace {

// Makes a query, and keeps what its terms are views of.
class Asking {
 public:
  Asking& text(Tag tag, std::string_view value, Comparison how = Comparison::contains) {
    const Bytes bytes = bytes_of(value);
    return add(tag, Buffer(bytes.begin(), bytes.end()), how);
  }
  Asking& number(Tag tag, Comparison how, std::uint64_t value) {
    Buffer bytes;
    append_varint(bytes, value);
    return add(tag, std::move(bytes), how);
  }
  Asking& resolution(Comparison how, std::uint64_t width, std::uint64_t height) {
    Buffer bytes;
    append_varint(bytes, width);
    append_varint(bytes, height);
    return add(Tag::resolution, std::move(bytes), how);
  }
  Asking& add(Tag tag, Buffer value, Comparison how) {
    terms_.push_back({tag, std::move(value), how});
    return *this;
  }
  Asking& realm(Realm realm) {
    realm_ = realm;
    return *this;
  }
  std::optional<Question> question() const {
    QueryMessage message;
    message.realm = realm_;
    for (const auto& [tag, value, how] : terms_)
      message.terms.push_back({how, tag, value});
    return Question::of(message);
  }

 private:
  std::vector<std::tuple<Tag, Buffer, Comparison>> terms_;
  Realm realm_ = Realm::everything;
};

UuHash hash_of_ones() {
  UuHash hash;
  hash.bytes.fill(std::byte{1});
  return hash;
}

// A file by John Coltrane.
struct Train {
  TagBuilder tags;
  File file;
  explicit Train(std::string_view name = "03 lazy bird.mp3") {
    tags.text(Tag::name, name)
        .text(Tag::artist, "John Coltrane")
        .text(Tag::album, "Blue Train")
        .number(Tag::year, 1957)
        .number(Tag::bitrate, 192)
        .number(Tag::duration, 420)
        .number(Tag::rating, 3)
        .resolution({1024, 768});
    file.hash = hash_of_ones();
    file.size_bytes = 5'000'000;
    file.tags = tags.tags();
  }
  bool fits(const Asking& asking) const { return asking.question().value().fits(file); }
};

TEST(Question, WordsAreFoundInAnyTextAndAllOfThem) {
  const Train train;
  EXPECT_TRUE(train.fits(Asking().text(Tag::any, "BIRD blue coltrane")));
  EXPECT_FALSE(train.fits(Asking().text(Tag::any, "bird red")));
  EXPECT_FALSE(train.fits(Asking().text(Tag::any, "col"))) << "a part of a word is not the word";
  EXPECT_TRUE(train.fits(Asking().text(Tag::any, "lazy col*")));
  EXPECT_FALSE(train.fits(Asking().text(Tag::any, "lazy trane*")));
}

TEST(Question, AWordInAFieldIsLookedForThereOnly) {
  const Train train;
  EXPECT_TRUE(train.fits(Asking().text(Tag::artist, "coltrane")));
  EXPECT_FALSE(train.fits(Asking().text(Tag::artist, "train")));
  EXPECT_FALSE(train.fits(Asking().text(Tag::genre, "jazz")));
  EXPECT_TRUE(train.fits(Asking().text(Tag::album, "train", Comparison::contains)));
  EXPECT_FALSE(train.fits(Asking().text(Tag::album, "train", Comparison::equals)));
  EXPECT_TRUE(train.fits(Asking().text(Tag::album, "TRAIN blue", Comparison::equals)));
}

TEST(Question, NumbersAreComparedAsTheTermSays) {
  const Train train;
  const auto year = [&](Comparison how, std::uint64_t value) {
    return train.fits(Asking().number(Tag::year, how, value));
  };
  EXPECT_TRUE(year(Comparison::equals, 1957));
  EXPECT_FALSE(year(Comparison::equals, 1958));
  EXPECT_TRUE(year(Comparison::at_least, 1957));
  EXPECT_FALSE(year(Comparison::at_least, 1958));
  EXPECT_TRUE(year(Comparison::at_most, 1957));
  EXPECT_FALSE(year(Comparison::at_most, 1956));
  EXPECT_TRUE(year(Comparison::about, 1959));
  EXPECT_FALSE(year(Comparison::about, 1960));
  EXPECT_TRUE(train.fits(Asking().number(Tag::size, Comparison::about, 5'400'000)));
  EXPECT_FALSE(train.fits(Asking().number(Tag::size, Comparison::about, 5'600'000)));
  EXPECT_FALSE(train.fits(Asking().number(Tag::bitrate, Comparison::at_least, 193)));
  EXPECT_FALSE(train.fits(Asking().number(Tag::duration, Comparison::at_most, 419)));
  EXPECT_FALSE(train.fits(Asking().number(Tag::rating, Comparison::at_least, 4)));
  EXPECT_TRUE(train.fits(Asking()
                             .number(Tag::bitrate, Comparison::at_least, 128)
                             .number(Tag::bitrate, Comparison::at_most, 192)));
}

TEST(Question, LimitsThatContradictEachOtherAreMetByNothing) {
  EXPECT_FALSE(Train().fits(Asking()
                                .number(Tag::size, Comparison::at_least, 6'000'000)
                                .number(Tag::size, Comparison::at_most, 4'000'000)));
  EXPECT_FALSE(Train().fits(Asking()
                                .number(Tag::year, Comparison::equals, 1957)
                                .number(Tag::year, Comparison::equals, 1958)));
}

TEST(Question, NumbersBeyondAllBoundsDoNotWrapAround) {
  constexpr std::uint64_t kHuge = 0xffffffffffffffff;
  EXPECT_FALSE(Train().fits(Asking().number(Tag::size, Comparison::about, kHuge)));
  EXPECT_FALSE(Train().fits(Asking().number(Tag::bitrate, Comparison::at_least, kHuge)));
  EXPECT_TRUE(Train().fits(Asking().number(Tag::bitrate, Comparison::at_most, kHuge)));
  EXPECT_TRUE(Train().fits(Asking().number(Tag::year, Comparison::at_least, 0)));
}

TEST(Question, AResolutionHasTwoNumbersAndBothCount) {
  const Train train;
  EXPECT_TRUE(train.fits(Asking().resolution(Comparison::at_least, 800, 600)));
  EXPECT_FALSE(train.fits(Asking().resolution(Comparison::at_least, 800, 769)));
  EXPECT_FALSE(train.fits(Asking().resolution(Comparison::at_most, 1023, 5000)));
  EXPECT_TRUE(train.fits(Asking().resolution(Comparison::about, 1000, 750)));
}

TEST(Question, AHashIsTheFileAndNothingElse) {
  const UuHash ones = hash_of_ones();
  Asking asking;
  asking.add(Tag::hash, Buffer(ones.bytes.begin(), ones.bytes.end()), Comparison::equals);
  EXPECT_EQ(asking.question()->hash(), ones);
  Train train;
  EXPECT_TRUE(train.fits(asking));
  train.file.hash.bytes[19] = std::byte{2};
  EXPECT_FALSE(train.fits(asking));

  Buffer kzhash(36, std::byte{1});
  EXPECT_EQ(Asking().add(Tag::kzhash, kzhash, Comparison::equals).question()->hash(), ones);
  EXPECT_FALSE(Asking().add(Tag::hash, Buffer(19), Comparison::equals).question());
}

TEST(Question, ADigestIsLookedUpAsAWordThatIsInNoText) {
  Sha1 sha1;
  sha1.bytes[0] = std::byte{0xab};
  const auto asking = Asking().text(Tag::sha1, to_base32(sha1), Comparison::equals);
  const auto question = asking.question();
  ASSERT_TRUE(question);
  EXPECT_EQ(question->lookup().words, std::vector{index_word(sha1)});
  EXPECT_EQ(words_of(index_word(sha1)).size(), 1U) << "one word to the index too";
  Train train;
  EXPECT_FALSE(question->fits(train.file));
  train.tags.sha1(sha1);
  train.file.tags = train.tags.tags();
  EXPECT_TRUE(question->fits(train.file));
}

TEST(Question, ARealmLeavesOutOtherKindsOfFiles) {
  const auto asking = [](Realm realm) { return Asking().text(Tag::any, "lazy").realm(realm); };
  EXPECT_TRUE(Train().fits(asking(Realm::audio)));
  EXPECT_FALSE(Train().fits(asking(Realm::video)));
  EXPECT_TRUE(Train("lazy bird.xyz").fits(asking(Realm::video))) << "nobody knows what it is";
  EXPECT_EQ(asking(Realm::video).question()->lookup().kind, FileKind::video);
}

TEST(Question, WithoutATermThatSaysWhatToLookForItIsNone) {
  EXPECT_FALSE(Asking().question());
  EXPECT_FALSE(Asking().text(Tag::any, "dog", Comparison::ignored).question());
  EXPECT_FALSE(Asking().text(Tag::any, "dog", static_cast<Comparison>(0x77)).question());
  EXPECT_FALSE(Asking().text(Tag::any, "").question());
  EXPECT_FALSE(Asking().text(Tag::any, " * ! a ").question()) << "no word that counts";
  EXPECT_FALSE(Asking().text(Tag::artist, "---").question());
  EXPECT_FALSE(Asking().add(Tag::year, from_hex("8181"), Comparison::equals).question());
  EXPECT_FALSE(Asking().text(static_cast<Tag>(0x35), "x").question());
  EXPECT_TRUE(Asking().text(Tag::any, "!").text(Tag::artist, "coltrane").question());
}

TEST(Question, NoMoreWordsCountThanASearchMayHave) {
  std::string words;
  std::string prefixes;
  for (int i = 0; i < 60; ++i) {
    words += "w" + std::to_string(i) + ' ';
    prefixes += "p" + std::to_string(i) + "* ";
  }
  EXPECT_EQ(Asking().text(Tag::any, words).question()->lookup().words.size(), kMaxQueryWords);
  const auto question = Asking().text(Tag::any, prefixes).text(Tag::any, words).question();
  EXPECT_LE(question->lookup().prefixes.size() + question->lookup().words.size(), kMaxQueryWords);
}

TEST(Question, TheRecordedChildAsksForAWord) {
  const Buffer payload = test::recorded_payload(0x06);
  const auto message = decode_query(payload);
  ASSERT_TRUE(message);
  const auto question = Question::of(*message);
  ASSERT_TRUE(question);
  EXPECT_EQ(question->lookup().words, std::vector<std::string>{"loopback"});
  const Buffer reply_payload = test::recorded_payload(0x07);
  const auto reply = decode_reply(reply_payload);
  ASSERT_TRUE(reply);
  for (const ReplyFile& result : reply->files)
    EXPECT_TRUE(question->fits(result.file));
}

}  // namespace
}  // namespace p2p::kazaa
