// The Uploads screen.
#include <variant>

#include <gtest/gtest.h>

#include "tests/tui/world.h"

namespace p2p::tui {
namespace {

TEST(Tui, UploadsSayWhoIsServedAndWhyTheOthersWait) {
  Screen80 user;
  api::UploadRow runs;
  runs.id = 5;
  runs.user = "ann";
  runs.name = "free jazz.ogg";
  runs.size_bytes = 1000;
  runs.sent_bytes = 500;
  runs.rate_bps = 2048;
  runs.limit_bps = 4096;
  runs.state = "running";
  api::UploadRow waits = runs;
  waits.id = 0x80000001;
  waits.user = "bob \x1b[2J";
  waits.state = "queued";
  waits.place = 2;
  waits.wait_s = 90;
  waits.reason = "the slots are taken";
  user.world.snapshot.uploads = {runs, waits};
  user.world.update();
  user.press("3");
  EXPECT_TRUE(user.has("Uploads · 1 of 4 slots")) << user.text();
  EXPECT_TRUE(user.has("Queue · 1")) << user.text();
  EXPECT_TRUE(user.has("limits ▲ 100.0 KiB/s ▼ - · by hand")) << user.text();
  EXPECT_TRUE(user.has("1:30 the slots are taken")) << user.text();
  EXPECT_FALSE(user.has("\x1b"));
  user.press("l");
  EXPECT_TRUE(user.has("Limits up, down (100K 2M): ")) << user.text();
  user.tui.key(escape_key());
  EXPECT_FALSE(user.press("K"));
  EXPECT_TRUE(user.has("It runs already")) << user.text();
  user.tui.key({KeyName::right, "", false});
  const auto moved = user.press("K");
  ASSERT_TRUE(moved && std::holds_alternative<api::MoveUpload>(*moved));
  EXPECT_EQ(std::get<api::MoveUpload>(*moved).id, 0x80000001);
  EXPECT_FALSE(user.press("b"));
  EXPECT_TRUE(user.has("Give nothing more to bob")) << user.text();
  const auto blocked = user.press("y");
  ASSERT_TRUE(blocked && std::holds_alternative<api::BlockUser>(*blocked));
  EXPECT_EQ(std::get<api::BlockUser>(*blocked).upload, 0x80000001);
  EXPECT_FALSE(user.press("x"));
  EXPECT_TRUE(user.has("End the upload to bob")) << user.text();
  const auto ended = user.press("y");
  ASSERT_TRUE(ended && std::holds_alternative<api::EndUpload>(*ended));
  EXPECT_EQ(std::get<api::EndUpload>(*ended).id, 0x80000001);
  user.press("S7");
  const auto slots = user.tui.key(enter_key());
  ASSERT_TRUE(slots && std::holds_alternative<api::SetSlots>(*slots));
  EXPECT_EQ(std::get<api::SetSlots>(*slots).slots, 7U);
  EXPECT_FALSE(user.press("S1000"));
  EXPECT_FALSE(user.tui.key(enter_key()));
  EXPECT_TRUE(user.has("Say a number from 0 to 100")) << user.text();
}

}  // namespace
}  // namespace p2p::tui
