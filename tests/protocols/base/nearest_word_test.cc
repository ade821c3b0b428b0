#include "protocols/base/nearest_word.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace p2p {
namespace {

constexpr std::array<std::string_view, 3> kWords{"napster", "gnutella", "kazaa"};

TEST(NearestWord, TakesTheFewestEdits) {
  EXPECT_EQ(nearest_word("gnutela", kWords), "gnutella");
  EXPECT_EQ(nearest_word("kaaza", kWords), "kazaa");
  EXPECT_EQ(nearest_word("napster", kWords), "napster");
}

TEST(NearestWord, IsNothingWhenNoneIsNear) {
  EXPECT_EQ(nearest_word("bittorrent", kWords), "");
  EXPECT_EQ(nearest_word("", kWords), "");
  EXPECT_EQ(nearest_word("kazaa", {}), "");
  EXPECT_EQ(nearest_word(std::string(1'000'000, 'x'), kWords), "");
}

}  // namespace
}  // namespace p2p
