#include "protocols/kazaa/file.h"

#include <gtest/gtest.h>

#include "tests/support/kazaa_vectors.h"

namespace p2p::kazaa {
namespace {

TEST(Share, ReadsTheOneOfAStockClient) {
  const Buffer payload = test::recorded_payload(0x22);
  const auto share = decode_share(payload);
  ASSERT_TRUE(share);
  EXPECT_EQ(share->media, Media::unknown);
  EXPECT_EQ(to_hex(share->file.hash), "191ec669b0f61222a23942776a9e36d6ff4ffbff");
  EXPECT_EQ(share->file.file_id, file_id_of(share->file.hash));
  EXPECT_EQ(share->file.size_bytes, 1'700'000U);
  EXPECT_EQ(share->file.tags.text(Tag::name), "child file Beta tune.mp3");
  Buffer again;
  append_share(again, *share);
  EXPECT_EQ(to_hex(again), to_hex(payload));
}

TEST(Share, RefusesEveryTruncation) {
  const Buffer payload = test::recorded_payload(0x22);
  for (std::size_t size = 0; size < payload.size(); ++size)
    EXPECT_FALSE(decode_share(Bytes(payload).first(size))) << size;
}

TEST(Share, KeepsAMediaThatNobodyKnows) {
  Buffer payload = test::recorded_payload(0x22);
  payload[1] = std::byte{99};
  const auto share = decode_share(payload);
  ASSERT_TRUE(share);
  EXPECT_EQ(static_cast<int>(share->media), 99);
}

TEST(Share, OfABigFileComesBackEqual) {
  TagBuilder tags;
  tags.text(Tag::name, "big.iso").number(Tag::year, 2004);
  const Share share{Media::software,
                    {*uuhash_from_hex("191ec669b0f61222a23942776a9e36d6ff4ffbff"), 0xffffffff,
                     std::uint64_t{5} << 30U, tags.tags()}};
  Buffer payload;
  append_share(payload, share);
  EXPECT_EQ(decode_share(payload), share);
  const auto file = decode_share(payload);
  Buffer unshare;
  append_unshare(unshare, file->file);
  EXPECT_EQ(decode_unshare(unshare), share.file);
  for (std::size_t size = 0; size < unshare.size(); ++size)
    EXPECT_FALSE(decode_unshare(Bytes(unshare).first(size))) << size;
}

TEST(File, IsNeverShorterThanItsLeast) {
  Buffer out;
  append_file(out, {});
  EXPECT_EQ(out.size(), kLeastFileBytes);
}

}  // namespace
}  // namespace p2p::kazaa
