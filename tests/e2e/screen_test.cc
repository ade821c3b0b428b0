// The screen of the real program in a terminal: typed at, resized, stopped, killed, and left alone
// by a terminal that reads nothing.
#include <gtest/gtest.h>

#include "tests/support/count_of.h"
#include "tests/support/terminal_program.h"

namespace p2p {
namespace {

using test::Arguments;
using test::count_of;
using test::Servent;
using test::TerminalProgram;
using namespace std::chrono_literals;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr test::Millis kScreenEndsWithin = 8s;  // a sanitized program is many times slower
#else
constexpr test::Millis kScreenEndsWithin = 2s;
#endif

using Environment = std::map<std::string, std::string>;

struct Screen : testing::Test {
  // The program with its screen, in a home of its own.
  std::unique_ptr<TerminalProgram> start(Arguments more = {}, Environment settings = {},
                                         int width = 80, int height = 24) {
    Arguments words{SERVENT_BINARY, "--home", home().string(), "--mode",   "napster",    "--role",
                    "client",       "--nick", "you",           "--listen", "127.0.0.1:0"};
    words.insert(words.end(), more.begin(), more.end());
    settings.insert({{"TERM", "xterm-256color"}, {"LC_ALL", "C.UTF-8"}, {"NO_COLOR", ""}});
    return std::make_unique<TerminalProgram>(words, width, height, settings);
  }
  std::filesystem::path home() const { return folder.path() / "you"; }
  int status_of_node() const {
    test::Process asked({SERVENT_BINARY, "status", "--home", home().string()},
                        folder.path() / "errors");
    asked.read_all(5s);
    return asked.wait(1s);
  }

