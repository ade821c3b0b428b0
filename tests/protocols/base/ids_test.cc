#include "protocols/base/ids.h"

#include <gtest/gtest.h>

namespace p2p {
namespace {

TEST(Endpoint, ReadsWhatItWrites) {
  const auto endpoint = parse_endpoint("192.168.1.20:8888");
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(*endpoint, (Endpoint{0xc0a80114, 8888}));
  EXPECT_EQ(to_text(*endpoint), "192.168.1.20:8888");
}

TEST(Endpoint, TakesADefaultPort) {
  EXPECT_EQ(parse_endpoint("localhost", 80), (Endpoint{0x7f000001, 80}));
  EXPECT_FALSE(parse_endpoint("localhost"));
}

TEST(Endpoint, RefusesWhatIsNone) {
  for (const char* text : {"", "1.2.3", "1.2.3.4.5:1", "256.1.1.1:1", "1.2.3.4:65536",
                           "1.2.3.4:", "1..2.3:1", " 1.2.3.4:1", "1.2.3.4:-1", "a.b.c.d:1"})
    EXPECT_FALSE(parse_endpoint(text, 1)) << text;
}

TEST(Address, KnowsThePrivateAndTheUnroutable) {
  for (const char* text : {"127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1"})
    EXPECT_TRUE(is_private(*parse_address(text))) << text;
  for (const char* text : {"172.32.0.1", "11.0.0.1", "192.169.0.1"})
    EXPECT_FALSE(is_private(*parse_address(text))) << text;
  EXPECT_TRUE(is_private(*parse_address("169.254.1.1")));
  EXPECT_FALSE(is_routable(0));
  EXPECT_FALSE(is_routable(*parse_address("224.0.0.1")));
  EXPECT_FALSE(is_routable(0xffffffff));
  EXPECT_TRUE(is_routable(*parse_address("8.8.8.8")));
}

}  // namespace
}  // namespace p2p
