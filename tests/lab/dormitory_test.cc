#include "servent/lab/dormitory.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

#include <gtest/gtest.h>

#include "protocols/base/query.h"
#include "protocols/base/rng.h"

#include "servent/lab/graph.h"
#include "servent/lab/world.h"

namespace p2p::lab {
namespace {

// Nodes lie down and get up as they are needed; nobody sees it, whatever happens to them.
class Dormancy : public testing::TestWithParam<std::tuple<SearchMethod, std::size_t>> {
 protected:
  // All that passes on links and all that nodes say, in one number.
  class Witness final : public Guest {
   public:
    void told(NodeNumber node, Event& event) override {
      note(node);
      note(event.index());
      if (std::holds_alternative<Found>(event)) ++found;
      if (const auto* asked = std::get_if<PageAsked>(&event)) {
        Page page{asked->ticket, {}, 0, true};
        if (node % kSharers == 0) page.files.push_back(file_of(node));
        world->command(node, page);
      }
      if (const auto* asked = std::get_if<Asked>(&event))
        if (node % kSharers == 0) world->command(node, Answer{asked->ticket, {file_of(node)}, {}});
    }
    Mark sent(NodeNumber from, NodeNumber to, Bytes bytes, Stream stream) override {
      note(from);
      note(to);
      note(stream);
      note(world->now());
      for (const std::byte one : bytes)
        note(std::to_integer<std::uint64_t>(one));
      return 0;
    }
    // And all that a node says of itself.
    void look_at(NodeNumber node) {
      const Mode& mode = world->mode(node);
      Report report;
      mode.describe(report);
      note(report.state);
      for (const PeerRow& row : report.peers) {
        note(static_cast<std::uint64_t>(row.link));
        note(to_text(row.endpoint));
        note(row.role);
        note(std::uint64_t{row.inbound});
        note(static_cast<std::uint64_t>(row.since.time_since_epoch().count()));
      }
      for (const auto& [name, count] : report.counters)
        note(count);
      Packer packed;
      mode.pack(packed);
      if (!packed.fits()) return;
      Unpacker in(packed.bytes().data());
      Packer again;
      mode.unpack(in)->pack(again);
      // Routes may lie in another order.
      EXPECT_TRUE(std::ranges::is_permutation(again.bytes(), packed.bytes()));
    }

    World* world = nullptr;
    std::uint64_t sum = 0;
    std::size_t found = 0;
    std::size_t most_packed = 0;  // at once

   private:
    static constexpr NodeNumber kSharers = 20;
    static SharedFile file_of(NodeNumber node) {
      SharedFile file;
      file.name = "quartet " + std::to_string(node) + ".mp3";
      file.size_bytes = 1'000 + node;
      return file;
    }
    void note(std::uint64_t value) { sum = mixed(sum ^ value) + kMixStep; }
    void note(std::string_view text) { note(std::hash<std::string_view>{}(text)); }
  };

  // A network in which searches of all kinds are made while nodes come and go.
  static Witness live(std::size_t most_awake, SearchMethod method) {
    Rng rng(8);
    const Graph graph = random_graph(kNodes, 2, rng);
    Witness witness;
    World world(3, {}, witness);
    world.keep_awake(most_awake);
    witness.world = &world;
    const auto add = [&](NodeNumber node) {
      ModeConfig config;
      config.listen = World::address(node);
      config.only_connect = true;
      config.flat.method = method;
      config.flat.enough = 5;
      config.upkeep = config.tallies = node < kOthers;
      return find_mode("gnutella", "plain")->make(config);
    };
    for (NodeNumber node = 0; node < kNodes; ++node)
      world.add(add(node));
    for (NodeNumber node = 0; node < kNodes; ++node)
      world.start(node);
    for (const auto& [a, b] : graph.edges)
      world.link(a, b);
    for (std::uint32_t search = 1; search <= kSearches; ++search) {
      const auto asker = static_cast<NodeNumber>(rng.below(kNodes));
      const auto gone = static_cast<NodeNumber>(kOthers + rng.below(kNodes - kOthers));
      const auto peer = static_cast<NodeNumber>((gone + 1) % kNodes);
      if (world.is_up(asker))
        world.command(asker, Search{SearchId{search}, parse_query("quartet")});
      world.run(world.now() + 200);
      witness.most_packed = std::max(witness.most_packed, world.packed());
      if (world.is_up(gone)) {
        world.kill(gone);
      } else {
        world.replace(gone, add(gone));
        world.start(gone);
        if (world.is_up(peer)) world.link(gone, peer);
      }
      // Now and then long enough for what was seen to be forgotten.
      world.run(world.now() + (search % 16 == 0 ? 1'000'000 : 3'000));
    }
    for (NodeNumber node = 0; node < kNodes; ++node)
      if (world.is_up(node)) witness.look_at(node);
    return witness;
  }

  static constexpr NodeNumber kNodes = 400;
  static constexpr NodeNumber kOthers = 8;  // the first, who were told something else
  static constexpr std::uint32_t kSearches = 32;
};

TEST_P(Dormancy, IsNotSeen) {
  const auto& [method, most_awake] = GetParam();
  const Witness all = live(0, method);
  const Witness few = live(most_awake, method);
  EXPECT_GT(all.found, 100U);
  EXPECT_EQ(few.found, all.found);
  EXPECT_EQ(few.sum, all.sum);
  EXPECT_EQ(all.most_packed, 0U);
  EXPECT_GT(few.most_packed, kNodes / 2);
}

INSTANTIATE_TEST_SUITE_P(World, Dormancy,
                         testing::Combine(testing::Values(SearchMethod::flood, SearchMethod::ring,
                                                          SearchMethod::walk,
                                                          SearchMethod::directed),
                                          testing::Values(1, 30)));

}  // namespace
}  // namespace p2p::lab
