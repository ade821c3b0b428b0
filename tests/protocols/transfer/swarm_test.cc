#include "protocols/transfer/swarm.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "protocols/transfer/piece_text.h"

#include "tests/support/units.h"

namespace p2p::transfer {
namespace {

using test::kMost;

Extents one(std::uint64_t begin, std::uint64_t end) {
  Extents out;
  out.insert({begin, end});
  return out;
}

class SwarmTest : public testing::Test {
 protected:
  Swarm& of(std::uint64_t size, SwarmOptions options = {}) {
    return swarm_.emplace(PieceMap(size), options);
  }
  std::optional<Extent> next(SourceIndex source) { return swarm_->next(source, now_, rng_); }
  // `source` gives so many of the bytes that it owes, in as much time.
  Arrival give(SourceIndex source, std::uint64_t bytes, Duration time = 0ms) {
    now_ += time;
    return swarm_->arrived(source, rest(source).begin, bytes, now_);
  }
  Arrival give_all(SourceIndex source, Duration time = 0ms) {
    return give(source, rest(source).bytes(), time);
  }
  Extent rest(SourceIndex source) const {
    for (const Asked& asked : swarm_->asked())
      if (asked.source == source) return asked.rest;
    return {};
  }
  // Makes its rate known: some shares, each in a second, and the bytes of them missing again.
  void warm_up(SourceIndex source, int shares) {
    for (int i = 0; i < shares; ++i) {
      const Extent share = next(source).value();
      give_all(source, 1s);
      swarm_->lost(share, now_);
    }
  }
  std::vector<PieceIndex> give_piece(SourceIndex source) {
    std::vector<PieceIndex> out;
    while (out.empty()) {
      if (rest(source).empty() && !next(source)) break;
      const auto written = give_all(source, 100ms).written;
      out.assign(written.begin(), written.end());
    }
    return out;
  }

