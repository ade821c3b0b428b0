// The Shares screen.
#include <variant>

#include <gtest/gtest.h>

#include "tests/tui/world.h"

namespace p2p::tui {
namespace {

TEST(Tui, OpensSharedFoldersOneByOneAndShowsTheirFiles) {
  Screen80 user;
  user.press("4");
  EXPECT_TRUE(user.has("Looking into it")) << user.text();
  World::answer(user.tui);
  EXPECT_TRUE(user.has("· free jazz.ogg") || user.has("✓  free jazz.ogg")) << user.text();
  EXPECT_FALSE(user.has("sun dogs")) << user.text();
  user.press("l");
  EXPECT_TRUE(user.has("▾ /home/you/Music")) << user.text();
  user.press("j");
  World::answer(user.tui);
  EXPECT_TRUE(user.has("Suite pt 1.flac")) << user.text();
  EXPECT_TRUE(user.has("╭─ Music/sun dogs ")) << user.text();
  EXPECT_FALSE(user.tui.take_wanted_folder()) << "nothing is asked for twice";
  user.press("h");  // the folder that it is in
  EXPECT_FALSE(user.has("  sun dogs")) << user.text();
  ++user.world.snapshot.library.revision;
  user.show();
  EXPECT_EQ(user.tui.take_wanted_folder(), "Music") << "it may have changed";
}

TEST(Tui, AddsAndTakesBackSharedFolders) {
  Screen80 user;
  user.press("4");
  World::answer(user.tui);
  EXPECT_FALSE(user.press("a~/New"));
  const auto added = user.tui.key(enter_key());
  ASSERT_TRUE(added && std::holds_alternative<api::ShareFolder>(*added));
  EXPECT_EQ(std::get<api::ShareFolder>(*added).path, "~/New");
  EXPECT_FALSE(user.press("jd"));
  EXPECT_TRUE(user.has("Stop sharing /srv/iso")) << user.text();
  const auto taken = user.press("y");
  ASSERT_TRUE(taken && std::holds_alternative<api::ShareFolder>(*taken));
  EXPECT_FALSE(std::get<api::ShareFolder>(*taken).wanted);
  user.press("g");
  World::answer(user.tui);
  user.press("ljd");
  EXPECT_TRUE(user.has("Only a shared folder as a whole")) << user.text();
  user.press("r");
  EXPECT_TRUE(user.has("empty.mp3")) << user.text();
}

}  // namespace
}  // namespace p2p::tui
