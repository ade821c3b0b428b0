// Names from strangers (section 9 of the screen's specification).
#include "tui/sanitize.h"

#include <random>

#include <gtest/gtest.h>

namespace p2p::tui {
namespace {

// No byte below 0x20, no 0x7f, and no C1 control as UTF-8.
void expect_harmless(const Shown& shown) {
  int width = 0;
  for (const Cluster& cluster : shown.clusters())
    width += cluster.width;
  ASSERT_EQ(width, shown.width());
  const std::string text = shown.text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    ASSERT_GE(byte, 0x20);
    ASSERT_NE(byte, 0x7f);
    if (byte == 0xC2) {
      ASSERT_GE(static_cast<unsigned char>(text[i + 1]), 0xA0);
    }
  }
}

TEST(Sanitize, LetsNoControlThrough) {
  std::mt19937 random(7);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes)
      byte = static_cast<char>(random());
    const Shown shown = sanitize_name(bytes);
    expect_harmless(shown);
    expect_harmless(shown.in_ascii());
    EXPECT_LE(shown.middle_cut(9).width(), 9);
    EXPECT_LE(shown.in_ascii().middle_cut(9).width(), 9);
    EXPECT_LE(shown.last(5).width(), 5);
    for (const char c : shown.in_ascii().text())
      EXPECT_TRUE(c >= 0x20 && c < 0x7f);
  }
}

TEST(Sanitize, NamesWhatItDoesNotShow) {
  EXPECT_EQ(sanitize("a\u202Eb").text(), "a⟨RLO⟩b");
  EXPECT_EQ(sanitize("a\x1b[2Jb").text(), "a⟨ESC⟩[2Jb");
  EXPECT_EQ(sanitize("a\xc2\x9b"
                     "2Jb")
                .text(),
            "a⟨9B⟩2Jb");
  EXPECT_EQ(sanitize("a\x9b"
                     "b")
                .text(),
            "a⟨9B⟩b");
  EXPECT_EQ(sanitize("a\nb").text(), "a⟨0A⟩b");
  EXPECT_TRUE(sanitize("a\u202Eb").altered());
}

TEST(Sanitize, DropsWhatTakesNoCellAndSaysSo) {
  const Shown shown = sanitize("in\u200Bvoi\u00ADce\uFEFF");
  EXPECT_EQ(shown.text(), "invoice");
  EXPECT_TRUE(shown.altered());
}

TEST(Sanitize, ShowsTheSpacesAtTheEndOfAName) {
  EXPECT_EQ(sanitize_name("a.exe").text(), "a.exe");
  EXPECT_EQ(sanitize_name("a.exe \u3000").text(), "a.exe␠␠");
  EXPECT_TRUE(sanitize_name("a.exe ").altered());
  EXPECT_EQ(sanitize_name("a b").text(), "a b");
}

TEST(Sanitize, ReadsLatin1WhereItIsPlainlyThat) {
  EXPECT_EQ(sanitize("d\xe9j\xe0 vu.mp3").text(), "déjà vu.mp3");
  EXPECT_FALSE(sanitize("d\xe9j\xe0 vu.mp3").altered());
  EXPECT_EQ(sanitize("d\xe9\x9bj.mp3").text(), "d⟨E9⟩⟨9B⟩j.mp3");
}

TEST(Sanitize, ShowsJoinedPicturesInTheirParts) {
  const Shown family = sanitize("👨\u200D👩\u200D👧");
  EXPECT_EQ(family.text(), "👨👩👧");
  EXPECT_EQ(family.width(), 6);
  EXPECT_FALSE(family.altered());
  EXPECT_EQ(sanitize("❤\uFE0F").width(), 1);
  EXPECT_TRUE(sanitize("a\u200Db").altered());
}

TEST(Sanitize, PutsHangulTogether) {
  const Shown shown = sanitize("\u1112\u1161\u11AB\u1100\u1173\u11AF");
  EXPECT_EQ(shown.text(), "한글");
  EXPECT_EQ(shown.width(), 4);
}

TEST(Sanitize, KeepsFourMarksOnALetter) {
  const Shown shown = sanitize("e\u0301\u0302\u0303\u0304\u0305\u0306x");
  EXPECT_EQ(shown.text(), "e\u0301\u0302\u0303\u0304x");
  EXPECT_EQ(shown.width(), 2);
}

TEST(Sanitize, CutsInTheMiddleAndKeepsTheExtension) {
  EXPECT_EQ(sanitize("Sun Dogs - Free Jazz Suite.flac").middle_cut(20).text(),
            "Sun Dogs - Free…flac");
  EXPECT_EQ(sanitize("Sun Dogs - Free Jazz Suite.flac").in_ascii().middle_cut(20).text(),
            "Sun Dogs - Fr...flac");
  EXPECT_EQ(sanitize("自由爵士 第一集.mkv").in_ascii().text(), "???? ???.mkv");
}

}  // namespace
}  // namespace p2p::tui