  std::optional<Swarm> swarm_;
  Rng rng_{1};
  Time now_{1h};
};

TEST_F(SwarmTest, AnEmptyFileIsComplete) {
  EXPECT_TRUE(of(0, {true, false}).is_complete());
  swarm_->add_source(0);
  EXPECT_FALSE(next(0));
  EXPECT_EQ(swarm_->deadline(), kNever);
}

TEST_F(SwarmTest, AFileOfOneByteIsAskedForOnce) {
  Swarm& swarm = of(1);
  swarm.add_source(0);
  EXPECT_EQ(next(0), (Extent{0, 1}));
  EXPECT_FALSE(next(0));
  const Arrival arrival = give(0, 1);
  EXPECT_EQ(arrival.fresh[0], (Extent{0, 1}));
  EXPECT_EQ(arrival.written[0], 0U);
  EXPECT_TRUE(arrival.is_enough);
  EXPECT_TRUE(swarm.is_complete());
}

TEST_F(SwarmTest, TheLargestFileComesInOneStream) {
  Swarm& swarm = of(kMost);
  swarm.add_source(0, Manner::stream);
  swarm.add_source(1);
  EXPECT_EQ(next(0), (Extent{0, kMost}));
  give(0, kMost / 2, 1s);
  EXPECT_EQ(next(1)->end, kMost);
  give_all(1, 1s);
  while (!rest(0).empty())
    give_all(0, 1s);
  EXPECT_TRUE(swarm.is_complete());
  EXPECT_EQ(swarm.progress().had_bytes, kMost);
}

TEST_F(SwarmTest, BeginsAtARandomPiece) {
  std::set<std::uint64_t> begins;
  for (int i = 0; i < 50; ++i) {
    of(100 * kLeastPiece).add_source(0);
    begins.insert(next(0)->begin);
  }
  EXPECT_GT(begins.size(), 25U);
}

TEST_F(SwarmTest, InOrderItBeginsAtTheBeginning) {
  Swarm& swarm = of(100 * kLeastPiece, {false, true});
  swarm.add_source(0);
  swarm.add_source(1);
  EXPECT_EQ(next(0)->begin, 0U);
  EXPECT_EQ(next(1)->begin, kLeastPiece);  // the first has a giver
  give_all(0, 1s);
  EXPECT_EQ(next(0)->begin, kFirstShare);
}

TEST_F(SwarmTest, OnceAPieceIsHereTheRarestIsNext) {
  Swarm& swarm = of(8 * kLeastPiece);
  swarm.add_source(0);
  for (const SourceIndex source : {1U, 2U}) {
    swarm.add_source(source);
    swarm.set_available(source, one(0, (source + 5) * kLeastPiece + 1));
  }
  give_piece(0);
  swarm.remove_source(0, now_);
  swarm.add_source(3);
  const std::uint64_t begin = next(3)->begin;
  EXPECT_EQ(begin, 7 * kLeastPiece);  // that only the source that has all has
}

// So that the digest of the whole is ready when the last byte comes.
TEST_F(SwarmTest, WhatComesFastComesFromTheFrontOnceAPieceIsHere) {
  Swarm& swarm = of(300 * kLeastPiece);
  swarm.add_source(0);
  std::uint64_t at = next(0)->begin;
  ASSERT_GE(at, kLeastPiece);  // the first piece is any
  while (swarm.map().had().bytes() < kLeastPiece) {
    if (rest(0).empty()) {
      ASSERT_TRUE(next(0));
    }
    EXPECT_EQ(rest(0).begin, at);
    at = rest(0).end;
    give_all(0, 1ms);
  }
  EXPECT_TRUE(swarm.is_fast(now_));
  EXPECT_EQ(next(0)->begin, 0U);
}

TEST_F(SwarmTest, NobodyIsAskedForWhatItDoesNotHave) {
  Swarm& swarm = of(8 * kLeastPiece);
  swarm.add_source(0);
  swarm.set_available(0, one(kLeastPiece - 1, 3 * kLeastPiece - 1));  // only piece 1 is whole
  EXPECT_EQ(next(0)->begin, kLeastPiece);
  give_piece(0);
  EXPECT_TRUE(swarm.map().is_written(1));
  EXPECT_FALSE(next(0));
  swarm.set_available(0, one(0, kMost));
  EXPECT_EQ(swarm.wake(now_), std::vector<SourceIndex>{0});
  EXPECT_TRUE(next(0));
}

TEST_F(SwarmTest, ASourceThatLacksWhatItWasAskedForIsNotAskedForItAgain) {
  Swarm& swarm = of(2 * kLeastPiece);
  swarm.add_source(0);
  const std::uint64_t first = next(0)->begin;
  swarm.ended(0, Ending::lacks, now_);
  EXPECT_EQ(next(0)->begin, kLeastPiece - first);
  swarm.ended(0, Ending::lacks, now_);
  EXPECT_FALSE(next(0));
}

TEST_F(SwarmTest, ASlowSourceStaysInItsPieceAndOthersOutOfIt) {
  Swarm& swarm = of(3 * kLeastPiece);
  for (const SourceIndex source : {0U, 1U, 2U, 3U})
    swarm.add_source(source);
  const PieceIndex piece = swarm.map().piece_at(next(0)->begin);
  EXPECT_NE(swarm.map().piece_at(next(1)->begin), piece);
  EXPECT_NE(swarm.map().piece_at(next(2)->begin), piece);
  const std::uint64_t end = rest(0).end;
  give_all(0, 10s);
  EXPECT_EQ(next(0)->begin, end);
  EXPECT_TRUE(next(3));  // nothing else is left, so it goes on in somebody's piece
}

TEST_F(SwarmTest, SharesFitTheRate) {
  Swarm& swarm = of(4096 * kLeastPiece);
  swarm.add_source(0);
  swarm.add_source(1);
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(next(0));
    give_all(0, 10ms);
    ASSERT_TRUE(next(1));
    give_all(1, 4s);
  }
  EXPECT_GE(next(0)->bytes(), 8 * kLeastPiece);
  EXPECT_LE(next(1)->bytes(), kLeastPiece);
}

TEST_F(SwarmTest, WhatADepartedSourceLeftIsAskedForFirst) {
  Swarm& swarm = of(100 * kLeastPiece);
  swarm.add_source(0);
  swarm.add_source(1);
  give_piece(1);
  ASSERT_TRUE(next(0));
  give(0, 1000, 1s);
  const Extent left = rest(0);
  swarm.remove_source(0, now_);
  EXPECT_EQ(next(1)->begin, left.begin);
  EXPECT_TRUE(swarm.take_cancelled().empty());
}

TEST_F(SwarmTest, ASourceMayReturnAndIsKnownAgain) {
  Swarm& swarm = of(100 * kLeastPiece);
  swarm.add_source(0);
  ASSERT_TRUE(next(0));
  give_all(0, 1s);
  const std::uint64_t rate = swarm.rate(0, now_);
  swarm.remove_source(0, now_);
  EXPECT_FALSE(next(0));
  now_ += 1h;
  EXPECT_TRUE(swarm.add_source(0));
  EXPECT_EQ(swarm.rate(0, now_), rate);
  EXPECT_TRUE(next(0));
  EXPECT_FALSE(swarm.add_source(Swarm::kMostSources));
}

TEST_F(SwarmTest, AnIdleSourceTakesTheEndOfWhatASlowOneOwes) {
  Swarm& swarm = of(16 * kLeastPiece);
  swarm.add_source(0, Manner::stream);
  swarm.add_source(1);
  warm_up(1, 3);
  ASSERT_EQ(next(0), (Extent{0, 16 * kLeastPiece}));
  give(0, 1000, 1s);
  const Extent tail = next(1).value();
  EXPECT_EQ(tail.end, 16 * kLeastPiece);
  EXPECT_EQ(rest(0), (Extent{1000, tail.begin}));
  // The slow one is told to stop when it comes there, and not before.
  EXPECT_TRUE(swarm.take_cancelled().empty());
  const Arrival arrival = swarm.arrived(0, 1000, 16 * kLeastPiece - 1000, now_);
  EXPECT_TRUE(arrival.is_enough);
  EXPECT_EQ(arrival.fresh[0], (Extent{1000, tail.begin}));
}

TEST_F(SwarmTest, AStalledSourceLosesAllThatItOwesToAnIdleOne) {
  Swarm& swarm = of(kLeastPiece / 8);
  swarm.add_source(0);
  swarm.add_source(1);
  ASSERT_TRUE(next(0));
  give(0, 10, 100ms);
  now_ += Member::kStalled;
  EXPECT_EQ(next(1), (Extent{10, kLeastPiece / 8}));
  EXPECT_EQ(swarm.take_cancelled(), std::vector<SourceIndex>{0});
  EXPECT_TRUE(rest(0).empty());
}

TEST_F(SwarmTest, TheLastBytesAreAskedOfSeveralAndTheLosersAreStopped) {
  Swarm& swarm = of(kLeastShare);
  for (const SourceIndex source : {0U, 1U, 2U, 3U})
    swarm.add_source(source);
  const Extent all{0, kLeastShare};
  EXPECT_EQ(next(0), all);
  EXPECT_EQ(next(1), all);
  EXPECT_EQ(next(2), all);
  EXPECT_FALSE(next(3));  // three are enough
  give(1, 100, 100ms);
  EXPECT_TRUE(give(0, 50).fresh.empty());
  EXPECT_TRUE(swarm.take_cancelled().empty());
  const Arrival last = give_all(1);
  EXPECT_TRUE(last.is_enough);
  EXPECT_EQ(swarm.take_cancelled(), (std::vector<SourceIndex>{0, 2}));
  EXPECT_TRUE(swarm.take_cancelled().empty());
  EXPECT_TRUE(swarm.is_complete());
}

TEST_F(SwarmTest, AnIdleSourceIsAskedAgainWhenSomethingIsFreeAndNowAndThen) {
  Swarm& swarm = of(kLeastShare);
  for (const SourceIndex source : {0U, 1U, 2U, 3U})
    swarm.add_source(source);
  for (const SourceIndex source : {0U, 1U, 2U, 3U})
    (void)next(source);
  (void)swarm.wake(now_);
  EXPECT_FALSE(next(3));
  EXPECT_EQ(swarm.deadline(), now_ + Swarm::kLookAgain);
  EXPECT_TRUE(swarm.wake(now_).empty());
  now_ += Swarm::kLookAgain;
  EXPECT_EQ(swarm.wake(now_), std::vector<SourceIndex>{3});
  EXPECT_FALSE(next(3));
  for (const SourceIndex source : {0U, 1U, 2U})
    swarm.ended(source, Ending::broke, now_);
  EXPECT_LE(swarm.deadline(), now_);
  EXPECT_EQ(swarm.wake(now_), std::vector<SourceIndex>{3});
  EXPECT_TRUE(next(3));
}

TEST_F(SwarmTest, WhoIsSilentForLongIsGivenUp) {
  Swarm& swarm = of(100 * kLeastPiece);
  swarm.add_source(0);
  ASSERT_TRUE(next(0));
  EXPECT_EQ(swarm.deadline(), now_ + Swarm::kSilent);
  give(0, 1, 3s);
  EXPECT_EQ(swarm.deadline(), now_ + Swarm::kSilent);
  now_ += Swarm::kSilent;
  (void)swarm.wake(now_);
  EXPECT_EQ(swarm.take_cancelled(), std::vector<SourceIndex>{0});
  EXPECT_EQ(swarm.deadline(), kNever);
  EXPECT_TRUE(next(0));
}

TEST_F(SwarmTest, WhatWasNotAskedForDoesNotCount) {
  Swarm& swarm = of(100 * kLeastPiece, {false, true});
  swarm.add_source(0);
  EXPECT_TRUE(swarm.arrived(0, 0, 10, now_).is_enough);
  EXPECT_TRUE(swarm.arrived(9, 0, 10, now_).is_enough);
  ASSERT_EQ(next(0), (Extent{0, kFirstShare}));
  give(0, 1000);
  // Some bytes before, as they come where a stream resumes.
  EXPECT_TRUE(swarm.arrived(0, 0, 1000, now_).fresh.empty());
  EXPECT_EQ(swarm.arrived(0, 0, 1010, now_).fresh[0], (Extent{1000, 1010}));
  // A gap: it is of no more use.
  EXPECT_TRUE(swarm.arrived(0, 2000, 10, now_).is_enough);
  EXPECT_EQ(swarm.take_cancelled(), std::vector<SourceIndex>{0});
  EXPECT_EQ(swarm.map().free().run_from(0).begin, 1010U);
  ASSERT_TRUE(next(0));
  EXPECT_TRUE(swarm.arrived(0, kMost, kMost, now_).fresh.empty());
}

TEST_F(SwarmTest, LostBytesAreAskedForAgain) {
  Swarm& swarm = of(kLeastPiece);
  swarm.add_source(0);
  give_piece(0);
  EXPECT_TRUE(swarm.is_complete());
  swarm.lost({10, 20}, now_);
  EXPECT_FALSE(swarm.is_complete());
  EXPECT_EQ(next(0), (Extent{10, 20}));
  swarm.lost({kMost - 1, kMost}, now_);
}

TEST_F(SwarmTest, GoesOnFromARecord) {
  Swarm& swarm = of(9 * kLeastPiece, {true, false});
  swarm.add_source(0);
  const PieceIndex first = give_piece(0).front();
  swarm.verified(first);
  const PieceIndex second = give_piece(0).front();
  ASSERT_TRUE(next(0));
  give(0, 10);
  auto map = read_pieces(to_text(swarm.map()), 9 * kLeastPiece);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->unchecked(), swarm.map().unchecked());
  const std::uint64_t begun = rest(0).begin;
  Swarm again(std::move(*map), {true, false});
  again.add_source(5);
  EXPECT_EQ(again.next(5, now_, rng_)->begin, begun);
  EXPECT_EQ(again.bad(second, now_).givers, (std::vector<Given>{{kNobody, kLeastPiece}}));
  EXPECT_TRUE(again.verified(first));
  EXPECT_FALSE(again.is_complete());
}

