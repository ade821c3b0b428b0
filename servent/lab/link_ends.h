// LinkEnds: the two ends of every link of the laboratory. Those of one node lie together, four to a
// line of the cache, and know what the other end is: who passes on a message touches one line or
// two, whomever it goes to.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "protocols/base/soon.h"

namespace p2p::lab {

using NodeNumber = std::uint32_t;

class LinkEnds {
 public:
  using Place = std::uint32_t;  // of an end; not used again
  using Group = std::uint32_t;  // four places of one node; a node's last one leads to those before
  static constexpr Group kNone = ~Group{0};

  // lost: its node went without a word, and the other end may be up still.
  enum class State : std::uint8_t { free, dialling, up, closed, lost };
  struct End {
    Place other = 0;               // the other end; nothing while dialling
    NodeNumber peer = 0;           // whose that is, or who is called
    std::uint32_t arrival_ms = 0;  // there, of the last bytes sent from here; wraps after 49 days
  };

  // A new end of this node, dialling; `last` is the node's, kNone before the first.
  Place add(NodeNumber node, Group& last) {
    if (last == kNone || block(last).used == kInBlock) last = new_block(node, last);
    Block& of = block(last);
    of.states[of.used] = State::dialling;
    return last * kInBlock + of.used++;
  }
  bool has(Place place) const { return place / kInBlock < blocks_; }
  End& operator[](Place place) { return block_of(place).ends[place % kInBlock]; }
  State state(Place place) const { return block_of(place).states[place % kInBlock]; }
  static bool is_open(State state) { return state == State::dialling || state == State::up; }
  NodeNumber node(Place place) const { return block_of(place).node; }  // whose end it is
  // Both ends have met.
  void join(Place here, Place there, std::uint32_t now_ms) {
    (*this)[here] = {there, node(there), now_ms};
    (*this)[there] = {here, node(here), now_ms};
    for (const Place place : {here, there})
      block_of(place).states[place % kInBlock] = State::up;
  }
  // One that is open; `as` is closed or lost.
  void close(Place place, Group& last, State as = State::closed) {
    Block& of = block_of(place);
    of.states[place % kInBlock] = as;
    if (of.used == kInBlock && std::ranges::none_of(of.states, is_open))
      forget(place / kInBlock, last);
  }
  // A lost one is closed at last.
  void bury(Place place) { block_of(place).states[place % kInBlock] = State::closed; }
  // Those of a node that are open, the latest first; `see` may close them.
  template <class See>
  void each(Group last, See see) const {
    while (last != kNone) {
      const Block& of = block(last);
      const Group before = of.before;
      for (std::uint32_t at = of.used; at-- > 0;)
        if (is_open(of.states[at])) see(last * kInBlock + at);
      last = before;
    }
  }
  // Hints: this end, or the latest ends of a node, will be needed in a moment.
  void expect(Place place) const { needed_soon(&block_of(place)); }
  void expect_all(Group last) const {
    if (last != kNone) needed_soon(&block(last));
  }

 private:
  static constexpr std::uint32_t kInBlock = 4;
  static constexpr std::uint32_t kInChunk = 1024;  // blocks; they never move

  struct alignas(64) Block {
    NodeNumber node = 0;
    Group before = kNone;
    std::array<End, kInBlock> ends{};
    std::array<State, kInBlock> states{};
    std::uint8_t used = 0;
  };
  using Chunk = std::array<Block, kInChunk>;

  Block& block(Group number) { return (*chunks_[number / kInChunk])[number % kInChunk]; }
  const Block& block(Group number) const {
    return (*chunks_[number / kInChunk])[number % kInChunk];
  }
  Block& block_of(Place place) { return block(place / kInBlock); }
  const Block& block_of(Place place) const { return block(place / kInBlock); }
  Group new_block(NodeNumber node, Group before) {
    if (blocks_ % kInChunk == 0) chunks_.push_back(std::make_unique<Chunk>());
    const Group number = blocks_++;
    block(number).node = node;
    block(number).before = before;
    return number;
  }
  // A block whose ends are all closed, out of its node's.
  void forget(Group number, Group& last) {
    Group* to = &last;
    while (*to != number)
      to = &block(*to).before;
    *to = block(number).before;
  }

  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::uint32_t blocks_ = 0;
};

}  // namespace p2p::lab
