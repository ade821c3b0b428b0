// The way of a question: how many links it took from who asked it, kept by its answers. It travels
// in the marks of messages (world.h), since not every network's wire tells it.
#pragma once

#include <cstdint>
#include <optional>

#include "protocols/passing.h"

#include "servent/lab/world.h"

namespace p2p::lab {

class Way {
 public:
  Way() = default;  // of nothing that was asked
  explicit Way(Mark mark) : mark_(mark) {}
  // At its asker.
  static Way begun() { return after(0); }

  // Of a message that is sent while this one is lived through. `hops` is what the wire tells of a
  // query: the links that it took before this one. An answer's way is that of the query.
  Way of(Purpose purpose, std::optional<std::uint8_t> hops) const {
    switch (purpose) {
      case Purpose::upkeep: return {};
      case Purpose::query: return after(hops.value_or(this->hops().value_or(0)) + 1U);
      case Purpose::answer: return *this;
    }
    return {};
  }

  std::optional<unsigned> hops() const {
    return mark_ == 0 ? std::nullopt : std::optional<unsigned>(mark_ - 1U);
  }
  Mark mark() const { return mark_; }

 private:
  static Way after(unsigned hops) { return Way(static_cast<Mark>(hops + 1)); }

  Mark mark_ = 0;  // the hops and one; 0: nothing
};

}  // namespace p2p::lab
