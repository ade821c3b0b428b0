#include "servent/transfer/sources.h"

#include <gtest/gtest.h>

namespace p2p::transfer {
namespace {

constexpr std::int64_t kFirst = 1000;

Sources two() {
  Sources sources(kFirst);
  sources.add({{"napster", "ann", "a", {}, 0}});
  sources.add({{"napster", "bob", "a", {}, 0}});
  return sources;
}

TEST(Sources, AreAskedInTurns) {
  Sources sources = two();
  EXPECT_EQ(sources.next(0).index, 0U);
  EXPECT_EQ(sources.next(0).index, 1U);
  EXPECT_EQ(sources.next(0).index, 0U);
}

TEST(Sources, WaitLongerEachTimeTheyFail) {
  Sources sources(kFirst);
  sources.add({{"napster", "ann", "a", {}, 0}});
  std::int64_t now = 0;
  for (const std::int64_t wait : {1000, 2000, 4000}) {
    ASSERT_EQ(sources.next(now).what, Sources::What::ask);
    sources.failed(0, "closed", now);
    const Sources::Next next = sources.next(now);
    EXPECT_EQ(next.what, Sources::What::wait);
    EXPECT_EQ(next.at, now + wait);
    now = next.at;
  }
  for (int i = 0; i < 100; ++i)
    sources.failed(0, "closed", now);
  EXPECT_EQ(sources.next(now).at, now + Sources::kLongestWaitMs);
  sources.forgive();
  EXPECT_EQ(sources.next(now).what, Sources::What::ask);
}

TEST(Sources, ABusyOneIsAskedAgainAfterAWhileAndTheOtherMeanwhile) {
  Sources sources = two();
  sources.queued(0, {3, 0, {}}, 0);
  EXPECT_EQ(sources.entries()[0].note, "queue 3");
  EXPECT_EQ(sources.next(0).index, 1U);
  sources.gone(1, "not shared");
  EXPECT_EQ(sources.next(0).at, Sources::kQueueWaitMs);
}

TEST(Sources, ThatHaveGoneComeBackWhenTheyAreFoundAgain) {
  Sources sources = two();
  sources.gone(0, "not shared");
  sources.gone(1, "not shared");
  EXPECT_EQ(sources.next(0).what, Sources::What::none);
  EXPECT_TRUE(sources.add({{"napster", "cid", "a", {}, 0}}));
  EXPECT_EQ(sources.next(0).index, 2U);
  EXPECT_TRUE(sources.add({{"napster", "bob", "a", {}, 0}}));
  EXPECT_EQ(sources.entries().size(), 3U);
}

TEST(Sources, ThatAreBannedAreNeverAskedAgainUnlessTheyArePardoned) {
  Sources sources = two();
  sources.ban(0, "gave wrong content");
  sources.forgive();
  EXPECT_FALSE(sources.add({{"napster", "ann", "a", {}, 0}}));
  EXPECT_EQ(sources.next(0).index, 1U);
  sources.ban(1, "gave wrong content");
  EXPECT_EQ(sources.next(0).what, Sources::What::all_wrong);
  sources.pardon(0);
  EXPECT_EQ(sources.next(0).what, Sources::What::ask);
}

TEST(Sources, WhenCarefulBytesOfTwoAreNotMixed) {
  Sources sources = two();
  sources.be_careful();
  EXPECT_EQ(sources.next(0).index, 0U);
  sources.gave(0, 50);
  sources.failed(0, "closed", 0);
  EXPECT_EQ(sources.next(0).what, Sources::What::wait);  // not Bob: his bytes do not go with Ann's
  for (unsigned i = 1; i < Sources::kHopeless; ++i)
    sources.failed(0, "closed", 0);
  const Sources::Next next = sources.next(0);
  EXPECT_EQ(next.what, Sources::What::start_over);
  EXPECT_EQ(next.index, 1U);
}

TEST(Sources, TheBusyAndTheAccusedAreNotAsked) {
  Sources sources = two();
  sources.set_busy(0, true);
  EXPECT_EQ(sources.next(0).index, 1U);
  sources.set_busy(1, true);
  EXPECT_EQ(sources.next(0).what, Sources::What::wait);
  sources.set_busy(0, false);
  sources.set_busy(1, false);
  sources.set_accused(0, true);
  EXPECT_EQ(sources.next(0).index, 1U);
  sources.gone(1, "not shared");
  EXPECT_EQ(sources.next(0).what, Sources::What::accused);
}

TEST(Sources, OneWithOtherBytesWaitsUntilNobodyElseIsLeft) {
  Sources sources = two();
  sources.gave(1, 100);
  sources.differs(0, 0);
  EXPECT_EQ(sources.next(0).index, 1U);
  sources.gone(1, "not shared");
  EXPECT_EQ(sources.next(0).what, Sources::What::start_over);
  sources.started_over();
  EXPECT_EQ(sources.next(0).what, Sources::What::ask);
}

TEST(Sources, OneIsAskedAgainWhenWhatItDiffersFromIsThrownAway) {
  Sources sources = two();
  sources.gave(1, 100);
  sources.differs(0, 0);
  sources.some_lost();
  sources.ban(1, "gave wrong content");
  EXPECT_EQ(sources.next(0).what, Sources::What::ask);
  EXPECT_EQ(sources.entries()[0].note, "");
  EXPECT_EQ(sources.entries()[1].note, "gave wrong content");
}

TEST(Sources, AreBounded) {
  Sources sources(kFirst);
  for (std::size_t i = 0; i < Sources::kMost + 5; ++i)
    sources.add({{"napster", std::to_string(i), "a", {}, 0}});
  EXPECT_EQ(sources.entries().size(), Sources::kMost);
}

Source hit_at(const Endpoint& endpoint, std::string user, std::string name) {
  Source source;
  source.network = "gnutella";
  source.user = std::move(user);
  source.name = std::move(name);
  source.endpoint = endpoint;
  return source;
}

TEST(Sources, OneThatWasHeardOfIsTheSameAsItsHit) {
  constexpr Endpoint kAnn{0x0a000001, 6346};
  Sources sources(kFirst);
  EXPECT_TRUE(sources.hear("gnutella", kAnn));
  EXPECT_FALSE(sources.hear("gnutella", kAnn));
  EXPECT_EQ(sources.entries()[0].source.user, "10.0.0.1:6346");
  EXPECT_FALSE(sources.add({hit_at(kAnn, "ann", "a.ogg")}));
  ASSERT_EQ(sources.entries().size(), 1U);
  EXPECT_EQ(sources.entries()[0].source.user, "ann");
  EXPECT_EQ(sources.entries()[0].source.name, "a.ogg");
  EXPECT_FALSE(sources.hear("gnutella", kAnn));
  EXPECT_EQ(sources.entries()[0].source.user, "ann") << "nothing is lost";
  EXPECT_TRUE(sources.add({hit_at(kAnn, "ann", "other.ogg")})) << "another file of hers";
}

// gtk-gnutella, which tells that it has a part and gives none while it knows a whole source, says
// 404.
TEST(Sources, OneThatIsFetchingTheFileItselfIsAskedAgainWhenItKnowsNoSuchFile) {
  Sources sources(kFirst);
  Source part = hit_at({0x0a000002, 6346}, "bob", "a.ogg");
  part.partial = true;
  sources.hear("gnutella", {0x0a000001, 6346});
  sources.add({part});
  sources.add({hit_at({0x0a000003, 6346}, "cid", "a.ogg")});
  sources.absent(2, "not shared", 0);
  EXPECT_TRUE(sources.entries()[2].gone) << "it said that it has all of it";
  for (const std::size_t index : {std::size_t{0}, std::size_t{1}}) {
    std::int64_t waited = 0;
    for (unsigned times = 1; times < Sources::kMostAbsences; ++times) {
      sources.absent(index, "not shared", 0);
      ASSERT_FALSE(sources.entries()[index].gone) << times;
      waited += sources.entries()[index].not_before;
    }
    EXPECT_EQ(waited, 127 * kFirst);
    sources.absent(index, "not shared", 0);
    EXPECT_TRUE(sources.entries()[index].gone) << "for good";
  }
}

TEST(Sources, HearsayRevivesNobody) {
  constexpr Endpoint kAnn{0x0a000001, 6346};
  Sources sources(kFirst);
  sources.add({hit_at(kAnn, "ann", "a.ogg")});
  sources.gone(0, "not shared");
  EXPECT_FALSE(sources.hear("gnutella", kAnn));
  EXPECT_TRUE(sources.entries()[0].gone);
}

TEST(Sources, HearsayIsBoundedAndLeavesRoomForHits) {
  Sources sources(kFirst);
  std::size_t taken = 0;
  for (std::uint32_t i = 0; i < 10'000; ++i)
    taken += sources.hear("gnutella", {0x0a000001 + i, 1}) ? 1U : 0U;
  EXPECT_EQ(taken, Sources::kMostUnproven);
  for (std::size_t i = 0; i < taken; ++i)
    sources.gave(i, 100);
  std::uint32_t next = 0x0a100001;
  while (taken < Sources::kMost && sources.hear("gnutella", {++next, 1}))
    sources.gave(taken++, 100);
  EXPECT_EQ(taken, Sources::kMostHeard);
  EXPECT_TRUE(sources.add({hit_at({0x0a200001, 1}, "ann", "a.ogg")}));
}

TEST(Sources, TellsOfWhoGaveAndOfWhoIsNotWorthAsking) {
  Sources sources(kFirst);
  const auto at = [](std::uint32_t number) { return Endpoint{0x0a000000 + number, 6346}; };
  for (std::uint32_t i = 0; i < 6; ++i) {
    sources.add({hit_at(at(i), std::to_string(i), "a.ogg")});
    if (i < 5) sources.asked_at(i, at(i));
  }
  sources.gave(0, 100);
  sources.gave(1, 100);
  sources.gone(2, "not shared");
  sources.queued(3, {}, 0);
  sources.gave(4, 100);
  sources.failed(4, "closed", 0);
  sources.gave(5, 100);  // not over HTTP
  EXPECT_EQ(sources.others(at(9)).alive, (std::vector{at(0), at(1)}));
  EXPECT_EQ(sources.others(at(0)).alive, std::vector{at(1)});
  EXPECT_EQ(sources.others(at(0)).dead, std::vector{at(2)});
  for (unsigned i = 1; i < Sources::kHopeless; ++i)
    sources.failed(4, "closed", 0);
  EXPECT_EQ(sources.others(at(0)).dead, (std::vector{at(2), at(4)}));
}

}  // namespace
}  // namespace p2p::transfer
