#include "protocols/base/file.h"

#include <gtest/gtest.h>

namespace p2p {
namespace {

TEST(FileKind, FollowsTheExtensionWhateverItsCase) {
  EXPECT_EQ(file_kind("a.mp3"), FileKind::audio);
  EXPECT_EQ(file_kind("Music/A.Flac"), FileKind::audio);
  EXPECT_EQ(file_kind("x.AVI"), FileKind::video);
  EXPECT_EQ(file_kind("x.tar.gz"), FileKind::application);
  EXPECT_EQ(file_kind("x.jpeg"), FileKind::image);
  EXPECT_EQ(file_kind("x.epub"), FileKind::text);
}

TEST(FileKind, IsAnyWithoutAKnownExtension) {
  for (const char* name : {"", "mp3", "x.", "x.unknown", "x.mp3/readme", "x. mp3", "x.mp3 mp2"})
    EXPECT_EQ(file_kind(name), FileKind::any) << name;
}

TEST(FileKind, ReadsItsOwnText) {
  for (const FileKind kind : {FileKind::any, FileKind::audio, FileKind::video,
                              FileKind::application, FileKind::image, FileKind::text})
    EXPECT_EQ(file_kind_from_text(to_text(kind)), kind);
  EXPECT_EQ(file_kind_from_text("AUDIO"), FileKind::audio);
  EXPECT_FALSE(file_kind_from_text("sound"));
}

TEST(BaseName, IsWhatFollowsTheLastSlashOfEitherKind) {
  EXPECT_EQ(base_name("a/b\\c.x"), "c.x");
  EXPECT_EQ(base_name("c.x"), "c.x");
  EXPECT_EQ(base_name("a/"), "");
}

}  // namespace
}  // namespace p2p
