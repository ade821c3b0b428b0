// Reaches: the downloader's half of the signalling (napster.md section 6; third walk of
// architecture.md). Each Reach asks the server once and gets one answer:
//
//   603 203  204 with a port      Reached
//            204 port 0    500    Awaited (we listen), else Unreached
//            206 609              Unreached      620  Queued      nothing for 30 s  Unreached
//
// Several run at once; answers are matched by nick and file name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocols/command.h"
#include "protocols/event.h"
#include "protocols/napster/to_server.h"

namespace p2p::napster {

inline constexpr std::size_t kMaxReaches = 64;     // a further one is Unreached at once
inline constexpr std::size_t kMaxPrograms = 1024;  // known nicks; when full, all are forgotten
inline constexpr Duration kReachTimeout = 30s;

// Which nicks run a servent, as whois (603, 604) told.
class Programs {
 public:
  void ask(std::string_view nick, ToServer& to);  // sends 603 if it is not known yet
  void learn(std::string_view payload);           // 604
  void forget(std::string_view nick);             // gone: may come back with another program
  void clear() { ours_.clear(); }
  bool is_ours(std::string_view nick) const;

 private:
  std::unordered_map<std::string, bool> ours_;
};

class Reaches {
 public:
  // `listens`: peers can connect to us. `programs` outlives this.
  Reaches(bool listens, bool allow_public, Programs& programs)
      : listens_(listens),
        allow_public_(allow_public),
        programs_(programs) {}

  void reach(const Reach& reach, ToServer& to);

  // What the server says; `nick` is ours, for the dialect.
  void acknowledged(std::string_view payload, const std::string& nick, ToServer& to);  // 204
  void failed(std::string_view payload, ToServer& to);                                 // 206
  void refused(std::string_view payload, ToServer& to);                                // 609
  void queued(std::string_view payload, ToServer& to);                                 // 620

  void expire(ToServer& to);
  void link_lost(Out& out);
  Time deadline() const;
  bool may_connect(const Endpoint& endpoint) const;

 private:
  struct Reaching {
    ReachId id{};
    std::string user;
    std::string name;
    Time deadline = kNever;
  };
  std::vector<Reaching>::iterator find(std::string_view user, std::string_view name);
  void fail_with(std::string_view payload, std::string_view why, ToServer& to);

  bool listens_;
  bool allow_public_;
  Programs& programs_;
  std::vector<Reaching> running_;  // oldest first, so the first deadline is the earliest
};

}  // namespace p2p::napster
