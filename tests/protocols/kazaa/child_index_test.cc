#include "protocols/kazaa/child_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/kazaa/translate.h"

#include "tests/support/kazaa_peer.h"

namespace p2p::kazaa {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr OwnerId kAnna{1};
constexpr OwnerId kBob{2};

struct Index : testing::Test {
  ChildIndex index{1};

  Directory::Added add(OwnerId owner, const TagBuilder& tags, std::uint32_t number,
                       Media media = Media::unknown) {
    Share share;
    share.media = media;
    share.file.hash = test::hash_with(number);
    share.file.size_bytes = 1000 + number;
    share.file.tags = tags.tags();
    return index.add(owner, share);
  }
  Directory::Added add(OwnerId owner, std::string_view name, std::uint32_t number) {
    return add(owner, TagBuilder().text(Tag::name, name), number);
  }
  std::vector<std::string> find(const Query& query, std::uint32_t limit = 100) {
    const auto payload = query_payload(query, 0);
    const auto question = Question::of(*decode_query(*payload));
    std::vector<std::string> names;
    index.search(
        *question, limit, [this](OwnerId owner) { return owner != refused; },
        [&](OwnerId, const File& file) { names.emplace_back(file.tags.text(Tag::name)); });
    return names;
  }
  std::vector<std::string> find(const std::string& text) { return find(parse_query(text)); }
  OwnerId refused{99};
};

TEST_F(Index, FindsByTheWordsOfEveryText) {
  add(kAnna,
      TagBuilder()
          .text(Tag::name, "03 lazy bird.mp3")
          .text(Tag::artist, "John Coltrane")
          .text(Tag::keywords, "blue dogs"),
      1);
  add(kBob, "lazy river.mp3", 2);
  EXPECT_THAT(find("lazy"), UnorderedElementsAre("03 lazy bird.mp3", "lazy river.mp3"));
  EXPECT_THAT(find("coltrane dogs bird"), ElementsAre("03 lazy bird.mp3"));
  EXPECT_THAT(find("artist:coltrane"), ElementsAre("03 lazy bird.mp3"));
  EXPECT_THAT(find("artist:dogs"), IsEmpty());
  refused = kAnna;
  EXPECT_THAT(find("lazy"), ElementsAre("lazy river.mp3"));
}

TEST_F(Index, TellsAllTagsAsTheyCame) {
  TagBuilder tags;
  tags.text(Tag::name, "odd.bin")
      .number(Tag::year, 1957)
      .bytes(static_cast<Tag>(0x35), from_hex("0102"))
      .text(Tag::comment, "kept");
  add(kAnna, tags, 1);
  Query query;
  query.uuhash = test::hash_with(1);
  const auto payload = query_payload(query, 0);
  Tags told;
  Buffer copy;
  index.search(
      *Question::of(*decode_query(*payload)), 1, [](OwnerId) { return true; },
      [&](OwnerId owner, const File& file) {
        EXPECT_EQ(owner, kAnna);
        EXPECT_EQ(file.file_id, file_id_of(file.hash));
        EXPECT_EQ(file.size_bytes, 1001U);
        append_tags(copy, file.tags);
      });
  Reader reader(copy);
  EXPECT_EQ(Tags::read(reader), tags.tags());
}

TEST_F(Index, AHashFindsEachOwnerAndTheOtherTermsCountToo) {
  add(kAnna, "first name.mp3", 7);
  add(kBob, "second name.mp3", 7);
  add(kBob, "other.mp3", 8);
  Query query;
  query.uuhash = test::hash_with(7);
  EXPECT_THAT(find(query), UnorderedElementsAre("first name.mp3", "second name.mp3"));
  query.words = {"second"};
  EXPECT_THAT(find(query), ElementsAre("second name.mp3"));
  query.words = {};
  query.size_bytes = {5, 6};
  EXPECT_THAT(find(query), IsEmpty());
}

TEST_F(Index, TheLimitCountsWhatFits) {
  for (std::uint32_t i = 0; i < 10; ++i)
    add(i % 2 == 0 ? kAnna : kBob, "tune " + std::to_string(i), i);
  refused = kAnna;
  EXPECT_THAT(find(parse_query("tune"), 5), testing::SizeIs(5));
  EXPECT_THAT(find(parse_query("tune"), 3), testing::SizeIs(3));
}

TEST_F(Index, ANameThatNoFileHasIsNotTaken) {
  EXPECT_EQ(add(kAnna, TagBuilder().text(Tag::artist, "nameless"), 1), Directory::Added::too_long);
  EXPECT_EQ(add(kAnna, "tune", 1), Directory::Added::yes);
  EXPECT_EQ(add(kAnna, "tune", 1), Directory::Added::duplicate);
  EXPECT_EQ(index.files(), 1U);
}

TEST_F(Index, OfTagsThatContradictEachOtherTheFirstCounts) {
  add(kAnna,
      TagBuilder()
          .text(Tag::name, "true name.mp3")
          .text(Tag::name, "false name.mp3")
          .number(Tag::year, 1957)
          .number(Tag::year, 2001),
      1);
  EXPECT_THAT(find("true"), ElementsAre("true name.mp3"));
  EXPECT_THAT(find("false"), IsEmpty());
  EXPECT_THAT(find("name year:1957"), ElementsAre("true name.mp3"));
  EXPECT_THAT(find("name year:2001"), IsEmpty());
}

TEST_F(Index, OfManyTagsTheFirstAreKept) {
  TagBuilder tags;
  tags.text(Tag::name, std::string(1000, 'n') + " long")
      .number(Tag::year, 1957)
      .text(Tag::comment, std::string(900, 'c'))
      .text(Tag::title, std::string(500, 't'))
      .number(Tag::rating, 4);
  ASSERT_EQ(add(kAnna, tags, 1), Directory::Added::yes);
  EXPECT_THAT(find("long year:1957"), testing::SizeIs(1)) << "a long name costs no tag";
  TagBuilder odd;
  odd.text(Tag::name, "odd numbers");
  for (std::uint32_t i = 0; i + 1 < kMaxTags; ++i)
    odd.bytes(static_cast<Tag>(0xf0000000U + i), Buffer(11));
  EXPECT_EQ(add(kAnna, odd, 2), Directory::Added::yes) << "long tag numbers";
  EXPECT_THAT(find("odd numbers"), testing::SizeIs(1));
}

TEST_F(Index, FilesGoOneByOneAndWithTheirOwner) {
  add(kAnna, "one.mp3", 1);
  add(kAnna, "two.mp3", 2);
  add(kBob, "one too.mp3", 1);
  File file;
  file.hash = test::hash_with(1);
  EXPECT_TRUE(index.remove(kAnna, file));
  EXPECT_FALSE(index.remove(kAnna, file));
  EXPECT_THAT(find("one"), ElementsAre("one too.mp3"));
  index.remove_owner(kAnna);
  EXPECT_EQ(index.files(), 1U);
  EXPECT_EQ(index.files_of(kAnna), 0U);
  EXPECT_EQ(index.bytes(), 1001U);
}

TEST_F(Index, SumsUpByMediaWhichTheNameTellsWhenTheShareDoesNot) {
  add(kAnna, TagBuilder().text(Tag::name, "no extension"), 1, Media::video);
  add(kAnna, "song.mp3", 2);
  add(kAnna, "thing", 3);
  ChildIndex::Sums sums{};
  index.sum_up(kAnna, sums);
  EXPECT_EQ(sums.at(static_cast<std::size_t>(Media::video)).files, 1U);
  EXPECT_EQ(sums.at(static_cast<std::size_t>(Media::audio)).bytes, 1002U);
  EXPECT_EQ(sums.at(static_cast<std::size_t>(Media::unknown)).files, 1U);
}

}  // namespace
}  // namespace p2p::kazaa
