#include "servent/app/unwanted.h"

#include <gtest/gtest.h>

#include "servent/app/kept_text.h"

#include "tests/support/temp_dir.h"

namespace p2p::app {
namespace {

using What = api::Unwanted;

constexpr std::uint32_t kHost = 0xC0000207;  // 192.0.2.7

TEST(Unwanted, KeepsHostsOutByTheirAddress) {
  Unwanted all;
  const auto id = all.add(What::banned, "", "192.0.2.7:6346");
  EXPECT_NE(id, 0U);
  EXPECT_EQ(all.add(What::banned, "", "192.0.2.7"), id) << "the port does not count";
  EXPECT_TRUE(all.is_banned(kHost));
  EXPECT_EQ(all.rows().at(0).who, "192.0.2.7");
  EXPECT_EQ(all.add(What::banned, "", "no host"), 0U);
  EXPECT_TRUE(all.drop(id));
  EXPECT_FALSE(all.is_banned(kHost));
  EXPECT_FALSE(all.drop(id));
}

TEST(Unwanted, KnowsUsersByTheirNetworks) {
  Unwanted all;
  const auto id = all.add(What::ignored, "napster", "ann");
  EXPECT_NE(all.add(What::ignored, "kazaa", "ann"), id);
  EXPECT_NE(all.add(What::blocked, "", "napster:ann"), 0U);
  EXPECT_EQ(all.of(What::blocked), std::set<std::string>{"napster:ann"});
  all.drop_all(What::ignored);
  ASSERT_EQ(all.rows().size(), 1U);
  EXPECT_EQ(all.rows()[0].what, What::blocked);
}

TEST(Unwanted, IsKept) {
  Unwanted all;
  all.add(What::banned, "", "192.0.2.7");
  all.add(What::ignored, "napster", "a \"b\"\n%\xFF");
  all.add(What::blocked, "", "192.0.2.8");
  Unwanted later;
  later.load(all.saved());
  EXPECT_EQ(later.saved(), all.saved());
  EXPECT_TRUE(later.is_banned(kHost));
  ASSERT_EQ(later.rows().size(), 3U);
  EXPECT_EQ(later.rows()[1].who, "a \"b\"\n%\xFF");
  EXPECT_EQ(later.rows()[1].network, "napster");
}

TEST(Unwanted, ABrokenFileIsReadAsFarAsItMakesSense) {
  Unwanted all;
  all.load("banned\nbanned x.y\nfriend ann\nblocked %zz\nignored ann %zz\n\nbanned 192.0.2.7");
  ASSERT_EQ(all.rows().size(), 1U);
  EXPECT_TRUE(all.is_banned(kHost));
}

TEST(Unwanted, IsBounded) {
  Unwanted all;
  for (std::size_t i = 0; i < Unwanted::kMost; ++i)
    EXPECT_NE(all.add(What::ignored, "napster", std::to_string(i)), 0U);
  EXPECT_EQ(all.add(What::ignored, "napster", "one more"), 0U);
  EXPECT_NE(all.add(What::blocked, "", "napster:ann"), 0U) << "each kind for itself";
  EXPECT_EQ(all.add(What::blocked, "", std::string(Unwanted::kMostName + 1, 'a')), 0U);
  EXPECT_LE(all.saved().size(), Unwanted::kMostText);
}

TEST(KeptText, IsWholeOrNothing) {
  const test::TempDir folder;
  const auto file = folder.path() / "kept";
  EXPECT_EQ(read_whole(file, 5), "");
  EXPECT_TRUE(write_whole(file, "12345"));
  EXPECT_EQ(read_whole(file, 5), "12345");
  EXPECT_EQ(read_whole(file, 4), std::nullopt) << "too long";
  EXPECT_TRUE(append_line(file, "6\n"));
  EXPECT_EQ(read_whole(file, 9), "123456\n");
  EXPECT_EQ(read_whole(folder.path(), 5), std::nullopt) << "no file";
  EXPECT_FALSE(write_whole(folder.path() / "none" / "kept", "1"));
}

}  // namespace
}  // namespace p2p::app
