// UploadStats: what this node gave since it started, for people to see; nothing is decided by it.
// Pure: time and the number of the day are handed in. Bounded: what is counted once is remembered
// as long as there is room, and names that nobody asks for again make room for others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "servent/api/snapshot.h"
#include "servent/transfer/last_hour.h"

namespace p2p::transfer {

struct Moment {
  std::int64_t ms = 0;   // of the steady clock
  std::int64_t day = 0;  // of here; another one after midnight
};

class UploadStats {
 public:
  static constexpr std::size_t kMost = 5000;  // users, files of users, names: of each
  static constexpr std::size_t kShown = 8;    // of the names

  // `user`: his giver_key(). Who asks again for the same file counts once.
  void asked(const std::string& user, const std::string& name);
  void refused(const std::string& user, const std::string& why);
  void began(const std::string& user, const std::string& name, const Moment& now);
  void sent(std::uint64_t bytes, const Moment& now);

  api::GivenRow row(const Moment& now) const;

 private:
  using Names = std::set<std::string>;
  struct Span {
    std::uint64_t bytes = 0;
    Names users;
    Names files;  // with their users
  };
  static bool note(Names& names, const std::string& name);  // true: it is new
  Span& today(const Moment& now);

  Span session_;
  Span today_;
  std::int64_t day_ = 0;
  Names refused_;
  std::uint64_t refusals_ = 0;
  std::string refused_why_;
  Names asked_;
  std::map<std::string, std::uint64_t> times_;  // by name
  LastHour hour_;                               // bytes
};

}  // namespace p2p::transfer
