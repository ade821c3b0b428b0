#include "index/tags.h"

#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/tagged_wav.h"
#include "tests/support/temp_dir.h"

namespace p2p::index {
namespace {

using test::tagged_wav;

class TagsTest : public testing::Test {
 protected:
  Described describe_file(const std::string& name, const std::string& content) {
    const auto path = dir_.write(name, content);
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    Described found = describe(file, path);
    ::close(file);
    return found;
  }
  test::TempDir dir_;
};

TEST_F(TagsTest, ReadsWhatASoundFileSays) {
  const Described found = describe_file("a.wav", tagged_wav({{"TPE1", "John Coltrane"},
                                                             {"TIT2", "Blue Train"},
                                                             {"TALB", "Blue Train (1957)"},
                                                             {"TCON", "Hard Bop"},
                                                             {"TDRC", "1957"}}));
  EXPECT_EQ(found.tags.artist, "John Coltrane");
  EXPECT_EQ(found.tags.title, "Blue Train");
  EXPECT_EQ(found.tags.album, "Blue Train (1957)");
  EXPECT_EQ(found.tags.genre, "Hard Bop");
  EXPECT_EQ(found.tags.year, 1957U);
  EXPECT_EQ(found.media, (MediaFields{64, 8000, 1}));
}

TEST_F(TagsTest, CutsLongTextsBetweenCharactersAndKeepsThemToOneLine) {
  const Described found = describe_file(
      "a.wav", tagged_wav({{"TPE1", "one\ntwo\x1b[31m"}, {"TIT2", "x" + [] {
                                                            std::string text;
                                                            for (int i = 0; i < 300; ++i)
                                                              text += "é";
                                                            return text;
                                                          }()}}));
  EXPECT_EQ(found.tags.artist, "one two [31m");
  EXPECT_EQ(found.tags.title.size(), kMaxTagText);
  EXPECT_TRUE(found.tags.title.ends_with("é"));
}

TEST_F(TagsTest, KnowsNothingOfBrokenFiles) {
  const std::string whole = tagged_wav({{"TPE1", "Coltrane"}});
  for (std::size_t bytes = 0; bytes < 120; bytes += 7)
    describe_file("cut.wav", whole.substr(0, bytes));  // none may end the program
  EXPECT_EQ(describe_file("a.mp3", "no sound").tags, FileTags{});
  EXPECT_EQ(describe_file("a.txt", whole).tags, FileTags{}) << "the name says: no sound";
}

TEST_F(TagsTest, ReadsTheSizeOfAPicture) {
  const Described found = describe_file("a.gif", std::string("GIF89a\x80\x02\xe0\x01\0\0\0", 13));
  EXPECT_EQ(found.tags.width, 640U);
  EXPECT_EQ(found.tags.height, 480U);
  EXPECT_EQ(describe_file("b.png", "no picture").tags, FileTags{});
}

}  // namespace
}  // namespace p2p::index