// ---- wrong content

class SwarmBlame : public SwarmTest {
 protected:
  SwarmBlame() { of(4 * kLeastPiece, {true, false}); }
};

TEST_F(SwarmBlame, AfterTheSecondBadPieceASourceIsDroppedForGood) {
  swarm_->add_source(0);
  Verdict verdict = swarm_->bad(give_piece(0).front(), now_);
  EXPECT_EQ(verdict.givers, (std::vector<Given>{{0, kLeastPiece}}));
  EXPECT_TRUE(verdict.dropped.empty());
  const PieceIndex second = give_piece(0).front();
  ASSERT_TRUE(next(0));
  give(0, 10);
  verdict = swarm_->bad(second, now_);
  EXPECT_EQ(verdict.dropped, std::vector<SourceIndex>{0});
  EXPECT_TRUE(swarm_->is_dropped(0));
  EXPECT_EQ(swarm_->take_cancelled(), std::vector<SourceIndex>{0});
  EXPECT_FALSE(swarm_->add_source(0));
  EXPECT_FALSE(next(0));
  EXPECT_EQ(swarm_->progress().had_bytes, 0U);  // nothing of it stays
}

TEST_F(SwarmBlame, WhatADroppedSourceGaveAndIsBeingCheckedWaitsForItsVerdict) {
  swarm_->add_source(0);
  const PieceIndex first = give_piece(0).front();
  const PieceIndex second = give_piece(0).front();
  const PieceIndex third = give_piece(0).front();
  swarm_->bad(first, now_);
  swarm_->bad(second, now_);
  EXPECT_TRUE(swarm_->map().is_written(third));
  EXPECT_TRUE(swarm_->verified(third));
}

