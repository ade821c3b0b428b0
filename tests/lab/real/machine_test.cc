// Machines that real nodes run on, and the processes there.
#include "servent/lab/real/machine.h"

#include <csignal>

#include <gtest/gtest.h>

namespace p2p::lab {
namespace {

using namespace std::chrono_literals;

Child started(std::vector<std::string> words) {
  Child::Wanted wanted;
  wanted.words = std::move(words);
  auto child = Child::start(wanted);
  if (!child) throw std::runtime_error(child.error().detail);
  return std::move(*child);
}

TEST(Child, TalksByLines) {
  Child cat = started({"cat"});
  EXPECT_TRUE(cat.write("one"));
  EXPECT_TRUE(cat.write("two"));
  EXPECT_EQ(cat.read_line(Clock::now() + 5s), "one");
  EXPECT_EQ(cat.read_line(Clock::now() + 5s), "two");
  EXPECT_EQ(cat.read_line(Clock::now()), std::nullopt);
  EXPECT_EQ(cat.ended(), std::nullopt);
  cat.close_input();
  EXPECT_EQ(cat.ended_by(Clock::now() + 5s), "exit status 0");
}

TEST(Child, TellsHowItEnded) {
  Child four = started({"sh", "-c", "exit 4"});
  EXPECT_EQ(four.ended_by(Clock::now() + 5s), "exit status 4");
  Child killed = started({"cat"});
  killed.kill(SIGKILL);
  EXPECT_EQ(killed.ended_by(Clock::now() + 5s), "signal 9 (Killed)");
  Child none = started({"/nonexistent/program"});
  EXPECT_EQ(none.ended_by(Clock::now() + 5s), "exit status 127");
}

TEST(Child, IsKilledWithItsObject) {
  pid_t pid = 0;
  {
    Child cat = started({"cat"});
    pid = cat.pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST(Hosts, AreALineEach) {
  const auto hosts = read_hosts(
      "# of the lab\n\nada@10.1.2.3\nbob@lab2 10.1.2.4  # by the door\n"
      "eve@lab3 10.1.2.5 bin/servent\n127.0.0.1 bin/servent\n",
      "hosts");
  ASSERT_TRUE(hosts) << hosts.error().detail;
  ASSERT_EQ(hosts->size(), 4U);
  EXPECT_EQ((*hosts)[0].address, "10.1.2.3");
  EXPECT_EQ((*hosts)[1].name, "bob@lab2");
  EXPECT_EQ((*hosts)[1].address, "10.1.2.4");
  EXPECT_EQ((*hosts)[2].command,
            (std::vector<std::string>{"ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-T",
                                      "eve@lab3", "bin/servent", "lab", "agent"}));
  EXPECT_EQ((*hosts)[3].command[7], "bin/servent");
}

TEST(Hosts, AWrongLineIsNamed) {
  const auto why = [](std::string_view text) {
    const auto hosts = read_hosts(text, "hosts");
    return hosts ? std::string() : hosts.error().detail;
  };
  EXPECT_EQ(why(""), "hosts names no host");
  EXPECT_TRUE(why("10.1.2.3\na 1.2.3.4 b c\n").starts_with("hosts:2: a host is")) << why("a b c d");
  EXPECT_TRUE(why("-oProxyCommand=x\n").starts_with("hosts:1: a host is"));
  EXPECT_EQ(why("a 1.2.3.400 servent\n"), "hosts:1: \"1.2.3.400\" is no address");
}

TEST(Machine, ThatCannotBeReachedIsNamed) {
  const auto machine = Machine::open({"ada@nowhere", "10.1.2.3", {"sh", "-c", "exit 255"}}, "");
  ASSERT_FALSE(machine);
  EXPECT_EQ(machine.error().detail,
            "ada@nowhere cannot be used: its agent ended with exit status 255");
}

TEST(Machine, ThatIsNoAgentIsNamed) {
  const auto machine =
      Machine::open({"ada@shell", "10.1.2.3", {"sh", "-c", "echo Welcome; cat"}}, "");
  ASSERT_FALSE(machine);
  EXPECT_EQ(machine.error().detail, "ada@shell does not talk as an agent: Welcome");
}

}  // namespace
}  // namespace p2p::lab
