// Onlooker: who follows a run beside its meter, without a part in it (a trace of one query).
#pragma once

#include <cstddef>
#include <cstdint>

#include "servent/lab/world.h"

namespace p2p::lab {

// The search by which the question of this number, from 0, is put.
inline SearchId search_of(std::size_t number) {
  return SearchId{static_cast<std::uint32_t>(number) + 1};
}

class Onlooker : public Guest {
 public:
  // Before the run's first event.
  virtual void enters(const World& world, const Watching& watching) = 0;
  // The question of this number, from 0, is put now.
  virtual void asks(std::size_t number, NodeNumber node, const Query& query) = 0;

 protected:
  ~Onlooker() = default;
};

}  // namespace p2p::lab
