#include "servent/transfer/part_offers.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/temp_dir.h"

namespace p2p::transfer {
namespace {

const Sha1 kDigest = sha1_from_base32("JUDQZQTXM7MZKYF24SCWEZFVX4L764LO").value();

Sha1 digest_of(std::size_t number) {
  Sha1 digest;
  digest.bytes[0] = static_cast<std::byte>(number >> 8U);
  digest.bytes[1] = static_cast<std::byte>(number & 255U);
  return digest;
}

PartOffer part_with(const std::vector<Extent>& runs, const Sha1& digest = kDigest) {
  PartOffer offer;
  offer.file.name = "sun dogs/Suite.ogg";
  offer.file.size_bytes = 1000;
  offer.file.sha1 = digest;
  offer.path = "/nowhere";
  offer.changed_unix = 1'700'000'000;
  Extents verified;
  for (const Extent& run : runs)
    verified.insert(run);
  offer.verified = std::make_shared<const Extents>(verified);
  return offer;
}

class Parts : public testing::Test {
 protected:
  std::string heard_;
  PartOffers parts_{[this](const SharedFile& file, bool is_there) {
    heard_ += (is_there ? "+" : "-") + file.name;
  }};
};

TEST_F(Parts, WhatCannotBeGivenIsNotOffered) {
  EXPECT_FALSE(parts_.put(part_with({})));
  EXPECT_FALSE(parts_.put(part_with({{0, 1001}}))) << "behind the end";
  PartOffer nameless = part_with({{0, 10}});
  nameless.file.sha1.reset();
  EXPECT_FALSE(parts_.put(nameless));
  PartOffer unchecked = part_with({{0, 10}});
  unchecked.verified.reset();
  EXPECT_FALSE(parts_.put(unchecked));
  EXPECT_EQ(parts_.size(), 0U);
  EXPECT_EQ(heard_, "");
}

TEST_F(Parts, GrowAndAreToldOfOnce) {
  ASSERT_TRUE(parts_.put(part_with({{0, 10}})));
  const auto first = parts_.offer(kDigest, 0);
  ASSERT_TRUE(first && first->have && first->is_good);
  EXPECT_EQ(first->file.partial, (Partial{10, 1'700'000'000}));
  ASSERT_TRUE(parts_.put(part_with({{0, 10}, {20, 40}})));
  EXPECT_EQ(first->have->bytes(), 10U) << "who is being given it keeps what he was told";
  EXPECT_EQ(parts_.offer(kDigest, 0)->have->bytes(), 30U);
  EXPECT_EQ(parts_.all().at(0).partial->have_bytes, 30U);
  EXPECT_EQ(heard_, "+sun dogs/Suite.ogg");
  EXPECT_FALSE(parts_.offer(Sha1{}, 0));
}

TEST_F(Parts, OneThatIsDroppedIsGoodNoMore) {
  parts_.put(part_with({{0, 10}}));
  const auto given = parts_.offer(kDigest, 0);
  EXPECT_TRUE(*given->is_good);
  parts_.drop(kDigest);
  EXPECT_FALSE(*given->is_good);
  EXPECT_FALSE(parts_.offer(kDigest, 0));
  parts_.put(part_with({{0, 5}}));
  EXPECT_FALSE(*given->is_good) << "another beginning";
  EXPECT_TRUE(*parts_.offer(kDigest, 0)->is_good);
  parts_.drop(Sha1{});
  EXPECT_EQ(heard_, "+sun dogs/Suite.ogg-sun dogs/Suite.ogg+sun dogs/Suite.ogg");
}

TEST_F(Parts, AFinishedOneIsGivenWholeForAWhile) {
  const test::TempDir folder;
  parts_.put(part_with({{0, 10}}));
  const auto given = parts_.offer(kDigest, 0);
  parts_.finish(kDigest, {folder.write("done", "x"), 1'000'000'000}, 5000);
  EXPECT_TRUE(*given->is_good) << "the bytes are the same";
  const auto whole = parts_.offer(kDigest, 5000 + PartOffers::kKeptMs - 1);
  ASSERT_TRUE(whole);
  EXPECT_FALSE(whole->have || whole->is_good || whole->file.partial);
  const int file = whole->open();
  EXPECT_GE(file, 0);
  ::close(file);
  EXPECT_TRUE(parts_.all().empty());
  EXPECT_FALSE(parts_.offer(kDigest, 5000 + PartOffers::kKeptMs));
}

TEST_F(Parts, ALinkIsNotFollowed) {
  const test::TempDir folder;
  std::filesystem::create_symlink(folder.write("secret", "x"), folder.path() / "link");
  PartOffer offer = part_with({{0, 1}});
  offer.path = folder.path() / "link";
  parts_.put(offer);
  EXPECT_LT(parts_.offer(kDigest, 0)->open(), 0);
}

TEST_F(Parts, AnswerByDigestAndByAllWords) {
  parts_.put(part_with({{0, 10}}));
  PartOffer other = part_with({{0, 10}}, digest_of(7));
  other.file.name = "Moon dogs.ogg";
  parts_.put(other);
  Query query;
  EXPECT_TRUE(parts_.match(query, 9).empty());
  query.words = {"dogs"};
  ASSERT_EQ(parts_.match(query, 9).size(), 1U) << "folders are not searched";
  query.words = {"ogg"};
  EXPECT_EQ(parts_.match(query, 9).size(), 2U);
  EXPECT_EQ(parts_.match(query, 1).size(), 1U);
  query.words = {"suite", "dogs"};
  EXPECT_TRUE(parts_.match(query, 9).empty());
  Query by_digest;
  by_digest.sha1 = digest_of(7);
  ASSERT_EQ(parts_.match(by_digest, 9).size(), 1U);
  EXPECT_EQ(parts_.match(by_digest, 9)[0].name, "Moon dogs.ogg");
  by_digest.sha1 = digest_of(8);
  EXPECT_TRUE(parts_.match(by_digest, 9).empty());
  parts_.finish(digest_of(7), {"/nowhere"}, 0);
  by_digest.sha1 = digest_of(7);
  EXPECT_TRUE(parts_.match(by_digest, 9).empty()) << "it is the catalogue's to tell";
}

TEST_F(Parts, AreNoMoreThanTheirMost) {
  for (std::size_t i = 0; i < PartOffers::kMost; ++i)
    ASSERT_TRUE(parts_.put(part_with({{0, 10}}, digest_of(i))));
  EXPECT_FALSE(parts_.put(part_with({{0, 10}})));
  EXPECT_TRUE(parts_.put(part_with({{0, 20}}, digest_of(5)))) << "one that is there grows";
}

}  // namespace
}  // namespace p2p::transfer
