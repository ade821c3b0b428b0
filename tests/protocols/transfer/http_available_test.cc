#include "protocols/transfer/http_available.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace p2p::transfer {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Le;
using testing::Pair;
using testing::SizeIs;

constexpr std::uint64_t kFileBytes = 1000;

Extents::Runs read(std::string_view value, std::uint64_t size = kFileBytes) {
  const auto have = read_available(value, size);
  EXPECT_TRUE(have) << value;
  return have ? have->runs() : Extents::Runs{};
}

Extents every_second(std::uint64_t count) {
  Extents have;
  for (std::uint64_t i = 0; i < count; ++i)
    have.insert({2 * i, 2 * i + 1});
  return have;
}

TEST(HttpAvailable, IsReadInTheFormsThatProgramsWrite) {
  EXPECT_THAT(read("bytes 0-10,20-30"), ElementsAre(Pair(0, 11), Pair(20, 31)));
  EXPECT_THAT(read("bytes 0-285, 425-488"), ElementsAre(Pair(0, 286), Pair(425, 489)));
  EXPECT_THAT(read("bytes=0-10, 11-12"), ElementsAre(Pair(0, 13)));
  EXPECT_THAT(read(" bytes\t5 - 5 "), ElementsAre(Pair(5, 6)));
  EXPECT_THAT(read("bytes"), IsEmpty()) << "LimeWire has nothing yet";
  EXPECT_THAT(read("bytes 20-30, 0-10, 5-25"), ElementsAre(Pair(0, 31)));
}

TEST(HttpAvailable, RangesThatMakeNoSenseArePassedOver) {
  EXPECT_THAT(read("bytes 10-0, -5, 5-, x-y, , 1000-1001, 0x1-2, 1-2-3, 990-5000, \x1b[2J"),
              ElementsAre(Pair(990, 1000)));
  EXPECT_THAT(read("bytes 0-99999999999999999999999999"), ElementsAre(Pair(0, 1000)));
  EXPECT_THAT(read("bytes 0-0", 0), IsEmpty());
}

TEST(HttpAvailable, AnotherUnitSaysNothing) {
  EXPECT_FALSE(read_available("", kFileBytes));
  EXPECT_FALSE(read_available("0-10", kFileBytes));
  EXPECT_FALSE(read_available("bytesize 0-10", kFileBytes));
  EXPECT_FALSE(read_available("rows 0-10", kFileBytes));
}

TEST(HttpAvailable, NoMoreThanAThousandRangesAreLookedAt) {
  std::string list = "bytes ";
  for (int i = 0; i < 5000; ++i)
    list += std::to_string(2 * i) + '-' + std::to_string(2 * i) + ',';
  EXPECT_THAT(read(list, 100'000), SizeIs(kMaxAvailable));
}

TEST(HttpAvailable, ACountIsNoMoreThanTheFile) {
  EXPECT_EQ(read_available_count("bytes 12", kFileBytes), 12U);
  EXPECT_EQ(read_available_count("bytes 99999", kFileBytes), kFileBytes);
  EXPECT_FALSE(read_available_count("bytes", kFileBytes));
  EXPECT_FALSE(read_available_count("12", kFileBytes));
}

TEST(HttpAvailable, IsWrittenAsItIsRead) {
  Extents have;
  EXPECT_EQ(to_available(have, kAvailableBytes), "bytes");
  have.insert({0, 11});
  have.insert({20, 31});
  EXPECT_EQ(to_available(have, kAvailableBytes), "bytes 0-10, 20-30");
  EXPECT_EQ(to_available(have, kAvailableBytes, 25), "bytes 0-10, 20-30");
  EXPECT_EQ(read(to_available(have, kAvailableBytes)), have.runs());
}

TEST(HttpAvailable, IfNotAllFitsThoseAreToldThatTheAskerLooksAt) {
  const Extents have = every_second(1000);
  for (const std::uint64_t from : {0U, 500U, 1990U, 5000U}) {
    const std::string value = to_available(have, 200, from);
    EXPECT_THAT(value, SizeIs(Le(200U)));
    const auto told = read(value, 2000);
    EXPECT_GT(told.size(), 15U);
    EXPECT_TRUE(from >= 2000 || told.contains(from)) << value;
    for (const auto& [begin, end] : told)
      EXPECT_TRUE(have.contains({begin, end}));
  }
  EXPECT_THAT(read(to_available(have, 200, 1998), 2000), testing::Contains(Pair(0, 1)));
  EXPECT_EQ(to_available(have, 5), "bytes");
}

}  // namespace
}  // namespace p2p::transfer
