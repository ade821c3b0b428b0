// An ultrapeer of ours under load, over loopback: queries of some neighbours relayed to two others
// (performance.md section 4; the figures beside it are gtk-gnutella's), a hit over a compressed
// hop, and what it holds in memory. Only 127.0.0.1.
#include <csignal>

#include <poll.h>

#include "protocols/gnutella/qrp.h"

#include "tests/bench/crowd.h"
#include "tests/bench/gnutella_peer.h"
#include "tests/bench/node_process.h"
#include "tests/bench/rounds.h"

namespace {

using namespace p2p;            // NOLINT(google-build-using-namespace): a program of its own
using namespace p2p::bench;     // NOLINT(google-build-using-namespace)
using namespace p2p::gnutella;  // NOLINT(google-build-using-namespace)

constexpr double kPatience = 10e6;  // us, of any wait

Buffer query(const Guid& guid, const std::string& text, std::uint8_t ttl) {
  Buffer payload;
  append_query(payload, {query_flags::kMark, text, {}});
  Buffer message;
  append_message(message, {guid, Type::query, ttl, 0, 0}, payload);
  return message;
}

void wait_readable(const Peers& peers, int ms) {
  std::vector<pollfd> all;
  for (const auto& peer : peers)
    all.push_back({peer->socket(), POLLIN, 0});
  ::poll(all.data(), all.size(), ms);
}

// `per_second` of each sender for `seconds`; what the receivers get, and how late.
void flood(const std::string& name, Peers& senders, Peers& receivers, double per_second,
           double seconds, double most_p99_ms, const ServerProcess& process) {
  static std::uint64_t next = 1;
  const std::uint64_t first = next;
  std::vector<double> sent_at;
  std::vector<double> late_us;
  std::size_t received = 0;
  const double start = wall_us();
  const double cpu = process.cpu_us();
  const auto hear = [&] {
    for (const auto& peer : receivers)
      peer->read([&](const Frame& frame) {
        if (frame.header.type != Type::query) return;
        ++received;
        late_us.push_back(wall_us() - sent_at[number_of(frame.header.guid) - first]);
      });
    for (const auto& peer : senders)
      peer->read([](const Frame&) {});
  };
  double done = 0;
  while (done < seconds * 1e6) {
    done = std::min(wall_us() - start, seconds * 1e6);
    const auto due = static_cast<std::uint64_t>(per_second * done / 1e6) * senders.size();
    for (std::size_t turn = 0; next - first < due; ++turn) {
      sent_at.push_back(wall_us());
      senders[turn % senders.size()]->write(
          query(numbered(next), "flood of words " + std::to_string(next), 3));
      ++next;
    }
    for (const auto& peer : senders)
      peer->flush();
    wait_readable(receivers, 1);
    hear();
  }
  const std::size_t wanted = sent_at.size() * receivers.size();
  for (const double end = wall_us() + 2e6; received < wanted && wall_us() < end;) {
    for (const auto& peer : senders)
      peer->flush();
    wait_readable(receivers, 10);
    hear();
  }
  const double lost = 1.0 - static_cast<double>(received) / static_cast<double>(wanted);
  print({name + ".lost", lost, "of " + std::to_string(wanted), "", 0, "0", received == wanted});
  print({name + ".p50", percentile(late_us, 50) / 1e3, "ms", "", 0, "report", true});
  const double p99 = percentile(late_us, 99) / 1e3;
  print({name + ".p99", p99, "ms", "", 0,
         most_p99_ms > 0 ? "< " + std::to_string(static_cast<int>(most_p99_ms)) : "report",
         most_p99_ms <= 0 || p99 < most_p99_ms});
  print({name + ".cpu", (process.cpu_us() - cpu) / static_cast<double>(sent_at.size()),
         "us CPU/query", "", 0, "report", true});
}

// One query, until `patience_us` are over. Was there a hit?
bool asked(Peer& peer, double patience_us) {
  static std::uint64_t number = std::uint64_t{1} << 40U;
  const Guid guid = numbered(++number);
  const double end = wall_us() + patience_us;
  peer.write(query(guid, "zephyr shared", 1));
  peer.flush();
  bool here = false;
  while (!here && wall_us() < end) {
    pollfd one{peer.socket(), POLLIN, 0};
    ::poll(&one, 1, 10);
    peer.read([&](const Frame& frame) {
      here = here || (frame.header.type == Type::hit && frame.header.guid == guid);
    });
  }
  return here;
}

// From the query to its hit, both through zlib.
void compressed_hop(Peer& peer) {
  const double end = wall_us() + kPatience;
  while (!asked(peer, 100e3))  // the node still hashes
    if (wall_us() > end) throw std::runtime_error("no hit");
  std::vector<double> times;
  for (int i = 0; i < 50; ++i) {
    const double start = wall_us();
    if (!asked(peer, kPatience)) throw std::runtime_error("no hit");
    times.push_back(wall_us() - start);
  }
  const double p50 = percentile(times, 50) / 1e3;
  const double p99 = percentile(times, 99) / 1e3;
  print({"gnutella.hit_compressed.p50", p50, "ms", "", 0, "< 20", p50 < 20});
  print({"gnutella.hit_compressed.p99", p99, "ms", "", 0, "< 20", p99 < 20});
}

void enter(Peers& to, std::size_t count, std::uint16_t port, bool is_ultrapeer, bool deflates) {
  static std::size_t number = 0;
  for (std::size_t i = 0; i < count; ++i)
    to.push_back(std::make_unique<Peer>(port, ++number, is_ultrapeer, deflates));
}

void run() {
  const NodeProcess node("gnutella", "ultrapeer");
  const std::uint16_t port = node.port();
  const ServerProcess process(node.pid());
  print({"gnutella.idle_bytes", process.resident_bytes(), "bytes RSS", "", 0, "report", true});

  Peers zipped;
  enter(zipped, 1, port, true, true);
  compressed_hop(*zipped.front());

  Peers leaves;
  enter(leaves, 50, port, false, true);
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    QrpTable table;
    for (int word = 0; word < 300; ++word)
      table.add("leaf" + std::to_string(i) + "word" + std::to_string(word));
    for (const Buffer& payload : qrp_update(nullptr, table)) {
      Buffer message;
      append_message(message, {numbered(i), Type::qrp, 1, 0, 0}, payload);
      leaves[i]->write(message);
    }
    leaves[i]->flush();
  }
  Peers receivers;
  enter(receivers, 2, port, true, false);
  Peers senders;
  enter(senders, 1, port, true, false);
  flood("gnutella.flood_6k", senders, receivers, 6000, 5, 50, process);
  print({"gnutella.leaves50_bytes", process.resident_bytes(), "bytes RSS", "", 0, "< 34 MB",
         process.resident_bytes() < 34e6});
  enter(senders, 3, port, true, false);
  flood("gnutella.flood_16k", senders, receivers, 4000, 5, 0, process);
  const double full = process.resident_bytes();
  flood("gnutella.flood_16k_again", senders, receivers, 4000, 20, 0, process);
  print({"gnutella.flood_growth", process.resident_bytes() - full, "bytes RSS in 20 s", "", 0,
         "< 1 MB", process.resident_bytes() - full < 1e6});
}

}  // namespace

int main() {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    run();
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "relay_bench: %s\n", failure.what());
    return 1;
  }
}
