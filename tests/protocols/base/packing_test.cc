#include "protocols/base/packing.h"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

namespace p2p {
namespace {

TEST(Packing, ValuesComeBackInOrder) {
  Packer out;
  out.put(true);
  out.put(out.narrow<std::uint8_t>(255));
  out.put(std::uint64_t{1} << 63U);
  out.put(out.narrow(Time(4'000ms)));
  out.put(out.narrow(kNever));
  ASSERT_TRUE(out.fits());
  EXPECT_EQ(out.bytes().size(), 1U + 1 + 8 + 4 + 4);
  Unpacker in(out.bytes().data());
  EXPECT_TRUE(in.take<bool>());
  EXPECT_EQ(in.take<std::uint8_t>(), 255U);
  EXPECT_EQ(in.take<std::uint64_t>(), std::uint64_t{1} << 63U);
  EXPECT_EQ(in.take_time(), Time(4'000ms));
  EXPECT_EQ(in.take_time(), kNever);
}

TEST(Packing, WhatIsTooLargeDoesNotFit) {
  Packer number;
  number.narrow<std::uint8_t>(256);
  EXPECT_FALSE(number.fits());

  Packer late;
  late.narrow(Time(Duration(kPackedNever - 1LL)));
  EXPECT_TRUE(late.fits());
  late.narrow(Time(Duration(kPackedNever)));
  EXPECT_FALSE(late.fits());

  Packer much;
  much.put(std::array<std::byte, 1'024>{});
  EXPECT_TRUE(much.fits());
  much.put(std::byte{0});
  EXPECT_FALSE(much.fits());
  much.refuse(false);  // once refused, it stays so
  EXPECT_FALSE(much.fits());
}

}  // namespace
}  // namespace p2p
