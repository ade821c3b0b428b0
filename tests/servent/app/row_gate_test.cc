#include "servent/app/row_gate.h"

#include <gtest/gtest.h>

namespace p2p::app {
namespace {

using RowPlaces = std::vector<std::size_t>;

struct Rows {
  std::vector<api::ResultRow> rows;
  void add(const char* name, std::size_t sources = 1) {
    api::ResultRow row;
    row.key = rows.size() + 1;
    row.name = name;
    row.sources.resize(sources);
    rows.push_back(row);
  }
};

TEST(RowGate, LetsARowWaitForMoreOfItsSources) {
  Rows rows;
  RowGate gate("", 10);
  rows.add("a.mp3");
  EXPECT_EQ(gate.open_for(rows.rows, 1000, false), RowPlaces{});
  rows.add("b.mp3");
  EXPECT_EQ(gate.open_for(rows.rows, 1000 + RowGate::kGather, false), RowPlaces{0});
  EXPECT_EQ(gate.open_for(rows.rows, 1001 + RowGate::kGather, true), RowPlaces{1});
  EXPECT_EQ(gate.open_for(rows.rows, 9000, true), RowPlaces{});
}

TEST(RowGate, CountsOnlyRowsThatPass) {
  Rows rows;
  for (const char* name : {"a.mp3", "a.flac", "b.mp3", "b.flac", "c.flac"})
    rows.add(name);
  RowGate gate("ext:flac", 2);
  EXPECT_EQ(gate.open_for(rows.rows, 0, true), (RowPlaces{1, 3}));
  EXPECT_TRUE(gate.is_full());
  EXPECT_EQ(gate.sent(), 2U);
}

TEST(RowGate, LooksAgainAtARowThatGotASourceOrIsHereNow) {
  Rows rows;
  rows.add("a.mp3", 2);
  rows.add("b.mp3");
  RowGate gate("src>2|have:yes", 10);
  EXPECT_EQ(gate.open_for(rows.rows, 0, true), RowPlaces{});
  rows.rows[0].sources.resize(3);
  EXPECT_EQ(gate.open_for(rows.rows, 50, true), RowPlaces{0});
  rows.rows[1].have = api::Have::have;
  EXPECT_EQ(gate.open_for(rows.rows, 99, true), RowPlaces{1});
}

}  // namespace
}  // namespace p2p::app
