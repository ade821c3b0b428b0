#include "servent/lab/graph_file.h"

#include <string>

#include <gtest/gtest.h>
#include <zlib.h>

#include "tests/support/temp_dir.h"

namespace p2p::lab {
namespace {

const std::string kText = "# a crawl\n4\t9\n9\t4\n4\t4\n\n9 1000000\r\n7 8";

class GraphFile : public testing::Test {
 protected:
  std::string packed(const std::string& text) const {
    const std::string path = (dir_.path() / "g.gz").string();
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
    return path;
  }
  test::TempDir dir_;
};

TEST_F(GraphFile, IsReadPlainAndPacked) {
  for (const std::string& path : {dir_.write("g.txt", kText).string(), packed(kText)}) {
    const auto read = read_graph_file(path);
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->graph.nodes, 5U) << "numbers have gaps";
    EXPECT_EQ(read->graph.edges.size(), 3U);
    EXPECT_EQ(read->loops, 1U);
    EXPECT_EQ(read->repeated, 1U);
  }
}

TEST_F(GraphFile, ThatIsNotThereOrCutShortIsRefused) {
  const auto missing = read_graph_file((dir_.path() / "none").string());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Errc::io);
  std::string many;
  for (int i = 0; i < 5'000; ++i)
    many += std::to_string(i) + ' ' + std::to_string(i * 7 + 1) + '\n';
  const std::string path = packed(many);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  EXPECT_FALSE(read_graph_file(path));
}

TEST_F(GraphFile, WithALineWithoutEndIsRefused) {
  const auto read = read_graph_file(packed('#' + std::string(100'000, 'x')));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::too_long);
  EXPECT_NE(read.error().detail.find("line 1"), std::string::npos);
}

}  // namespace
}  // namespace p2p::lab
