#include "protocols/napster/obliging.h"

#include <limits>
#include <optional>

#include "protocols/napster/nick.h"

namespace p2p::napster {

namespace {

// <ip> <port> of a line: the address as one number, its first octet lowest
std::optional<Endpoint> endpoint_of(std::string_view ip, std::string_view port) {
  const auto address = number(ip, std::numeric_limits<std::uint32_t>::max());
  const auto at = number(port, std::numeric_limits<std::uint16_t>::max());
  if (!address || !at) return {};
  return Endpoint{swap_address(static_cast<std::uint32_t>(*address)),
                  static_cast<std::uint16_t>(*at)};
}

}  // namespace

// <nick> "<name>" [<link>]
bool Obliging::upload_asked(std::string_view payload, ToServer& to) {
  const auto fields = split(payload);
  if (!fields || fields->size() < 2 || !is_bare_word(fields->front())) return false;
  const std::string user((*fields)[0]);
  const std::string_view name = (*fields)[1];
  ++uploads_asked_;
  // Firewalled, we may be ordered to call him: which dialect does he speak?
  if (!listens_) programs_.ask(user, to);
  to.report(UploadAsked{uploads_.asked(user, name), "napster", user, publisher_.our_name(name)});
  return true;
}

// <nick> <ip> <port> "<name>" <hash> <link>
bool Obliging::push_ordered(std::string_view payload, const std::string& nick, ToServer& to) {
  const auto fields = split(payload);
  if (!fields || fields->size() < 4) return false;
  const auto endpoint = endpoint_of((*fields)[1], (*fields)[2]);
  if (!endpoint) return false;
  const std::string_view user = (*fields)[0];
  const std::string_view name = (*fields)[3];
  if (!reaches_.may_connect(*endpoint) || !uploads_.take_accepted(user, name, to.now()))
    return false;
  to.report(PushWanted{*endpoint, Dialect{DialectKind::napster, nick, programs_.is_ours(user)},
                       std::string(user), publisher_.our_name(name)});
  return true;
}

// <nick> [<ip> <port>]: he calls us after our 641, or, where nobody can call us, we call him.
bool Obliging::list_wanted(std::string_view payload, const std::string& nick, ToServer& to) {
  const auto fields = split(payload);
  if (!fields || fields->empty() || !is_bare_word(fields->front())) return false;
  const std::string user(fields->front());
  if (listens_) {
    to.send(Type::direct_browse_accept, user);
    return true;
  }
  const auto endpoint = fields->size() > 2 ? endpoint_of((*fields)[1], (*fields)[2]) : std::nullopt;
  if (!endpoint || !reaches_.may_connect(*endpoint) || !lists_.take(to.now())) return false;
  to.send(Type::direct_browse_accept, user);
  to.report(ListWanted{*endpoint, Dialect{DialectKind::napster, nick, false}, user});
  return true;
}

}  // namespace p2p::napster
