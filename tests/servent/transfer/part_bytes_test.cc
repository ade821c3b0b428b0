// The bytes of a part file: written at any place and in any order, compared, checked by a tree,
// thrown away, and what its record claims of them meanwhile.
#include <algorithm>
#include <fstream>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "protocols/base/rng.h"

#include "servent/transfer/part_file.h"

#include "tests/support/files.h"
#include "tests/support/swarming.h"
#include "tests/support/temp_dir.h"

namespace p2p::transfer {
namespace {

namespace fs = std::filesystem;

std::string made(std::size_t bytes, unsigned seed) {
  Rng rng(seed);
  std::string out(bytes, '\0');
  for (char& c : out)
    c = static_cast<char>(rng());
  return out;
}

class PartBytes : public testing::Test {
 protected:
  PartBytes() { fs::create_directories(part_.parent_path()); }

  PartFile part(std::uint64_t size, std::optional<Sha1> sha1 = {}) {
    return {part_, size, sha1, {}, not_stopping_};
  }
  PartFile part() { return part(content_.size(), test::sha1_of(content_)); }
  static Resume resume(std::uint64_t size) {
    return {{"a.ogg", size, {}, {}, {}}, {}, 0, false, {}};
  }
  Resume resume() const { return resume(content_.size()); }
  Stored put(PartFile& file, const Extent& at, std::string_view bytes,
             std::vector<PieceIndex> pieces = {}) {
    return file.write(++delivery_, {at.begin, bytes_of(bytes), {}, {at}, std::move(pieces)});
  }
  Stored put(PartFile& file, const Extent& at, std::vector<PieceIndex> pieces = {}) {
    return put(file, at, std::string_view(content_).substr(at.begin, at.bytes()),
               std::move(pieces));
  }
  std::shared_ptr<const HashTree> tree() const {
    return std::make_shared<const HashTree>(test::tree_of(content_));
  }
  PieceMap claimed() const { return *read_record(record_of(part_))->pieces; }
  std::string there() const { return test::read_file(part_); }
  Extent piece(PieceIndex index) const { return PieceMap(content_.size()).extent_of(index); }

