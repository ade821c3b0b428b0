#include "servent/transfer/names.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include <gtest/gtest.h>

namespace p2p::transfer {
namespace {

using namespace std::string_literals;

TEST(SafeName, LeavesAnOrdinaryNameAlone) {
  EXPECT_EQ(safe_name("Zed Quartet - 01 - L\xC3\xA9ger.ogg"),
            "Zed Quartet - 01 - L\xC3\xA9ger.ogg");
  EXPECT_EQ(safe_name("a.tar.gz"), "a.tar.gz");
}

TEST(SafeName, StaysInTheFolder) {
  EXPECT_EQ(safe_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(safe_name("/etc/passwd"), "passwd");
  EXPECT_EQ(safe_name("C:\\windows\\x.dll"), "x.dll");
  for (const char* nothing : {"", ".", "..", "/", "a/..", "a\\", "...", ". ."})
    EXPECT_EQ(safe_name(nothing), "unnamed") << nothing;
}

TEST(SafeName, HasNothingThatATerminalObeys) {
  EXPECT_EQ(safe_name("a\n\x1B[31mb\0.mp3"s), "a__[31mb_.mp3");
  EXPECT_EQ(safe_name("a\x7F\x9B.mp3"), "a__.mp3");  // DEL, a bare 8-bit CSI
  EXPECT_EQ(safe_name("a\xC2\x9B.mp3"), "a_.mp3");   // CSI as UTF-8
  EXPECT_EQ(safe_name("a\xE2\x80\xAE"
                      "3pm.exe"),
            "a_3pm.exe");  // right-to-left override
  EXPECT_EQ(safe_name("a\xE2\x81\xA7"
                      "3pm.exe"),
            "a_3pm.exe");                                          // right-to-left isolate
  EXPECT_EQ(safe_name("a\xE2\x80\xA6.mp3"), "a\xE2\x80\xA6.mp3");  // an ellipsis is fine
}

TEST(SafeName, HasNoDotsAndBlanksAtItsEnds) {
  EXPECT_EQ(safe_name(" .hidden.mp3"), "hidden.mp3");
  EXPECT_EQ(safe_name("a.mp3. . "), "a.mp3");
}

TEST(SafeName, IsCutBeforeItsExtensionAndBetweenCharacters) {
  const std::string name = safe_name(std::string(300, 'x') + ".flac");
  EXPECT_EQ(name, std::string(250, 'x') + ".flac");
  std::string wide;
  for (int i = 0; i < 150; ++i)
    wide += "\xC3\xA9";
  EXPECT_EQ(safe_name(wide + ".ogg").size(), 254U);  // 125 characters of two bytes, and 4
  EXPECT_EQ(safe_name("a." + std::string(300, 'y')).size(), 255U);  // no extension
}

TEST(SafeName, HoldsItsPromiseForAnyBytes) {
  std::uint32_t random = 1;
  for (int round = 0; round < 3000; ++round) {
    std::string name;
    for (std::uint32_t length = random % 400; length > 0; --length) {
      random = random * 1664525U + 1013904223U;
      constexpr std::array<char, 8> kNasty{'.', ' ', '/', '\\', '\0', '\n', '\xE2', '\x80'};
      const std::uint32_t pick = random >> 24U;
      name.push_back(pick < 128 ? kNasty[pick % kNasty.size()] : static_cast<char>(pick * 7U));
    }
    random = random * 1664525U + 1013904223U;
    for (const std::string& safe : {safe_name(name), numbered_name(safe_name(name), 999)}) {
      ASSERT_FALSE(safe.empty());
      ASSERT_LE(safe.size(), kMaxName);
      ASSERT_NE(safe.front(), '.');
      ASSERT_EQ(std::string(". ").find(safe.back()), std::string::npos);
      ASSERT_EQ(safe.find_first_of("/\\\0\n"s), std::string::npos);
      ASSERT_EQ(("folder" / std::filesystem::path(safe)).parent_path(), "folder");
    }
  }
}

TEST(NumberedName, CountsBeforeTheExtensionAndStaysShort) {
  EXPECT_EQ(numbered_name("a.ogg", 2), "a (2).ogg");
  EXPECT_EQ(numbered_name("a", 3), "a (3)");
  EXPECT_EQ(numbered_name(std::string(251, 'x') + ".ogg", 10), std::string(246, 'x') + " (10).ogg");
}

TEST(PartKey, DiffersForNamesThatAreMadeSafeAlike) {
  EXPECT_EQ(part_key("a.mp3"), "a.mp3");
  EXPECT_NE(part_key("x/a.mp3"), part_key("y/a.mp3"));
  EXPECT_LE(part_key(std::string(2000, 'x')).size(), 190U);
}

}  // namespace
}  // namespace p2p::transfer
