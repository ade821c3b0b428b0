#include "servent/app/searches.h"

#include <gtest/gtest.h>

namespace p2p::app {
namespace {

Sha1 content(std::uint8_t number) {
  Sha1 sha1;
  sha1.bytes[0] = std::byte{number};
  return sha1;
}

Hit hit(const std::string& name, const std::string& user, std::optional<Sha1> sha1) {
  Hit hit;
  hit.name = "music/" + name;
  hit.size_bytes = 1000;
  hit.sha1 = sha1;
  hit.source.network = "napster";
  hit.source.user = user;
  hit.source.name = hit.name;
  return hit;
}

TEST(Searches, OneRowADigestWhateverItsNamesAre) {
  Searches searches;
  const std::uint32_t id = searches.open("jazz", 1, 0);
  searches.add(SearchId{id}, {hit("a.ogg", "otto", content(1)), hit("b.ogg", "lena", content(1))},
               5);
  ASSERT_EQ(searches.results(id).size(), 1U);
  EXPECT_EQ(searches.results(id)[0].sources.size(), 2U);
  EXPECT_EQ(searches.results(id)[0].name, "a.ogg");
}

TEST(Searches, LearnsOfAFileWhatAnyOfItsSourcesSays) {
  Searches searches;
  const std::uint32_t id = searches.open("jazz", 1, 0);
  Hit first = hit("a.ogg", "otto", content(1));
  first.tags.artist = "Sun Dogs";
  Hit second = hit("a.ogg", "lena", content(1));
  second.tags.artist = "Moon Cats";
  second.tags.title = "Suite";
  second.tags.year = 1999;
  second.media.bitrate_kbps = 192;
  searches.add(SearchId{id}, {first, second}, 5);
  ASSERT_EQ(searches.results(id).size(), 1U);
  const api::ResultRow& row = searches.results(id)[0];
  EXPECT_EQ(row.tags.artist, "Sun Dogs");
  EXPECT_EQ(row.tags.title, "Suite");
  EXPECT_EQ(row.tags.year, 1999U);
  EXPECT_EQ(row.media.bitrate_kbps, 192U);
}

TEST(Searches, TellsTheDigestOfEachNewRowOnce) {
  Searches searches;
  const SearchId id{searches.open("jazz", 1, 0)};
  EXPECT_EQ(
      searches.add(id, {hit("a.ogg", "otto", content(1)), hit("a.ogg", "lena", content(1))}, 5),
      std::vector<Sha1>{content(1)});
  EXPECT_EQ(searches.add(id, {hit("c.ogg", "otto", content(2)), hit("d.ogg", "otto", {})}, 5),
            std::vector<Sha1>{content(2)});
  EXPECT_TRUE(searches.add(id, {hit("a.ogg", "jun", content(1))}, 5).empty());
  EXPECT_TRUE(searches.add(SearchId{99}, {hit("a.ogg", "jun", content(3))}, 5).empty());
}

TEST(Searches, MarksWhatIsHereInEverySearchThatHasIt) {
  Searches searches;
  const std::uint32_t one = searches.open("jazz", 1, 0);
  const std::uint32_t two = searches.open("free", 1, 0);
  searches.add(SearchId{one}, {hit("a.ogg", "otto", content(1)), hit("b.ogg", "otto", content(2))},
               5);
  searches.add(SearchId{two}, {hit("x.ogg", "jun", content(1)), hit("a.ogg", "jun", {})}, 5);

  EXPECT_TRUE(searches.mark(content(1), api::Have::have));
  EXPECT_EQ(searches.results(one)[0].have, api::Have::have);
  EXPECT_EQ(searches.results(one)[1].have, api::Have::no);
  EXPECT_EQ(searches.results(two)[0].have, api::Have::have);
  EXPECT_EQ(searches.results(two)[1].have, api::Have::no);

  EXPECT_FALSE(searches.mark(content(1), api::Have::have)) << "it was marked before";
  EXPECT_FALSE(searches.mark(content(7), api::Have::have)) << "nobody found it";
}

}  // namespace
}  // namespace p2p::app
