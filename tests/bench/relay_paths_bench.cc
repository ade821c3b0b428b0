// What the whole way of a message through our node costs (performance.md, section 6, relay.*),
// beside a relay that looks at nothing (raw_relay.h). An ultrapeer of 100 neighbours, 32 ultrapeers
// and 68 leaves, and messages of 23 + 100 bytes that come in by one link and go out by exactly one
// other. CPU is all of the relaying process's. Two ways:
//
//   relay.*        hits. Each of the 100 links brings hits for queries that its partner sent
//                  before: framed, its TTL counted down, the way back found by the table of GUIDs,
//                  the way to its sender learnt in the other one.
//   relay.query.*  queries on their last hop between the 32 ultrapeers: framed, text cut into words
//                  and hashed, GUID new in the table, TTL counted down, and the keyword tables of
//                  99 neighbours asked, of which one fits.
//
// The targets are of the first. idle, w8, w64: 1, 8 or 64 messages of each link are in flight. They
// are sent at once, and the next when all of them came out. The raw relay gets the same bytes in
// the same way.
#include <array>
#include <csignal>
#include <set>

#include <poll.h>

#include "protocols/gnutella/extensions.h"
#include "protocols/gnutella/qrp.h"

#include "tests/bench/crowd.h"
#include "tests/bench/gnutella_peer.h"
#include "tests/bench/node_process.h"
#include "tests/bench/raw_relay.h"
#include "tests/bench/rounds.h"

namespace {

using namespace p2p;            // NOLINT(google-build-using-namespace): a program of its own
using namespace p2p::bench;     // NOLINT(google-build-using-namespace)
using namespace p2p::gnutella;  // NOLINT(google-build-using-namespace)

constexpr std::size_t kLinks = 100;
constexpr std::size_t kUltrapeers = 32;  // as many as an ultrapeer takes
constexpr std::size_t kPayload = 100;
constexpr double kRoundUs = 1e6;
constexpr int kRoundsHere = 9;      // the raw relay's figures differ much from one to the next
constexpr double kPatience = 10e6;  // us, of any wait
constexpr std::size_t kGuidsOfLeaf = 40;  // a leaf may ask 50 times in a burst
constexpr std::size_t kGuidsOfOther = 2000;

std::size_t partner(std::size_t link) {
  return link ^ 1U;
}

Buffer query(const Guid& guid, const std::string& text, std::uint8_t ttl) {
  Buffer payload;
  append_query(payload, {query_flags::kMark, text, {}});
  // What hangs off it: one GGEP block that means nothing to us.
  if (ttl > 1) {
    const Buffer filler(kPayload - payload.size() - 6, std::byte{0x55});
    Buffer block;
    GgepWriter(true).add("XX", filler).append_to(block);
    payload.insert(payload.end(), block.begin(), block.end());
    payload.push_back(std::byte{0});
  }
  Buffer message;
  append_message(message, {guid, Type::query, ttl, 0, 0}, payload);
  return message;
}

Buffer hit(const Guid& query, const Guid& servent) {
  Buffer payload;
  Writer writer(payload);
  writer.u8(1).u16le(6346).u32be(0x7f000001).u32le(1000);  // records, port, address, speed
  writer.u32le(1).u32le(4'000'000).text(std::string(63, 'n')).u8(0).u8(0);
  writer.bytes(servent.bytes);
  Buffer message;
  append_message(message, {query, Type::hit, 3, 1, 0}, payload);
  return message;
}

std::string word(std::size_t link, std::size_t number) {
  return "link" + std::to_string(link) + "word" + std::to_string(number);
}
std::string words(std::size_t link) {
  return word(link, 0) + ' ' + word(link, 1) + ' ' + word(link, 2);
}

std::uint64_t next_number() {
  static std::uint64_t number = 1;
  return ++number;
}

class Load {
 public:
  enum class What : std::uint8_t { hits, queries };

  Load(Peers peers, int pid) : peers_(std::move(peers)), process_(pid), guids_(peers_.size()) {}

  // The neighbours' tables, and the queries that hits will be for.
  void prepare() {
    for (std::size_t link = 0; link < peers_.size(); ++link) {
      QrpTable table;
      for (std::size_t i = 0; i < 3; ++i)
        table.add(word(link, i));
      for (const Buffer& payload : qrp_update(nullptr, table)) {
        Buffer message;
        append_message(message, {numbered(next_number()), Type::qrp, 1, 0, 0}, payload);
        peers_[link]->write(message);
      }
      const std::size_t count = link < kUltrapeers ? kGuidsOfOther : kGuidsOfLeaf;
      for (std::size_t i = 0; i < count; ++i) {
        guids_[link].push_back(numbered(next_number()));
        peers_[link]->write(query(guids_[link].back(), "nothing of nobody", 1));
      }
      peers_[link]->flush();
      settle(*peers_[link]);
    }
  }
  // To a relay that knows no queries.
  void pretend() {
    for (auto& guids : guids_)
      guids.assign(kGuidsOfLeaf, numbered(next_number()));
  }

