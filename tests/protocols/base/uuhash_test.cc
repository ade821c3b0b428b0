#include "protocols/base/uuhash.h"

#include <gtest/gtest.h>

#include "tests/support/captured_files.h"
#include "tests/support/kazaa_vectors.h"

namespace p2p {
namespace {

using test::kTuneHex;

TEST(UuHash, HasAFileId) {
  const auto rows = test::kazaa_rows("uuhash.txt");
  ASSERT_EQ(rows.size(), 19U);
  for (const auto& row : rows) {
    const auto hash = uuhash_from_hex(row[1]);
    ASSERT_TRUE(hash) << row[0];
    EXPECT_EQ(std::to_string(file_id_of(*hash)), row[2]) << row[0];
  }
}

TEST(UuHash, IsWrittenInHex) {
  EXPECT_EQ(to_hex(uuhash_from_hex(kTuneHex).value()), kTuneHex);
  EXPECT_FALSE(uuhash_from_hex(std::string(kTuneHex).substr(2)));
  EXPECT_FALSE(uuhash_from_hex(std::string(kTuneHex) + "00"));
  EXPECT_FALSE(uuhash_from_hex(std::string(39, '0') + "g"));
}

// Figures of `base64` and `basenc --base32`.
TEST(UuHash, IsWrittenForSig2dat) {
  const UuHash hash = uuhash_from_hex(kTuneHex).value();
  EXPECT_EQ(to_sig2dat(hash), "=GR7GabD2EiKiOUJ3ap421v9P+/8=");
  EXPECT_EQ(uuhash_from_sig2dat(to_sig2dat(hash)), hash);
  EXPECT_EQ(to_urn(hash), "urn:sig2dat:DEPMM2NQ6YJCFIRZIJ3WVHRW237U7677");
  EXPECT_EQ(uuhash_from_urn(to_urn(hash)), hash);
  EXPECT_EQ(uuhash_from_urn("URN:SIG2DAT:depmm2nq6yjcfirzij3wvhrw237u7677"), hash);
}

TEST(UuHash, RefusesOtherTexts) {
  const std::string text = to_sig2dat(uuhash_from_hex(kTuneHex).value());
  EXPECT_FALSE(uuhash_from_sig2dat(""));
  EXPECT_FALSE(uuhash_from_sig2dat(text.substr(1)));
  EXPECT_FALSE(uuhash_from_sig2dat(text.substr(0, text.size() - 1)));
  EXPECT_FALSE(uuhash_from_sig2dat(text + "="));
  EXPECT_FALSE(uuhash_from_sig2dat("==" + text.substr(2)));
  EXPECT_FALSE(uuhash_from_sig2dat("=-" + text.substr(2)));
  EXPECT_FALSE(uuhash_from_urn("urn:sig2dat:"));
  EXPECT_FALSE(uuhash_from_urn("urn:sha1:DEPMM2NQ6YJCFIRZIJ3WVHRW237U7677"));
}

}  // namespace
}  // namespace p2p
