#include "servent/app/wishes.h"

#include <gtest/gtest.h>

#include "tests/support/numbered.h"

namespace p2p::app {
namespace {

using test::sha1_with;

constexpr api::Millis kHalfAnHour = 30LL * 60 * 1000;

Hit hit(const std::string& user, std::optional<Sha1> sha1, const std::string& name = "a/sun.mp3",
        std::uint64_t size = 5) {
  Hit out;
  out.name = name;
  out.size_bytes = size;
  out.sha1 = sha1;
  out.source.network = "napster";
  out.source.user = user;
  out.source.name = name;
  return out;
}

TEST(Wishes, AskAtOnceAndThenEveryHalfHour) {
  Wishes wishes;
  EXPECT_EQ(wishes.next(), std::nullopt);
  const auto id = wishes.add({"sun dogs", false});
  EXPECT_EQ(wishes.next(), 0);
  const auto first = wishes.due(1000);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].second, "sun dogs");
  EXPECT_TRUE(Wishes::is_ours(first[0].first));
  EXPECT_TRUE(wishes.due(1000).empty());
  EXPECT_EQ(wishes.next(), 1000 + kHalfAnHour);
  EXPECT_TRUE(wishes.due(999 + kHalfAnHour).empty());
  const auto second = wishes.due(1000 + kHalfAnHour);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_NE(second[0].first, first[0].first);
  EXPECT_EQ(wishes.rows()[0].id, id);
  EXPECT_EQ(wishes.rows()[0].asked_ms, 1000 + kHalfAnHour);
}

TEST(Wishes, CountOnlyWhatTheyHadNotSeen) {
  Wishes wishes;
  const auto id = wishes.add({"sun", false});
  const SearchId search = wishes.due(0)[0].first;
  EXPECT_EQ(
      wishes.take(search, {hit("ann", sha1_with(1)), hit("bob", sha1_with(1), "other.mp3")})->fresh,
      1U)
      << "one digest";
  EXPECT_EQ(wishes.take(search, {hit("ann", {}), hit("bob", {}, "b/sun.mp3")})->fresh, 1U)
      << "one name and size";
  EXPECT_EQ(wishes.take(search, {hit("ann", {}, "sun.mp3", 6)})->fresh, 1U);
  EXPECT_EQ(wishes.rows()[0].unseen, 3U);
  EXPECT_TRUE(wishes.see(id));
  EXPECT_EQ(wishes.rows()[0].unseen, 0U);
  const SearchId again = wishes.due(kHalfAnHour)[0].first;
  EXPECT_EQ(wishes.take(again, {hit("cat", sha1_with(1)), hit("cat", sha1_with(2))})->fresh, 1U);
  EXPECT_EQ(wishes.rows()[0].unseen, 1U);
  EXPECT_EQ(wishes.rows()[0].seen, 4U);
}

TEST(Wishes, OtherSearchesAreNoneOfTheirs) {
  Wishes wishes;
  wishes.add({"sun", false});
  const SearchId search = wishes.due(0)[0].first;
  EXPECT_FALSE(wishes.take(SearchId{1}, {hit("ann", sha1_with(1))}));
  EXPECT_FALSE(wishes.take(SearchId{(1U << 31U) + 1}, {hit("ann", sha1_with(1))}))
      << "the seeker's";
  EXPECT_TRUE(wishes.drop(1));
  const auto late = wishes.take(search, {hit("ann", sha1_with(1))});
  ASSERT_TRUE(late) << "nobody else shall have it";
  EXPECT_EQ(late->fresh, 0U);
  EXPECT_FALSE(wishes.drop(1));
  EXPECT_FALSE(wishes.see(1));
}

TEST(Wishes, FetchTheFirstFileThatHasADigestAndTwoSourcesOnce) {
  Wishes wishes;
  wishes.add({"sun", true});
  const SearchId search = wishes.due(0)[0].first;
  EXPECT_FALSE(wishes.take(search, {hit("ann", {}), hit("bob", {})})->fetch) << "no digest";
  EXPECT_FALSE(wishes.take(search, {hit("ann", sha1_with(1)), hit("ann", sha1_with(1))})->fetch)
      << "one source twice";
  const auto news = wishes.take(search, {hit("bob", sha1_with(2)), hit("bob", sha1_with(1))});
  ASSERT_TRUE(news->fetch);
  EXPECT_EQ(news->fetch->sha1, sha1_with(1));
  EXPECT_EQ(news->fetch->name, "sun.mp3");
  EXPECT_EQ(news->fetch->sources.size(), 2U);
  EXPECT_TRUE(wishes.rows()[0].fetched);
  EXPECT_FALSE(wishes.take(search, {hit("ann", sha1_with(2))})->fetch) << "the second one";
}

