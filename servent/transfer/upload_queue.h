// UploadQueue: who may have a file of ours now, and who is next. An entry is one user's wish for
// one file. An accepted one holds a slot until the transfer begins or kAcceptedMs are over; a
// waiting one goes when nobody asked again for kWaitingMs.
//
// Whose turn it is turns() says (reciprocity.h): those who give to us, one drawn, then everybody
// round. Users take turns: everybody's first wish stands before anybody's second one, and so do the
// first ones of those who share a giver's key, whatever they call themselves. Neither a user nor a
// key may have more than half of the queue's places. Whose turn is over keeps the slot until
// somebody came for it. Pure: time is handed in.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "protocols/base/rng.h"
#include "protocols/transfer/reciprocity.h"

#include "servent/api/request.h"

namespace p2p::transfer {

class UploadQueue {
 public:
  static constexpr std::int64_t kAcceptedMs = 60'000;
  static constexpr std::int64_t kWaitingMs = 180'000;
  // Who came when it was his turn and no slot was free yet is told to come back soon.
  static constexpr std::chrono::seconds kSoon{10};
  static constexpr std::int64_t kCalledMs = 20'000;

  struct Limits {
    std::size_t slots = 4;
    std::size_t per_user = 1;  // of these
    std::size_t places = 50;   // for those who wait
  };
  struct Asker {
    std::string network;
    std::string user;
    std::string giver;    // his giver_key()
    std::string agent{};  // the program that he says he has, if he does
  };
  struct Hold {  // of a slot, by a running upload
    Asker who;
    std::int64_t since = 0;
  };
  using Holds = std::vector<Hold>;  // all of them

  struct Entry {
    std::uint32_t id = 0;
    Asker who;
    std::string name;  // as we publish it
    std::uint64_t size_bytes = 0;
    std::int64_t since = 0;
    std::int64_t expires = 0;
    bool accepted = false;
    std::int64_t called_until = 0;  // came when it was his turn, and comes back until then
    // Of waiting(): until his turn, honestly, and why not now.
    std::chrono::seconds wait{0};
    std::string reason{};
  };

  // `gifts` outlives this.
  UploadQueue(const Limits& limits, const Gifts& gifts, Rng rng)
      : limits_(limits),
        gifts_(gifts),
        rng_(rng) {}

  void set_limits(const Limits& limits) { limits_ = limits; }
  const Limits& limits() const { return limits_; }

  // Zero: accepted; else the place, from 1. Nothing: the queue is full.
  std::optional<std::uint32_t> ask(const Asker& who, const std::string& name, std::uint64_t size,
                                   const Holds& running, std::int64_t now);
  // The transfer begins: our name of the file. It need not have been asked for if it would be his
  // turn at once. Nothing: not now.
  std::optional<std::string> take(const Asker& who, const std::string& name, const Holds& running,
                                  std::int64_t now);
  // May this one of those who hold a slot go on? Else his turn is over and somebody came for it, or
  // there are fewer slots than there were.
  bool keeps(std::size_t hold, const Holds& running, std::int64_t now);
  void gave_back(std::int64_t held_ms);  // a slot that was held so long
  bool drop(std::uint32_t id);
  void drop_all(const std::string& giver);  // of whose key this is
  // By hand: a waiting one to another place among those that waiting() has. It, and those before
  // it, go in that order from then on, whatever was given. They take free slots, and those of turns
  // that are over. False: it does not wait.
  bool move(std::uint32_t id, api::Where where, const Holds& running, std::int64_t now);

  bool is_awaited() const;                                                   // does anybody wait?
  std::vector<Entry> waiting(const Holds& running, std::int64_t now) const;  // as they will go

 private:
  struct Plan;
  struct Claim;

  void expire(std::int64_t now);
  void serve_by_hand(std::vector<Claim>& all, std::size_t& left, std::int64_t now, Plan& out) const;
  std::vector<Claim> claims(const Holds& running, std::int64_t now) const;
  Plan plan(const Holds& running, std::int64_t now, std::vector<Draw>& draws, Rng& rng) const;
  Plan decide(const Holds& running, std::int64_t now);
  bool has_room(const Holds& running) const;
  bool is_full(const Asker& who) const;

  Limits limits_;
  const Gifts& gifts_;
  Rng rng_;
  std::vector<Draw> draws_;  // one a layer
  SlotTimes times_;
  std::uint32_t last_id_ = 0;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> by_hand_;  // these first, in this order
};

}  // namespace p2p::transfer
