// A central server in a test: users who write frames, a host that answers for the accounts, and the
// captured conversations of tests/vectors/napster as scripts (its README tells their form).
#pragma once

#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "protocols/napster/message.h"
#include "protocols/napster/server.h"

#include "tests/support/recorder.h"

namespace p2p::test {

struct Told {  // one frame of the server
  std::uint16_t type = 0;
  std::string payload;
  friend bool operator==(const Told&, const Told&) = default;
};
inline std::ostream& operator<<(std::ostream& out, const Told& told) {
  return out << told.type << " [" << told.payload << "]";
}

inline std::vector<Told> frames_in(Bytes bytes) {
  std::vector<Told> told;
  napster::FrameReader reader;
  reader.feed(bytes);
  while (const auto frame = reader.next().value_or(std::nullopt))
    told.push_back({frame->type, std::string(frame->payload)});
  return told;
}

struct ScriptLine {
  char who = 0;
  bool to_server = false;
  Buffer bytes;  // one frame
};
inline std::vector<ScriptLine> read_script(const std::string& name) {
  std::vector<ScriptLine> script;
  std::ifstream file(std::string(TEST_DATA_DIR) + "/vectors/napster/" + name);
  for (std::string line; std::getline(file, line);)
    if (line.size() > 3 && line[0] != '#')
      script.push_back({line[0], line[1] == '>', from_hex(line.substr(3))});
  return script;
}

class ServerWorld {
 public:
  struct Account {
    std::string nick, password, email;
    std::uint8_t level = 1;
  };
  static constexpr std::uint32_t kHome = 0x7f000001;

  explicit ServerWorld(ModeConfig config = vector_config()) : server(napster::make_server(config)) {
    wake();
  }
  static ModeConfig vector_config() {
    ModeConfig config;
    config.server_name = "vector.test";
    return config;
  }

  LinkId connect(std::uint32_t address = kHome) {
    const LinkId link{next_++};
    Cx cx = world.cx();
    server->link_up(link, {{address, 40000}, true, false}, cx);
    return link;
  }
  void feed(LinkId link, Bytes bytes) {
    if (is_closed(link)) return;
    Cx cx = world.cx();
    server->receive(link, bytes, cx);
    if (answers) answer_accounts();
  }
  void say(LinkId link, std::uint16_t type, std::string_view payload = {}) {
    Buffer frame;
    napster::append_frame(frame, type, payload);
    feed(link, frame);
  }
  void leave(LinkId link) {
    Cx cx = world.cx();
    server->link_down(link, Reason::closed, cx);
  }
  void wake() {
    Cx cx = world.cx();
    server->wake(cx);
  }
  void pass(Duration time) {
    world.now += time;
    wake();
  }
  // Logs in and forgets the greeting.
  LinkId user(const std::string& nick, int port = 6699, std::uint32_t address = kHome,
              const std::string& agent = "probe 1.0") {
    const LinkId link = connect(address);
    say(link, 2, nick + " pw " + std::to_string(port) + " \"" + agent + "\" 7");
    (void)heard(link);
    return link;
  }
  LinkId operator_user(const std::string& nick, std::uint8_t level) {
    accounts[nick] = {nick, "pw", "op@vector.test", level};
    return user(nick);
  }
  std::vector<Told> heard(LinkId link) { return frames_in(world.out.bytes_to(link)); }
  bool is_closed(LinkId link) const {
    for (const auto& closed : world.out.closed)
      if (closed.link == link) return true;
    return false;
  }

  // What a host does with AccountAsked; keys are lower-case nicks.
  void answer_accounts() {
    for (auto asked = world.out.take<AccountAsked>(); !asked.empty();
         asked = world.out.take<AccountAsked>()) {
      for (const AccountAsked& one : asked) {
        Cx cx = world.cx();
        server->command(answer_to(one), cx);
      }
    }
  }

  World world;
  std::map<std::string, Account> accounts;
  bool answers = true;
  std::unique_ptr<Mode> server;

 private:
  AccountAnswer answer_to(const AccountAsked& asked) {
    using Kind = AccountAsked::Kind;
    AccountAnswer answer;
    answer.ticket = asked.ticket;
    answer.known = accounts.contains(asked.nick);
    if (asked.kind == Kind::create && !answer.known) {
      accounts[asked.nick] = {asked.nick, asked.password, asked.email, asked.level};
      answer.known = answer.verified = true;
    } else if (answer.known) {
      Account& account = accounts[asked.nick];
      if (asked.kind == Kind::verify) answer.verified = account.password == asked.password;
      if (asked.kind == Kind::set_password) account.password = asked.password;
      if (asked.kind == Kind::set_level) account.level = asked.level;
      if (asked.kind != Kind::verify && asked.kind != Kind::create) answer.verified = true;
    }
    if (answer.known) {
      answer.nick = accounts[asked.nick].nick;
      answer.level = accounts[asked.nick].level;
      answer.last_seen_unix = 1'000'000'000;
    }
    if (asked.kind == Kind::remove) accounts.erase(asked.nick);
    return answer;
  }

  std::uint64_t next_ = 1;
};

}  // namespace p2p::test
