// UploadQueue: who may have a file of ours now, and who is next. An entry is one user's wish for
// one file. An accepted one holds a slot until the transfer begins or kAcceptedMs are over; a
// waiting one goes when nobody asked again for kWaitingMs.
//
// Users take turns: everybody's first wish stands before anybody's second one. No user may have
// more than half of the queue's places.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace p2p::transfer {

class UploadQueue {
 public:
  static constexpr std::int64_t kAcceptedMs = 60'000;
  static constexpr std::int64_t kWaitingMs = 180'000;
  using Users = std::vector<std::string>;  // one for each running upload

  struct Entry {
    std::uint32_t id = 0;
    std::string user;
    std::string name;  // as we publish it
    std::uint64_t size_bytes = 0;
    std::int64_t since = 0;
    std::int64_t expires = 0;
    bool accepted = false;
  };

  UploadQueue(std::size_t slots, std::size_t per_user, std::size_t limit)
      : slots_(slots),
        per_user_(per_user),
        limit_(limit) {}

  // Zero: accepted; else the place, from 1. Nothing: the queue is full.
  std::optional<std::uint32_t> ask(const std::string& user, const std::string& name,
                                   std::uint64_t size, const Users& running, std::int64_t now);
  // The transfer begins: our name of the file. It need not have been asked for if a slot is free
  // and nobody waits for it. Nothing: not now.
  std::optional<std::string> take(const std::string& user, const std::string& name,
                                  const Users& running, std::int64_t now);
  std::vector<Entry> waiting(std::int64_t now) const;  // in the order in which they will go

 private:
  void expire(std::int64_t now);
  std::size_t held(const std::string& user, const Users& running) const;
  // Is there a slot for this user, when those go first who stand before entry `id`?
  bool admits(const std::string& user, std::uint32_t id, const Users& running,
              std::int64_t now) const;
  bool is_full(const std::string& user) const;

  std::size_t slots_;
  std::size_t per_user_;
  std::size_t limit_;
  std::uint32_t last_id_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace p2p::transfer