  test::TempDir root_;
  const fs::path part_ = root_.path() / "state" / "a.ogg.part";
  const fs::path folder_ = root_.path() / "down";
  const std::string content_ = made(700'000, 1);  // three pieces
  const Disk::Stopping not_stopping_ = std::make_shared<std::atomic<bool>>(false);
  unsigned delivery_ = 0;
};

TEST_F(PartBytes, TheDigestIsOfTheWholeInWhateverOrderItCame) {
  Rng rng(5);
  for (int round = 0; round < 20; ++round) {
    std::vector<Extent> blocks;
    for (std::uint64_t at = 0; at < content_.size();) {
      const std::uint64_t end = std::min<std::uint64_t>(content_.size(), at + 1 + rng() % 90'000);
      blocks.push_back({at, end});
      at = end;
    }
    std::shuffle(blocks.begin(), blocks.end(), rng);
    PartFile file = part();
    ASSERT_EQ(file.open().what, Stored::What::ok);
    for (const Extent& block : blocks) {
      ASSERT_EQ(put(file, block).what, Stored::What::ok);
      if (rng() % 4 == 0) file.rest();
      if (rng() % 8 == 0) {  // and again, over what is there
        ASSERT_EQ(put(file, {block.begin, block.begin + block.bytes() / 2}).what, Stored::What::ok);
      }
    }
    const Stored stored = file.finish(folder_, "a.ogg");
    ASSERT_EQ(stored.what, Stored::What::ok) << "round " << round;
    EXPECT_EQ(fs::file_size(stored.path), content_.size());
  }
}

TEST_F(PartBytes, OneWrongBitIsFoundInWhateverOrderItCame) {
  for (const bool is_backwards : {false, true}) {
    PartFile file = part();
    file.open();
    std::vector<PieceIndex> order{0, 1, 2};
    if (is_backwards) std::reverse(order.begin(), order.end());
    for (const PieceIndex index : order)
      put(file, piece(index));
    std::string wrong = content_.substr(300'000, 10);
    wrong[3] = static_cast<char>(wrong[3] ^ 4);
    put(file, {300'000, 300'010}, wrong);
    EXPECT_EQ(file.finish(folder_, "a.ogg").what, Stored::What::wrong);
    EXPECT_EQ(file.finish(folder_, "a.ogg").what, Stored::What::wrong)
        << "a second look says the same";
    put(file, {300'000, 300'010});
    EXPECT_EQ(file.finish(folder_, "a.ogg").what, Stored::What::ok);
  }
}

TEST_F(PartBytes, OfBytesThatDifferNothingIsWrittenNorOfThatDeliveryAfterwards) {
  PartFile file = part();
  file.open();
  put(file, {0, 1000});
  std::string other = content_.substr(500, 1000);
  other[499] = static_cast<char>(other[499] ^ 1);  // the last one that is compared
  const PartWrite block{500, bytes_of(other), {500, 1000}, {{1000, 1500}}, {}};
  EXPECT_EQ(file.write(77, block).what, Stored::What::differs);
  EXPECT_EQ(file.write(77, {1500, bytes_of(other), {}, {{1500, 2500}}, {}}).what,
            Stored::What::ignored);
  EXPECT_EQ(file.map().had().bytes(), 1000U);
  EXPECT_EQ(there(), content_.substr(0, 1000));
  EXPECT_EQ(put(file, {1000, 1500}).what, Stored::What::ok);
}

TEST_F(PartBytes, APieceIsCheckedWhenAllOfItIsThere) {
  PartFile file = part();
  file.open();
  file.check_by(tree());
  EXPECT_TRUE(put(file, {piece(1).begin, piece(1).end - 1}, {1}).checked.empty());
  const Stored stored = put(file, {piece(1).end - 1, piece(1).end}, {1});
  ASSERT_EQ(stored.checked.size(), 1U);
  EXPECT_TRUE(stored.checked[0].is_right);
  EXPECT_TRUE(file.map().is_verified(1));
  const Stored wrong = put(file, piece(2), std::string(piece(2).bytes(), 'x'), {2});
  ASSERT_EQ(wrong.checked.size(), 1U);
  EXPECT_FALSE(wrong.checked[0].is_right);
  EXPECT_EQ(wrong.have_bytes, piece(1).bytes());
  EXPECT_FALSE(file.map().had().touches(piece(2)));
}

// Bytes that are given up are not claimed by the record on the disk, before anything else is there.
TEST_F(PartBytes, TheRecordNeverClaimsWhatWasGivenUp) {
  PartFile file = part();
  file.open();
  for (const PieceIndex index : {0U, 1U, 2U})
    put(file, piece(index));
  put(file, {300'000, 300'001}, "!");
  ASSERT_EQ(file.save(resume()).what, Stored::What::ok);
  EXPECT_EQ(claimed().had().bytes(), content_.size());

  file.check_by(tree());
  file.check({0, 1, 2});
  EXPECT_FALSE(claimed().had().touches(piece(1)));
  EXPECT_TRUE(claimed().had().contains(piece(0)));

  Extents less;
  less.insert({0, 100});
  file.keep_only(less);
  EXPECT_EQ(claimed().had().bytes(), 100U);
  EXPECT_EQ(file.map().had().bytes(), 100U);

  ASSERT_EQ(file.start_over(resume()).what, Stored::What::ok);
  EXPECT_EQ(claimed().had().bytes(), 0U);
  EXPECT_EQ(fs::file_size(part_), 0U);
}

TEST_F(PartBytes, WhatComesAfterTheRecordIsNotClaimed) {
  PartFile file = part();
  file.open();
  put(file, piece(2));
  file.save(resume());
  put(file, piece(0));
  PartFile after_a_kill = part();
  EXPECT_EQ(after_a_kill.open().have_bytes, piece(2).bytes());
  EXPECT_FALSE(after_a_kill.map().had().touches(piece(0)));
}

TEST_F(PartBytes, StartingOverForgetsWhatWasExpected) {
  PartFile file = part(content_.size());
  file.open();
  file.expect(test::sha1_of("other"));
  put(file, {0, content_.size()});
  EXPECT_EQ(file.finish(folder_, "a.ogg").what, Stored::What::wrong);
  file.start_over(resume());
  EXPECT_EQ(file.tell().have_bytes, 0U);
  put(file, {0, content_.size()});
  EXPECT_EQ(file.finish(folder_, "a.ogg").what, Stored::What::ok);
}

// ---- changed behind our back

TEST_F(PartBytes, AClaimBeyondTheEndOfTheFileIsNotBelieved) {
  {
    PartFile file = part();
    file.open();
    put(file, {0, content_.size()});
    file.save(resume());
  }
  fs::resize_file(part_, 400'000);
  PartFile file = part();
  EXPECT_EQ(file.open().have_bytes, 400'000U);
}

TEST_F(PartBytes, WhatChangedAfterItsRecordIsNotCalledVerified) {
  {
    PartFile file = part();
    file.open();
    file.check_by(tree());
    put(file, {0, content_.size()}, {0, 1, 2});
    file.save(resume());
  }
  {
    PartFile file = part();
    file.open();
    EXPECT_EQ(file.map().verified_pieces(), 3U);
  }
  const auto later = fs::last_write_time(record_of(part_)) + std::chrono::seconds(1);
  fs::last_write_time(part_, later);
  PartFile file = part();
  EXPECT_EQ(file.open().have_bytes, content_.size());
  EXPECT_EQ(file.map().verified_pieces(), 0U);
}

TEST_F(PartBytes, WhatIsBehindItsEndIsNotOfTheFile) {
  PartFile file = part();
  file.open();
  put(file, {0, content_.size()});
  std::ofstream(part_, std::ios::app) << "more";
  const Stored stored = file.finish(folder_, "a.ogg");
  ASSERT_EQ(stored.what, Stored::What::ok);
  EXPECT_EQ(fs::file_size(stored.path), content_.size());
}

TEST_F(PartBytes, APartThatWasCutWhileWeWroteIsNotFinished) {
  PartFile file = part();
  file.open();
  put(file, {0, content_.size()});
  fs::resize_file(part_, 500'000);
  EXPECT_EQ(file.finish(folder_, "a.ogg").what, Stored::What::trouble);
  EXPECT_EQ(file.open().have_bytes, 500'000U) << "as after trouble";
  put(file, {500'000, content_.size()});
  EXPECT_EQ(file.finish(folder_, "a.ogg").what, Stored::What::ok);
}

TEST_F(PartBytes, APartThatIsGoneIsFetchedAnewAfterTheTrouble) {
  PartFile file = part();
  file.open();
  put(file, {0, content_.size()});
  fs::remove(part_);
  file.rest();
  // Another open of the same download, as after trouble.
  EXPECT_EQ(file.open().have_bytes, 0U);
  put(file, {0, content_.size()});
  EXPECT_EQ(file.finish(folder_, "a.ogg").what, Stored::What::ok);
}

// ---- sizes

TEST_F(PartBytes, AnEmptyFileIsThereAtOnce) {
  PartFile file = part(0, test::sha1_of(""));
  EXPECT_EQ(file.open().what, Stored::What::ok);
  const Stored stored = file.finish(folder_, "a.ogg");
  ASSERT_EQ(stored.what, Stored::What::ok);
  EXPECT_EQ(fs::file_size(stored.path), 0U);
}

TEST_F(PartBytes, OneByte) {
  PartFile file = part(1, test::sha1_of("x"));
  file.open();
  EXPECT_EQ(put(file, {0, 1}, "x").have_bytes, 1U);
  EXPECT_EQ(file.finish(folder_, "a.ogg").what, Stored::What::ok);
}

class LargePart : public PartBytes, public testing::WithParamInterface<std::uint64_t> {};

// Sparse: what is missing takes neither time nor room.
TEST_P(LargePart, HoldsItsLastPieceAlone) {
  const std::uint64_t size = GetParam();
  const PieceMap map(size);
  ASSERT_LE(map.pieces(), kMostPieces);
  const Extent last = map.extent_of(map.pieces() - 1);
  const std::string end = made(std::min<std::size_t>(last.bytes(), 100'000), 3);
  {
    PartFile file = part(size);
    file.open();
    EXPECT_EQ(put(file, {size - end.size(), size}, end).have_bytes, end.size());
    ASSERT_EQ(file.save(resume(size)).what, Stored::What::ok);
  }
  EXPECT_EQ(fs::file_size(part_), size);
  struct stat info {};
  ASSERT_EQ(::stat(part_.c_str(), &info), 0);
  EXPECT_LT(info.st_blocks * 512, 1'000'000);
  PartFile file = part(size);
  EXPECT_EQ(file.open().have_bytes, end.size());
  EXPECT_TRUE(file.map().had().contains({size - end.size(), size}));
}

INSTANTIATE_TEST_SUITE_P(Sizes, LargePart,
                         testing::Values((std::uint64_t{1} << 32U) - 1, std::uint64_t{1} << 32U,
                                         (std::uint64_t{1} << 32U) + 1, std::uint64_t{10} << 30U));

}  // namespace
}  // namespace p2p::transfer
