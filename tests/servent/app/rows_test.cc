#include "servent/app/rows.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace p2p::app {
namespace {

TEST(Rows, OfASearchStandBelowTheirHeadings) {
  api::ResultRow row;
  row.name = "東京 song.mp3";
  row.size_bytes = 4'500'000;
  row.media.duration_s = 184;
  row.link = "magnet:?xl=1";
  row.sources.resize(3);
  EXPECT_EQ(heading_for(Command::search) + text_row(Command::search, to_json(row)),
            "      SIZE  SOURCES   LENGTH  NAME, LINK\n"
            "   4.3 MiB        3     3:04  東京 song.mp3\n"
            "    magnet:?xl=1\n");
}

TEST(Rows, OfASearchTellTagsWhereThereAreAny) {
  api::ResultRow row;
  row.name = "a.mp3";
  row.link = "magnet:?xl=1";
  row.tags = {"Sun\x1b[2J Dogs", "Suite", "", "Jazz", 1999, 0, 0};
  row.media.bitrate_kbps = 192;
  const std::string text = text_row(Command::search, to_json(row));
  EXPECT_NE(text.find("a.mp3\n    Sun"), std::string::npos);
  EXPECT_NE(text.find(" Dogs - Suite (1999, Jazz), 192 kbit/s\n    magnet:"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  row.tags = {"", "", "", "", 0, 640, 480};
  row.media = {};
  EXPECT_NE(text_row(Command::search, to_json(row)).find("\n    640x480\n"), std::string::npos);
}

TEST(Rows, OfDownloadsSayWhyTheyWait) {
  api::DownloadRow row;
  row.id = 7;
  row.name = "a.iso";
  row.size_bytes = 2048;
  row.have_bytes = 512;
  row.reason = "queue 3";
  EXPECT_EQ(heading_for(Command::downloads) + text_row(Command::downloads, to_json(row)),
            "  ID  STATE        DONE        SIZE          RATE  NAME\n"
            "   7  waiting      25 %     2.0 KiB             -  a.iso  (queue 3)\n");
}

TEST(Rows, OfUploadsSayWhoIsServedAndWhyOthersWait) {
  api::UploadRow row;
  row.id = 7;
  row.user = "ann";
  row.name = "a.iso";
  row.size_bytes = 2048;
  row.sent_bytes = 1024;
  row.rate_bps = 512;
  row.limit_bps = 1024;
  row.state = "running";
  api::UploadRow waits = row;
  waits.id = 0x80000001;
  waits.rate_bps = waits.limit_bps = waits.sent_bytes = 0;
  waits.state = "queued";
  waits.place = 2;
  waits.wait_s = 90;
  waits.reason = "the slots are taken";
  EXPECT_EQ(
      heading_for(Command::uploads) + text_row(Command::uploads, to_json(row)) +
          text_row(Command::uploads, to_json(waits)),
      "        ID  STATE     PLACE    WAIT        SENT        SIZE          RATE         LIMIT  "
      "USER              NAME\n"
      "         7  running       -       -     1.0 KiB     2.0 KiB       512 B/s     1.0 KiB/s  "
      "ann               a.iso\n"
      "2147483649  queued        2    1:30         0 B     2.0 KiB             -             -  "
      "ann               a.iso  (the slots are taken)\n");
}

TEST(Rows, OfLimitsSayWhyTheyHold) {
  EXPECT_EQ(text_row(Command::limit, to_json(api::LimitsRow{102'400, 0, "by hand", 4, 1, 50})),
            "up                    100.0 KiB/s\n"
            "down                  no limit\n"
            "because of            by hand\n"
            "slots                 4, for one user 1\n"
            "queue                 50 places\n");
}

TEST(Rows, SayWhetherAFinishedFileIsVerified) {
  Json row{{"done", true}, {"verified", true}, {"path", "/d/a"}};
  EXPECT_EQ(text_row(Command::get, row), "done, verified  /d/a\n");
  row["verified"] = false;
  EXPECT_EQ(text_row(Command::get, row), "done, unverified  /d/a\n");
  row = {{"done", false}, {"name", "a"}, {"reason", "no source"}};
  EXPECT_EQ(text_row(Command::get, row), "not complete  a: no source\n");
}

TEST(Rows, TakeNoControlCharacterToTheTerminal) {
  api::ResultRow row;
  row.name = "\x1b[2Jevil\x07\n\xff.mp3";
  const std::string text = text_row(Command::search, to_json(row));
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);  // the name's and the link's own ends
}

TEST(Rows, WithoutTheirValuesAreStillRows) {
  for (const Command command : {Command::search, Command::get, Command::downloads, Command::uploads,
                                Command::peers, Command::shares, Command::status}) {
    EXPECT_EQ(text_row(command, Json::object()).back(), '\n');
    EXPECT_EQ(text_row(command, Json(nullptr)), "-\n");
    const Json wrong{{"name", 3},     {"size", "x"}, {"fields", 1},  {"done", 7},
                     {"networks", 2}, {"id", -1},    {"present", {}}};
    EXPECT_EQ(text_row(command, wrong).back(), '\n');
  }
}

TEST(Rows, OfTheStatusNameEachNetwork) {
  api::Snapshot shot;
  shot.networks.resize(1);
  shot.networks[0].mode = "napster";
  shot.networks[0].role = "client";
  shot.networks[0].state = "connected to 127.0.0.1:8888";
  shot.networks[0].users = 3;
  shot.library.files = 12;
  const std::string text = text_row(Command::status, status_json(shot));
  EXPECT_NE(text.find("napster               client, connected to 127.0.0.1:8888\n"),
            std::string::npos);
  EXPECT_NE(text.find("  there               3 users"), std::string::npos);
  EXPECT_NE(text.find("shared                12 files"), std::string::npos);
}

TEST(Rows, TellsOfWishesNetworksSettingsAndTheLog) {
  EXPECT_EQ(text_row(Command::wish, Json::parse(R"({"id":3,"unseen":2,"seen":14,"text":"sun\u001b",
                                                    "download":true,"fetched":false})")),
            "   3       2      14  sun⟨ESC⟩  (fetches the first one)\n");
  EXPECT_EQ(text_row(Command::mode, Json::parse(R"({"mode":"kazaa","role":"supernode","listen":null,
                                                    "state":"3 links"})")),
            "kazaa      supernode   -                      3 links\n");
  EXPECT_EQ(
      text_row(Command::config, Json::parse(R"({"key":"nick","value":"ann\n","from":"default"})")),
      "nick                        \"ann\\n\"                   default\n");
  const std::string log = text_row(
      Command::log,
      Json::parse(R"({"wall_ms":1700000000000,"level":"warn","room":"net","text":"gone"})"));
  EXPECT_TRUE(log.starts_with("2023-11-1")) << log;
  EXPECT_TRUE(log.ends_with("warn   net   gone\n")) << log;
  EXPECT_EQ(text_row(Command::unwanted, Json::parse(R"({"id":3,"what":"blocked","network":"",
                     "who":"napster:a\u001b"})")),
            "   3  blocked              napster:a⟨ESC⟩\n");
  for (const Command command : {Command::wish, Command::mode, Command::config, Command::log})
    EXPECT_EQ(text_row(command, Json::array()), "-\n");
}

TEST(Rows, OfStatusSayWhetherTheNodeCanBeReachedAndWhyItPlaysItsRole) {
  api::Snapshot shot;
  shot.now_ms = 200'000;
  api::NetworkRow& network = shot.networks.emplace_back();
  network.why_role = "a leaf needs it";
  network.since_ms = 10'000;
  const auto has = [&](const std::string& text) {
    const Json told = Json::parse(status_json(shot).dump());  // as a command hears it
    const std::string all = text_row(Command::status, told);
    return all.find(text) != std::string::npos;
  };
  EXPECT_TRUE(has("why this role       a leaf needs it"));
  EXPECT_TRUE(has("reachable           no: it does not listen"));
  network.listen = "127.0.0.1:6346";
  EXPECT_TRUE(has("reachable           not known: nobody has called in 3:10"));
  network.called_ms = 188'000;
  EXPECT_TRUE(has("reachable           yes: a peer called 0:12 ago"));
  network.called_for_file = true;
  EXPECT_TRUE(has("reachable           yes: called for a file 0:12 ago"));
}

TEST(Rows, OfHostsSayWhatBecameOfThem) {
  const Json row = Json::parse(R"({"network":"gnutella","endpoint":"10.0.0.1:6346","role":"",
      "told_by":"beacon","state":"up","heard_s":70,"tried_s":null,"good_s":5,"failures":2})");
  EXPECT_EQ(
      heading_for(Command::hosts) + text_row(Command::hosts, row),
      "NETWORK    ADDRESS                ROLE        TOLD BY   STATE    FAILED      HEARD      "
      "TRIED       GOOD\n"
      "gnutella   10.0.0.1:6346          -           beacon    up            2       1:10          "
      "-       0:05\n");
}

}  // namespace
}  // namespace p2p::app
