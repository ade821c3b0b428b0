#include "protocols/kazaa/children.h"

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/kazaa_peer.h"

namespace p2p::kazaa {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr Endpoint kAnnaAt{0x0a000101, 50'000};
constexpr Endpoint kBobAt{0x0a000102, 50'000};
constexpr Endpoint kUs{0x0a000001, 1214};

struct ChildrenOf : testing::Test {
  Children children{3};
  Child* anna = nullptr;
  Child* bob = nullptr;

  ChildrenOf() {
    children.set_ourselves("here", 7);
    anna = &child(LinkId{1}, kAnnaAt, {{kAnnaAt.address, 1214}, 5, "anna"});
    bob = &child(LinkId{2}, kBobAt, {{kBobAt.address, 1214}, 6, "bob"});
  }
  Child& child(LinkId link, const Endpoint& remote, const NodeInfo& info) {
    Child& made = children.add(link, remote);
    children.introduce(made, info, remote);
    return made;
  }
  bool share(OwnerId owner, std::string_view name, std::uint32_t number, std::uint64_t size = 9) {
    const Buffer payload = test::share_of(name, number, size);
    return children.share(owner, *decode_share(payload));
  }
  std::vector<ReplyFile> results(const Children::Wish& wish, std::string_view words = "tune") {
    const Buffer query = test::words_payload(words);
    ReplyWriter writer(kUs, 0);
    const std::size_t count = children.search(*Question::of(*decode_query(query)), wish, writer);
    replies.push_back(writer.take().front());
    auto files = decode_reply(replies.back())->files;
    EXPECT_EQ(files.size(), count);
    return files;
  }
  std::vector<std::string> users(const Children::Wish& wish) {
    std::vector<std::string> users;
    for (const ReplyFile& file : results(wish))
      users.emplace_back(file.user);
    return users;
  }
  std::deque<Buffer> replies;  // results are views of them
};

TEST_F(ChildrenOf, AResultTellsWhoHasItAndWhere) {
  share(anna->owner, "tune.mp3", 1);
  const auto files = results({.limit = 10, .asker = bob, .here = kUs});
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].endpoint, (Endpoint{kAnnaAt.address, 1214}));
  EXPECT_EQ(files[0].bandwidth, 5);
  EXPECT_EQ(files[0].user, "anna");
}

TEST_F(ChildrenOf, NobodyIsToldOfItsOwnFiles) {
  share(anna->owner, "tune.mp3", 1);
  share(bob->owner, "tune.mp3", 1);
  share(kOurselves, "tune.mp3", 1);
  EXPECT_THAT(users({.limit = 10, .asker = anna, .here = kUs}),
              UnorderedElementsAre("bob", "here"));
  EXPECT_THAT(users({.limit = 10, .is_ours = true, .here = kUs}),
              UnorderedElementsAre("anna", "bob"));
  EXPECT_THAT(users({.limit = 10, .here = kUs}), UnorderedElementsAre("anna", "bob", "here"))
      << "somebody far away";
}

TEST_F(ChildrenOf, AChildThatNamesAnothersAddressCannotBeCalledThere) {
  children.introduce(*anna, {kBobAt, 5, "anna"}, kAnnaAt);
  EXPECT_EQ(anna->endpoint, (Endpoint{kAnnaAt.address, 0}));
  children.introduce(*anna, {{0, 1300}, 5, "anna"}, kAnnaAt);
  EXPECT_EQ(anna->endpoint, (Endpoint{kAnnaAt.address, 1300})) << "it does not know its address";
}

TEST_F(ChildrenOf, TwoThatCannotBeCalledAreNotToldOfEachOther) {
  share(anna->owner, "tune.mp3", 1);
  children.introduce(*anna, {{kAnnaAt.address, 0}, 5, "anna"}, kAnnaAt);
  EXPECT_THAT(users({.limit = 10, .asker = bob, .here = kUs}), ElementsAre("anna"));
  children.introduce(*bob, {{kBobAt.address, 0}, 5, "bob"}, kBobAt);
  EXPECT_THAT(users({.limit = 10, .asker = bob, .here = kUs}), IsEmpty());
}

TEST_F(ChildrenOf, LargeFilesAreForOurOwnKindOnly) {
  share(anna->owner, "large tune.mp3", 1, kMostForStrangers + 1);
  share(anna->owner, "tune.mp3", 2, kMostForStrangers);
  EXPECT_EQ(results({.limit = 10, .asker = bob, .here = kUs}).size(), 2U);
  EXPECT_EQ(results({.limit = 10, .asker = bob, .here = kUs, .with_large = false}).size(), 1U);
}

TEST_F(ChildrenOf, WhatIsToldIsNoted) {
  share(anna->owner, "tune.mp3", 1);
  Told told;
  results({.limit = 10, .asker = bob, .here = kUs, .told = &told});
  EXPECT_FALSE(told.add(anna->endpoint, test::hash_with(1))) << "it was told";
  EXPECT_TRUE(told.add(anna->endpoint, test::hash_with(2)));
}

TEST_F(ChildrenOf, ShareNoMoreThanTheyMay) {
  for (std::uint32_t i = 0; i < 3; ++i)
    EXPECT_TRUE(share(anna->owner, "tune", i));
  EXPECT_FALSE(share(anna->owner, "tune", 3));
  EXPECT_TRUE(share(bob->owner, "tune", 3));
  File file;
  file.hash = test::hash_with(0);
  EXPECT_TRUE(children.unshare(anna->owner, file));
  EXPECT_TRUE(share(anna->owner, "tune", 3));
}

TEST_F(ChildrenOf, AllOfThemIsForgottenWhenTheyGo) {
  share(anna->owner, "tune", 1);
  const OwnerId before = anna->owner;
  children.remove(LinkId{1});
  EXPECT_EQ(children.find(LinkId{1}), nullptr);
  EXPECT_EQ(children.index().files(), 0U);
  EXPECT_EQ(children.size(), 1U);
  children.remove(LinkId{1});
  EXPECT_EQ(children.size(), 1U);
  EXPECT_NE(children.add(LinkId{1}, kAnnaAt).owner, before) << "never used again";
}

TEST_F(ChildrenOf, APushFindsThemByNameAndAddress) {
  ASSERT_NE(children.find("bob", kBobAt.address), nullptr);
  EXPECT_EQ(children.find("bob", kBobAt.address)->link, LinkId{2});
  EXPECT_EQ(children.find("bob", kAnnaAt.address), nullptr);
  EXPECT_EQ(children.find("anna", kBobAt.address), nullptr);
}

TEST_F(ChildrenOf, StatisticsAreWhatIsThere) {
  share(anna->owner, "tune.mp3", 1, 1 << 20);
  share(kOurselves, "movie.avi", 2, 1 << 21);
  const Statistics all = children.statistics();
  EXPECT_EQ(all.users, 3U);
  EXPECT_EQ(all.all.files, 2U);
  EXPECT_EQ(all.all.volume.bytes(), (1U << 20U) + (1U << 21U));
  EXPECT_EQ(all.by_media.at(static_cast<std::size_t>(Media::audio)).files, 1U);
  EXPECT_EQ(all.by_media.at(static_cast<std::size_t>(Media::video)).volume.bytes(), 1U << 21U);
}

}  // namespace
}  // namespace p2p::kazaa
