#include "servent/app/seeker.h"

#include <gtest/gtest.h>

namespace p2p::app {
namespace {

constexpr Sha1 kSong{{std::byte{1}}};
constexpr Sha1 kOther{{std::byte{2}}};

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
  const auto search = seeker.seek(7, wanted_song(), 1);
  ASSERT_TRUE(search);
  EXPECT_EQ(search->query.words, (std::vector<std::string>{"silver", "lantern", "mp3"}));
  EXPECT_FALSE(seeker.seek(7, wanted_song(), 1)) << "one is under way";
  EXPECT_TRUE(seeker.seek(8, wanted_song(), 1));
  EXPECT_TRUE(seeker.ended(search->id));
  EXPECT_TRUE(seeker.seek(7, wanted_song(), 1));
}

TEST(Seeker, TakesWhatIsTheSameFile) {
  Seeker seeker;
  const auto search = seeker.seek(7, wanted_song(), 1);
  ASSERT_TRUE(search);
  const auto found = seeker.take(
      search->id, {hit("ann", "renamed.mp3", 1000, kSong),
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
  ASSERT_TRUE(seeker.seek(7, wanted_song(), 2));
  EXPECT_FALSE(seeker.take(SearchId{1}, {}));
  EXPECT_FALSE(seeker.ended(SearchId{1}));
}

TEST(Seeker, EndsWhenEveryNetworkHas) {
  Seeker seeker;
  const auto search = seeker.seek(7, wanted_song(), 2);
  ASSERT_TRUE(search);
  EXPECT_TRUE(seeker.ended(search->id));
  EXPECT_TRUE(seeker.take(search->id, {}));
  EXPECT_TRUE(seeker.ended(search->id));
  EXPECT_FALSE(seeker.take(search->id, {}));
}

TEST(Seeker, AsksNothingThatCannotBeAsked) {
  Seeker seeker;
  transfer::Wanted nameless;
  nameless.size_bytes = 5;
  EXPECT_FALSE(seeker.seek(1, nameless, 1));
  EXPECT_FALSE(seeker.seek(1, wanted_song(), 0)) << "no network";
  nameless.sha1 = kSong;
  const auto search = seeker.seek(1, nameless, 1);
  ASSERT_TRUE(search);
  EXPECT_EQ(search->query.sha1, nameless.sha1);
}

}  // namespace
}  // namespace p2p::app
