// Two users and a stranger write anything, cut anywhere, to the central server: no crash, and
// every link ends at most once. A byte b of input says who writes (b / 64) and how much (b % 64).
#include <algorithm>
#include <array>

#include "protocols/napster/message.h"
#include "protocols/napster/server.h"

#include "tests/support/recorder.h"

using namespace p2p;
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::World world;
  const auto server = napster::make_server({});
  Cx cx = world.cx();
  const std::array links{LinkId{1}, LinkId{2}, LinkId{3}};
  const auto feed = [&](LinkId link, Bytes bytes) {
    const auto is_it = [&](const auto& closed) { return closed.link == link; };
    if (std::ranges::count_if(world.out.closed, is_it) > 1) __builtin_trap();
    if (std::ranges::any_of(world.out.closed, is_it)) return;
    server->receive(link, bytes, cx);
    for (const AccountAsked& asked : world.out.take<AccountAsked>())
      server->command(AccountAnswer{asked.ticket, true, true, false, 3, asked.nick, {}, 0}, cx);
  };
  for (const LinkId link : links)
    server->link_up(link, {{0x7f000001, 9}, true, false}, cx);
  for (std::size_t user = 0; user < 2; ++user) {
    Buffer login;
    napster::append_frame(login, 2, user == 0 ? "anna p 1 \"servent\" 3" : "bob p 0 \"x\" 3");
    feed(links[user], login);
  }
  for (Bytes rest = std::as_bytes(std::span(data, size)); !rest.empty();) {
    const auto head = std::to_integer<std::size_t>(rest.front());
    const Bytes part = rest.subspan(1).first(std::min(head % 64, rest.size() - 1));
    feed(links[std::min<std::size_t>(head / 64, 2)], part);
    rest = rest.subspan(1 + part.size());
  }
  return 0;
}
