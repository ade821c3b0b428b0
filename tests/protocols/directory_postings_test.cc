#include "protocols/directory_postings.h"

#include <set>

#include <gtest/gtest.h>

#include "protocols/base/rng.h"
#include "protocols/directory_cursor.h"

namespace p2p {
namespace {

// The newest file of `of` that is not newer than `bound`.
std::uint32_t newest(const std::set<std::uint32_t>& of, std::uint32_t bound) {
  const auto after = of.upper_bound(bound);
  return after == of.begin() ? kNoFile : *std::prev(after);
}

void expect_equal(const Postings& postings, const std::set<std::uint32_t>& wanted, Rng& rng) {
  ASSERT_EQ(postings.size(), wanted.size());
  for (std::size_t i = 0; i + 1 < postings.blocks(); ++i) {
    ASSERT_FALSE(postings.block(i).empty());
    ASSERT_LE(postings.block(i).size(), Postings::kBlockFiles);
  }
  for (const std::uint32_t leap : {1U, 40U, 3000U}) {
    PostingCursor cursor(postings);
    for (std::int64_t bound = 70'000; bound >= 0;
         bound -= static_cast<std::int64_t>(1 + rng.below(leap))) {
      const auto at = static_cast<std::uint32_t>(bound);
      ASSERT_EQ(cursor.at_most(at), newest(wanted, at)) << leap;
    }
  }
}

TEST(Postings, ACursorFindsEveryFileAfterAnySweep) {
  Rng rng(3);
  Postings postings;
  std::set<std::uint32_t> wanted;
  expect_equal(postings, wanted, rng);
  std::uint32_t next = 0;
  for (const std::uint64_t kept_of_100 : {100U, 97U, 60U, 30U, 3U, 0U, 50U}) {
    for (int i = 0; i < 6000; ++i) {
      next += static_cast<std::uint32_t>(1 + rng.below(2));
      postings.push(next);
      wanted.insert(next);
    }
    ASSERT_NO_FATAL_FAILURE(expect_equal(postings, wanted, rng));
    std::erase_if(wanted, [&](std::uint32_t) { return rng.below(100) >= kept_of_100; });
    for (std::size_t block = 0; block < postings.blocks();)
      block = postings.sweep(block, [&](std::uint32_t file) { return wanted.contains(file); });
    ASSERT_NO_FATAL_FAILURE(expect_equal(postings, wanted, rng)) << kept_of_100;
  }
}

}  // namespace
}  // namespace p2p
