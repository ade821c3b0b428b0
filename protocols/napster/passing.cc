#include "protocols/napster/passing.h"

#include <array>

#include "protocols/napster/message.h"

namespace p2p::napster {

namespace {

enum class Kind : std::uint8_t {
  login,
  share,
  search,
  result,
  search_end,
  browse,
  transfer,
  stats,
  ping,
  rest
};
// In the order of Kind. The many types are few kinds; a type that is none of these is the rest.
constexpr std::array<MessageKind, 10> kKinds{{
    {"login"},
    {"share"},
    {"search", Purpose::query},
    {"result", Purpose::answer},
    {"search end", Purpose::answer},
    {"browse"},
    {"transfer"},
    {"stats"},
    {"ping"},
    {"rest"},
}};

Kind kind(std::uint16_t type) {
  switch (type) {
    case login_error:
    case login:
    case login_ack:
    case version_check:
    case register_login:
    case nick_check:
    case nick_free:
    case nick_registered:
    case nick_invalid:
    case password_check:
    case password_ok:
    case login_920:
    case motd: return Kind::login;
    case share:
    case unshare:
    case unshare_all:
    case share_folder:
    case share_other: return Kind::share;
    case search: return Kind::search;
    case search_result: return Kind::result;
    case search_end: return Kind::search_end;
    case browse:
    case browse_result:
    case browse_end:
    case direct_browse:
    case direct_browse_accept:
    case direct_browse_error: return Kind::browse;
    case download_request:
    case download_ack:
    case download_error:
    case download_started:
    case download_ended:
    case upload_started:
    case upload_ended:
    case push_request:
    case push_order:
    case upload_request:
    case upload_accept:
    case upload_refuse:
    case queue_limit:
    case queue_limit_notice:
    case data_port_error: return Kind::transfer;
    case stats: return Kind::stats;
    case server_ping:
    case ping:
    case pong: return Kind::ping;
    default: return Kind::rest;
  }
}

// A client has one search at a time: nothing on the wire names it.
std::optional<Passing> first(Bytes run, std::uint32_t&) {
  Reader reader(run);
  const std::uint16_t length = reader.u16le();
  const std::uint16_t type = reader.u16le();
  if (reader.failed() || length > kMaxPayloadBytes || reader.size() < length) return {};
  return Passing{kind_of(type), kHeaderBytes + length, {}, {}};
}

constexpr Watching kWatching{kKinds, false, first};

}  // namespace

std::uint8_t kind_of(std::uint16_t type) {
  return static_cast<std::uint8_t>(kind(type));
}

const Watching& watching() {
  return kWatching;
}

}  // namespace p2p::napster
