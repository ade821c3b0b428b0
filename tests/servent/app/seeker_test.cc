#include "servent/app/seeker.h"

#include <gtest/gtest.h>

namespace p2p::app {
namespace {

constexpr Sha1 kSong{{std::byte{1}}};
constexpr Sha1 kOther{{std::byte{2}}};

const std::vector<Seeker::Network> kOne{{"napster"}};
const std::vector<Seeker::Network> kTwo{{"napster"}, {"kazaa", true}};

transfer::Wanted wanted_song() {
  transfer::Wanted wanted;
  wanted.name = "Silver Lantern.mp3";
  wanted.size_bytes = 1000;
  wanted.sha1 = kSong;
  return wanted;
}

Hit hit(const std::string& user, const std::string& name, std::uint64_t size,
        std::optional<Sha1> sha1) {
  Hit out;
  out.name = name;
  out.size_bytes = size;
  out.sha1 = sha1;
  out.source = {"napster", user, name, {}, 0};
  return out;
}

TEST(Seeker, AsksTheWordsOfTheNameOnceAtATime) {
  Seeker seeker;
  const auto searches = seeker.seek(7, wanted_song(), kOne);
  ASSERT_FALSE(searches.empty());
  const Search& search = searches[0].second;
  EXPECT_EQ(search.query.words, (std::vector<std::string>{"silver", "lantern", "mp3"}));
  EXPECT_TRUE(seeker.seek(7, wanted_song(), kOne).empty()) << "one is under way";
  EXPECT_EQ(seeker.seek(8, wanted_song(), kOne).size(), 1U);
  EXPECT_TRUE(seeker.ended(search.id));
  EXPECT_EQ(seeker.seek(7, wanted_song(), kOne).size(), 1U);
}

TEST(Seeker, TakesWhatIsTheSameFile) {
  Seeker seeker;
  const auto searches = seeker.seek(7, wanted_song(), kOne);
  ASSERT_FALSE(searches.empty());
  const Search& search = searches[0].second;
  const auto found = seeker.take(
      search.id, {hit("ann", "renamed.mp3", 1000, kSong),
                  hit("ben", "Silver Lantern.mp3", 1000, kOther),               // other content
                  hit("cleo", "x\\y\\Silver Lantern.mp3", 1000, std::nullopt),  // digest not told
                  hit("dan", "Silver Lantern.mp3", 999, std::nullopt)});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->download, 7U);
  ASSERT_EQ(found->sources.size(), 2U);
  EXPECT_EQ(found->sources[0].user, "ann");
  EXPECT_EQ(found->sources[1].user, "cleo");
}

TEST(Seeker, LeavesThePeoplesSearchesAlone) {
  Seeker seeker;
  ASSERT_EQ(seeker.seek(7, wanted_song(), kTwo).size(), 2U);
  EXPECT_FALSE(seeker.take(SearchId{1}, {}));
  EXPECT_FALSE(seeker.ended(SearchId{1}));
}

TEST(Seeker, EndsWhenEveryNetworkHas) {
  Seeker seeker;
  const auto searches = seeker.seek(7, wanted_song(), kTwo);
  ASSERT_FALSE(searches.empty());
  const Search& search = searches[0].second;
  EXPECT_TRUE(seeker.ended(search.id));
  EXPECT_TRUE(seeker.take(search.id, {}));
  EXPECT_TRUE(seeker.ended(search.id));
  EXPECT_FALSE(seeker.take(search.id, {}));
}

TEST(Seeker, AsksNothingThatCannotBeAsked) {
  Seeker seeker;
  transfer::Wanted nameless;
  nameless.size_bytes = 5;
  EXPECT_TRUE(seeker.seek(1, nameless, kOne).empty());
  EXPECT_TRUE(seeker.seek(1, wanted_song(), {}).empty()) << "no network";
  nameless.sha1 = kSong;
  const auto searches = seeker.seek(1, nameless, kOne);
  ASSERT_FALSE(searches.empty());
  const Search& search = searches[0].second;
  EXPECT_EQ(search.query.sha1, nameless.sha1);
}

TEST(Seeker, AsksByUuHashWhereThatIsUnderstood) {
  Seeker seeker;
  transfer::Wanted wanted = wanted_song();
  wanted.uuhash = UuHash{};
  const auto searches = seeker.seek(7, wanted, kTwo);
  ASSERT_EQ(searches.size(), 2U);
  EXPECT_EQ(searches[0].first, "napster");
  EXPECT_FALSE(searches[0].second.query.uuhash);
  EXPECT_EQ(searches[0].second.query.words.size(), 3U);
  EXPECT_EQ(searches[1].first, "kazaa");
  EXPECT_EQ(searches[1].second.query.uuhash, wanted.uuhash);
  EXPECT_TRUE(searches[1].second.query.words.empty());
  EXPECT_EQ(searches[0].second.id, searches[1].second.id);
}

TEST(Seeker, WaitsOnlyForNetworksThatWereAsked) {
  Seeker seeker;
  transfer::Wanted nameless;
  nameless.size_bytes = 5;
  nameless.uuhash = UuHash{};
  const auto searches = seeker.seek(7, nameless, kTwo);
  ASSERT_EQ(searches.size(), 1U);
  EXPECT_EQ(searches[0].first, "kazaa");
  EXPECT_TRUE(seeker.ended(searches[0].second.id));
  EXPECT_FALSE(seeker.ended(searches[0].second.id)) << "it was the only one";
}

TEST(Seeker, TakesWhatHasTheSameUuHashAndSize) {
  Seeker seeker;
  transfer::Wanted wanted = wanted_song();
  wanted.sha1.reset();
  wanted.uuhash = UuHash{{std::byte{7}}};
  const auto searches = seeker.seek(7, wanted, kTwo);
  ASSERT_FALSE(searches.empty());
  Hit same = hit("ann", "renamed.mp3", 1000, std::nullopt);
  same.source.uuhash = wanted.uuhash;
  Hit longer = hit("ben", "renamed.mp3", 1001, std::nullopt);
  longer.source.uuhash = wanted.uuhash;
  Hit other = hit("cleo", "Silver Lantern.mp3", 1000, std::nullopt);
  other.source.uuhash = UuHash{};
  const auto found = seeker.take(searches[0].second.id, {same, longer, other});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->sources.size(), 1U);
  EXPECT_EQ(found->sources[0].user, "ann");
}

}  // namespace
}  // namespace p2p::app
