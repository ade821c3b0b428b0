// Bytes from a server, in random cuts, into a logged in client with questions open: no crash, and
// every search ends exactly once.
#include <algorithm>
#include <cstdlib>
#include <span>

#include "protocols/napster/client.h"

#include "tests/support/recorder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace p2p;
  ModeConfig config;
  config.nick = "bob";
  config.connect = {Endpoint{0x7f000001, 8888}};
  test::World world;
  Cx cx = world.cx();
  const auto client = napster::make_client(config);
  client->wake(cx);
  const LinkId link{world.out.next_link - 1};
  client->link_up(link, LinkInfo{config.connect[0], false, true}, cx);
  Query query;
  query.words = {"zed"};
  client->command(Search{SearchId{1}, query}, cx);
  client->command(Browse{SearchId{2}, "alice"}, cx);
  client->command(Reach{ReachId{1}, Source{"napster", "alice", "x.mp3", {}, 0}}, cx);
  const Bytes bytes = std::as_bytes(std::span(data, size));
  for (std::size_t at = 0; at < size && world.out.closed.empty();) {
    const std::size_t length = std::min<std::size_t>(1 + data[at] % 64U, size - at);
    client->receive(link, bytes.subspan(at, length), cx);
    at += length;
  }
  for (const UploadAsked& asked : world.out.take<UploadAsked>())
    client->command(UploadAnswer{asked.ticket, UploadAnswer::Verdict::accept, 0, 0}, cx);
  client->command(Leave{}, cx);
  if (world.out.take<Ended>().size() != 2 || client->deadline() != kNever) std::abort();
  return 0;
}
