#include "protocols/kazaa/cube.h"

#include <gtest/gtest.h>

#include "protocols/base/bytes.h"

namespace p2p::kazaa {
namespace {

using Number = std::array<std::uint8_t, kCubeBytes>;

std::string hex(const Number& number, std::size_t first) {
  return to_hex(std::as_bytes(std::span(number)).first(first));
}

TEST(Cube, OfSmallNumbersNeedsNoModulus) {
  Number number{};
  EXPECT_EQ(cube(number), Number{});
  number[0] = 1;
  EXPECT_EQ(cube(number), number);
  number[0] = 0xff;  // 255^3 = 0xfd02ff
  EXPECT_EQ(hex(cube(number), 4), "ff02fd00");
  number[0] = 0;
  number[10] = 2;  // (2 * 2^80)^3 = 8 * 2^240
  Number expected{};
  expected[30] = 8;
  EXPECT_EQ(cube(number), expected);
}

// Figures of Python's pow(x, 3, N).
TEST(Cube, IsReducedByTheModulus) {
  Number all_ones{};
  all_ones.fill(0xff);
  all_ones.back() = 0xd3;
  EXPECT_EQ(hex(cube(all_ones), 16), "75d49a477e897012cb348fe5429f791f");
  Number top{};
  top.back() = 0xd3;
  EXPECT_EQ(hex(cube(top), 16), "26b68ef5a64f70a86b900e54dddeabae");
  Number minus_one{};  // the modulus less one: its cube is itself
  const Buffer modulus = from_hex(
      "1c8496eb5ea0c4318fbd3b19d6b677bf27f9d796fcc569e5ff55fa5ea11915ba6fa3321bf8254be8b25e5b8d"
      "e3001fc14d97d219ad26eee757048cbc9e3afd912e19376e9eaa75e4fc54f572a23c5b6945b47bf99a9ff269"
      "16225eb1365a0a39b354002c5ec13d36b8b538d2b5a957e9dfa3320021ab8187d803770afee65052f02d2db4"
      "f831a910e570491ea71c74c32a34068655701ad648dde4186dee290805fd43844163dbe925673cdedb7c03a4"
      "a737e5960a0664ed44792ddab098be5180575d318717a3b6c1ff234db06bd2dbfea27adeac57a17112852819"
      "50007a0dd1692f52d51d33dd3527e6960edcf2c63d4708ae6a2f530aca20eb340aec53d4");
  for (std::size_t i = 0; i < minus_one.size(); ++i)
    minus_one[i] = std::to_integer<std::uint8_t>(modulus[i]);
  EXPECT_EQ(cube(minus_one), minus_one);
}

}  // namespace
}  // namespace p2p::kazaa
