// What a relayed query costs a supernode of KaZaA mode beside an ultrapeer of Gnutella mode, both
// with equally many links of their kind and the same questions, which nobody there can answer; in
// one process without sockets (mode_host.h). Each query comes in by one link and goes out by all
// others. A supernode hears an "end" from each of these then and says one itself; an ultrapeer
// hears nothing. What comes in is made before the clock starts, 1 or 8 messages of a link in one
// piece. With `children` the supernode has 50 children, the ultrapeer 50 leaves with their tables
// (leaf_files.h). The target is on supernode_loopback_bench, where sockets have their price too.
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "protocols/gnutella/frames.h"
#include "protocols/gnutella/handshake.h"
#include "protocols/gnutella/message.h"
#include "protocols/gnutella/qrp.h"
#include "protocols/kazaa/message.h"
#include "protocols/kazaa/query.h"
#include "protocols/kazaa/relay.h"
#include "protocols/kazaa/session.h"
#include "protocols/kazaa/translate.h"

#include "tests/bench/leaf_files.h"
#include "tests/bench/mode_host.h"
#include "tests/bench/numbered.h"
#include "tests/bench/rounds.h"

namespace {

using namespace p2p;         // NOLINT(google-build-using-namespace): a program of its own
using namespace p2p::bench;  // NOLINT(google-build-using-namespace)

constexpr std::size_t kQueries = 8000;  // a round
constexpr Duration kBetween = 1ms;
constexpr std::uint32_t kFirst = 0x0a010001;  // address of the first neighbour
constexpr std::uint8_t kTtl = 3;

std::uint64_t next_number() {
  static std::uint64_t number = 0;
  return ++number;
}

std::string asked(std::uint64_t number) {
  return "flood of words " + std::to_string(number);
}

// What comes in at once, and by which link.
struct Piece {
  LinkId link{};
  Buffer bytes;
};

class Supernode {
 public:
  Supernode(std::size_t links, std::size_t children) : host_("kazaa", "supernode", config(links)) {
    for (std::size_t i = 0; i < links; ++i) {
      Buffer caller;
      kazaa::append_neighbours(caller, {{{address(i), 1214}, 0}});
      greet(i).session.send(kazaa::Type::neighbours, caller);
      Buffer hello;
      kazaa::append_hello_message(hello, {});
      peers_[i].session.send(kazaa::Type::hello, hello);
      host_.receive(peers_[i].link, peers_[i].session.take_output());
    }
    for (std::size_t child = 0; child < children; ++child) {
      Peer& peer = greet(links + child);
      for (std::size_t i = 0; i < kFilesOfLeaf; ++i) {
        peer.session.send(kazaa::Type::share, kazaa::share_payload(leaf_file(child, i)));
      }
      host_.receive(peer.link, peer.session.take_output());
    }
    links_ = links;
    (void)copies();
  }

  // The queries come by the first link, and the ends by the others.
  std::vector<Piece> pieces(std::size_t window) {
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < window; ++i)
      say_query(numbered(next_number()));
    pieces.push_back({peers_[0].link, peers_[0].session.take_output()});
    for (std::size_t link = 1; link < links_; ++link) {
      for (const Guid& guid : guids_) {
        Buffer end;
        kazaa::append_relayed_end(end, {guid, 1});
        peers_[link].session.send(kazaa::Type::relayed_end, end);
      }
      pieces.push_back({peers_[link].link, peers_[link].session.take_output()});
    }
    guids_.clear();
    return pieces;
  }
  // Queries that came out since.
  std::size_t copies() {
    std::size_t copies = 0;
    ends_ = 0;
    for (Peer& peer : peers_) {
      const Buffer bytes = host_.sent(peer.link);
      peer.session.feed(bytes);
      for (auto next = peer.session.next(); next && *next; next = peer.session.next()) {
        copies += (*next)->type == kazaa::Type::relayed_query ? 1U : 0U;
        ends_ += (*next)->type == kazaa::Type::relayed_end ? 1U : 0U;
      }
    }
    return copies;
  }
  std::size_t ends() const { return ends_; }
  ModeHost& host() { return host_; }

 private:
  struct Peer {
    LinkId link{};
    kazaa::Session session = kazaa::Session::child();
  };

  static std::uint32_t address(std::size_t peer) {
    return kFirst + static_cast<std::uint32_t>(peer);
  }
  static ModeConfig config(std::size_t links) {
    ModeConfig config;
    config.supernode.max_links = static_cast<std::uint32_t>(links);
    return config;
  }
  Peer& greet(std::size_t number) {
    Peer& peer = peers_.emplace_back(Peer{host_.accept(address(number))});
    while (peer.session.state() != kazaa::Session::State::open) {
      host_.receive(peer.link, peer.session.take_output());
      peer.session.feed(host_.sent(peer.link));
    }
    return peer;
  }
  void say_query(const Guid& guid) {
    Query asks;
    asks.words = {"flood", "of", "words", std::to_string(number_of(guid))};
    const Buffer query = *kazaa::query_payload(asks, 1);
    Buffer relayed;
    kazaa::append_relayed_query(relayed, {guid, kTtl, 0, query});
    peers_[0].session.send(kazaa::Type::relayed_query, relayed);
    guids_.push_back(guid);
  }

