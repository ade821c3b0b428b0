// Entrance: which server is called next, under which nick, and after what wait.
//
//   next() .. (nick_is_taken | was_kicked)? .. wait()   and over again
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/base/ids.h"
#include "protocols/base/rng.h"
#include "protocols/base/time.h"

namespace p2p::napster {

inline constexpr Duration kFirstBackoff = 1s;
inline constexpr Duration kMaxBackoff = 5min;
inline constexpr Duration kSettled = 1min;     // a stay that long makes the back-off start over
inline constexpr Duration kKickedWait = 1min;  // at least, after the server threw us out
inline constexpr std::size_t kMaxNick = 15;    // leaves four digits of opennap-ng's 19 letters

class Entrance {
 public:
  Entrance(std::vector<Endpoint> servers, std::string_view nick);

  // The next of the circle that passes `may_connect`; none: there is no such server.
  template <class MayConnect>
  std::optional<Endpoint> next(const MayConnect& may_connect) {
    kicked_ = nick_taken_ = false;
    for (std::size_t tried = 0; tried < servers_.size(); ++tried) {
      const Endpoint server = servers_[next_++ % servers_.size()];
      if (may_connect(server)) return server;
    }
    return {};
  }
  bool is_empty() const { return servers_.empty(); }
  void only(const Endpoint& server) { servers_ = {server}; }

  const std::string& nick() const { return nick_; }
  void nick_is_taken() { nick_taken_ = true; }
  void was_kicked() { kicked_ = true; }
  // The link or the dial is over; `stay` is how long we were logged in, none if we were not. How
  // long to wait before the next: twice as long each time, spread so that a server's clients do not
  // all come back at once. Changes the nick if it was taken.
  Duration wait(std::optional<Duration> stay, Rng& rng);
  void start_over() { backoff_ = kFirstBackoff; }

 private:
  std::vector<Endpoint> servers_;
  std::size_t next_ = 0;
  std::string wanted_nick_;
  std::string nick_;
  Duration backoff_ = kFirstBackoff;
  bool kicked_ = false;
  bool nick_taken_ = false;
};

}  // namespace p2p::napster
