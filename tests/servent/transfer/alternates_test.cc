#include "servent/transfer/alternates.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace p2p::transfer {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr std::uint32_t kAnnHost = 0x0a000001;
constexpr std::uint32_t kBobHost = 0x0a000002;
constexpr std::uint32_t kCidHost = 0x0a000003;
constexpr std::uint32_t kDanHost = 0x0a000004;
const Sha1 kSong = sha1_from_base32("JUDQZQTXM7MZKYF24SCWEZFVX4L764LO").value();

Endpoint at(std::uint32_t number) {
  return {0x0a010000 + number, 6346};
}
Others alive(std::vector<Endpoint> which) {
  return {std::move(which), {}};
}
Others dead(std::vector<Endpoint> which) {
  return {{}, std::move(which)};
}
std::vector<Endpoint> many(std::uint32_t first, std::uint32_t count) {
  std::vector<Endpoint> out;
  for (std::uint32_t i = 0; i < count; ++i)
    out.push_back(at(first + i));
  return out;
}
Sha1 file(std::uint32_t number) {
  Sha1 out;
  out.bytes[0] = static_cast<std::byte>(number & 255U);
  out.bytes[1] = static_cast<std::byte>(number >> 8U);
  return out;
}

TEST(Alternates, TellsTheProvenFirstThenTheLatestHeardOf) {
  Alternates room(false);
  EXPECT_THAT(room.of(kSong, 0), IsEmpty());
  room.told(kSong, alive({at(1)}), kAnnHost, 10);
  room.told(kSong, alive({at(2)}), kAnnHost, 20);
  room.proved(kSong, at(3), 5);
  EXPECT_THAT(room.of(kSong, 30), ElementsAre(at(3), at(2), at(1)));
  room.told(kSong, alive({at(1)}), kBobHost, 30);
  EXPECT_THAT(room.of(kSong, 30), ElementsAre(at(3), at(1), at(2)));
  EXPECT_THAT(room.of(file(1), 30), IsEmpty());
}

TEST(Alternates, TakesOnlyWhomWeMayCall) {
  Alternates room(false);
  room.told(kSong, alive({{0x08080808, 6346}, {0, 6346}, {0xe0000001, 1}, {kAnnHost, 0}}), kAnnHost,
            0);
  EXPECT_EQ(room.files(), 0U);
  room.proved(kSong, {0x08080808, 6346}, 0);
  EXPECT_EQ(room.files(), 0U);
  Alternates open(true);
  open.told(kSong, alive({{0x08080808, 6346}, {0, 6346}, {0xe0000001, 1}}), kAnnHost, 0);
  EXPECT_THAT(open.of(kSong, 0), ElementsAre(Endpoint{0x08080808, 6346}));
}

TEST(Alternates, OurOwnMachineIsNamedByNobodyElse) {
  Alternates room(true);
  const Endpoint loopback{0x7f000001, 80};
  room.told(kSong, alive({loopback}), kAnnHost, 0);
  EXPECT_EQ(room.files(), 0U);
  room.told(kSong, alive({loopback}), 0x7f000002, 0);
  EXPECT_THAT(room.of(kSong, 0), ElementsAre(loopback));
}

TEST(Alternates, NeverKnowsUs) {
  Alternates room(false);
  room.told(kSong, alive({at(1), at(2)}), kAnnHost, 0);
  room.ours({kAnnHost, 0});
  room.ours(at(1));
  EXPECT_THAT(room.of(kSong, 0), ElementsAre(at(2)));
  room.told(kSong, alive({at(1)}), kAnnHost, 0);
  room.proved(kSong, at(1), 0);
  EXPECT_THAT(room.of(kSong, 0), ElementsAre(at(2)));
}

