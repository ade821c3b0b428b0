// Golden screens and every size. SERVENT_GOLDEN=1 makes the golden screens anew.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/tui/world.h"

namespace p2p::tui {
namespace {

TEST(Tui, LooksAsTheGoldenScreens) {
  const World world;
  const World empty = [] {
    World made;
    made.results.clear();
    made.snapshot.downloads.clear();
    made.snapshot.uploads.clear();
    made.snapshot.given = {};
    made.snapshot.networks[0].peers.clear();
    made.snapshot.networks[0].counters.clear();
    made.snapshot.library = {};
    made.snapshot.networks[0].online = false;
    made.snapshot.networks[0].state = "retry after 20 s: 127.0.0.1:9 refused the connection";
    made.update();
    return made;
  }();
  struct Case {
    int width, height;
    Looks looks;
    const World* world;
    const char* name;
  };
  const Looks full;
  const Looks ascii{true};
  const Looks plain{false, Border::rounded, true};
  for (const Case& shot : {Case{100, 30, full, &world, "100x30"},
                           {100, 30, plain, &world, "100x30-plain"},
                           {80, 24, full, &world, "80x24"},
                           {60, 15, full, &world, "60x15"},
                           {40, 12, full, &world, "40x12"},
                           {20, 5, full, &world, "20x5"},
                           {80, 24, ascii, &world, "80x24-ascii"},
                           {40, 12, ascii, &world, "40x12-ascii"},
                           {80, 24, full, &empty, "80x24-empty"}}) {
    for (const char* screen : {"1", "2", "3", "4", "5", "6", "7"}) {
      Tui tui({shot.looks});
      tui.show(shot.world->snapshot, shot.width, shot.height);
      tui.key(escape_key());
      tui.key(letter(screen));
      tui.show(shot.world->snapshot, shot.width, shot.height);
      World::answer(tui);
      const Surface& surface = tui.show(shot.world->snapshot, shot.width, shot.height);
      const std::string text = all_text(surface);
      const auto path = std::filesystem::path(TEST_DATA_DIR) / "tui" / "golden" /
                        (std::string(shot.name) + "-" + screen + ".txt");
      if (std::getenv("SERVENT_GOLDEN") != nullptr) std::ofstream(path) << text;
      std::ostringstream golden;
      golden << std::ifstream(path).rdbuf();
      EXPECT_TRUE(text == golden.str()) << path << " is not\n" << text;
    }
  }
}

TEST(Tui, DrawsAtEverySizeWithTheSelectedRowInSight) {
  World world;
  for (int i = 0; i < 60; ++i)
    world.add("row " + std::to_string(i));
  world.update();
  Tui tui({});
  tui.show(world.snapshot, 80, 24);
  tui.key(escape_key());
  for (const int width : {1, 5, 9, 10, 19, 20, 37, 59, 60, 76, 89, 90, 99, 130})
    for (const int height : {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 23, 24, 25, 30, 60})
      for (const char* screen : {"1", "2", "3", "4", "5", "6", "7"}) {
        tui.key(escape_key());
        tui.key(letter(screen));
        tui.key(letter("G"));
        tui.key(escape_key());
        const Surface& surface = tui.show(world.snapshot, width, height);
        ASSERT_EQ(surface.height(), height);
        if (*screen != '1' && *screen != '2') continue;
        bool selected = width < 10 || height < 3;
        for (int y = 0; y < height; ++y)
          selected = selected || surface.at(width / 2, y).style == Style::selection;
        ASSERT_TRUE(selected) << width << 'x' << height << " screen " << screen;
      }
}

}  // namespace
}  // namespace p2p::tui