  // Messages per CPU second.
  double run(What what, std::size_t window) {
    const std::size_t senders = what == What::hits ? peers_.size() : kUltrapeers;
    std::vector<std::size_t> missing(peers_.size(), window);
    const auto send = [&](std::size_t link) {
      missing[link] = window;
      for (std::size_t i = 0; i < window; ++i)
        peers_[link]->write(message(what, link));
      peers_[link]->flush();
    };
    const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t link = 0; link < peers_.size(); ++link) {
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = link;
      ::epoll_ctl(epoll, EPOLL_CTL_ADD, peers_[link]->socket(), &event);
    }
    const std::uint64_t first = next_number();
    const double cpu = process_.cpu_us();
    const double start = wall_us();
    std::size_t received = 0;
    std::size_t busy = senders;
    for (std::size_t link = 0; link < senders; ++link)
      send(link);
    while (busy > 0) {
      std::array<epoll_event, kLinks> events;
      const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), 1000);
      const double passed = wall_us() - start;
      if (passed > kRoundUs + kPatience) throw std::runtime_error("messages are lost");
      for (int i = 0; i < count; ++i) {
        const std::size_t to = events[static_cast<std::size_t>(i)].data.u64;
        const std::size_t from = partner(to);
        peers_[to]->read([&](const Frame& frame) {
          const bool ours = what == What::hits ? frame.header.type == Type::hit
                                               : frame.header.type == Type::query &&
                                                     number_of(frame.header.guid) > first;
          if (!ours) return;
          if (from >= senders || missing[from] == 0) throw std::runtime_error("a stray message");
          --missing[from];
          ++received;
        });
        if (from >= senders || missing[from] > 0) continue;
        if (passed < kRoundUs)
          send(from);
        else if (stopped_.insert(from).second)
          --busy;
      }
    }
    stopped_.clear();
    ::close(epoll);
    return static_cast<double>(received) / ((process_.cpu_us() - cpu) / 1e6);
  }

 private:
  // Until it has read all that was sent: it answers a ping.
  static void settle(Peer& peer) {
    const Guid guid = numbered(next_number());
    Buffer message;
    append_message(message, {guid, Type::ping, 1, 0, 0}, {});
    peer.write(message);
    bool is_answered = false;
    for (const double end = wall_us() + kPatience; !is_answered;) {
      if (wall_us() > end) throw std::runtime_error("no pong");
      peer.flush();
      pollfd one{peer.socket(), POLLIN, 0};
      ::poll(&one, 1, 10);
      peer.read([&](const Frame& frame) { is_answered |= frame.header.guid == guid; });
    }
  }

  Buffer message(What what, std::size_t link) {
    const Guid fresh = numbered(next_number());
    if (what == What::queries) return query(fresh, words(partner(link)), 2);
    const std::vector<Guid>& guids = guids_[partner(link)];
    return hit(guids[number_of(fresh) % guids.size()], fresh);
  }

  Peers peers_;
  ServerProcess process_;
  std::vector<std::vector<Guid>> guids_;  // of each link's own queries
  std::set<std::size_t> stopped_;
};

void compare_at(const std::string& name, Load& ours, Load& raw, Load::What what, std::size_t window,
                double target) {
  const auto run = [&](Load& load) {
    return [&load, what, window] { return std::vector<double>{load.run(what, window)}; };
  };
  const Compared compared = compare(run(ours), run(raw), kRoundsHere);
  char text[16] = "report";
  if (target > 0) std::snprintf(text, sizeof text, ">= %.1f", target);
  print({name, compared.ours[0], "messages/CPU s", "raw epoll relay", compared.ratios[0], text,
         compared.ratios[0] >= target});
}

// `only`: the benchmarks whose names begin with it.
void run(const std::string& only) {
  const NodeProcess node("gnutella", "ultrapeer");
  const RawRelay relay(kLinks);
  Peers known;
  Peers unknown;
  for (std::size_t link = 0; link < kLinks; ++link) {
    known.push_back(std::make_unique<Peer>(node.port(), link, link < kUltrapeers, false));
    unknown.push_back(std::make_unique<Peer>(relay.port()));
  }
  Load ours(std::move(known), node.pid());
  Load raw(std::move(unknown), relay.pid());
  ours.prepare();
  raw.pretend();
  // The hits first: many queries push the earlier ones out of the table.
  for (const auto what : {Load::What::hits, Load::What::queries}) {
    const std::string name = what == Load::What::hits ? "relay." : "relay.query.";
    const auto at = [&](const std::string& which, std::size_t window, double target) {
      if ((name + which).starts_with(only))
        compare_at(name + which, ours, raw, what, window, what == Load::What::hits ? target : 0);
    };
    at("idle", 1, 0.6);
    at("w8", 8, 0.5);
    at("w64", 64, 0.4);
  }
}

}  // namespace

// An argument is the beginning of the names to run: all without one.
int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    run(argc > 1 ? argv[1] : "");
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "relay_paths_bench: %s\n", failure.what());
    return 1;
  }
}
