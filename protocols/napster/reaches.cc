#include "protocols/napster/reaches.h"

#include <algorithm>
#include <limits>

#include "protocols/napster/nick.h"

namespace p2p::napster {

namespace {

constexpr std::uint64_t kMaxPort = 0xffff;
constexpr std::uint64_t kMaxU32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kWhoisClient = 9;  // index of the program's name in a 604

}  // namespace

void Programs::ask(std::string_view nick, ToServer& to) {
  if (!ours_.contains(nick_key(nick))) to.send(Type::whois, nick);
}

void Programs::learn(std::string_view payload) {
  const auto fields = split(payload);
  if (!fields || fields->size() <= kWhoisClient) return;
  if (ours_.size() >= kMaxPrograms) ours_.clear();
  ours_[nick_key(fields->front())] = (*fields)[kWhoisClient].starts_with(kOurAgent);
}

void Programs::forget(std::string_view nick) {
  ours_.erase(nick_key(nick));
}

bool Programs::is_ours(std::string_view nick) const {
  const auto known = ours_.find(nick_key(nick));
  return known != ours_.end() && known->second;
}

bool Reaches::may_connect(const Endpoint& endpoint) const {
  return endpoint.port != 0 && is_routable(endpoint.address) &&
         (allow_public_ || is_private(endpoint.address));
}

void Reaches::reach(const Reach& reach, ToServer& to) {
  const Source& source = reach.source;
  if (source.network != "napster" || !is_bare_word(source.user) || source.name.empty() ||
      source.name.find('"') != std::string::npos) {
    to.report(Unreached{reach.id, "not a source of this network", true});
    return;
  }
  if (running_.size() >= kMaxReaches) {
    to.report(Unreached{reach.id, "too many requests at once", false});
    return;
  }
  running_.push_back({reach.id, source.user, source.name, to.now() + kReachTimeout});
  programs_.ask(source.user, to);
  to.send(Type::download_request, Line().word(source.user).quoted(source.name).text());
}

std::vector<Reaches::Reaching>::iterator Reaches::find(std::string_view user,
                                                       std::string_view name) {
  return std::find_if(running_.begin(), running_.end(), [&](const Reaching& one) {
    return one.name == name && same_nick(one.user, user);
  });
}

// <nick> <ip> <port> "<name>" <hash> <link> [urn]
void Reaches::acknowledged(std::string_view payload, const std::string& nick, ToServer& to) {
  const auto fields = split(payload);
  if (!fields || fields->size() < 4) return;
  const auto one = find((*fields)[0], (*fields)[3]);
  if (one == running_.end()) return;
  const ReachId id = one->id;
  const std::string user = one->user;
  const std::string name = one->name;
  running_.erase(one);

  const std::string_view hash = fields->size() > 4 ? (*fields)[4] : std::string_view();
  const auto address = number((*fields)[1], kMaxU32);
  const auto port = number((*fields)[2], kMaxPort);
  if (!address || !port) {
    to.report(Unreached{id, "the server told no usable address", false});
    return;
  }
  if (hash == "firewallerror" || (*port == 0 && !listens_)) {
    to.report(Unreached{id, "both sides are firewalled", true});
    return;
  }
  const Dialect dialect{DialectKind::napster, nick, programs_.is_ours(user)};
  if (*port == 0) {
    to.send(Type::push_request, Line().word(user).quoted(name).text());
    to.report(Awaited{id, dialect});
    return;
  }
  const Endpoint endpoint{swap_address(static_cast<std::uint32_t>(*address)),
                          static_cast<std::uint16_t>(*port)};
  if (may_connect(endpoint))
    to.report(Reached{id, endpoint, dialect});
  else
    to.report(Unreached{id, "the address is not a private one", false});
}

void Reaches::fail_with(std::string_view payload, std::string_view why, ToServer& to) {
  const auto fields = split(payload);
  if (!fields || fields->size() < 2) return;
  const auto one = find((*fields)[0], (*fields)[1]);
  if (one == running_.end()) return;
  to.report(Unreached{one->id, one->user + std::string(why), false});
  running_.erase(one);
}

void Reaches::failed(std::string_view payload, ToServer& to) {
  fail_with(payload, " is not online or does not share it", to);
}

void Reaches::refused(std::string_view payload, ToServer& to) {
  fail_with(payload, " refused", to);
}

// <nick> "<name>" <size> <limit> [<place>], the place being our own addition
void Reaches::queued(std::string_view payload, ToServer& to) {
  const auto fields = split(payload);
  if (!fields || fields->size() < 2) return;
  const auto one = find((*fields)[0], (*fields)[1]);
  if (one == running_.end()) return;
  const std::uint64_t place = fields->size() > 4 ? number((*fields)[4], kMaxU32).value_or(0) : 0;
  to.report(Queued{one->id, static_cast<std::uint32_t>(place)});
  running_.erase(one);
}

void Reaches::expire(ToServer& to) {
  while (!running_.empty() && running_.front().deadline <= to.now()) {
    to.report(Unreached{running_.front().id, running_.front().user + " did not answer", false});
    running_.erase(running_.begin());
  }
}

void Reaches::link_lost(Out& out) {
  for (const Reaching& one : running_)
    out.report(Unreached{one.id, "the server is gone", false});
  running_.clear();
}

Time Reaches::deadline() const {
  return running_.empty() ? kNever : running_.front().deadline;
}

}  // namespace p2p::napster
