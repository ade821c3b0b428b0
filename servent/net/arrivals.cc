#include "servent/net/arrivals.h"

#include <array>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

namespace p2p::net {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using Clock = std::chrono::steady_clock;

struct Arrivals::Guest {
  Socket socket;
  Endpoint from;
  Buffer first{};
  Clock::time_point until{};
  std::list<GuestPtr>::iterator place{};
  bool waits = true;  // false: decided or closed, its handlers do nothing any more
};

Arrivals::Arrivals(asio::io_context& io, Rule rule, Decided decided, Limits limits)
    : rule_(rule),
      decided_(std::move(decided)),
      limits_(limits),
      timer_(io) {}

void Arrivals::take(Socket socket, Endpoint from) {
  ErrorCode error;
  socket.non_blocking(true, error);
  if (error) return;
  const Arrival at_once = rule_({});
  if (at_once == Arrival::stranger) return;
  if (at_once != Arrival::more) return decided_(at_once, std::move(socket), from, {});
  if (guests_.size() >= limits_.undecided && !guests_.empty()) drop(guests_.front());
  auto guest = std::make_shared<Guest>(Guest{std::move(socket), from});
  guest->until = Clock::now() + limits_.patience;
  guest->place = guests_.insert(guests_.end(), guest);
  if (guests_.size() == 1) wait_for_the_oldest();
  watch(guest);
}

void Arrivals::close() {
  *open_ = false;
  timer_.cancel();
  while (!guests_.empty())
    drop(guests_.front());
}

void Arrivals::watch(const GuestPtr& guest) {
  guest->socket.async_wait(Socket::wait_read, [this, guest](ErrorCode error) {
    if (!guest->waits) return;
    if (error) return drop(guest);
    read(guest);
  });
}

void Arrivals::read(const GuestPtr& guest) {
  std::array<std::byte, kArrivalBytes> bytes{};
  ErrorCode error;
  const std::size_t got = guest->socket.read_some(
      asio::buffer(bytes.data(), kArrivalBytes - guest->first.size()), error);
  if (error == asio::error::would_block) return watch(guest);
  if (error) return drop(guest);
  guest->first.insert(guest->first.end(), bytes.begin(),
                      bytes.begin() + static_cast<std::ptrdiff_t>(got));
  const Arrival what = rule_(guest->first);
  const bool is_known = what == Arrival::link || what == Arrival::transfer;
  if (what == Arrival::more && guest->first.size() < kArrivalBytes) return watch(guest);
  if (!is_known) return drop(guest);
  guest->waits = false;
  guests_.erase(guest->place);
  decided_(what, std::move(guest->socket), guest->from, std::move(guest->first));
}

void Arrivals::drop(const GuestPtr& guest) {
  std::list<GuestPtr> gone;  // the argument may be the list's own
  gone.splice(gone.end(), guests_, guest->place);
  gone.front()->waits = false;
  ErrorCode ignored;
  gone.front()->socket.close(ignored);
}

// All have the same patience, so the oldest is the next whose time is up.
void Arrivals::wait_for_the_oldest() {
  timer_.expires_at(guests_.front()->until);
  timer_.async_wait([this, open = open_](ErrorCode error) {
    if (error || !*open) return;
    while (!guests_.empty() && guests_.front()->until <= Clock::now())
      drop(guests_.front());
    if (!guests_.empty()) wait_for_the_oldest();
  });
}

}  // namespace p2p::net
