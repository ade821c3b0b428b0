// The crowd: user and disk of every node of a world. It answers what nodes ask their disk from the
// placement, asks the network what it is told to ask, and tells what became of each question.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "servent/lab/fingerprint.h"
#include "servent/lab/meter.h"
#include "servent/lab/placement.h"
#include "servent/lab/pollution.h"
#include "servent/lab/world.h"

namespace p2p::lab {

// What became of one question. A copy is a file at a node; those of the asker do not count.
struct AskedQuery {
  NodeNumber asker = 0;
  World::Ms asked_at = 0;
  std::uint32_t existing = 0;      // copies that fitted, at nodes that were up when it was asked
  std::uint32_t found = 0;         // of these
  std::uint32_t wrong = 0;         // hits that named no copy, or one of a node that was not up
  std::uint32_t hits = 0;          // all, those found again too
  std::uint32_t stale = 0;         // of them, those on nodes that were not up when the hit came
  std::optional<Fetched> fetched;  // a copy of a file whose copies are polluted
  std::optional<World::Ms> first_hit_after;  // a hit on one of these
  std::optional<unsigned> first_hit_hops;    // links from the asker to the node that answered it
  std::optional<Ended::Why> ended;           // nothing: it was not by itself

  bool is_success() const { return found > 0; }
  // Of what there was; nothing where nothing was.
  std::optional<double> recall() const;
};

class Crowd final : public Guest {
 public:
  // Makes the Mode of a node for a role it asks to play (Become).
  using Make = std::function<std::unique_ptr<Mode>(NodeNumber, std::string_view role)>;

  // All outlive it. Without `make` nodes keep their roles.
  Crowd(Placement& placement, Meter& meter, Make make = {});
  // Before anything happens in it.
  void enter(World& world) { world_ = &world; }
  // Is told all that this one is told; null: nobody.
  void set_onlooker(Guest* onlooker) { onlooker_ = onlooker; }

  // Who asks for a file with polluted copies fetches it from those found, when the time is up.
  void fetch(const Pollution& pollution, bool checks, std::uint64_t seed);

  // Now. What comes in later than `wait_ms` does not count, and the node stops looking. Returns its
  // place in asked().
  std::size_t ask(NodeNumber node, const Query& query, World::Ms wait_ms);
  const std::vector<AskedQuery>& asked() const { return asked_; }
  // Hits that each node gave, of all questions.
  const std::vector<std::uint64_t>& answers() const { return answers_; }
  // Hash of all that was sent so far: by whom, to whom, which bytes.
  std::string fingerprint() const { return fingerprint_.text(); }

  // The user's name at a node: where a network knows sharers by name, by this they are found.
  static std::string nick(NodeNumber node);

  void told(NodeNumber node, Event& event) override;
  Mark sent(NodeNumber from, NodeNumber to, Bytes bytes, Stream stream) override;
  void arrives(NodeNumber from, NodeNumber to, Bytes bytes) override {
    if (onlooker_ != nullptr) onlooker_->arrives(from, to, bytes);
  }

 private:
  struct Running {
    std::vector<Copy> copies;  // that exist, ascending
    std::vector<bool> is_found;
  };

  void found(const Found& hits);
  void count(AskedQuery& asked, Running& running, const Hit& hit);
  void count_answer(AskedQuery& asked, NodeNumber by);
  void try_copies(AskedQuery& asked, const Running& running);
  std::optional<Copy> copy_of(const Hit& hit) const;
  std::vector<Copy> existing(NodeNumber asker, const Query& query);
  void time_is_up(std::size_t place);
  Page page(NodeNumber node, const PageAsked& asked) const;

  Placement& placement_;
  Meter& meter_;
  Make make_;
  std::optional<Pollution> pollution_;
  bool checks_ = false;
  Rng fetching_;
  World* world_ = nullptr;
  Guest* onlooker_ = nullptr;
  Fingerprint fingerprint_;
  std::vector<AskedQuery> asked_;
  std::vector<std::uint64_t> answers_;                // by node
  std::unordered_map<std::size_t, Running> running_;  // by place
};

}  // namespace p2p::lab
