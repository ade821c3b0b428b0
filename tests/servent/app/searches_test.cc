#include "servent/app/searches.h"

#include <gtest/gtest.h>

#include "tests/support/numbered.h"

namespace p2p::app {
namespace {

using test::sha1_with;

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
  searches.add(SearchId{id},
               {hit("a.ogg", "otto", sha1_with(1)), hit("b.ogg", "lena", sha1_with(1))}, 5);
  ASSERT_EQ(searches.results(id).size(), 1U);
  EXPECT_EQ(searches.results(id)[0].sources.size(), 2U);
  EXPECT_EQ(searches.results(id)[0].name, "a.ogg");
}

TEST(Searches, WithoutADigestOneRowAUuHashAndSize) {
  Searches searches;
  const std::uint32_t id = searches.open("jazz", 1, 0);
  const auto hashed = [](const std::string& name, const std::string& user, std::uint64_t size) {
    Hit out = hit(name, user, {});
    out.source.network = "kazaa";
    out.source.uuhash = UuHash{{std::byte{7}}};
    out.size_bytes = size;
    return out;
  };
  Hit known = hashed("c.ogg", "cid", 1000);
  known.sha1 = sha1_with(1);
  searches.add(SearchId{id},
               {hashed("a.ogg", "otto", 1000), hashed("b.ogg", "lena", 1000),
                hashed("a.ogg", "jun", 1001), known, hit("a.ogg", "dan", {})},
               5);
  ASSERT_EQ(searches.results(id).size(), 4U);
  EXPECT_EQ(searches.results(id)[0].sources.size(), 2U);
  EXPECT_EQ(searches.results(id)[0].digest, "") << "a UuHash proves nothing";
  EXPECT_NE(searches.results(id)[0].link.find("xt=urn:sig2dat:A4AAAAAA"), std::string::npos)
      << searches.results(id)[0].link;
  const FoundFile* found = searches.result(id, 1);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->uuhash, (UuHash{{std::byte{7}}}));
}

TEST(Searches, FindsSourcesOfAFileByWhatBothKnowOfIt) {
  Searches searches;
  const SearchId id{searches.open("jazz", 1, 0)};
  Hit ann = hit("a.ogg", "ann", sha1_with(1));
  ann.source.uuhash = UuHash{{std::byte{7}}};
  Hit bob = hit("b.ogg", "bob", {});
  bob.source.uuhash = UuHash{{std::byte{7}}};
  Hit cid = hit("a.ogg", "cid", {});
  Hit dan = hit("a.ogg", "dan", sha1_with(2));
  searches.add(id, {ann, bob, cid, dan}, 5);
  const auto users = [&](const FoundFile& file) {
    std::string out;
    for (const Source& source : searches.sources_of(file))
      out += source.user + ' ';
    return out;
  };
  EXPECT_EQ(users({"a.ogg", 1000, sha1_with(1), {}, {}, UuHash{{std::byte{7}}}}), "ann bob ");
  EXPECT_EQ(users({"a.ogg", 1000, {}, {}, {}, UuHash{{std::byte{7}}}}), "ann bob cid ");
  EXPECT_EQ(users({"a.ogg", 1000, {}, {}, {}, {}}), "cid ");
  EXPECT_EQ(users({"a.ogg", 1000, sha1_with(2), {}, {}, {}}), "dan ");
  EXPECT_EQ(users({"b.ogg", 1001, {}, {}, {}, UuHash{{std::byte{7}}}}), "");
}

TEST(Searches, LearnsOfAFileWhatAnyOfItsSourcesSays) {
  Searches searches;
  const std::uint32_t id = searches.open("jazz", 1, 0);
  Hit first = hit("a.ogg", "otto", sha1_with(1));
  first.tags.artist = "Sun Dogs";
  Hit second = hit("a.ogg", "lena", sha1_with(1));
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
      searches.add(id, {hit("a.ogg", "otto", sha1_with(1)), hit("a.ogg", "lena", sha1_with(1))}, 5),
      std::vector<Sha1>{sha1_with(1)});
  EXPECT_EQ(searches.add(id, {hit("c.ogg", "otto", sha1_with(2)), hit("d.ogg", "otto", {})}, 5),
            std::vector<Sha1>{sha1_with(2)});
  EXPECT_TRUE(searches.add(id, {hit("a.ogg", "jun", sha1_with(1))}, 5).empty());
  EXPECT_TRUE(searches.add(SearchId{99}, {hit("a.ogg", "jun", sha1_with(3))}, 5).empty());
}

TEST(Searches, MarksWhatIsHereInEverySearchThatHasIt) {
  Searches searches;
  const std::uint32_t one = searches.open("jazz", 1, 0);
  const std::uint32_t two = searches.open("free", 1, 0);
  searches.add(SearchId{one},
               {hit("a.ogg", "otto", sha1_with(1)), hit("b.ogg", "otto", sha1_with(2))}, 5);
  searches.add(SearchId{two}, {hit("x.ogg", "jun", sha1_with(1)), hit("a.ogg", "jun", {})}, 5);

  EXPECT_TRUE(searches.mark(sha1_with(1), api::Have::have));
  EXPECT_EQ(searches.results(one)[0].have, api::Have::have);
  EXPECT_EQ(searches.results(one)[1].have, api::Have::no);
  EXPECT_EQ(searches.results(two)[0].have, api::Have::have);
  EXPECT_EQ(searches.results(two)[1].have, api::Have::no);

  EXPECT_FALSE(searches.mark(sha1_with(1), api::Have::have)) << "it was marked before";
  EXPECT_FALSE(searches.mark(sha1_with(7), api::Have::have)) << "nobody found it";
}

TEST(Searches, WhatASourceSaysOfItsLineAndSlotsIsAClaim) {
  Searches searches;
  const std::uint32_t id = searches.open("jazz", 1, 0);
  Hit fast = hit("a.ogg", "otto", sha1_with(1));
  fast.claimed_bps = 32'000;
  fast.free_slot = true;
  fast.hops = 3;
  Hit busy = hit("a.ogg", "lena", sha1_with(1));
  busy.free_slot = false;
  searches.add(SearchId{id}, {fast, busy, hit("a.ogg", "jun", sha1_with(1))}, 5);
  const auto& sources = searches.results(id)[0].sources;
  ASSERT_EQ(sources.size(), 3U);
  EXPECT_EQ(sources[0].rate_bps, 32'000U);
  EXPECT_TRUE(sources[0].claims);
  EXPECT_EQ(sources[0].state, "free slot");
  EXPECT_EQ(sources[0].hops, 3U);
  EXPECT_EQ(sources[1].state, "busy");
  EXPECT_FALSE(sources[1].claims);
  EXPECT_EQ(sources[2].rate_bps, 0U);
  EXPECT_EQ(sources[2].state, "") << "not said";
}

}  // namespace
}  // namespace p2p::app
