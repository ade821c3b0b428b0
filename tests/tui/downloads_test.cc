// The Downloads screen.
#include <random>
#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "tests/tui/world.h"

namespace p2p::tui {
namespace {

TEST(Tui, AsksBeforeItCancelsAndNamesWhatIsLost) {
  Screen80 user;
  user.press("2");
  EXPECT_FALSE(user.press("x").has_value());
  EXPECT_TRUE(user.has("Cancel and delete 1.5 MiB of Sun Dogs - Free Jazz Suite.flac? y/N"));
  EXPECT_TRUE(user.press("y").has_value());
}

TEST(Tui, LeavesACompleteFileAlone) {
  Screen80 user;
  user.press("2G");
  for (const char* key : {"x", "p", "r"})
    EXPECT_FALSE(user.press(key).has_value()) << key;
  EXPECT_TRUE(user.has("the file stays"));
  EXPECT_FALSE(user.has("y/N"));
}

TEST(Tui, ShowsWhichBlocksOfADownloadAreSure) {
  Screen80 user;
  api::DownloadRow& row = user.world.snapshot.downloads.front();
  using Block = api::Block;
  row.blocks = {Block::verified, Block::written, Block::asked, Block::missing};
  user.world.update();
  user.press("2");
  EXPECT_TRUE(user.has("blocks  ███")) << user.text();
  EXPECT_TRUE(user.has("█▓")) << user.text();
  EXPECT_TRUE(user.has("▓▒")) << user.text();
  EXPECT_TRUE(user.has("▒·")) << user.text();
  EXPECT_TRUE(user.has("█ verified  ▓ arrived, not checked yet")) << user.text();
  row.givers = {1, 2, 2, 0};  // what is asked for again is nobody's yet
  row.blocks = {Block::verified, Block::written, Block::asked, Block::missing};
  user.world.update();
  EXPECT_TRUE(user.has("aaabb▒▒▒··")) << user.text();
}

TEST(Tui, SaysOfEachSourceOfADownloadHowItStands) {
  Screen80 user;
  user.press("2");
  const auto text = [&] { return all_text(user.tui.show(user.world.snapshot, 100, 40)); };
  EXPECT_NE(text().find("b user1             97.7 KiB/s   ▂▃▄▅▆▇█  1.9-2.9 MiB"), std::string::npos)
      << text();
  EXPECT_NE(text().find("queue 11"), std::string::npos) << text();
  EXPECT_NE(text().find("60 s, top 585.9 KiB/s"), std::string::npos) << text();
  EXPECT_NE(text().find("sha1    3I42H3S6…QBYJ · comes to /home/you/1.part · started 14:09"),
            std::string::npos)
      << text();
  EXPECT_TRUE(user.has("4 others: 2 spare, 1 failing, 1 gone")) << user.text();
}

TEST(Tui, MovesADownloadAndLooksForMoreSources) {
  Screen80 user;
  user.press("2");
  const auto moved = user.press("K");
  ASSERT_TRUE(moved && std::holds_alternative<api::MoveDownload>(*moved));
  EXPECT_EQ(std::get<api::MoveDownload>(*moved).where, api::Where::up);
  const auto found = user.press("f");
  ASSERT_TRUE(found && std::holds_alternative<api::FindSources>(*found));
  EXPECT_EQ(std::get<api::FindSources>(*found).id, 1U);
  EXPECT_TRUE(user.has("Asking the networks for more sources"));
  EXPECT_FALSE(user.press("Gf"));  // that one is complete
}

TEST(Tui, OffersToBringBackWhatWasCleared) {
  Screen80 user;
  user.press("2");
  const auto cleared = user.press("c");
  EXPECT_TRUE(cleared && std::holds_alternative<api::ClearFinished>(*cleared));
  EXPECT_TRUE(user.has("2 rows cleared: u takes it back")) << user.text();
  const auto back = user.press("u");
  EXPECT_TRUE(back && std::holds_alternative<api::RestoreCleared>(*back));
  user.world.snapshot.downloads.resize(1);
  user.world.update();
  user.show();
  EXPECT_FALSE(user.press("c"));
  EXPECT_TRUE(user.has("Nothing is over yet")) << user.text();
}

TEST(Tui, ChangesTheSelectedDownload) {
  Screen80 user;
  user.world.snapshot.downloads.resize(1);
  api::DownloadRow& row = user.world.snapshot.downloads[0];
  row.id = 7;
  row.state = api::DownloadState::paused;
  row.limit_bps = 102'400;
  row.in_order = true;
  user.world.update();
  user.press("2");
  EXPECT_TRUE(user.has("set     in order · at most 100.0 KiB/s")) << user.text();
  const auto changed = [&](const std::string& keys) {
    const auto request = user.press(keys);
    EXPECT_TRUE(request && std::holds_alternative<api::ChangeDownload>(*request)) << keys;
    return request ? std::get<api::ChangeDownload>(*request) : api::ChangeDownload{};
  };
  EXPECT_EQ(changed("+").priority, api::Priority::high);
  EXPECT_EQ(changed("-").priority, api::Priority::low);
  EXPECT_EQ(changed("o").in_order, false);
  EXPECT_EQ(changed("o").id, 7U);
  EXPECT_FALSE(user.press("l"));
  EXPECT_TRUE(user.has("Limit (100K): ")) << user.text();
  user.press("2M");
  const auto limited = user.tui.key({KeyName::enter, "", false});
  ASSERT_TRUE(limited && std::holds_alternative<api::ChangeDownload>(*limited));
  EXPECT_EQ(std::get<api::ChangeDownload>(*limited).limit_bps, 2U << 20U);
  EXPECT_EQ(std::get<api::ChangeDownload>(*limited).id, 7U);
}

TEST(Tui, CancelsOnlyAfterAYesWhateverTheKeys) {
  const World world;
  Tui tui({});
  std::mt19937 random(3);
  for (int i = 0; i < 6000; ++i) {
    const Key key = random() % 4 == 0
                        ? Key{static_cast<KeyName>(random() % 18), "z", false}
                        : letter(std::string(1, static_cast<char>(32 + random() % 95)));
    const bool yes = key.is("y") || key.is("Y");
    const auto request = tui.key(key);
    if (request && std::holds_alternative<api::CancelDownload>(*request)) {
      EXPECT_TRUE(yes);
    }
    if (i % 8 == 0) tui.show(world.snapshot, 60, 16);
  }
}

TEST(Tui, SaysPlainlyWhatIsVerifiedAndWhatIsNot) {
  Screen80 user;
  user.world.snapshot.downloads.resize(2);
  for (api::DownloadRow& row : user.world.snapshot.downloads)
    row.state = api::DownloadState::done;
  user.world.snapshot.downloads[0].verified = true;
  user.world.update();
  user.press("2");
  EXPECT_TRUE(user.has("verified: the whole file has the SHA-1 that was asked for"));
  user.press("j");
  EXPECT_TRUE(user.has("unverified: nobody told its SHA-1"));
}

TEST(Tui, TellsTheEndOfADownloadOnAnyScreen) {
  Screen80 user;
  user.world.snapshot.downloads[0].state = api::DownloadState::done;
  user.world.snapshot.downloads[0].verified = true;
  user.world.update();
  EXPECT_TRUE(user.has("Complete and verified: Sun Dogs"));
  EXPECT_TRUE(user.tui.wants_tick());
  user.world.snapshot.now_ms += 5000;
  EXPECT_FALSE(user.has("Complete and verified"));
}

}  // namespace
}  // namespace p2p::tui
