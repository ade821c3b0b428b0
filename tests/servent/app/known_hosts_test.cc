#include "servent/app/known_hosts.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/hosts.h"
#include "tests/support/temp_dir.h"

namespace p2p::app {
namespace {

using test::host;

std::string wrong_hosts(const std::string& text) {
  const auto parsed = KnownHosts::parse(text);
  return parsed ? "" : parsed.error().detail;
}

TEST(KnownHosts, PutTheOneThatWasGoodLastFirst) {
  KnownHosts hosts;
  EXPECT_TRUE(hosts.add(host(1), "ultrapeer"));
  EXPECT_TRUE(hosts.add(host(2), "ultrapeer"));
  EXPECT_FALSE(hosts.add(host(2), "ultrapeer"));
  EXPECT_TRUE(hosts.add(host(2), "leaf"));
  EXPECT_TRUE(hosts.add(host(1), "ultrapeer"));
  ASSERT_EQ(hosts.list().size(), 2U);
  EXPECT_EQ(hosts.list()[0].endpoint, host(1));
  EXPECT_EQ(hosts.list()[1].role, "leaf");
}

TEST(KnownHosts, ForgetTheOneThatWasGoodLongestAgo) {
  KnownHosts hosts;
  for (std::uint32_t i = 0; i < kMaxKnownHosts + 1; ++i)
    hosts.add(host(i), "ultrapeer");
  EXPECT_EQ(hosts.list().size(), kMaxKnownHosts);
  EXPECT_EQ(hosts.list().front().endpoint, host(kMaxKnownHosts));
  EXPECT_EQ(hosts.list().back().endpoint, host(1));
}

TEST(KnownHosts, AreALineEach) {
  KnownHosts hosts;
  hosts.add({0x7f000001, 6347}, "no word");
  hosts.add({0xc0a80105, 6346}, "ultrapeer");
  const std::string text = "servent hosts 1\n192.168.1.5:6346 ultrapeer\n127.0.0.1:6347 -\n";
  EXPECT_EQ(hosts.text(), text);
  const auto again = KnownHosts::parse(text);
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(again->text(), text);
  EXPECT_EQ(again->list()[1].role, "");
}

TEST(KnownHosts, ComeBackAsTheyWere) {
  const test::TempDir temp;
  const auto file = temp.path() / "hosts-gnutella";
  EXPECT_TRUE(load_hosts(file).value().list().empty()) << "no file, no hosts";
  KnownHosts hosts;
  for (std::uint32_t i = 0; i < kMaxKnownHosts; ++i)
    hosts.add(host(i), "a-role-of-16-let");
  ASSERT_TRUE(save_hosts(file, hosts.text()));
  EXPECT_EQ(load_hosts(file).value().text(), hosts.text());
  EXPECT_FALSE(save_hosts(temp.path() / "no" / "folder", ""));
}

TEST(KnownHosts, OfABrokenFileAreIgnored) {
  EXPECT_EQ(wrong_hosts("servent hosts 1\n"), "");
  EXPECT_EQ(wrong_hosts(""), "an empty file");
  EXPECT_EQ(wrong_hosts("hosts\n127.0.0.1:1 a\n"), "not a list of hosts");
  EXPECT_EQ(wrong_hosts("servent hosts 1\n127.0.0.1:1 a"), "the last line has no end");
  for (const char* line : {"", "127.0.0.1:1", "127.0.0.1 a", "127.0.0.1:0 a", "127.0.0.1:70000 a",
                           "127.0.0.1:1 A", "127.0.0.1:1 a b", "127.0.0.1:1 aaaaaaaaaaaaaaaaa"})
    EXPECT_EQ(wrong_hosts("servent hosts 1\n" + std::string(line) + '\n'), "a line that is no host")
        << line;
  const test::TempDir temp;
  std::ofstream(temp.path() / "hosts") << std::string(70'000, 'x');
  EXPECT_FALSE(load_hosts(temp.path() / "hosts"));
  EXPECT_FALSE(load_hosts(temp.path())) << "a folder is no file";
}

}  // namespace
}  // namespace p2p::app
