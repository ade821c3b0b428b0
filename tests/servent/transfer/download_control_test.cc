// What the user says of downloads, and their turns: one engine, and sources that are only asked.
#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "servent/transfer/download.h"
#include "servent/transfer/engine.h"

#include "tests/support/one_loop.h"
#include "tests/support/temp_dir.h"

namespace p2p::transfer {
namespace {
using api::DownloadState;
using api::Priority;
using Names = std::vector<std::string>;

class Controlled : public test::OneLoop {
 protected:
  Controlled() {
    settings_.downloads = root_.path() / "down";
    settings_.state = root_.path() / "state";
    settings_.downloads_at_once = 1;
    std::filesystem::create_directories(settings_.state);
  }
  void start() {
    Hooks hooks;
    hooks.reach = [this](ReachId id, const Source& source) {
      asked_.push_back(source.user);
      reaches_[source.user] = id;
    };
    engine_ = std::make_unique<Engine>(io_, settings_, hooks);
  }
  // A download that is called as its only source is.
  std::uint32_t fetch(const std::string& name) {
    Wanted wanted;
    wanted.name = name;
    wanted.size_bytes = 1'000'000;
    wanted.sources.push_back({"napster", name, "x\\" + name, {}, 0});
    return engine_->fetch(wanted);
  }
  void queue(const std::string& name) { engine_->on_queued("napster", {reaches_[name], 7}); }
  api::DownloadRow row(const std::string& name) const {
    const auto rows = engine_->downloads();
    const auto at = std::ranges::find(rows, name, &api::DownloadRow::name);
    return at == rows.end() ? api::DownloadRow{} : *at;
  }
  Names list() const {
    Names names;
    for (const api::DownloadRow& each : engine_->downloads())
      names.push_back(each.name);
    return names;
  }
  bool asks(const Names& names) {
    return comes([&] { return asked_ == names; });
  }
  bool waits(const std::string& name, const std::string& reason) {
    return comes([&] { return row(name).reason == reason; });
  }

  test::TempDir root_;
  Settings settings_;
  Names asked_;
  std::map<std::string, ReachId> reaches_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(Controlled, OneWaitsForItsTurnUntilTheOtherOnlyWaitsElsewhere) {
  start();
  fetch("a");
  ASSERT_TRUE(asks({"a"}));
  fetch("b");
  fetch("c");
  ASSERT_TRUE(waits("b", "waits for its turn: 1st in the list"));
  ASSERT_TRUE(waits("c", "waits for its turn: 2nd in the list"));
  EXPECT_EQ(row("c").place, 2U);
  EXPECT_EQ(row("c").state, DownloadState::waiting);
  queue("a");
  ASSERT_TRUE(asks({"a", "b"}));
  EXPECT_EQ(row("a").reason, "queue 7 at a");
  engine_->pause(row("b").id);
  ASSERT_TRUE(asks({"a", "b", "c"}));
  EXPECT_EQ(row("b").state, DownloadState::paused);
}

TEST_F(Controlled, AHigherPriorityTakesTheTurn) {
  start();
  fetch("a");
  ASSERT_TRUE(asks({"a"}));
  const std::uint32_t b = fetch("b");
  ASSERT_TRUE(waits("b", "waits for its turn: 1st in the list"));
  EXPECT_TRUE(engine_->change({b, {}, Priority::high, {}}));
  ASSERT_TRUE(asks({"a", "b"}));
  ASSERT_TRUE(waits("a", "waits for its turn: 1st in the list"));
  EXPECT_EQ(row("a").state, DownloadState::waiting);
}

TEST_F(Controlled, AMoveTakesTheTurnAndChangesTheList) {
  start();
  fetch("a");
  ASSERT_TRUE(asks({"a"}));
  const std::uint32_t b = fetch("b");
  ASSERT_TRUE(waits("b", "waits for its turn: 1st in the list"));
  EXPECT_TRUE(engine_->move(b, api::Where::top));
  EXPECT_EQ(list(), (Names{"b", "a"}));
  ASSERT_TRUE(asks({"a", "b"}));
  EXPECT_FALSE(engine_->move(99, api::Where::top));
}

TEST_F(Controlled, WhoMayAskNobodyIsStirredWhenOthersAskFewer) {
  settings_.downloads_at_once = 2;
  settings_.all_sources_at_once = 1;
  start();
  fetch("a");
  ASSERT_TRUE(asks({"a"}));
  fetch("b");
  ASSERT_TRUE(waits("b", "waits until other downloads ask fewer sources"));
  EXPECT_EQ(row("b").state, DownloadState::waiting);
  queue("a");
  ASSERT_TRUE(asks({"a", "b"}));
}

TEST_F(Controlled, WhatTheUserSaidHoldsAfterARestart) {
  start();
  const std::uint32_t a = fetch("a");
  const std::uint32_t b = fetch("b");
  const std::uint32_t c = fetch("c");
  EXPECT_TRUE(engine_->change({a, 102'400, Priority::low, true}));
  EXPECT_TRUE(engine_->change({b, {}, Priority::high, {}}));
  EXPECT_TRUE(engine_->move(c, api::Where::top));
  EXPECT_FALSE(engine_->change({99, 1, {}, {}}));
  engine_->stop();
  start();
  EXPECT_EQ(list(), (Names{"c", "a", "b"}));
  EXPECT_EQ(row("a").limit_bps, 102'400U);
  EXPECT_EQ(row("a").priority, Priority::low);
  EXPECT_TRUE(row("a").in_order);
  EXPECT_EQ(row("b").limit_bps, 0U);
  EXPECT_EQ(row("b").priority, Priority::high);
  EXPECT_FALSE(row("b").in_order);
  EXPECT_EQ(row("c").priority, Priority::normal);
}

TEST(BlocksOf, AreOfPiecesInEqualParts) {
  PieceMap map(kLeastPiece * 5);
  std::vector<Extent> fresh;
  EXPECT_EQ(blocks_of(map), std::vector<api::Block>(5, api::Block::missing));
  map.ask({0, kLeastPiece});
  map.arrive({kLeastPiece, kLeastPiece * 3}, fresh);
  ASSERT_TRUE(map.verify(2));
  EXPECT_EQ(blocks_of(map),
            (std::vector{api::Block::asked, api::Block::written, api::Block::verified,
                         api::Block::missing, api::Block::missing}));
}

TEST(BlocksOf, AreAtMostSoManyAndSayTheLeastOfEach) {
  PieceMap map(kLeastPiece * 128);
  ASSERT_EQ(map.pieces(), 128U);
  std::vector<Extent> fresh;
  map.arrive({0, kLeastPiece * 5}, fresh);
  for (const PieceIndex piece : {0U, 1U, 2U})
    ASSERT_TRUE(map.verify(piece));
  map.ask({kLeastPiece * 126, kLeastPiece * 127});
  const auto blocks = blocks_of(map);
  ASSERT_EQ(blocks.size(), 64U);
  EXPECT_EQ(blocks[0], api::Block::verified);
  EXPECT_EQ(blocks[1], api::Block::written);
  EXPECT_EQ(blocks[2], api::Block::missing);
  EXPECT_EQ(blocks[63], api::Block::asked);
}

}  // namespace
}  // namespace p2p::transfer
