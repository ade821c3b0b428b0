#include "servent/app/snapshot_json.h"

#include <gtest/gtest.h>

#include "servent/app/log.h"

#include "tests/support/fake_backend.h"

namespace p2p::app {
namespace {

using test::full_moment;
using test::result_row;

Json moment_of(const std::string& line) {
  EXPECT_EQ(line.empty() ? '\n' : line.back(), '\n');
  return Json::parse(line, nullptr, false).value("moment", Json());
}

struct Told : testing::Test {
  Told() {
    shot = full_moment();
    shot.search = 3;
    shot.epoch_ms = 7000;
    shot.disk = {5, 6, true};
    shot.unwanted = {{8, api::Unwanted::ignored, "napster", "n\xF6"}};
    shot.searches.resize(1);
    shot.searches[0].wish = 4;
    shot.wishes.resize(1);
    shot.wishes[0].filter = "src>2";
    shot.given.most_asked = {{"n\xF6", 9}};
    shot.downloads[0].givers = {0, 2};
    shot.downloads[0].sources.resize(1);
    shot.downloads[0].sources[0].standing = api::Standing::queued;
    shot.library.skipped_rows = {{"/m/\xF6", "is empty"}};
    results = {result_row(1, "one"), result_row(2, "tw\xF6")};
    log = {{1, 5, api::LogLevel::warn, "net", "first"}, {2, 6, api::LogLevel::info, "app", "next"}};
    lend();
  }
  void lend() {
    shot.results = results;
    shot.log = log;
  }
  // Tells once; true when there was something to tell.
  bool tell() {
    lend();
    const std::string line = teller.tell(shot);
    if (line.empty()) return false;
    EXPECT_TRUE(heard.take(moment_of(line))) << line;
    return true;
  }
  // What a reader who hears everything at once would be told: equal lines are equal moments.
  static std::string all_of(const api::Snapshot& moment) { return SnapshotTeller().tell(moment); }