TEST(Wishes, AreKeptWithWhatTheyHaveSeen) {
  Wishes wishes;
  wishes.add({"sun \"big dogs\"\n%\xFF", true});
  wishes.add({"moon", false});
  const auto due = wishes.due(0);
  wishes.take(due[0].first,
              {hit("ann", sha1_with(1)), hit("bob", sha1_with(1)), hit("ann", {}, "x y")});
  Wishes later;
  later.load(wishes.saved());
  EXPECT_EQ(later.saved(), wishes.saved());
  ASSERT_EQ(later.rows().size(), 2U);
  EXPECT_EQ(later.rows()[0].text, "sun \"big dogs\"\n%\xFF");
  EXPECT_EQ(later.rows()[0].unseen, 2U);
  EXPECT_TRUE(later.rows()[0].fetched);
  EXPECT_FALSE(later.rows()[1].download);
  const SearchId search = later.due(0)[0].first;
  EXPECT_EQ(later.take(search, {hit("cat", sha1_with(1)), hit("cat", {}, "x y")})->fresh, 0U);
}

TEST(Wishes, CountAndFetchOnlyWhatPassesTheirFilter) {
  Wishes wishes;
  wishes.add({"sun", true, "ext:flac src>1 -live", "user"});
  const SearchId search = wishes.due(0)[0].first;
  const auto found = [&](const std::string& user, std::uint8_t file, const std::string& name) {
    return *wishes.take(search, {hit(user, sha1_with(file), name)});
  };
  EXPECT_EQ(found("ann", 1, "a/sun.mp3").fresh, 0U);
  EXPECT_EQ(found("bob", 1, "a/sun.mp3").fresh, 0U);
  EXPECT_EQ(found("ann", 2, "sun live.flac").fresh, 0U);
  EXPECT_EQ(found("bob", 2, "sun live.flac").fresh, 0U);
  EXPECT_EQ(found("ann", 3, "x/Sun.FLAC").fresh, 0U) << "one source is too few";
  EXPECT_EQ(found("ann", 3, "x/Sun.FLAC").fresh, 0U) << "twice the same";
  EXPECT_EQ(wishes.rows()[0].unseen, 0U);
  const auto news = found("bob", 3, "Sun.FLAC");
  EXPECT_EQ(news.fresh, 1U);
  EXPECT_TRUE(news.is_first);
  ASSERT_TRUE(news.fetch);
  EXPECT_EQ(news.fetch->sha1, sha1_with(3));
  EXPECT_FALSE(found("cat", 3, "Sun.FLAC").is_first);
  EXPECT_EQ(wishes.rows()[0].unseen, 1U);
}

TEST(Wishes, TakeOnAnotherSettingAndAreOtherWithAnotherFilter) {
  Wishes wishes;
  const auto id = wishes.add({"sun", false, "ext:mp3", ""});
  EXPECT_EQ(wishes.add({"sun", true, "ext:mp3", "folder"}), id);
  EXPECT_TRUE(wishes.rows()[0].download);
  EXPECT_EQ(wishes.rows()[0].group, "folder");
  EXPECT_EQ(wishes.add({"sun", true, "ext:mp3", "folder"}), 0U) << "just so";
  EXPECT_NE(wishes.add({"sun", false, "ext:ogg", "nonsense"}), id);
  EXPECT_EQ(wishes.rows()[1].group, "");
  EXPECT_EQ(wishes.add({"sun", false, std::string(Wishes::kMostFilter + 1, 'a'), ""}), 0U);
  Wishes later;
  later.load(wishes.saved() + "wish 0 1 sun ext%3Amp3\nwish 0 1 moon %zz user\n");
  EXPECT_EQ(later.saved(), wishes.saved());
  EXPECT_EQ(later.rows()[0].filter, "ext:mp3");
  EXPECT_TRUE(later.rows()[0].download);
}

TEST(Wishes, ABrokenFileIsReadAsFarAsItMakesSense) {
  Wishes wishes;
  wishes.load(
      "seen early\nwish\nwish x y moon\nnonsense\nwish 0 3 %zz\nseen of%20nobody\n"
      "wish 1 7 sun\nseen a\nseen \nseen a\nwish 0 0 sun");
  ASSERT_EQ(wishes.rows().size(), 2U);
  EXPECT_EQ(wishes.rows()[0].text, "moon");
  EXPECT_EQ(wishes.rows()[0].seen, 0U);
  EXPECT_EQ(wishes.rows()[1].text, "sun");
  EXPECT_EQ(wishes.rows()[1].unseen, 7U);
  EXPECT_EQ(wishes.rows()[1].seen, 1U);
}

TEST(Wishes, AreBounded) {
  Wishes wishes;
  EXPECT_NE(wishes.add({"sun", false}), 0U);
  EXPECT_EQ(wishes.add({"sun", false}), 0U) << "the same";
  for (std::size_t i = 1; i < Wishes::kMost; ++i)
    EXPECT_NE(wishes.add({"w" + std::to_string(i), false}), 0U);
  EXPECT_EQ(wishes.add({"one too many", false}), 0U);
  const SearchId search = wishes.due(0)[0].first;
  std::vector<Hit> hits;
  for (std::size_t i = 0; i < Wishes::kMostSeen + 10; ++i)
    hits.push_back(hit("ann", {}, std::to_string(i)));
  wishes.take(search, hits);
  EXPECT_EQ(wishes.rows()[0].seen, Wishes::kMostSeen);
  EXPECT_EQ(wishes.take(search, {hits.back()})->fresh, 0U);
  EXPECT_EQ(wishes.take(search, {hits.front()})->fresh, 1U) << "forgotten";
}

}  // namespace
}  // namespace p2p::app
