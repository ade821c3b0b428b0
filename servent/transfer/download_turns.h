// DownloadTurns: the list of downloads, and which of them may have sources at work. Pure.
//
// Only so many have a turn at once. The others that could use one wait, the best first: the higher
// priority, then the earlier in the list. Who has a turn keeps it until it gives it back, unless
// the user puts another one before it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "servent/api/request.h"
#include "servent/api/snapshot.h"

namespace p2p::transfer {

class DownloadTurns {
 public:
  using Id = std::uint32_t;

  explicit DownloadTurns(std::size_t most) : most_(most) {}

  // `order`: its place, as order() told it in an earlier run; nothing: at the end.
  void add(Id id, api::Priority priority, std::optional<std::int64_t> order);
  void remove(Id id);
  void set_priority(Id id, api::Priority priority);
  // Returns whose order() has changed.
  std::vector<Id> move(Id id, api::Where where);

  bool take(Id id);  // it could use one now. False: it waits
  void give(Id id);  // it has none, and waits for none
  bool has(Id id) const;
  std::size_t place(Id id) const;  // among those that wait, from 1 on; 0: it does not
  // Who got a turn, or lost it, while it did not ask. Once.
  std::vector<Id> take_changed();

  std::int64_t order(Id id) const;  // ascending along the list
  std::vector<Id> list() const;

 private:
  enum class State : std::uint8_t { none, waits, has };
  struct Entry {
    Id id = 0;
    api::Priority priority = api::Priority::normal;
    std::int64_t order = 0;
    State state = State::none;
  };

  Entry* find(Id id);
  const Entry* find(Id id) const;
  static bool before(const Entry& a, const Entry& b);
  Entry* best_waiting();
  void hand_out();
  void rank();

  std::size_t most_;
  std::vector<Entry> entries_;  // by order
  std::size_t taken_ = 0;
  std::vector<Id> changed_;
};

}  // namespace p2p::transfer