  api::Snapshot shot;
  std::vector<api::ResultRow> results;
  std::vector<api::LogRow> log;
  SnapshotTeller teller;
  SnapshotHeard heard;
};

TEST_F(Told, AWholeMomentArrivesAsItWas) {
  ASSERT_TRUE(tell());
  const api::Snapshot got = heard.snapshot(3);
  EXPECT_EQ(all_of(got), all_of(shot));
  EXPECT_EQ(got.now_ms, 123456);
  ASSERT_EQ(got.downloads.size(), 1U);
  EXPECT_EQ(got.downloads[0].name, shot.downloads[0].name);
  EXPECT_EQ(got.downloads[0].size_bytes, 1ULL << 53U);
  EXPECT_EQ(got.downloads[0].blocks, shot.downloads[0].blocks);
  EXPECT_EQ(got.downloads[0].state, api::DownloadState::no_source);
  EXPECT_EQ(got.networks[0].peers[0].name, "n\xE9");
  EXPECT_EQ(got.epoch_ms, 7000);
  EXPECT_EQ(got.disk.free_bytes, 5U);
  EXPECT_TRUE(got.disk.is_low);
  ASSERT_EQ(got.unwanted.size(), 1U);
  EXPECT_EQ(got.unwanted[0].what, api::Unwanted::ignored);
  EXPECT_EQ(got.unwanted[0].who, "n\xF6");
  EXPECT_EQ(got.searches[0].wish, 4U);
  EXPECT_EQ(got.wishes[0].filter, "src>2");
  ASSERT_EQ(got.given.most_asked.size(), 1U);
  EXPECT_EQ(got.given.most_asked[0].name, "n\xF6");
  EXPECT_EQ(got.downloads[0].givers, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(got.downloads[0].sources[0].standing, api::Standing::queued);
  ASSERT_EQ(got.library.skipped_rows.size(), 1U);
  EXPECT_EQ(got.library.skipped_rows[0].path, "/m/\xF6");
  EXPECT_EQ(got.networks[0].counters, shot.networks[0].counters);
  EXPECT_EQ(got.networks[0].why_role, "2 leaves need it");
  EXPECT_EQ(got.networks[0].no_hops, "none");
  EXPECT_EQ(got.networks[0].since_ms, 9);
  EXPECT_EQ(got.networks[0].called_ms, 10);
  EXPECT_TRUE(got.networks[0].called_for_file);
  ASSERT_EQ(got.results.size(), 2U);
  EXPECT_EQ(got.results[1].name, "tw\xF6");
  EXPECT_EQ(got.results[1].have, api::Have::queued);
  EXPECT_EQ(got.results[1].sources[0].asked_end, 4U);
  ASSERT_EQ(got.log.size(), 2U);
  EXPECT_EQ(got.log[0].text, "first");
}

TEST(ListingJson, ComesBackAsItWas) {
  api::Listing listing;
  listing.folder = "M\xF6";
  listing.folders = {{"M\xF6/a", 3, 4, true}};
  listing.files = {{"M\xF6/b", 5, "urn:sha1:X", api::FileState::hashing}};
  listing.is_all = false;
  api::Listing back;
  ASSERT_TRUE(listing_in(Json::parse(to_json(listing).dump()), back));
  EXPECT_EQ(to_json(back), to_json(listing));
  EXPECT_EQ(back.files[0].name, "M\xF6/b");
  EXPECT_FALSE(back.is_all);
  EXPECT_FALSE(listing_in(Json::array(), back));
}

TEST_F(Told, OnlyWhatChangedIsTold) {
  ASSERT_TRUE(tell());
  shot.now_ms += 1000;
  EXPECT_FALSE(tell()) << "time alone is no news";
  results[0].sources.clear();
  results[0].change = 10;
  results.push_back(result_row(3, "three"));
  log.push_back({3, 7, api::LogLevel::error, "disk", "full"});
  shot.limits.slots = 9;
  lend();
  const Json moment = moment_of(teller.tell(shot));
  EXPECT_EQ(moment.size(), 4U) << moment;
  EXPECT_EQ(moment["results"]["rows"].size(), 2U);
  EXPECT_EQ(moment["results"]["fresh"], false);
  EXPECT_EQ(moment["log"].size(), 1U);
  ASSERT_TRUE(heard.take(moment));
  EXPECT_EQ(all_of(heard.snapshot(3)), all_of(shot));
}

TEST_F(Told, OtherResultsBeginAnew) {
  ASSERT_TRUE(tell());
  shot.search = 4;
  results = {result_row(1, "of the other")};
  ASSERT_TRUE(tell());
  ASSERT_EQ(heard.snapshot(4).results.size(), 1U);
  EXPECT_EQ(heard.snapshot(4).results[0].name, "of the other");
  EXPECT_TRUE(heard.snapshot(3).results.empty()) << "not told any more";
  EXPECT_EQ(heard.snapshot(3).search, 3U);
  results.clear();
  shot.search = 5;
  ASSERT_TRUE(tell());
  EXPECT_TRUE(heard.snapshot(5).results.empty());
}

TEST_F(Told, MuchIsToldInPieces) {
  results.clear();
  for (std::uint64_t key = 1; key <= 300; ++key)
    results.push_back(result_row(key, std::string(10'000, 'x')));
  int lines = 0;
  do {
    lend();
    const std::string line = teller.tell(shot);
    EXPECT_LT(line.size(), SnapshotTeller::kMostBytes + 50'000);
    ASSERT_TRUE(heard.take(moment_of(line)));
    ++lines;
  } while (teller.has_more() && lines < 10);
  EXPECT_EQ(lines, 3);
  EXPECT_EQ(all_of(heard.snapshot(3)), all_of(shot));
}

TEST_F(Told, WhoWantsTheLogOnlyIsToldTheLogOnly) {
  SnapshotTeller only({"log", "nonsense"});
  const Json moment = moment_of(only.tell(shot));
  EXPECT_EQ(moment.size(), 2U) << moment;
  EXPECT_EQ(moment["log"].size(), 2U);
  shot.limits.slots = 9;
  EXPECT_EQ(only.tell(shot), "");
}

TEST_F(Told, TheLogIsNoLongerThanTheRing) {
  for (std::uint64_t number = 3; number <= LogRing::kRows + 5; ++number) {
    log = {{number, 0, api::LogLevel::info, "app", "x"}};
    ASSERT_TRUE(tell());
  }
  EXPECT_EQ(heard.snapshot(0).log.size(), LogRing::kRows);
  EXPECT_EQ(heard.snapshot(0).log.front().number, 6U);
}

TEST_F(Told, WhatMakesNoSenseIsNotTaken) {
  const Json whole = moment_of(teller.tell(shot));
  const std::vector<Json> wrong{
      nullptr,         true, -1, 1.5, "x", Json::array({Json::array()}), Json{{"id", "x"}},
      Json::array({1})};
  for (const auto& [name, part] : whole.items())
    for (const Json& other : wrong) {
      const bool is_time = (name == "now_ms" || name == "clock") && other == -1;
      Json moment = whole;
      moment[name] = other;
      const bool is_row =
          other.is_object() && (name == "limits" || name == "library" || name == "rates" ||
                                name == "given" || name == "disk");
      if (is_time || is_row) continue;  // a time, and a row without any field that is known
      EXPECT_FALSE(SnapshotHeard().take(moment)) << name << ' ' << other;
    }
  EXPECT_FALSE(SnapshotHeard().take(Json::array()));
  EXPECT_TRUE(SnapshotHeard().take(Json{{"of the future", 1}}));
}

}  // namespace
}  // namespace p2p::app