  test::TempDir folder;
};

TEST_F(Screen, FindsAndDownloads) {
  Servent server("server", folder.path() / "server");
  ASSERT_TRUE(server.start());
  const std::string content(100'000, 'x');
  test::write_file(folder.path() / "music" / "zed quartet \u009B31m\u202E.mp3", content);
  test::write_file(folder.path() / "music" / "Zed Été.mp3", content + "y");
  Servent ann("client", folder.path() / "ann",
              {"--nick", "ann", "--connect", server.listen(), "--share",
               (folder.path() / "music").string()});
  ASSERT_TRUE(ann.start());
  ASSERT_TRUE(test::wait_until(
      [&] {
        const auto rows = server.run("status").rows();
        return !rows.empty() && rows[0].dump().find("\"files\":2") != std::string::npos;
      },
      10s));

  const auto you = start({"--connect", server.listen()});
  ASSERT_TRUE(you->sees("1 link"));
  you->type("zed\r");
  ASSERT_TRUE(you->sees("2 files"));
  EXPECT_TRUE(you->sees("zed quartet ⟨9B⟩31m⟨RLO⟩.mp3"));
  you->type("ntyping goes on");  // a new search, over the answers of the last
  EXPECT_TRUE(you->sees("> typing goes on█"));
  EXPECT_TRUE(you->sees("Zed Été.mp3"));
  you->type("\x1b");
  ASSERT_TRUE(you->sees("? help"));
  you->type("/ETE\r");
  ASSERT_TRUE(you->draw_until([&] { return !you->screen.has("zed quartet"); }));
  you->type("\r2");
  EXPECT_TRUE(you->sees("verified: the whole file has the SHA-1"));
  EXPECT_EQ(test::read_file(home() / "downloads" / "Zed Été.mp3"), content + "y");
  EXPECT_TRUE(you->screen.faults().empty());
  you->type("q");
  EXPECT_EQ(you->wait(), 0);
}

TEST_F(Screen, RestoresTheTerminalHoweverItEnds) {
  struct End {
    int signal;
    int status;
  };
  for (const End& end : {End{0, 0},
                         {SIGTERM, 0},
                         {SIGHUP, 0},
                         {SIGINT, 0},
                         {SIGQUIT, 0},
                         {SIGSEGV, 128 + SIGSEGV},
                         {SIGBUS, 128 + SIGBUS},
                         {SIGFPE, 128 + SIGFPE},
                         {SIGILL, 128 + SIGILL},
                         {SIGABRT, 128 + SIGABRT}}) {
    const auto you = start();
    ASSERT_TRUE(you->sees("1 Search"));
    EXPECT_FALSE(you->is_restored());
    if (end.signal == 0)
      you->type("\x03");
    else
      you->signal(end.signal);
    EXPECT_EQ(you->wait(kScreenEndsWithin), end.status) << "signal " << end.signal;
    EXPECT_TRUE(you->restores()) << "signal " << end.signal;
  }
}

TEST_F(Screen, StopsLikeAnyJobAndComesBack) {
  const auto you = start();
  ASSERT_TRUE(you->sees("1 Search"));
  for (int round = 0; round < 2; ++round) {
    you->type("\x1a");
    ASSERT_TRUE(you->stopped());
    ASSERT_TRUE(you->restores());
    you->resize(70 + round, 20);
    you->go_on();
    EXPECT_TRUE(you->sees("1 Search"));
    EXPECT_TRUE(you->sees("Enter search"));
    EXPECT_FALSE(you->is_restored());
  }
  you->type("\x03");
  EXPECT_EQ(you->wait(kScreenEndsWithin), 0);
  EXPECT_TRUE(you->restores());
  EXPECT_EQ(count_of(you->bytes(), "?1049h"), 3U);
  EXPECT_EQ(count_of(you->bytes(), "?1049l"), 3U);
}

TEST_F(Screen, EntersAndLeavesOnceInReverse) {
  const auto you = start();
  ASSERT_TRUE(you->sees("1 Search"));
  EXPECT_EQ(you->screen.modes(), (std::set<int>{1000, 1006, 1049, 2004}));
  you->type("\x03");
  ASSERT_EQ(you->wait(kScreenEndsWithin), 0);
  const std::string& bytes = you->bytes();
  std::size_t last = 0;
  for (const char* order : {"?1049h", "?25l", "?2004h", "?1000h", "?1006h", "?1006l", "?1000l",
                            "?2004l", "?25h", "?1049l"}) {
    EXPECT_EQ(count_of(bytes, order), 1U) << order;
    EXPECT_GE(bytes.find(order), last) << order;
    last = bytes.find(order);
  }
}

TEST_F(Screen, ListensToTheMouseUnlessItShallNot) {
  const auto you = start();
  ASSERT_TRUE(you->sees("F1 help"));
  you->type("\x1b[<0;16;1M\x1b[<0;16;1m");
  EXPECT_TRUE(you->sees("[2 Downloads]"));
  test::write_file(home() / "servent.toml", "mouse = false\npaste = false\n");
  you->type("q");
  EXPECT_EQ(you->wait(kScreenEndsWithin), 0);
  const auto again = start();
  ASSERT_TRUE(again->sees("F1 help"));
  EXPECT_EQ(again->screen.modes(), (std::set<int>{1049}));
}

TEST_F(Screen, SendsWholeFramesWhereTheTerminalAnnouncesThem) {
  const auto you = start();
  ASSERT_TRUE(you->sees("F1 help"));
  EXPECT_EQ(count_of(you->bytes(), "?2026$p"), 1U);
  EXPECT_EQ(count_of(you->bytes(), "?2026h"), 0U);
  you->type("\x1b[?2026;2$yzed");
  ASSERT_TRUE(you->sees("> zed█"));
  EXPECT_GE(count_of(you->bytes(), "?2026h"), 1U);
  EXPECT_EQ(count_of(you->bytes(), "?2026h"), count_of(you->bytes(), "?2026l"));
  EXPECT_TRUE(you->screen.faults().empty()) << you->screen.faults().front();
}

TEST_F(Screen, TakesAPasteOfAMegabyte) {
  const auto you = start();
  ASSERT_TRUE(you->sees("F1 help"));
  you->type("\x1b");
  ASSERT_TRUE(you->sees("? help"));
  const std::string piece("q\x1b[31mx\r\x07\n", 10);
  ASSERT_TRUE(you->type_all("\x1b[200~"));
  for (std::size_t sent = 0; sent < 1'000'000; sent += 100 * piece.size()) {
    std::string much;
    for (int i = 0; i < 100; ++i)
      much += piece;
    ASSERT_TRUE(you->type_all(much));
  }
  ASSERT_TRUE(you->type_all("\x1b[201~\x15the end"));
  EXPECT_TRUE(you->sees("> the end█"));
  EXPECT_TRUE(you->screen.faults().empty());
}

TEST_F(Screen, RunsTheUsersProgramForNews) {
  Servent server("server", folder.path() / "server");
  ASSERT_TRUE(server.start());
  const auto told = folder.path() / "told";
  const auto program = folder.path() / "program";
  test::write_file(program, "#!/bin/sh\nprintf '%s|' \"$#\" \"$1\" > '" + told.string() + "'\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  std::filesystem::create_directories(home());
  test::write_file(home() / "servent.toml", "notify = \"" + program.string() + "\"\nbell = true\n");
  const auto you = start({"--connect", server.listen()});
  ASSERT_TRUE(you->sees("1 link"));
  server.process().stop(SIGKILL, 5s);
  ASSERT_TRUE(you->sees("The last link is lost"));
  ASSERT_TRUE(test::wait_until(
      [&] { return test::read_file(told).starts_with("1|The last link is lost: "); }, 5s));
  EXPECT_EQ(you->screen.faults(), std::vector<std::string>{"control 7"});  // the bell
  you->type(
      "\x1b"
      "6");
  EXPECT_TRUE(you->sees("info"));
  EXPECT_TRUE(you->sees("The last link is lost"));
}

TEST_F(Screen, HasTheKeysOfItsUser) {
  std::filesystem::create_directories(home());
  test::write_file(home() / "keys.toml", "theme = \"Z\"\nhelp = [\"E\"]\n");
  const auto you = start();
  ASSERT_TRUE(you->sees("F1 help"));
  you->type("\x1b");
  ASSERT_TRUE(you->sees("E help"));
  you->type("Z");
  EXPECT_TRUE(you->sees("Theme: dark"));
  you->type(":quit\r");
  EXPECT_EQ(you->wait(kScreenEndsWithin), 0);
  test::write_file(home() / "keys.toml", "[Downloads]\npause = \"x\"\n");
  const auto again = start();
  EXPECT_EQ(again->wait(kScreenEndsWithin), 2);
  EXPECT_TRUE(again->sees("keys.toml:2: \"x\" would be both \"pause\" and"));
  EXPECT_EQ(again->bytes().find('\x1b'), std::string::npos);
}

TEST_F(Screen, ShowsTheCursorToScreenReaders) {
  const auto you = start({"--plain", "--color", "16"});
  ASSERT_TRUE(you->sees("F1 help"));
  EXPECT_TRUE(you->screen.modes().contains(25));
  EXPECT_EQ(you->screen.cursor(), std::pair(2, 1));  // behind "> "
  EXPECT_FALSE(you->screen.has("│"));
}

TEST_F(Screen, FollowsTheSizeOfTheTerminal) {
  const auto you = start();
  ASSERT_TRUE(you->sees("F1 help"));  // the end of the frame
  for (const auto& [width, height] : {std::pair{20, 5}, {1, 1}, {200, 60}, {40, 12}, {80, 24}}) {
    you->resize(width, height);
    EXPECT_TRUE(you->draw_until([&, last = height - 1] { return !you->screen.row(last).empty(); }))
        << width << 'x' << height;
    EXPECT_EQ(you->screen.scrolled(), 0);
  }
  EXPECT_TRUE(you->sees("1 Search"));
}

TEST_F(Screen, EndsWhenTheTerminalIsGone) {
  const auto you = start();
  ASSERT_TRUE(you->sees("1 Search"));
  you->vanish();
  EXPECT_EQ(you->wait(kScreenEndsWithin), 0);
}

TEST_F(Screen, IsNotHeldUpByATerminalThatReadsNothing) {
  const auto you = start();
  ASSERT_TRUE(you->sees("1 Search"));
  ASSERT_TRUE(you->fill());
  you->type("\x0c");
  ASSERT_TRUE(test::wait_until([&] { return you->has_read_all_keys(); }, 5s));
  EXPECT_EQ(status_of_node(), 0);
  you->type("zed");  // and it goes on when somebody reads again
  EXPECT_TRUE(you->sees("> zed█"));
  EXPECT_TRUE(you->screen.faults().empty());
}

TEST_F(Screen, RestoresATerminalThatReadsNothing) {
  const auto you = start();
  ASSERT_TRUE(you->sees("1 Search"));
  ASSERT_TRUE(you->fill());
  you->type("\x0c");
  ASSERT_TRUE(test::wait_until([&] { return you->has_read_all_keys(); }, 5s));
  you->signal(SIGTERM);
  EXPECT_EQ(you->wait(kScreenEndsWithin), 0);
  EXPECT_TRUE(you->restores());
}

TEST_F(Screen, SaysWhatIsWrongWithTheConnection) {
  const auto you = start({"--connect", "127.0.0.1:1"});
  EXPECT_TRUE(you->sees("offline: "));
  EXPECT_TRUE(you->sees("No link is up"));
}

TEST_F(Screen, StopsInTheMiddleOfAFrame) {
  const auto you = start();
  ASSERT_TRUE(you->sees("F1 help"));
  ASSERT_TRUE(you->fill());
  you->type("\x0c");
  ASSERT_TRUE(test::wait_until([&] { return you->has_read_all_keys(); }, 5s));
  you->signal(SIGTSTP);
  ASSERT_TRUE(you->stopped());
  EXPECT_TRUE(you->restores());
  you->go_on();
  EXPECT_TRUE(you->sees("F1 help"));
  you->type("zed");
  EXPECT_TRUE(you->sees("> zed█"));
  EXPECT_TRUE(you->screen.faults().empty());
}

// Somebody stops it as no terminal does, and it is not asked before.
TEST_F(Screen, DrawsAgainWhenItWasStoppedFromOutside) {
  const auto you = start();
  ASSERT_TRUE(you->sees("F1 help"));
  you->signal(SIGSTOP);
  ASSERT_TRUE(you->stopped());
  you->screen.resize(80, 24);  // what a shell wrote is on it
  you->go_on();
  EXPECT_TRUE(you->sees("F1 help"));
  EXPECT_EQ(count_of(you->bytes(), "?1049h"), 2U);
  EXPECT_EQ(count_of(you->bytes(), "?1049l"), 0U);
}

TEST_F(Screen, SpeaksAsciiWithoutColourWhereItMust) {
  const auto you =
      start({"--connect", "127.0.0.1:1"}, {{"LC_ALL", "C"}, {"LANG", "C"}, {"NO_COLOR", "1"}});
  ASSERT_TRUE(you->sees("1 Search"));
  you->type("d\xc3\xa9j\xc3\xa0\x1b");
  ASSERT_TRUE(you->sees("> d?j?"));
  you->type("?");
  ASSERT_TRUE(you->sees("Here: Search"));
  for (const char byte : you->bytes())
    ASSERT_GE(byte, 0);
  for (const char* colour : {"\x1b[0;3", "\x1b[0;9", "\x1b[0;1;3"})
    EXPECT_EQ(you->bytes().find(colour), std::string::npos);
}

TEST_F(Screen, RefusesWhatIsNoTerminal) {
  for (const char* kind : {"dumb", ""}) {
    const auto you = start({}, {{"TERM", kind}});
    EXPECT_EQ(you->wait(kScreenEndsWithin), 2);
    EXPECT_TRUE(you->sees("this needs a terminal"));
    EXPECT_EQ(you->bytes().find('\x1b'), std::string::npos);
  }
  const auto odd = start({}, {{"TERM", "no-such-terminal"}});
  EXPECT_EQ(odd->wait(kScreenEndsWithin), 2);
  EXPECT_TRUE(odd->sees("TERM=no-such-terminal"));
}

TEST_F(Screen, RunsOnOlderTerminals) {
  for (const char* kind : {"linux", "vt100", "xterm", "screen"}) {
    const auto you = start({}, {{"TERM", kind}});
    EXPECT_TRUE(you->sees("1 Search")) << kind;
    you->type("\x03");
    EXPECT_EQ(you->wait(kScreenEndsWithin), 0) << kind;
    EXPECT_TRUE(you->restores()) << kind;
  }
}

}  // namespace
}  // namespace p2p
