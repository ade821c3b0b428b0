#include "protocols/napster/entrance.h"

#include <algorithm>
#include <cstdint>

namespace p2p::napster {

namespace {

std::string fit_nick(std::string_view wanted) {
  std::string nick(wanted.substr(0, kMaxNick + 4));
  for (char& c : nick)
    if (c <= ' ' || c > '~' || c == '"') c = '_';
  return nick;
}

std::string with_suffix(std::string_view nick, Rng& rng) {
  std::string made(nick.substr(0, kMaxNick));
  return made + std::to_string(1000 + rng.below(9000));
}

}  // namespace

Entrance::Entrance(std::vector<Endpoint> servers, std::string_view nick)
    : servers_(std::move(servers)),
      wanted_nick_(fit_nick(nick.empty() ? "servent" : nick)),
      nick_(wanted_nick_) {}

Duration Entrance::wait(std::optional<Duration> stay, Rng& rng) {
  if (stay) nick_ = wanted_nick_;
  if (stay && *stay >= kSettled) start_over();
  if (nick_taken_) nick_ = with_suffix(wanted_nick_, rng);
  // Between three and five quarters.
  const auto spread = static_cast<std::uint64_t>(backoff_.count() / 2);
  Duration wait = backoff_ * 3 / 4 + Duration(static_cast<Duration::rep>(rng.below(spread)));
  if (kicked_) wait = std::max(wait, kKickedWait);
  backoff_ = std::min(backoff_ * 2, kMaxBackoff);
  return wait;
}

}  // namespace p2p::napster