TEST_F(SwarmBlame, ABadPieceOfSeveralIsGivenByOneAloneThen) {
  swarm_->add_source(0);
  swarm_->add_source(1);
  ASSERT_TRUE(next(0));
  const PieceIndex piece = swarm_->map().piece_at(rest(0).begin);
  give_all(0, 1s);
  swarm_->remove_source(0, now_);
  EXPECT_EQ(give_piece(1), std::vector<PieceIndex>{piece});
  Verdict verdict = swarm_->bad(piece, now_);
  EXPECT_EQ(verdict.givers.size(), 2U);
  EXPECT_TRUE(verdict.dropped.empty());
  // It is asked whole, whatever the share. What a source began is thrown away when it goes.
  EXPECT_EQ(next(1), swarm_->map().extent_of(piece));
  give(1, 1000);
  swarm_->remove_source(1, now_);
  EXPECT_EQ(swarm_->progress().had_bytes, 0U);
  swarm_->add_source(0);
  EXPECT_EQ(next(0), swarm_->map().extent_of(piece));
  // One that gives it in parts may go on.
  give(0, 1000);
  swarm_->ended(0, Ending::gave, now_);
  EXPECT_EQ(next(0)->begin, swarm_->map().extent_of(piece).begin + 1000);
  give_all(0);
  verdict = swarm_->bad(piece, now_);
  EXPECT_EQ(verdict.givers, (std::vector<Given>{{0, kLeastPiece}}));
}

