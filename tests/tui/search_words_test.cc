#include "tui/search_words.h"

#include <gtest/gtest.h>

#include "tui/odd_name.h"

namespace p2p::tui {
namespace {

TEST(SearchWords, ShowsTheChipsAroundTheOneThatIsSeen) {
  api::Snapshot snapshot;
  for (std::uint32_t id = 1; id <= 9; ++id)
    snapshot.searches.push_back(
        {id, "words " + std::to_string(id), api::SearchState::finished, id, id, 0, 0, ""});
  snapshot.search = 5;
  EXPECT_EQ(search_chips(snapshot, 18), "[⑤ words 5 5 ✓]");
  EXPECT_EQ(search_chips(snapshot, 46), "④ words 4 4 ✓  [⑤ words 5 5 ✓]  ⑥ words 6 6 ✓");
  EXPECT_EQ(search_chips(snapshot, 9), "[⑤ words…");
  EXPECT_EQ(search_number(snapshot), "⑤");
}

TEST(OddName, TellsNamesThatAreNotWhatTheySeem) {
  api::ResultRow row;
  const auto odd = [&](const char* name) {
    row.name = name;
    return is_odd(row);
  };
  for (const char* name : {"song.mp3.exe", "photo.jpg   .exe", "a\u202Eb.txt", "b\x1b.txt"})
    EXPECT_TRUE(odd(name)) << name;
  for (const char* name :
       {"song.mp3", "linux-6.9.tar.xz", "notes v1.2.txt", "no extension", ".hidden.mp3", "a.b.c"})
    EXPECT_FALSE(odd(name)) << name;
  row.media.duration_s = 180;
  EXPECT_TRUE(odd("song.exe"));
  EXPECT_TRUE(odd("song.jpg"));
  EXPECT_FALSE(odd("song.mp3"));
  EXPECT_FALSE(odd("clip.mkv"));
  EXPECT_FALSE(odd("song.unknown"));
}

}  // namespace
}  // namespace p2p::tui