TEST(Alternates, OneWhoNamesThousandsFillsHalfAFilesRoom) {
  Alternates room(false);
  room.told(kSong, alive({at(1)}), kAnnHost, 0);
  for (std::uint32_t i = 0; i < 10'000; ++i)
    room.told(kSong, alive({at(100 + i)}), kBobHost, 1 + i);
  const auto known = room.of(kSong, 10'001);
  EXPECT_THAT(known, SizeIs(1 + Alternates::kPerTeller));
  EXPECT_THAT(known, Contains(at(1)));
  EXPECT_EQ(known.front(), at(100 + 9'999));
}

TEST(Alternates, AFileHasAFewOfThemAndTheProvenStay) {
  Alternates room(false);
  room.proved(kSong, at(1), 0);
  for (std::uint32_t teller = 0; teller < 50; ++teller)
    room.told(kSong, alive(many(100 + teller * 10, 10)), 0x0a020000 + teller, 1 + teller);
  const auto known = room.of(kSong, 100);
  EXPECT_THAT(known, SizeIs(Alternates::kPerFile));
  EXPECT_EQ(known.front(), at(1));
  EXPECT_THAT(known, Contains(at(100 + 499)));
  EXPECT_THAT(known, Not(Contains(at(100))));
  for (std::uint32_t i = 0; i < 30; ++i)
    room.proved(kSong, at(1000 + i), 200 + i);
  room.told(kSong, alive({at(2)}), kAnnHost, 300);
  EXPECT_THAT(room.of(kSong, 300), SizeIs(Alternates::kPerFile));
  EXPECT_THAT(room.of(kSong, 300), Not(Contains(at(2))));
}

TEST(Alternates, ADeadOneLeavesWhenSeveralAddressesSaySo) {
  Alternates room(false);
  room.told(kSong, alive({at(1)}), kAnnHost, 0);
  for (int i = 0; i < 100; ++i)
    room.told(kSong, dead({at(1)}), kBobHost, 1);
  room.told(kSong, dead({at(1)}), kCidHost, 1);
  EXPECT_THAT(room.of(kSong, 1), ElementsAre(at(1)));
  room.told(kSong, dead({at(1)}), kDanHost, 1);
  EXPECT_THAT(room.of(kSong, 1), IsEmpty());
  room.told(kSong, alive({at(1)}), kAnnHost, 2);
  EXPECT_THAT(room.of(kSong, 2), IsEmpty()) << "not back at once";
  room.told(kSong, alive({at(1)}), kAnnHost, 1 + Alternates::kDeadMs);
  EXPECT_THAT(room.of(kSong, 1 + Alternates::kDeadMs), ElementsAre(at(1)));
}

TEST(Alternates, WhatProvesItselfIsNotDeadAnyMore) {
  Alternates room(false);
  room.told(kSong, alive({at(1)}), kAnnHost, 0);
  room.told(kSong, dead({at(1)}), kBobHost, 0);
  room.told(kSong, dead({at(1)}), kCidHost, 0);
  room.proved(kSong, at(1), 1);
  room.told(kSong, dead({at(1)}), kDanHost, 2);
  EXPECT_THAT(room.of(kSong, 2), ElementsAre(at(1)));
  room.failed(kSong, at(1), 3);
  EXPECT_THAT(room.of(kSong, 3), IsEmpty()) << "our own failure is enough";
  room.proved(kSong, at(1), 4);
  EXPECT_THAT(room.of(kSong, 4), ElementsAre(at(1)));
}

TEST(Alternates, ReportsOfTheUnknownCostNothing) {
  Alternates room(false);
  room.told(kSong, dead(many(1, 20)), kAnnHost, 0);
  room.failed(kSong, at(1), 0);
  EXPECT_EQ(room.files(), 0U);
}

TEST(Alternates, AreForgottenAfterHalfADay) {
  Alternates room(false);
  room.told(kSong, alive({at(1)}), kAnnHost, 0);
  EXPECT_THAT(room.of(kSong, Alternates::kLifeMs - 1), SizeIs(1));
  EXPECT_THAT(room.of(kSong, Alternates::kLifeMs), IsEmpty());
}

TEST(Alternates, KeepsAThousandFilesAndTheProvenLongest) {
  Alternates room(false);
  room.proved(kSong, at(1), 0);
  for (std::uint32_t i = 0; i < 3000; ++i)
    room.told(file(i), alive({at(2)}), kAnnHost, 1 + i);
  EXPECT_EQ(room.files(), Alternates::kFiles);
  EXPECT_THAT(room.of(kSong, 3001), ElementsAre(at(1)));
  EXPECT_THAT(room.of(file(0), 3001), IsEmpty());
  EXPECT_THAT(room.of(file(2999), 3001), ElementsAre(at(2)));
}

}  // namespace
}  // namespace p2p::transfer
