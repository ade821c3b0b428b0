#include "servent/app/json.h"

#include <gtest/gtest.h>

namespace p2p::app {
namespace {

TEST(JsonRows, SayNullForUnknownAndRepairNames) {
  api::ResultRow row;
  row.name = "a\xff\x1b";
  row.size_bytes = 5;
  EXPECT_EQ(
      write_line(to_json(row)),
      "{\"name\":\"a\xef\xbf\xbd\\u001b\",\"size\":5,\"digest\":null,\"sources\":0,\"users\":[],"
      "\"link\":null,\"fields\":{\"bitrate\":null,\"sample_rate\":null,\"duration\":null,"
      "\"artist\":null,\"title\":null,\"album\":null,\"genre\":null,\"year\":null,"
      "\"width\":null,\"height\":null}}\n");
}

TEST(JsonRows, OfResultsCarryTags) {
  api::ResultRow row;
  row.tags = {"Sun\xff", "Suite", "", "Jazz", 1999, 640, 480};
  const Json fields = to_json(row)["fields"];
  EXPECT_EQ(fields["title"], "Suite");
  EXPECT_EQ(fields["album"], nullptr);
  EXPECT_EQ(fields["year"], 1999);
  EXPECT_EQ(fields["height"], 480);
  EXPECT_NE(write_line(fields).find("\"artist\":\"Sun\xef\xbf\xbd\""), std::string::npos);
}

TEST(JsonRows, OfPeersCarryTheirCounters) {
  api::NetworkPeerRow row;
  row.received = 12;
  row.counters = {{"queries in", 7}, {"dropped: duplicate", 3}};
  const Json got = to_json(row, "gnutella");
  EXPECT_EQ(got["network"], "gnutella");
  EXPECT_EQ(got["received"], 12);
  EXPECT_EQ(got["counters"]["queries in"], 7);
  EXPECT_EQ(got["counters"]["dropped: duplicate"], 3);
}

TEST(JsonRows, OfUploadsTellTheLimitAndTheWait) {
  api::UploadRow row;
  row.network = "gnutella";
  row.limit_bps = 5;
  row.gave_bytes = 9;
  Json got = to_json(row);
  EXPECT_EQ(got["network"], "gnutella");
  EXPECT_EQ(got["limit"], 5);
  EXPECT_EQ(got["gave"], 9);
  EXPECT_TRUE(got["wait"].is_null() && got["reason"].is_null() && got["place"].is_null());
  row.wait_s = 30;
  EXPECT_EQ(to_json(row)["wait"], 30);
}

TEST(JsonRows, OfDownloadsTellTheSourcesAndTheBlocks) {
  api::DownloadRow row;
  EXPECT_EQ(to_json(row)["blocks"], nullptr);
  EXPECT_EQ(to_json(row)["from"], Json::array());
  using api::Block;
  row.blocks = {Block::missing, Block::asked, Block::written, Block::verified};
  row.sources = {{"gnutella", "10.0.0.1:6346", "x/a\xff.ogg", "running", 7, 9, 100, 200},
                 {"napster", "ann\x1b", "", "", 0, 0}};
  const Json got = to_json(row);
  EXPECT_EQ(got["blocks"], "mawv");
  EXPECT_EQ(got["sources"], 2);
  EXPECT_EQ(write_line(got["from"]),
            "[{\"network\":\"gnutella\",\"user\":\"10.0.0.1:6346\",\"state\":\"running\","
            "\"rate\":7,\"got\":9,\"asked\":[100,200]},"
            "{\"network\":\"napster\",\"user\":\"ann\\u001b\",\"state\":null,"
            "\"rate\":0,\"got\":0,\"asked\":null}]\n");
  EXPECT_FALSE(get_json(row, "L").contains("from"));
}

TEST(JsonRows, SayWhetherADownloadIsDone) {
  api::DownloadRow row;
  row.state = api::DownloadState::done;
  row.path = "/p";
  const Json got = get_json(row, "L");
  EXPECT_EQ(got["done"], true);
  EXPECT_EQ(got["verified"], false);
  EXPECT_EQ(got["path"], "/p");
}

TEST(JsonRows, OfANetworkClaimNoMoreOfItsReachThanIsKnown) {
  api::NetworkRow row;
  row.why_role = "a leaf needs it";
  EXPECT_EQ(to_json(row)["reachable"], false) << "it does not listen";
  row.listen = "127.0.0.1:6346";
  row.since_ms = 5'000;
  EXPECT_TRUE(to_json(row)["reachable"].is_null());
  EXPECT_TRUE(to_json(row)["called_for"].is_null());
  row.called_ms = 9'000;
  row.called_for_file = true;
  const Json got = to_json(row);
  EXPECT_EQ(got["reachable"], true);
  EXPECT_EQ(got["called_for"], "file");
  EXPECT_EQ(got["called_ms"], 9'000);
  EXPECT_EQ(got["why_role"], "a leaf needs it");
}

}  // namespace
}  // namespace p2p::app
