// Strangers who send rubbish, floods, or nothing: what the running program owes everybody else.
#include <string>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/un.h>

#include "tests/support/process.h"
#include "tests/support/raw_client.h"

namespace p2p {
namespace {

namespace fs = std::filesystem;
using test::Json;
using test::RawClient;
using test::Servent;
using test::wait_until;
using namespace std::chrono_literals;

class BadInput : public ::testing::Test {
 protected:
  void SetUp() override { start_server(""); }

  void start_server(const std::string& settings) {
    const fs::path config = folder_.path() / "server.toml";
    test::write_file(config, settings);
    server_ = std::make_unique<Servent>("server", folder_.path() / "server",
                                        test::Arguments{"--config", config.string()});
    ASSERT_TRUE(server_->start()) << test::read_file(server_->errors());
  }
  std::string at() const { return server_->listen(); }

  // The server answers a newcomer, so it neither fell nor hangs.
  void expect_well() const {
    const RawClient client(at());
    EXPECT_TRUE(client.log_in("well" + std::to_string(++count_)));
    EXPECT_TRUE(client.search("anything"));
  }
  // "<users> <files> <gigabytes>" as this user is told now.
  static std::string stats(const RawClient& client) {
    client.send(750, "");  // what came before, login's own 214 too, is behind its answer
    client.read_to(750);
    client.send(214, "");
    const auto frames = client.read_to(214);
    return frames.empty() ? "" : frames.back().payload;
  }
  static std::string share_line(const std::string& name) {
    return RawClient::frame(100,
                            '"' + name + "\" 0123456789abcdef0123456789abcdef 1000 128 44100 200");
  }
  // What the server says to a login, as "<type> <text>".
  static std::string greeting(const RawClient& client, const std::string& nick) {
    client.send(2, nick + " secret 0 \"probe 1.0\" 3");
    const auto frame = client.read();
    return frame ? std::to_string(frame->type) + ' ' + frame->payload : "closed";
  }

