// A relayed query over loopback: a supernode of KaZaA mode beside an ultrapeer of Gnutella mode,
// two real processes with equally many links of their kind and the same questions, which neither
// can answer. Each query comes in by one link, another in turn, and goes out by all others; what
// hangs on the supernode answers with "end", and it says so to who asked when all have. 1, 8 or 64
// queries are sent at once, and the next ones when all copies and ends of these came out. With
// `children` 50 children, or leaves with their tables, hang on them as in relay_bench. CPU is all
// of the relaying process's.
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>

#include <poll.h>

#include "protocols/kazaa/translate.h"

#include "tests/bench/crowd.h"
#include "tests/bench/gnutella_peer.h"
#include "tests/bench/kazaa_peer.h"
#include "tests/bench/leaf_files.h"
#include "tests/bench/node_process.h"
#include "tests/bench/rounds.h"

namespace {

using namespace p2p;         // NOLINT(google-build-using-namespace): a program of its own
using namespace p2p::bench;  // NOLINT(google-build-using-namespace)

constexpr double kRoundUs = 500e3;
constexpr double kPatience = 10e6;      // us, of any wait
constexpr double kRate = 15'000 / 1e6;  // queries of a link a us: more than 20,000/s are dropped
constexpr std::uint8_t kTtl = 3;

std::uint64_t next_number() {
  static std::uint64_t number = 0;
  return ++number;
}

class Supernode {
 public:
  Supernode(std::size_t links, std::size_t children) : node_("kazaa", "supernode") {
    for (std::size_t child = 0; child < children; ++child) {
      KazaaPeer& peer = *children_.emplace_back(std::make_unique<KazaaPeer>(node_.port()));
      for (std::size_t i = 0; i < kFilesOfLeaf; ++i)
        peer.write(kazaa::Type::share, kazaa::share_payload(leaf_file(child, i)));
      peer.flush();
    }
    for (std::size_t link = 0; link < links; ++link)
      peers_.push_back(std::make_unique<KazaaPeer>(node_.port(), link));
  }
  int pid() const { return node_.pid(); }
  const KazaaPeers& peers() const { return peers_; }

  void ask(std::size_t link, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t number = next_number();
      Query asks;
      asks.words = {"flood", "of", "words", std::to_string(number)};
      Buffer relayed;
      const Buffer query = *kazaa::query_payload(asks, 1);
      kazaa::append_relayed_query(relayed, {numbered(number), kTtl, 0, query});
      peers_[link]->write(kazaa::Type::relayed_query, relayed);
    }
    peers_[link]->flush();
  }
  // Copies and ends that came to this link.
  std::size_t hear(std::size_t link) {
    std::size_t heard = 0;
    peers_[link]->read([&](const kazaa::Frame& frame) {
      if (frame.type == kazaa::Type::relayed_end) {
        ++heard;
      } else if (frame.type == kazaa::Type::relayed_query) {
        ++heard;
        Buffer end;
        kazaa::append_relayed_end(end, {kazaa::decode_relayed_query(frame.payload)->id, 1});
        peers_[link]->write(kazaa::Type::relayed_end, end);
      }
    });
    peers_[link]->flush();
    return heard;
  }
  // What a query makes come out.
  std::size_t answers() const { return peers_.size(); }

 private:
  NodeProcess node_;
  KazaaPeers children_;
  KazaaPeers peers_;
};

class Ultrapeer {
 public:
  Ultrapeer(std::size_t links, std::size_t leaves) : node_("gnutella", "ultrapeer") {
    for (std::size_t leaf = 0; leaf < leaves; ++leaf) {
      leaves_.push_back(std::make_unique<Peer>(node_.port(), links + leaf, false, false));
      for (const Buffer& payload : gnutella::qrp_update(nullptr, leaf_table(leaf))) {
        Buffer message;
        gnutella::append_message(message, {numbered(next_number()), gnutella::Type::qrp, 1, 0, 0},
                                 payload);
        leaves_.back()->write(message);
      }
      leaves_.back()->flush();
    }
    for (std::size_t link = 0; link < links; ++link)
      peers_.push_back(std::make_unique<Peer>(node_.port(), link, true, false));
  }
  int pid() const { return node_.pid(); }
  const Peers& peers() const { return peers_; }

  void ask(std::size_t link, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t number = next_number();
      Buffer payload;
      gnutella::append_query(
          payload, {gnutella::query_flags::kMark, "flood of words " + std::to_string(number), {}});
      Buffer message;
      gnutella::append_message(message, {numbered(number), gnutella::Type::query, kTtl, 0, 0},
                               payload);
      peers_[link]->write(message);
    }
    peers_[link]->flush();
  }
  std::size_t hear(std::size_t link) {
    std::size_t heard = 0;
    peers_[link]->read([&](const gnutella::Frame& frame) {
      heard += frame.header.type == gnutella::Type::query ? 1U : 0U;
    });
    return heard;
  }
  std::size_t answers() const { return peers_.size() - 1; }

 private:
  NodeProcess node_;
  Peers leaves_;
  Peers peers_;
};

// Queries a CPU second.
template <class Node>
double relay(Node& node, std::size_t window) {
  const ServerProcess process(node.pid());
  std::vector<pollfd> all;
  for (const auto& peer : node.peers())
    all.push_back({peer->socket(), POLLIN, 0});
  const double cpu = process.cpu_us();
  const double start = wall_us();
  std::size_t asked = 0;
  while (wall_us() - start < kRoundUs) {
    const double due = start + static_cast<double>(asked) / static_cast<double>(all.size()) / kRate;
    const double early = due - wall_us();
    if (early > 0) ::usleep(static_cast<useconds_t>(early));
    node.ask(asked / window % all.size(), window);
    asked += window;
    const double end = wall_us() + kPatience;
    for (std::size_t missing = window * node.answers(); missing > 0;) {
      if (wall_us() > end) throw std::runtime_error("messages are lost");
      ::poll(all.data(), all.size(), 100);
      for (std::size_t link = 0; link < all.size(); ++link)
        if (all[link].revents != 0) missing -= node.hear(link);
    }
  }
  return static_cast<double>(asked) / ((process.cpu_us() - cpu) / 1e6);
}

void compare_at(std::size_t links, std::size_t leaves) {
  Supernode ours(links, leaves);
  Ultrapeer theirs(links, leaves);
  for (const std::size_t window : {1U, 8U, 64U}) {
    const Compared compared = compare([&] { return std::vector<double>{relay(ours, window)}; },
                                      [&] { return std::vector<double>{relay(theirs, window)}; });
    constexpr double kLeastRatio = 0.5;
    print({"supernode.loopback" + std::to_string(links) + (leaves > 0 ? ".children" : "") + ".w" +
               std::to_string(window),
           compared.ours[0], "queries/CPU s", "ultrapeer", compared.ratios[0], ">= 0.5",
           compared.ratios[0] >= kLeastRatio});
  }
}

}  // namespace

int main() {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    for (const std::size_t links : {4U, 10U})
      for (const std::size_t leaves : {kLeaves, std::size_t{0}})
        compare_at(links, leaves);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "supernode_loopback_bench: %s\n", failure.what());
    return 1;
  }
}
