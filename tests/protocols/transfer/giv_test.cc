#include "protocols/transfer/giv.h"

#include <gtest/gtest.h>

#include "tests/support/gnutella_vector.h"

namespace p2p::transfer {
namespace {

TEST(Giv, IsReadAsCapturedAndAtNoByteEarlier) {
  for (const char* name : {"giv", "giv_from_firewalled_leaf"}) {
    const Buffer bytes = test::gnutella_vector(name);
    ASSERT_EQ(bytes.size(), 45U) << name;
    const std::string_view text = text_of(bytes);
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto partial = read_giv(text.substr(0, i));
      ASSERT_TRUE(partial) << i;
      EXPECT_FALSE(*partial) << i;
    }
    const auto giv = read_giv(text);
    ASSERT_TRUE(giv && *giv);
    EXPECT_EQ((*giv)->index, 1U);
    EXPECT_EQ((*giv)->name, "file");
    EXPECT_EQ(to_hex((*giv)->guid), text.substr(6, 32));
  }
}

TEST(Giv, TakesLinesEndedAsInHttp) {
  const std::string text = "GIV 4294967295:fde83102ec32a833c055ffeeb0a197f7/a b:c/d\r\n\r\n";
  const auto giv = read_giv(text);
  ASSERT_TRUE(giv && *giv);
  EXPECT_EQ((*giv)->index, 4294967295U);
  EXPECT_EQ((*giv)->name, "a b:c/d");
  for (std::size_t i = 0; i < text.size(); ++i)
    EXPECT_TRUE(read_giv(text.substr(0, i))) << i;
}

TEST(Giv, RefusesWhatIsNone) {
  const std::string guid = "fde83102ec32a833c055ffeeb0a197f7";
  const std::vector<std::string> wrong{
      "GET /",
      "giv ",
      "GIV 1:" + guid + "/file\nGET",
      "GIV 1:" + guid + "/file\n\nG",
      "GIV x:" + guid + "/file\n\n",
      "GIV :" + guid + "/file\n\n",
      "GIV 4294967296:" + guid + "/file\n\n",
      "GIV 1:" + guid.substr(1) + "/file\n\n",
      "GIV 1:" + guid + "\n\n",
      "GIV 1:" + guid + "0/file\n\n",
      "GIV 1\n\n",
  };
  for (const std::string& text : wrong)
    EXPECT_FALSE(read_giv(text)) << text;
  EXPECT_TRUE(read_giv("GIV 1:" + guid + "/" + std::string(kMaxGiv - 39, 'x')));
  EXPECT_FALSE(read_giv("GIV 1:" + guid + "/" + std::string(kMaxGiv - 38, 'x')));
}

}  // namespace
}  // namespace p2p::transfer
