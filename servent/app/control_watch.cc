#include "servent/app/control_watch.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "servent/app/control_requests.h"
#include "servent/app/snapshot_json.h"

namespace p2p::app {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;
using Clock = std::chrono::steady_clock;
using ErrorCode = boost::system::error_code;
using std::chrono::milliseconds;

namespace {

constexpr auto kBetween = milliseconds(250);  // two moments
constexpr auto kRest = milliseconds(50);      // until what did not fit in the last one follows

std::uint32_t search_in(const Json& request) {
  constexpr std::uint64_t kMost = 0xffffffff;
  return static_cast<std::uint32_t>(std::min(number_in(request, "search").value_or(0), kMost));
}

std::vector<std::string> parts_in(const Json& request) {
  std::vector<std::string> parts;
  const auto at = request.find("parts");
  if (at != request.end() && at->is_array())
    for (const Json& part : *at)
      if (part.is_string()) parts.push_back(part.get<std::string>());
  return parts;
}

// A line that only chooses other results; else it is for somebody else.
bool is_choice(const Json& line) {
  return line.is_object() && number_in(line, "v") == 1U && !line.contains("do") &&
         number_in(line, "search").has_value();
}

}  // namespace

// In no unnamed namespace: the coroutine below, which is everybody's, holds one.
class Watch : public std::enable_shared_from_this<Watch> {
 public:
  Watch(std::shared_ptr<Local::socket> socket, api::Backend& backend, const Json& request)
      : socket_(std::move(socket)),
        backend_(backend),
        teller_(parts_in(request)),
        search_(search_in(request)),
        next_(socket_->get_executor()),
        taken_(socket_->get_executor()) {}

  void start() {
    bell_ = backend_.on_change([this] { tell_at(last_ + kBetween); });
    tell();
  }

  void choose(std::uint32_t search) {
    search_ = search;
    tell_at(Clock::now());
  }

  // After it the connection is free for others.
  static asio::awaitable<void> stop(std::shared_ptr<Watch> self) {
    self->bell_.reset();
    self->next_.cancel();
    while (self->is_writing_) {
      self->taken_.expires_at(asio::steady_timer::time_point::max());
      co_await self->taken_.async_wait(kAnswer);
    }
  }

 private:
  void tell_at(Clock::time_point when) {
    if (!bell_) return;
    if (is_writing_) {
      is_late_ = true;
      return;
    }
    if (is_armed_ && next_.expiry() <= when) return;
    is_armed_ = true;
    next_.expires_at(when);
    next_.async_wait([self = shared_from_this()](ErrorCode error) {
      if (error) return;
      self->is_armed_ = false;
      if (self->bell_) self->tell();
    });
  }

  void tell() {
    last_ = Clock::now();
    line_ = teller_.tell(backend_.snapshot(search_));
    if (line_.empty()) return;
    is_writing_ = true;
    asio::async_write(
        *socket_, asio::buffer(line_),
        [self = shared_from_this()](ErrorCode error, std::size_t) { self->written(error); });
  }

  void written(ErrorCode error) {
    is_writing_ = false;
    line_ = {};
    taken_.cancel();
    if (error) return;
    const bool is_late = std::exchange(is_late_, false);
    if (teller_.has_more())
      tell_at(last_ + kRest);
    else if (is_late)
      tell_at(last_ + kBetween);
  }

  std::shared_ptr<Local::socket> socket_;
  api::Backend& backend_;
  SnapshotTeller teller_;
  std::uint32_t search_;
  asio::steady_timer next_;   // when the next moment is told
  asio::steady_timer taken_;  // cancelled when the last one was
  std::shared_ptr<void> bell_;
  Clock::time_point last_;
  std::string line_;
  bool is_armed_ = false;
  bool is_writing_ = false;
  bool is_late_ = false;  // it rang meanwhile
};

asio::awaitable<void> watch(std::shared_ptr<Local::socket> socket,
                            std::shared_ptr<std::string> read, api::Backend& backend,
                            Json request) {
  const auto watch = std::make_shared<Watch>(socket, backend, request);
  watch->start();
  for (;;) {
    auto buffer = asio::dynamic_buffer(*read, kMaxLine);
    const auto [error, size] = co_await asio::async_read_until(*socket, buffer, '\n', kAnswer);
    const bool is_gone = error && error != asio::error::not_found;
    if (is_gone) {
      ErrorCode ignored;
      socket->close(ignored);  // a moment that nobody takes is given up
    }
    if (error) break;
    const Json line = parse_request(read->substr(0, size));
    if (!is_choice(line)) break;
    read->erase(0, size);
    watch->choose(search_in(line));
  }
  co_await Watch::stop(watch);
  if (!socket->is_open()) co_return;
  const std::string end = write_line(end_of(""));
  co_await asio::async_write(*socket, asio::buffer(end), kAnswer);
}

}  // namespace p2p::app
