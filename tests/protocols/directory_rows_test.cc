#include "protocols/directory_rows.h"

#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "protocols/base/rng.h"

namespace p2p {
namespace {

Row row_of(std::uint32_t size) {
  return {size, 1, 2, 3, 4, 5};
}

TEST(Rows, AreFoundByTheirIdHoweverManyAreRemoved) {
  Rng rng(4);
  Rows rows(5000);
  std::map<std::uint32_t, std::uint32_t> wanted;  // id -> size
  for (int round = 0; round < 20; ++round) {
    for (std::uint32_t i = 0; i < 1500; ++i) {
      const std::uint32_t id = rows.add(row_of(i));
      wanted[id] = i;
    }
    std::erase_if(wanted, [&](const auto& entry) {
      const bool goes = rng.below(3) == 0;
      if (goes) rows.remove(entry.first);
      return goes;
    });
    std::uint32_t newest = kNoFile;
    for (std::uint32_t id = 0; id < rows.next_id() + 2000; ++id) {
      const Row* row = rows.find(id);
      if (row != nullptr) newest = id;
      ASSERT_EQ(rows.at_most(id), newest) << id;
      const auto known = wanted.find(id);
      ASSERT_EQ(row != nullptr, known != wanted.end()) << id;
      if (row != nullptr) {
        ASSERT_EQ(row->size_bytes, known->second);
      }
    }
  }
  std::vector<std::uint32_t> sizes;
  rows.each([&](const Row& row) { sizes.push_back(static_cast<std::uint32_t>(row.size_bytes)); });
  std::vector<std::uint32_t> wanted_sizes;
  for (const auto& [id, size] : wanted)
    wanted_sizes.push_back(size);
  EXPECT_EQ(sizes, wanted_sizes);
}

TEST(Rows, TakeRoomForTheLivingOnesOnly) {
  Rows rows(0);
  for (std::uint32_t i = 0; i < 100'000; ++i)
    rows.add(row_of(i));
  const std::size_t full = rows.memory();
  for (std::uint32_t i = 0; i < 100'000; ++i)
    if (i % 20 != 0) rows.remove(i);
  EXPECT_LT(rows.memory(), full / 8);
  EXPECT_EQ(rows.find(40)->size_bytes, 40U);
}

}  // namespace
}  // namespace p2p