  test::TempDir folder_;
  std::unique_ptr<Servent> server_;
  mutable int count_ = 0;
};

TEST_F(BadInput, FramesCutAtAnyByteEndOnlyTheirLink) {
  const std::vector<std::pair<unsigned, std::string>> frames{{2, "nick pw 0 \"a\" 3"},
                                                             {6, "nick pw 0 \"a\" 3 a@b"},
                                                             {7, "nick"},
                                                             {100, "\"a b.mp3\" 0 1 1 1 1"},
                                                             {870, "\"C:\\\" \"a\" 0 1 1 1 1"},
                                                             {200, "FILENAME CONTAINS \"x\""},
                                                             {203, "well1 \"a\""},
                                                             {205, "well1 hello"},
                                                             {402, "#room hello"},
                                                             {211, "well1"},
                                                             {10300, "\"a\" 1 0 audio"},
                                                             {65535, "?"}};
  for (const auto& [type, payload] : frames) {
    const std::string whole = RawClient::frame(type, payload);
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
      const RawClient greeting(at());
      greeting.write(whole.substr(0, cut));
      if (cut % 4 != 0) continue;
      const RawClient user(at());
      ASSERT_TRUE(user.log_in("cut" + std::to_string(++count_)));
      user.write(whole.substr(0, cut));
    }
  }
  expect_well();
}

TEST_F(BadInput, EveryTypeWithEveryKindOfRubbishIsAnsweredOrRefused) {
  auto client = std::make_unique<RawClient>(at());
  ASSERT_TRUE(client->log_in("rubbish"));
  const std::array<std::string, 6> payloads{
      "", "\"", std::string(1, '\0'), std::string(50, '\xff'), "rubbish", "\"never closed"};
  for (unsigned type = 0; type < 1200; ++type) {
    for (const std::string& payload : payloads)
      client->send(type, payload);
    if (type % 100 != 99) continue;
    client = std::make_unique<RawClient>(at());  // fewer messages than the limit of one link
    ASSERT_TRUE(client->log_in("rubbish" + std::to_string(type)));
  }
  expect_well();
}

TEST_F(BadInput, OtherProtocolsAndTooLongFramesAreClosed) {
  for (const std::string& rubbish :
       {std::string("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), std::string("SSH-2.0-x\r\n"),
        std::string("\xff\xff\x02\x00 less than declared", 24), std::string(9000, '\x7f')}) {
    const RawClient client(at());
    client.write(rubbish);
    EXPECT_TRUE(client.is_closed_by_peer()) << rubbish.substr(0, 10);
  }
  expect_well();
}

TEST_F(BadInput, NicksAreRefusedWithAReason) {
  EXPECT_TRUE(greeting(RawClient(at()), std::string(200, 'n')).starts_with("10 Invalid nick: n"));
  EXPECT_EQ(greeting(RawClient(at()), "x\x1b[31m"), "10 Invalid nick: x\\x1b[31m");
  EXPECT_EQ(greeting(RawClient(at()), "\"open"), "404 Too few parameters for login.");
  const RawClient first(at());
  ASSERT_TRUE(first.log_in("twice"));
  EXPECT_EQ(greeting(RawClient(at()), "TWICE"), "0 Connecting too fast");
  EXPECT_EQ(greeting(RawClient(at(), "127.0.0.9"), "twice"), "0 twice is already active");
  EXPECT_EQ(stats(first).substr(0, 2), "1 ") << "the first one stays";
}

TEST_F(BadInput, OneAddressCannotTakeAllLinks) {
  server_->process().stop(SIGTERM, 5s);
  start_server("[server]\nlinks_per_loopback = 50\n");
  std::vector<std::unique_ptr<RawClient>> links;
  for (int i = 0; i < 50; ++i)
    links.push_back(std::make_unique<RawClient>(at()));
  const auto told = RawClient(at()).read();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->payload, "Too many connections from your address (50)");
  EXPECT_TRUE(RawClient(at(), "127.0.0.9").log_in("neighbour"));
  links.clear();
  EXPECT_TRUE(wait_until([&] { return RawClient(at()).log_in("later"); }, 5s));
}

TEST_F(BadInput, SharesPastTheLimitAreToldOnceAndNobodyElseNotices) {
  const RawClient other(at());
  ASSERT_TRUE(other.log_in("other"));
  const RawClient sharer(at());
  ASSERT_TRUE(sharer.log_in("million"));
  for (int thousand = 0; thousand < 60; ++thousand) {
    std::string bytes;
    for (int i = 0; i < 1000; ++i)
      bytes += share_line("C:\\song number " + std::to_string(thousand * 1000 + i) + ".mp3");
    sharer.write(bytes);
    ASSERT_TRUE(other.search("nothing like this"));
  }
  sharer.send(750, "");
  std::vector<std::string> notices;
  for (const auto& frame : sharer.read_to(750))
    if (frame.type == 404) notices.push_back(frame.payload);
  EXPECT_EQ(notices, std::vector<std::string>{"You may only share 50000 files"});
  EXPECT_EQ(stats(other), "2 50000 0");
}

// 1500 requests of eight bytes ask for seven million lines; the others waited ten seconds for it.
TEST_F(BadInput, ListsAskedForInOnePieceDoNotHoldUpTheOthers) {
  const RawClient sharer(at());
  ASSERT_TRUE(sharer.log_in("lots"));
  std::string bytes;
  for (int i = 0; i < 5000; ++i)
    bytes += share_line("C:\\song number " + std::to_string(i) + ".mp3");
  sharer.write(bytes);
  ASSERT_EQ(stats(sharer).substr(0, 6), "1 5000");
  const RawClient greedy(at());
  ASSERT_TRUE(greedy.log_in("greedy"));
  std::string requests;
  for (int i = 0; i < 1500; ++i)
    requests += RawClient::frame(211, "lots");
  greedy.write(requests);
  ASSERT_TRUE(sharer.search("anything")) << "within five seconds";
  std::size_t lines = 0;
  std::size_t ends = 0;
  while (ends < 1500) {
    const auto frame = greedy.read();
    ASSERT_TRUE(frame) << "each is answered: " << ends;
    if (frame->type == 212) ++lines;
    if (frame->type == 213) ++ends;
  }
  EXPECT_GE(lines, 20'000U);
  EXPECT_LT(lines, 100'000U);
}

TEST_F(BadInput, RegistrationsThatHashDoNotHoldUpALogin) {
  std::vector<std::unique_ptr<RawClient>> crowd;
  for (int i = 0; i < 100; ++i) {
    crowd.push_back(std::make_unique<RawClient>(at()));
    crowd.back()->send(6, "crowd" + std::to_string(i) + " secret 0 \"probe\" 3 a@b");
  }
  EXPECT_TRUE(RawClient(at()).log_in("stranger"));
  pollfd last{crowd.back()->socket(), POLLIN, 0};
  EXPECT_EQ(::poll(&last, 1, 0), 0) << "the crowd still waits";
  EXPECT_EQ(server_->process().stop(SIGTERM, 5s), 0) << "what waits does not hold up the end";
}

// --- data connections --------------------------------------------------------------------------

TEST_F(BadInput, ADataConnectionGivesNothingButSharedFiles) {
  test::write_file(folder_.path() / "files/real song.mp3", std::string(30'000, 'x'));
  test::write_file(folder_.path() / "secret.txt", "secret");
  Servent alice(
      "client", folder_.path() / "alice",
      {"--nick", "alice", "--connect", at(), "--share", (folder_.path() / "files").string()});
  ASSERT_TRUE(alice.start());
  const RawClient bob(at());
  ASSERT_TRUE(bob.log_in("bob"));
  ASSERT_TRUE(wait_until([&] { return stats(bob).starts_with("2 1 "); }, 10s));
  const std::string good = "files\\real song.mp3";
  for (const std::string& request :
       {std::string("GETbob \"files\\..\\secret.txt\" 0"),
        std::string("GETbob \"/etc/hostname\" 0"), std::string("GETbob \"..\" 0"),
        "GETbob \"" + good + '\0' + "\" 0", "GETbob \"" + good + "\" -1",
        "GETbob \"" + good + "\" 99999999999999999999", "GETbob \"" + good + "\" 30001",
        "SENDbob \"" + good + "\" 30000", "GET" + std::string(5000, 'x')}) {
    const RawClient data(alice.listen());
    data.write(request);
    std::string answer(64, '\0');
    std::size_t got = 0;
    for (ssize_t count = 1; count > 0 && got < answer.size();
         got += static_cast<std::size_t>(count)) {
      count = ::recv(data.socket(), answer.data() + got, answer.size() - got, 0);
      if (count <= 0) break;
    }
    answer.resize(got);
    EXPECT_TRUE(answer.empty() || answer == "1" || answer == "1INVALID REQUEST")
        << request << ": " << answer;
  }
  EXPECT_EQ(alice.run("status").status, 0);
}

// --- the control socket ------------------------------------------------------------------------

class ControlClient {
 public:
  explicit ControlClient(const fs::path& path)
      : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    path.string().copy(to.sun_path, sizeof to.sun_path - 1);
    const void* address = &to;
    ::connect(socket_, static_cast<const sockaddr*>(address), sizeof to);
  }
  ~ControlClient() { ::close(socket_); }
  ControlClient(const ControlClient&) = delete;
  ControlClient& operator=(const ControlClient&) = delete;

  // How many bytes were taken before the other side closed.
  std::size_t write(std::string_view bytes) const {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t sent = ::send(socket_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
      if (sent <= 0) break;
      done += static_cast<std::size_t>(sent);
    }
    return done;
  }
  std::string read() const {
    std::string out(65536, '\0');
    const ssize_t got = ::recv(socket_, out.data(), out.size(), 0);
    out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return out;
  }

 private:
  int socket_;
};

TEST_F(BadInput, TheControlSocketIsOursAloneAndOutlivesRubbish) {
  const fs::path socket = server_->home() / "control.sock";
  EXPECT_EQ(fs::status(socket).permissions(), fs::perms(0600));
  for (const std::string& line :
       {std::string("rubbish"), std::string("\0", 1), std::string("[]"), std::string(60'000, '['),
        "{\"v\":1,\"do\":\"get\",\"links\":" + std::string(20'000, '[') + std::string(20'000, ']') +
            "}",
        std::string(R"({"v":1,"do":"pause","id":99999999999999999999})"),
        std::string("GET / HTTP/1.0\r")}) {
    const ControlClient client(socket);
    client.write(line + '\n');
    EXPECT_NE(client.read().find("\"ok\":false"), std::string::npos) << line.substr(0, 40);
  }
  {
    const ControlClient half(socket);
    half.write(R"({"v":1,"do":"sta)");
  }
  const ControlClient endless(socket);
  EXPECT_LT(endless.write(std::string(10'000'000, 'x')), 2'000'000U);
  const ControlClient deaf(socket);
  for (int i = 0; i < 50; ++i)
    deaf.write("{\"v\":1,\"do\":\"status\"}\n");
  EXPECT_EQ(server_->run("status").status, 0);
  {
    std::vector<std::unique_ptr<ControlClient>> idle;
    for (int i = 0; i < 40; ++i)
      idle.push_back(std::make_unique<ControlClient>(socket));
    EXPECT_EQ(server_->run("status").status, 1) << "told that too many commands run";
  }
  EXPECT_TRUE(wait_until([&] { return server_->run("status").status == 0; }, 5s));
}

TEST_F(BadInput, ASocketFileOfAKilledNodeIsReplaced) {
  server_->process().stop(SIGKILL, 5s);
  ASSERT_TRUE(fs::exists(server_->home() / "control.sock"));
  ASSERT_TRUE(server_->start());
  EXPECT_EQ(server_->run("status").status, 0);
}

}  // namespace
}  // namespace p2p
