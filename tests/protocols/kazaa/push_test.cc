#include "protocols/kazaa/push.h"

#include <gtest/gtest.h>

namespace p2p::kazaa {
namespace {

TEST(PushRequest, IsThreeAddressesAndAName) {
  const PushRequest push{42, {0x0a000001, 1}, {0x0a000002, 2}, {0x0a000003, 3}, "ann"};
  Buffer out;
  append_push_request(out, push);
  EXPECT_EQ(to_hex(out),
            "0000002a"
            "0a0000010001"
            "0a0000020002"
            "0a0000030003"
            "616e6e");
  EXPECT_EQ(decode_push_request(out), push);
  for (std::size_t size = 0; size < out.size(); ++size)
    EXPECT_EQ(decode_push_request(Bytes(out).first(size)).has_value(), size >= 22) << size;
}

TEST(PushRequest, CutsItsName) {
  Buffer payload(22);
  payload.resize(kMaxPushPayload, std::byte{'u'});
  EXPECT_EQ(decode_push_request(payload)->user.size(), kMaxUserName);
  payload.push_back(std::byte{'u'});
  const auto longer = decode_push_request(payload);
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().code, Errc::too_long);
}

TEST(PushOrder, IsAnIdAndAnAddress) {
  const PushOrder push{0xfedcba98, {0x0a000001, 1214}};
  Buffer out;
  append_push_order(out, push);
  EXPECT_EQ(to_hex(out),
            "fedcba98"
            "0a00000104be");
  EXPECT_EQ(decode_push_order(out), push);
  for (std::size_t size = 0; size < out.size(); ++size)
    EXPECT_FALSE(decode_push_order(Bytes(out).first(size))) << size;
}

}  // namespace
}  // namespace p2p::kazaa
