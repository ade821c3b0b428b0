#include "servent/net/lan_beacon.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "servent/net/node.h"
#include "servent/net/sockets.h"

namespace p2p::net {

namespace asio = boost::asio;
using asio::ip::udp;
using ErrorCode = boost::system::error_code;

struct LanBeacon::Interface {
  int number = 0;
  std::uint32_t address = 0;  // ours on it
};

namespace {

constexpr int kBeaconsInARow = 32;  // then the links get their turn
constexpr std::size_t kMaxInterfaces = 16;

bool is_loopback(std::uint32_t address) {
  return (address >> 24U) == 127;
}

Beacon::Us numbered(Beacon::Us us, Rng& rng) {
  us.node = rng();
  return us;
}

template <class Value>
bool set(int socket, int option, const Value& value) {
  return ::setsockopt(socket, IPPROTO_IP, option, &value, sizeof value) == 0;
}

ip_mreqn request(std::uint32_t group, int interface) {
  ip_mreqn out{};
  out.imr_multiaddr.s_addr = htonl(group);
  out.imr_ifindex = interface;
  return out;
}

std::uint32_t address_of(const sockaddr& from) {
  udp::endpoint to;
  *to.data() = from;  // both are the system's sockaddr
  return to_endpoint(to).address;
}

}  // namespace

LanBeacon::LanBeacon(asio::io_context& io, const Where& where, Beacon::Us us, OnHeard on_heard)
    : where_(where),
      rng_(system_seed()),
      beacon_(numbered(std::move(us), rng_)),
      on_heard_(std::move(on_heard)),
      ears_(io),
      timer_(io) {}

Result<void> LanBeacon::start() {
  if (auto opened = open(); !opened) {
    close();
    return opened;
  }
  watch();
  step();
  return {};
}

// Bound to the group's address, so that nothing else that is sent to the port comes here.
Result<void> LanBeacon::open() {
  ErrorCode error;
  ears_.open(udp::v4(), error);
  if (!error) ears_.set_option(udp::socket::reuse_address(true), error);
  if (!error) ears_.bind(to_udp(where_.group), error);
  if (!error) ears_.non_blocking(true, error);
  if (error)
    return fail(Errc::io, "no beacon on UDP " + to_text(where_.group) + ": " + error.message());
  set(ears_.native_handle(), IP_MULTICAST_ALL, int{0});  // only of the interfaces that we join
  if (!join()) return fail(Errc::io, "no beacon: no interface takes multicast");
  return {};
}

void LanBeacon::close() {
  ErrorCode ignored;
  *open_ = false;
  ears_.close(ignored);
  timer_.cancel();
}

void LanBeacon::become(const std::string& role) {
  if (!*open_) return;
  beacon_.become(role, steady_now());
  step();
}

bool LanBeacon::join() {
  for (const Interface& one : interfaces())
    if (set(ears_.native_handle(), IP_ADD_MEMBERSHIP, request(where_.group.address, one.number)))
      joined_.insert(one.number);
  return !joined_.empty();
}

// The loopback comes last: who hears a node twice keeps the address that others can use too.
std::vector<LanBeacon::Interface> LanBeacon::interfaces() const {
  ifaddrs* all = nullptr;
  if (::getifaddrs(&all) != 0) return {};
  std::vector<Interface> out;
  std::vector<Interface> loopback;
  for (const ifaddrs* at = all; at != nullptr; at = at->ifa_next) {
    if (at->ifa_addr == nullptr || at->ifa_addr->sa_family != AF_INET) continue;
    if ((at->ifa_flags & IFF_UP) == 0) continue;
    const Interface found{static_cast<int>(::if_nametoindex(at->ifa_name)),
                          address_of(*at->ifa_addr)};
    const bool is_ours = where_.listen == 0 || where_.listen == found.address;
    if ((at->ifa_flags & IFF_LOOPBACK) != 0) {
      // All of 127.x.x.x is there, whether it is named or not.
      const bool is_here = where_.listen == 0 || is_loopback(where_.listen);
      if (is_here && loopback.empty())
        loopback.push_back({found.number, where_.listen == 0 ? found.address : where_.listen});
    } else if (is_ours && (at->ifa_flags & IFF_MULTICAST) != 0 && out.size() < kMaxInterfaces &&
               (where_.allow_public || is_private(found.address))) {
      out.push_back(found);
    }
  }
  ::freeifaddrs(all);
  out.insert(out.end(), loopback.begin(), loopback.end());
  return out;
}

// By a socket of its own, bound to our address there: that is where the others will call.
void LanBeacon::speak(const Interface& on, Bytes bytes) {
  ErrorCode error;
  udp::socket mouth(timer_.get_executor());
  mouth.open(udp::v4(), error);
  if (!error) mouth.non_blocking(true, error);
  if (!error) mouth.bind(to_udp({on.address, 0}), error);
  if (error || !set(mouth.native_handle(), IP_MULTICAST_IF, request(0, on.number)) ||
      !set(mouth.native_handle(), IP_MULTICAST_TTL, int{1}) ||
      !set(mouth.native_handle(), IP_MULTICAST_LOOP, int{1}))
    return;
  mouth.send_to(asio::buffer(bytes.data(), bytes.size()), to_udp(where_.group), 0, error);
}

void LanBeacon::watch() {
  ears_.async_wait(udp::socket::wait_read, [this, open = open_](ErrorCode error) {
    if (error || !*open) return;
    read();
    if (!*open) return;
    step();
    watch();
  });
}

void LanBeacon::read() {
  const auto open = open_;  // whoever is told may close
  std::array<std::byte, kMaxBeaconBytes + 1> bytes{};
  for (int i = 0; i < kBeaconsInARow && *open; ++i) {
    udp::endpoint from;
    ErrorCode error;
    const std::size_t got = ears_.receive_from(asio::buffer(bytes), from, 0, error);
    if (error) return;
    const std::uint32_t address = to_endpoint(from).address;
    if (!where_.allow_public && !is_private(address)) continue;
    const auto heard = beacon_.receive(address, Bytes(bytes).first(got), steady_now(), rng_);
    if (heard) on_heard_(*heard);
  }
}

// Says what is due and waits for the next time. Interfaces come and go: they are looked at anew
// each time.
void LanBeacon::step() {
  if (const auto said = beacon_.wake(steady_now(), rng_)) {
    join();
    for (const Interface& one : interfaces())
      speak(one, *said);
  }
  timer_.expires_after(std::max(beacon_.deadline() - steady_now(), Duration(0)));
  timer_.async_wait([this, open = open_](ErrorCode error) {
    if (!error && *open) step();
  });
}

}  // namespace p2p::net