TEST_F(SwarmBlame, AVerdictOnWhatIsNotHereIsNone) {
  swarm_->add_source(0);
  EXPECT_FALSE(swarm_->verified(0));
  EXPECT_FALSE(swarm_->verified(4));
  EXPECT_TRUE(swarm_->bad(0, now_).givers.empty());
  EXPECT_TRUE(swarm_->bad(4, now_).givers.empty());
  const PieceIndex piece = give_piece(0).front();
  EXPECT_TRUE(swarm_->verified(piece));
  EXPECT_TRUE(swarm_->bad(piece, now_).givers.empty());
  EXPECT_EQ(swarm_->blame().runs(), 0U);
}

TEST_F(SwarmBlame, UntilItHasProvedItselfASourceIsAskedForNoMoreThanAPiece) {
  of(1024 * kLeastPiece, {true, false}).add_source(0);
  std::vector<PieceIndex> pieces;
  for (int i = 0; i < 8; ++i) {
    ASSERT_LE(next(0)->bytes(), kLeastPiece);
    for (const PieceIndex piece : give_all(0, 1ms).written)
      pieces.push_back(piece);
  }
  swarm_->verified(pieces.front());
  EXPECT_GT(next(0)->bytes(), kLeastPiece);
}

TEST_F(SwarmTest, WithoutATreeTheBytesOfTheAccusedAreFetchedFromOthers) {
  Swarm& swarm = of(2 * kLeastPiece);
  swarm.add_source(0);
  give_piece(0);
  swarm.add_source(1);
  give_piece(1);
  ASSERT_TRUE(swarm.is_complete());
  Suspects suspects(swarm.blame().givers());
  const SourceIndex accused = suspects.accused().at(0);
  swarm.remove_source(accused, now_);
  swarm.take_back(accused, now_);
  EXPECT_EQ(swarm.progress().had_bytes, kLeastPiece);
  give_piece(1 - accused);
  ASSERT_TRUE(swarm.is_complete());
  suspects.heard(false);
  const SourceIndex liar = suspects.left()[0].source;
  EXPECT_EQ(liar, 1 - accused);
  swarm.drop(liar, now_);
  EXPECT_EQ(swarm.progress().had_bytes, 0U);
  EXPECT_FALSE(swarm.add_source(liar));
}

}  // namespace
}  // namespace p2p::transfer
