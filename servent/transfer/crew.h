// Crew: the sources at work for one download, by their places in its Sources.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "protocols/transfer/swarm.h"

#include "servent/transfer/supply.h"

namespace p2p::transfer {

class Crew {
 public:
  void add(SupplyPtr supply) { supplies_.push_back(std::move(supply)); }
  SupplyPtr take(std::size_t index);  // out of it; null: it is not at work
  void close();                       // all of them, silently

  bool empty() const { return supplies_.empty(); }
  std::size_t size() const { return supplies_.size(); }
  std::size_t giving() const;
  Supply& last() const { return *supplies_.back(); }
  Supply* find(std::size_t index) const;       // null: it is not at work
  SupplyPtr waiting_for(ReachId id) const;     // null: none
  SupplyPtr awaiting(const Call& call) const;  // that was asked to call; null: none
  // The one whose answer is worth telling of: who is to call us, before the others. Null: none.
  const Supply* asked() const;
  // Bytes a second that they give or, when just asked, are believed to give.
  std::uint64_t rate(const Swarm& plan, Time now) const;

 private:
  std::vector<SupplyPtr> supplies_;
};

}  // namespace p2p::transfer