  ModeHost host_;
  std::size_t links_ = 0;
  std::size_t ends_ = 0;
  std::vector<Peer> peers_;
  std::vector<Guid> guids_;
};

class Ultrapeer {
 public:
  Ultrapeer(std::size_t links, std::size_t leaves) : host_("gnutella", "ultrapeer", {}) {
    for (std::size_t i = 0; i < links; ++i)
      greet(true);
    for (std::size_t leaf = 0; leaf < leaves; ++leaf) {
      greet(false);
      for (const Buffer& payload : gnutella::qrp_update(nullptr, leaf_table(leaf))) {
        Buffer message;
        gnutella::append_message(message, {numbered(next_number()), gnutella::Type::qrp, 1, 0, 0},
                                 payload);
        host_.receive(links_.back(), message);
      }
    }
    (void)copies();
  }

  std::vector<Piece> pieces(std::size_t window) {
    Buffer bytes;
    for (std::size_t i = 0; i < window; ++i) {
      const std::uint64_t number = next_number();
      Buffer payload;
      gnutella::append_query(payload, {gnutella::query_flags::kMark, asked(number), {}});
      gnutella::append_message(bytes, {numbered(number), gnutella::Type::query, kTtl, 0, 0},
                               payload);
    }
    return {{links_[0], bytes}};
  }
  std::size_t copies() {
    std::size_t copies = 0;
    for (const LinkId link : links_) {
      const Buffer bytes = host_.sent(link);
      gnutella::FrameReader reader(false);
      reader.feed(bytes);
      for (auto next = reader.next(); next && *next; next = reader.next())
        copies += (*next)->header.type == gnutella::Type::query ? 1U : 0U;
    }
    return copies;
  }
  ModeHost& host() { return host_; }

 private:
  void greet(bool is_ultrapeer) {
    using gnutella::Handshake;
    const std::uint32_t address = kFirst + static_cast<std::uint32_t>(links_.size());
    const LinkId link = host_.accept(address);
    Handshake handshake = Handshake::initiator({{"User-Agent", "bench/1.0"},
                                                {"X-Ultrapeer", is_ultrapeer ? "True" : "False"},
                                                {"X-Query-Routing", "0.2"},
                                                {"X-Ultrapeer-Query-Routing", "0.1"},
                                                {"X-Degree", "32"}});
    host_.receive(link, bytes_of(handshake.take_output()));
    if (handshake.feed(host_.sent(link)) == Handshake::State::decide) handshake.answer({});
    host_.receive(link, bytes_of(handshake.take_output()));
    if (handshake.state() != Handshake::State::open) throw std::runtime_error("not greeted");
    (void)host_.sent(link);
    links_.push_back(link);
  }

  ModeHost host_;
  std::vector<LinkId> links_;
};

// Microseconds of CPU that a query takes.
template <class Node>
double relay(Node& node, std::size_t links, std::size_t window) {
  std::vector<std::vector<Piece>> windows;
  for (std::size_t i = 0; i < kQueries / window; ++i)
    windows.push_back(node.pieces(window));
  const double start = thread_cpu_us();
  for (const std::vector<Piece>& pieces : windows) {
    node.host().pass(kBetween * window);
    for (const Piece& piece : pieces)
      node.host().receive(piece.link, piece.bytes);
  }
  const double took = thread_cpu_us() - start;
  if (node.copies() != kQueries * (links - 1)) throw std::runtime_error("copies are missing");
  return took / static_cast<double>(kQueries);
}

// `only`: the benchmarks whose names begin with it.
void compare_at(std::size_t links, std::size_t children, std::size_t window,
                const std::string& only) {
  const std::string name = "supernode.relay" + std::to_string(links) +
                           (children > 0 ? ".children" : "") + ".w" + std::to_string(window);
  if (!name.starts_with(only)) return;
  Supernode ours(links, children);
  Ultrapeer theirs(links, children);
  const Compared compared = compare(
      [&] {
        const double took = relay(ours, links, window);
        if (ours.ends() != kQueries) throw std::runtime_error("ends are missing");
        return std::vector<double>{1e6 / took};
      },
      [&] { return std::vector<double>{1e6 / relay(theirs, links, window)}; });
  print({name, compared.ours[0], "queries/CPU s", "ultrapeer", compared.ratios[0], "report", true});
}

}  // namespace

// An argument is the beginning of the names to run: all without one.
int main(int argc, char** argv) {
  try {
    for (const std::size_t links : {4U, 10U})
      for (const std::size_t children : {std::size_t{0}, kLeaves})
        for (const std::size_t window : {1U, 8U})
          compare_at(links, children, window, argc > 1 ? argv[1] : "");
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "supernode_relay_bench: %s\n", failure.what());
    return 1;
  }
}
