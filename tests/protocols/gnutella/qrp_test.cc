#include "protocols/gnutella/qrp.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/base/keywords.h"
#include "protocols/base/rng.h"
#include "protocols/deflate.h"

#include "tests/support/gnutella_vector.h"

namespace p2p::gnutella {
namespace {

using test::gnutella_payload;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Names = std::initializer_list<const char*>;
using Octets = std::initializer_list<std::uint8_t>;

// What the real ultrapeer and the real leaf shared (tests/vectors/gnutella/README.md).
constexpr Names kUltrapeerNames{"blue_river_live.ogg",
                                "green harvest songs (2003).mp3",
                                "quiet-harbor-lecture.pdf",
                                "tiny note.txt",
                                "gibfile.bin",
                                "Étude in naïve minor.flac"};
constexpr Names kLeafNames{"quiet-harbor-lecture.pdf", "amber_valley_demo.ogg",
                           "copper lantern essay.txt"};

QrpTable table_of(Names names, std::uint32_t slots) {
  QrpTable table(slots);
  for (const char* name : names)
    for (const std::string& term : qrp_terms(name))
      table.add(term);
  return table;
}

QrpTable table_of_slots(std::initializer_list<std::uint32_t> set, std::uint32_t slots) {
  QrpTable table(slots);
  for (const std::uint32_t slot : set)
    table.set(slot);
  return table;
}

QrpTable random_table(std::uint32_t slots, std::size_t count, std::uint64_t seed) {
  Rng rng(seed);
  QrpTable table(slots);
  while (table.count() < count)
    table.set(static_cast<std::uint32_t>(rng.below(slots)));
  return table;
}

Buffer reset_of(std::uint32_t slots, std::uint8_t infinity = 2) {
  Buffer out;
  Writer(out).u8(0).u32le(slots).u8(infinity);
  return out;
}

Buffer patch_of(std::uint8_t number, std::uint8_t parts, std::uint8_t compressor, std::uint8_t bits,
                Bytes data) {
  Buffer out;
  Writer(out).u8(1).u8(number).u8(parts).u8(compressor).u8(bits).bytes(data);
  return out;
}

// Takes them all; false at the first error.
bool take(QrpReceiver& receiver, const std::vector<Buffer>& payloads) {
  return std::ranges::all_of(
      payloads, [&](const Buffer& payload) { return receiver.take(payload).has_value(); });
}

std::string error_of(QrpReceiver& receiver, Bytes payload) {
  const auto got = receiver.take(payload);
  return got ? "no error" : got.error().detail;
}

TEST(QrpHash, GivesTheKnownValues) {
  EXPECT_EQ(qrp_hash("", 13), 0U);
  EXPECT_EQ(qrp_hash("eb", 13), 6791U);
  EXPECT_EQ(qrp_hash("ebcklmenq", 13), 3527U);
  EXPECT_EQ(qrp_hash("ndflaleme", 16), 45559U);
  EXPECT_EQ(qrp_hash(fold("3NJA9"), 10), 581U);
  EXPECT_EQ(qrp_hash("7777a88a8a8a8", 10), 342U);
  EXPECT_EQ(qrp_hash("zzzzzzzzzzz", 10), 944U);
  EXPECT_EQ(qrp_hash("etude", 14), 13447U);
  EXPECT_EQ(qrp_hash("amber", 14), 12716U);
  EXPECT_EQ(qrp_hash("amber", 16), 50864U);
}

// Not a vector: reckoned by hand from the rule, the low bytes of UTF-16 units in turn.
TEST(QrpHash, GoesByUtf16Units) {
  constexpr std::uint32_t kFactor = 0x4F1BBCDC;
  EXPECT_EQ(qrp_product("東京"), 0xac71U * kFactor);              // U+6771 U+4EAC
  EXPECT_EQ(qrp_product("\xf0\x9f\x8e\xb5"), 0xb53cU * kFactor);  // U+1F3B5: D83C DFB5
  EXPECT_EQ(qrp_product("\xe6\x9d"), 0x9de6U * kFactor);          // not UTF-8
}

TEST(QrpTerms, AreTheWordsAndTheirCuts) {
  EXPECT_THAT(qrp_terms("Harvest in.mp3"),
              UnorderedElementsAre("harvest", "harves", "harve", "harv", "in", "mp3"));
  EXPECT_THAT(qrp_terms("abcdefghijkl"),
              UnorderedElementsAre("abcdefghijkl", "abcdefghijk", "abcdefghij", "abcdefghi",
                                   "abcdefgh", "abcdefg"));
  EXPECT_THAT(qrp_terms("song songs"), UnorderedElementsAre("song", "songs"));
  EXPECT_THAT(qrp_terms("…"), IsEmpty());
}

TEST(QrpTerms, AreOfTheLastPartOnly) {
  EXPECT_THAT(qrp_terms("folder/sub/tiny.txt"), UnorderedElementsAre("tiny", "txt"));
  EXPECT_THAT(qrp_terms("C:\\folder\\tiny.txt"), UnorderedElementsAre("tiny", "txt"));
}

TEST(QrpTerms, CutBetweenCharacters) {
  EXPECT_THAT(qrp_terms("пятеро"), UnorderedElementsAre("пятеро", "пятер", "пяте"));
}

TEST(QrpTerms, HaveTheLettersThatStandAlone) {
  EXPECT_THAT(qrp_terms("Vitamin_C (b-side).ogg"), ::testing::IsSupersetOf({"c", "b", "side"}));
  EXPECT_THAT(qrp_terms("a1 жa.mp3"), UnorderedElementsAre("a1", "жa", "mp3"));
}

// A leaf and an ultrapeer of gtk-gnutella, their tables slot for slot.
TEST(QrpReceiver, TheTablesOfRealServentsAreThoseOfTheirNames) {
  struct Case {
    const char* reset;
    const char* patch;
    const Names& names;
    std::size_t slots_set;
  };
  for (const Case& one :
       {Case{"qrp_leaf_reset", "qrp_leaf_patch", kLeafNames, 27},
        Case{"qrp_leaf_reset", "qrp_up_patch_own_files_only", kUltrapeerNames, 41}}) {
    QrpReceiver receiver;
    EXPECT_EQ(receiver.take(gnutella_payload(one.reset)).value(), false);
    EXPECT_EQ(receiver.table(), nullptr);
    EXPECT_EQ(receiver.take(gnutella_payload(one.patch)).value(), true) << one.patch;
    ASSERT_NE(receiver.table(), nullptr);
    EXPECT_EQ(receiver.table()->count(), one.slots_set);
    EXPECT_EQ(receiver.table()->set_slots(), table_of(one.names, 16'384).set_slots()) << one.patch;
  }
}

// It had a leaf too, whose names are not known, and merged both into 65,536 slots.
TEST(QrpReceiver, ARealMergedTableHasTheOwnWordsInEverySlotTheyScaleTo) {
  QrpReceiver receiver;
  ASSERT_TRUE(take(receiver, {gnutella_payload("qrp_up_reset"), gnutella_payload("qrp_up_patch")}));
  ASSERT_EQ(receiver.table()->slots(), 65'536U);
  EXPECT_EQ(receiver.table()->count(), 345U);
  QrpTable scaled(65'536);
  scaled.merge(table_of(kUltrapeerNames, 16'384));
  EXPECT_EQ(scaled.count(), 164U);
  for (const std::uint32_t slot : scaled.set_slots())
    EXPECT_TRUE(receiver.table()->test(slot)) << slot;
}

TEST(QrpReceiver, RefusesEachTruncation) {
  for (const char* file : {"qrp_leaf_reset", "qrp_leaf_patch"}) {
    const Buffer payload = gnutella_payload(file);
    ASSERT_GT(payload.size(), 5U);
    for (std::size_t size = 0; size < payload.size(); ++size) {
      QrpReceiver receiver;
      if (std::string_view(file) == "qrp_leaf_patch") {
        ASSERT_TRUE(receiver.take(gnutella_payload("qrp_leaf_reset")));
      }
      EXPECT_FALSE(receiver.take(Bytes(payload).first(size))) << file << size;
      EXPECT_EQ(receiver.table(), nullptr);
    }
  }
}

TEST(QrpReceiver, RefusesBytesBehindTheEnd) {
  Buffer reset = gnutella_payload("qrp_leaf_reset");
  Buffer patch = gnutella_payload("qrp_leaf_patch");
  QrpReceiver receiver;
  ASSERT_TRUE(receiver.take(reset));
  patch.push_back(std::byte{0});
  EXPECT_FALSE(receiver.take(patch));
  reset.push_back(std::byte{0});
  EXPECT_FALSE(QrpReceiver().take(reset));
}

TEST(QrpReceiver, RefusesWrongLengths) {
  for (const std::uint32_t slots : {0U, 1U, 32U, 12'345U, 65'537U, 4'194'304U, 0x80000000U}) {
    QrpReceiver receiver;
    EXPECT_EQ(error_of(receiver, reset_of(slots)),
              "Invalid QRP table length " + std::to_string(slots));
  }
  EXPECT_TRUE(QrpReceiver().take(reset_of(kQrpMinSlots)));
  EXPECT_TRUE(QrpReceiver().take(reset_of(kQrpMaxSlots)));
  EXPECT_FALSE(QrpReceiver().take(reset_of(16'384, 0)));
  EXPECT_FALSE(QrpReceiver().take(from_hex("02000000")));
}

TEST(QrpReceiver, RefusesAPatchBeforeAReset) {
  QrpReceiver receiver;
  EXPECT_EQ(error_of(receiver, gnutella_payload("qrp_leaf_patch")), "a QRP patch before any reset");
}

TEST(QrpReceiver, RefusesWrongNumbers) {
  const Buffer some(8);
  const auto second = [&](std::uint8_t number, std::uint8_t parts) {
    QrpReceiver receiver;
    EXPECT_TRUE(take(receiver, {reset_of(64), patch_of(1, 3, 0, 4, some)}));
    return receiver.take(patch_of(number, parts, 0, 4, some)).has_value();
  };
  EXPECT_TRUE(second(2, 3));
  EXPECT_FALSE(second(1, 3));
  EXPECT_FALSE(second(3, 3));
  EXPECT_FALSE(second(0, 3));
  EXPECT_FALSE(second(2, 4));
  EXPECT_FALSE(second(2, 1));
  for (const std::uint8_t number : Octets{0, 2, 3}) {
    QrpReceiver receiver;
    ASSERT_TRUE(receiver.take(reset_of(64)));
    EXPECT_EQ(error_of(receiver, patch_of(number, 3, 0, 4, some)),
              "Invalid QRP seq number " + std::to_string(number) + " (expected 1)");
  }
  QrpReceiver receiver;
  ASSERT_TRUE(receiver.take(reset_of(64)));
  EXPECT_FALSE(receiver.take(patch_of(1, 0, 0, 4, some)));  // of none
}

TEST(QrpReceiver, RefusesWrongHeads) {
  const auto is_taken = [](const Buffer& patch) {
    QrpReceiver receiver;
    EXPECT_TRUE(receiver.take(reset_of(64)));
    return receiver.take(patch).has_value();
  };
  EXPECT_TRUE(is_taken(patch_of(1, 1, 0, 4, Buffer(32))));
  EXPECT_FALSE(is_taken(patch_of(1, 1, 2, 4, Buffer(32))));
  for (const std::uint8_t bits : Octets{0, 3, 5, 16, 255})
    EXPECT_FALSE(is_taken(patch_of(1, 1, 0, bits, Buffer(32)))) << int{bits};
}

TEST(QrpReceiver, RefusesPartsThatDoNotBelongTogether) {
  QrpReceiver receiver;
  ASSERT_TRUE(take(receiver, {reset_of(64), patch_of(1, 2, 0, 4, Buffer(16))}));
  EXPECT_FALSE(receiver.take(patch_of(2, 2, 0, 8, Buffer(16))));
}

TEST(QrpReceiver, RefusesTooManyAndTooFewEntries) {
  for (const std::uint8_t bits : Octets{1, 2, 4, 8}) {
    const std::size_t right = 64U * bits / 8;
    for (const std::size_t size : {right - 1, right, right + 1}) {
      const Buffer entries(size);
      QrpReceiver plain;
      ASSERT_TRUE(plain.take(reset_of(64)));
      EXPECT_EQ(plain.take(patch_of(1, 1, 0, bits, entries)).has_value(), size == right);
      QrpReceiver deflating;
      ASSERT_TRUE(deflating.take(reset_of(64)));
      EXPECT_EQ(deflating.take(patch_of(1, 1, 1, bits, deflated(entries))).has_value(),
                size == right);
    }
  }
}

TEST(QrpReceiver, ABombIsRefusedWithoutRoomForIt) {
  const Buffer bomb = deflated(Buffer(16U << 20U));
  QrpReceiver receiver;
  ASSERT_TRUE(receiver.take(reset_of(64)));
  EXPECT_EQ(error_of(receiver, patch_of(1, 1, 1, 4, bomb)),
            "a QRP patch of more entries than the table has");
}

TEST(QrpReceiver, ReadsEntriesOfAllWidths) {
  const auto after = [](std::uint8_t bits, const char* head, const QrpTable* before = nullptr) {
    Buffer entries = from_hex(head);
    entries.resize(64U * bits / 8);
    QrpReceiver receiver;
    EXPECT_TRUE(take(receiver, before != nullptr ? qrp_update(nullptr, *before)
                                                 : std::vector<Buffer>{reset_of(64)}));
    EXPECT_TRUE(receiver.take(patch_of(1, 1, 0, bits, entries)));
    return receiver.table() == nullptr ? std::vector<std::uint32_t>{}
                                       : receiver.table()->set_slots();
  };
  const QrpTable before = table_of_slots({0, 1, 2, 3}, 64);
  EXPECT_THAT(after(8, "ff00fa01"), ElementsAre(0, 2));
  EXPECT_THAT(after(8, "010006ff", &before), ElementsAre(1, 3));
  EXPECT_THAT(after(4, "f0a1"), ElementsAre(0, 2));
  EXPECT_THAT(after(4, "106f", &before), ElementsAre(1, 3));
  EXPECT_THAT(after(2, "c2"), ElementsAre(0, 3));           // 11 00 00 10
  EXPECT_THAT(after(2, "52", &before), ElementsAre(2, 3));  // 01 01 00 10
  EXPECT_THAT(after(1, "a0"), ElementsAre(0, 2));
  EXPECT_THAT(after(1, "a8", &before), ElementsAre(1, 3, 4));
}

TEST(QrpReceiver, PartsMayBeCutAnywhere) {
  const Buffer whole = gnutella_payload("qrp_leaf_patch");
  const Bytes data = Bytes(whole).subspan(5);
  const auto parts = static_cast<std::uint8_t>(data.size());
  QrpReceiver receiver;
  ASSERT_TRUE(receiver.take(gnutella_payload("qrp_leaf_reset")));
  for (std::uint8_t i = 0; i < parts; ++i) {
    const auto part = patch_of(static_cast<std::uint8_t>(i + 1), parts, 1, 4, data.subspan(i, 1));
    const auto got = receiver.take(part);
    ASSERT_TRUE(got) << int{i};
    EXPECT_EQ(*got, i + 1 == parts);
  }
  ASSERT_NE(receiver.table(), nullptr);
  EXPECT_EQ(*receiver.table(), table_of(kLeafNames, 16'384));
}

TEST(QrpReceiver, KeepsTheTableUntilTheNextIsWhole) {
  QrpReceiver receiver;
  ASSERT_TRUE(take(receiver, qrp_update(nullptr, table_of_slots({7}, 128))));
  ASSERT_TRUE(receiver.take(reset_of(64)));
  ASSERT_TRUE(receiver.take(patch_of(1, 2, 0, 4, from_hex("f0"))));
  EXPECT_THAT(receiver.table()->set_slots(), ElementsAre(7));
  EXPECT_EQ(receiver.take(patch_of(2, 2, 0, 4, Buffer(31))).value(), true);
  EXPECT_THAT(receiver.table()->set_slots(), ElementsAre(0));
  EXPECT_EQ(receiver.table()->slots(), 64U);
}

TEST(QrpReceiver, AResetBetweenPartsStartsAnew) {
  QrpReceiver receiver;
  ASSERT_TRUE(take(receiver, {reset_of(64), patch_of(1, 2, 0, 4, from_hex("ffff")), reset_of(64)}));
  EXPECT_EQ(receiver.take(patch_of(1, 1, 0, 4, Buffer(32))).value(), true);
  EXPECT_TRUE(receiver.table()->is_empty());
}

TEST(QrpUpdate, AFirstOneIsAResetAndFourBitEntriesOfOneHop) {
  const auto payloads = qrp_update(nullptr, table_of_slots({0, 3}, 64));
  ASSERT_EQ(payloads.size(), 2U);
  EXPECT_EQ(to_hex(payloads[0]), "004000000007");
  EXPECT_EQ(to_hex(Bytes(payloads[1]).first(5)), "0101010104");
  Buffer entries = from_hex("a00a");
  entries.resize(32);
  EXPECT_EQ(inflated(Bytes(payloads[1]).subspan(5), 32).value(), entries);
}

TEST(QrpUpdate, ADifferenceTakesBackWhatIsGone) {
  const QrpTable before = table_of_slots({0, 1}, 64);
  const auto payloads = qrp_update(&before, table_of_slots({1, 2}, 64));
  ASSERT_EQ(payloads.size(), 1U);
  Buffer entries = from_hex("60a0");
  entries.resize(32);
  EXPECT_EQ(inflated(Bytes(payloads[0]).subspan(5), 32).value(), entries);
}

TEST(QrpUpdate, NothingChangedIsNothingSent) {
  const QrpTable table = table_of(kLeafNames, kQrpSlots);
  EXPECT_THAT(qrp_update(&table, table), IsEmpty());
}

TEST(QrpUpdate, AnEmptyTableIsSentToo) {
  QrpReceiver receiver;
  ASSERT_TRUE(take(receiver, qrp_update(nullptr, QrpTable())));
  ASSERT_NE(receiver.table(), nullptr);
  EXPECT_TRUE(receiver.table()->is_empty());
}

TEST(QrpUpdate, BringsAReceiverFromAnyTableToAnyOther) {
  const std::vector<QrpTable> tables{QrpTable(),
                                     table_of(kLeafNames, kQrpSlots),
                                     random_table(kQrpSlots, 3'000, 1),
                                     random_table(kQrpSlots, 30'000, 2),
                                     random_table(kQrpSlots, kQrpSlots, 3),
                                     random_table(1024, 100, 4),
                                     random_table(kQrpMinSlots, 9, 5),
                                     random_table(kQrpSlots, 3'000, 6)};
  QrpReceiver receiver;
  const QrpTable* before = nullptr;
  for (const QrpTable& after : tables) {
    const auto payloads = qrp_update(before, after);
    for (const Buffer& payload : payloads)
      EXPECT_LE(payload.size(), kQrpPart + 5);
    ASSERT_TRUE(take(receiver, payloads));
    ASSERT_EQ(*receiver.table(), after);
    before = &after;
  }
}

TEST(QrpUpdate, ALargeTableGoesInParts) {
  const auto payloads = qrp_update(nullptr, random_table(kQrpSlots, 30'000, 2));
  EXPECT_GT(payloads.size(), 3U);
  QrpReceiver receiver;
  for (std::size_t i = 0; i < payloads.size(); ++i)
    EXPECT_EQ(receiver.take(payloads[i]).value(), i + 1 == payloads.size());
}

TEST(QrpTable, IsASetWhetherListOrBitmap) {
  for (const std::uint32_t slots : {64U, 1024U, 4096U, 65'536U, kQrpMaxSlots}) {
    Rng rng(slots);
    QrpTable table(slots);
    std::set<std::uint32_t> model;
    for (int i = 0; i < 6'000; ++i) {
      const auto slot = static_cast<std::uint32_t>(rng.below(slots));
      if (rng.below(4) == 0) {
        table.reset(slot);
        model.erase(slot);
      } else {
        table.set(slot);
        model.insert(slot);
      }
      ASSERT_EQ(table.test(slot), model.contains(slot));
      if (i % 1'000 == 0) table.pack();
      if (i % 1'000 == 500) table.spread();
    }
    EXPECT_EQ(table.set_slots(), std::vector<std::uint32_t>(model.begin(), model.end())) << slots;
    EXPECT_EQ(table.count(), model.size());
  }
}

TEST(QrpTable, ListAndBitmapOfTheSameSlotsAreEqual) {
  const QrpTable list = table_of(kLeafNames, kQrpSlots);
  QrpTable bitmap = list;
  bitmap.spread();
  EXPECT_NE(list.memory_bytes(), bitmap.memory_bytes());
  EXPECT_EQ(list, bitmap);
  EXPECT_EQ(bitmap, list);
  bitmap.reset(list.set_slots().front());
  EXPECT_FALSE(list == bitmap);
  bitmap.set(1);
  EXPECT_FALSE(list == bitmap);  // as many, but others
  EXPECT_FALSE(QrpTable(64) == QrpTable(128));
}

TEST(QrpTable, CostsALeafOfAHundredFilesTwoKiBAndNobodyMoreThanABitmap) {
  EXPECT_LE(random_table(kQrpSlots, 0, 1).memory_bytes(), 300U);
  QrpTable leaf = random_table(kQrpSlots, 850, 1);  // about what a hundred names set
  leaf.pack();
  EXPECT_LE(leaf.memory_bytes(), 2'048U);
  EXPECT_EQ(random_table(kQrpSlots, 30'000, 1).memory_bytes(), 8'192U);
  for (const std::size_t count : {3'900U, 3'970U, 5'000U}) {
    QrpTable table = random_table(kQrpSlots, count, 1);
    table.pack();
    EXPECT_LE(table.memory_bytes(), 8'192U) << count;
  }
}

TEST(QrpTable, APackedOneIsAListAgainWhenFewAreLeft) {
  QrpTable table = random_table(kQrpSlots, 30'000, 1);
  const std::vector<std::uint32_t> all = table.set_slots();
  for (std::size_t i = 10; i < all.size(); ++i)
    table.reset(all[i]);
  table.pack();
  EXPECT_LE(table.memory_bytes(), 300U);
  EXPECT_EQ(table.set_slots(), std::vector<std::uint32_t>(all.begin(), all.begin() + 10));
}

TEST(QrpTable, MergesTheSameLength) {
  for (const std::size_t count : {10U, 10'000U}) {
    QrpTable a = random_table(kQrpSlots, count, 1);
    const QrpTable b = random_table(kQrpSlots, 20'000, 2);
    std::set<std::uint32_t> both;
    for (const QrpTable* one : {&std::as_const(a), &b})
      for (const std::uint32_t slot : one->set_slots())
        both.insert(slot);
    a.merge(b);
    EXPECT_EQ(a.set_slots(), std::vector<std::uint32_t>(both.begin(), both.end()));
    EXPECT_EQ(a.count(), both.size());
  }
}

TEST(QrpTable, MergesAShorterIntoSeveralSlotsAndALongerIntoOne) {
  QrpTable wide(256);
  wide.merge(table_of_slots({0, 3, 63}, 64));
  EXPECT_THAT(wide.set_slots(), ElementsAre(0, 1, 2, 3, 12, 13, 14, 15, 252, 253, 254, 255));
  QrpTable narrow = table_of_slots({5}, 64);
  narrow.merge(table_of_slots({0, 3, 4, 255}, 256));
  EXPECT_THAT(narrow.set_slots(), ElementsAre(0, 1, 5, 63));
}

TEST(QrpTable, AWordIsFoundInEveryLengthThatWasMergedIn) {
  for (const std::uint32_t slots : {1024U, 16'384U, 65'536U}) {
    QrpTable table(slots);
    for (const std::uint32_t other : {64U, 16'384U, 131'072U}) {
      table.merge(table_of({"lantern"}, other));
      EXPECT_TRUE(table.has("lantern"));
    }
    EXPECT_TRUE(table.has_product(qrp_product("lantern")));
    EXPECT_TRUE(table.has("lant"));
  }
}

TEST(QrpTable, CouldAnswerAllOfTwoWordsAndTwoThirdsOfMore) {
  QrpTable table;
  const std::array words{"amber", "valley", "copper", "lantern", "essay", "demo"};
  const auto could = [&](std::size_t there, std::size_t lacking) {
    std::vector<std::uint32_t> products;
    for (std::size_t i = 0; i < lacking; ++i)
      products.push_back(qrp_product("missing" + std::to_string(i)));
    for (std::size_t i = 0; i < there; ++i)
      products.push_back(qrp_product(words.at(i)));
    return could_answer(table, products);
  };
  EXPECT_FALSE(could(1, 0));
  for (const char* word : words)
    table.add(word);
  EXPECT_FALSE(could(0, 0));
  EXPECT_TRUE(could(1, 0));
  EXPECT_FALSE(could(0, 1));
  EXPECT_TRUE(could(2, 0));
  EXPECT_FALSE(could(1, 1));
  EXPECT_TRUE(could(2, 1));
  EXPECT_FALSE(could(1, 2));
  EXPECT_TRUE(could(3, 1));
  EXPECT_FALSE(could(2, 2));
  EXPECT_FALSE(could(3, 2));
  EXPECT_TRUE(could(4, 1));
  EXPECT_TRUE(could(4, 2));
}

}  // namespace
}  // namespace p2p::gnutella
