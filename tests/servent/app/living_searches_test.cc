#include "servent/app/living_searches.h"

#include <gtest/gtest.h>

namespace p2p::app {
namespace {

std::vector<std::uint32_t> ids(const std::vector<LivingSearches::Question>& questions) {
  std::vector<std::uint32_t> out;
  for (const auto& question : questions)
    out.push_back(static_cast<std::uint32_t>(LivingSearches::id_of(question)));
  return out;
}

TEST(LivingSearches, AreThoseThatANetworkHasNotEnded) {
  LivingSearches living;
  for (const std::uint32_t id : {1U, 2U, 3U})
    for (const char* network : {"gnutella", "napster"})
      living.asked(network, Search{SearchId{id}, {}});
  living.ended("gnutella", SearchId{2});
  living.ended("gnutella", SearchId{9});
  EXPECT_EQ(ids(living.of("gnutella")), (std::vector<std::uint32_t>{1, 3}));
  EXPECT_EQ(ids(living.of("napster")), (std::vector<std::uint32_t>{1, 2, 3}));
  EXPECT_TRUE(living.of("kazaa").empty());
}

TEST(LivingSearches, ForgetTheOldestOfTooMany) {
  LivingSearches living;
  for (std::uint32_t id = 0; id < 1001; ++id)
    living.asked("gnutella", Browse{SearchId{id}, {}});
  EXPECT_EQ(living.of("gnutella").size(), 1000U);
  EXPECT_EQ(ids(living.of("gnutella")).front(), 1U);
}

}  // namespace
}  // namespace p2p::app
