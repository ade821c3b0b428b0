#include "protocols/kazaa/statistics.h"

#include <gtest/gtest.h>

#include "tests/support/kazaa_vectors.h"
#include "tests/support/units.h"

namespace p2p::kazaa {
namespace {

using test::kMost;

constexpr std::uint64_t kGib = std::uint64_t{1} << 30U;

TEST(Statistics, ReadsThoseThatAStockClientShowed) {
  const Buffer payload = test::recorded_payload(0x09);
  ASSERT_EQ(payload.size(), kStatisticsBytes);
  const auto statistics = decode_statistics(payload);
  ASSERT_TRUE(statistics);
  EXPECT_EQ(statistics->users, 7U);
  EXPECT_EQ(statistics->all.files, 42U);
  EXPECT_EQ(statistics->all.volume.bytes(), 5 * kGib);
  EXPECT_EQ(statistics->by_media[5].files, 6U);
  EXPECT_EQ(statistics->by_media[5].volume.bytes(), kGib);
  EXPECT_EQ(statistics->users_by_network[0], 7U);
  EXPECT_EQ(statistics->users_by_network[2], 0U);
  Buffer again;
  append_statistics(again, *statistics);
  EXPECT_EQ(to_hex(again), to_hex(payload));
}

TEST(Statistics, NeedsSixtyBytesAndNoNetworks) {
  const Buffer payload = test::recorded_payload(0x09);
  for (std::size_t size = 0; size <= payload.size(); ++size) {
    const Buffer cut(payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(size));
    const auto statistics = decode_statistics(cut);
    ASSERT_EQ(statistics.has_value(), size >= 60) << size;
    if (statistics) {
      EXPECT_EQ(statistics->users_by_network[0], size >= 70 ? 7U : 0U) << size;
    }
  }
}

TEST(Volume, IsRoundedDownToSixteenBits) {
  for (const std::uint64_t bytes :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{65'535}, 5 * kGib})
    EXPECT_EQ(Volume::of(bytes).bytes(), bytes);
  const std::uint64_t odd = 123'456'789'012;
  EXPECT_LE(Volume::of(odd).bytes(), odd);
  EXPECT_GT(Volume::of(odd).bytes(), odd - odd / 32'768);
  EXPECT_EQ(Volume::of(kMost).exponent, 48);
}

TEST(Volume, TakesAnyExponent) {
  EXPECT_EQ((Volume{1, 63}).bytes(), std::uint64_t{1} << 63U);
  EXPECT_EQ((Volume{1, 64}).bytes(), kMost);
  EXPECT_EQ((Volume{0xffff, 49}).bytes(), kMost);
  EXPECT_EQ((Volume{0xffff, 0xffff}).bytes(), kMost);
  EXPECT_EQ((Volume{0, 0xffff}).bytes(), 0U);
}

}  // namespace
}  // namespace p2p::kazaa
