// Onlooker: who follows a run beside its meter, without a part in it (a trace of one query).
#pragma once

#include "servent/lab/world.h"

namespace p2p::lab {

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
