// A way to a server that carries only so much: for benchmarks with slow sources, where the limit
// has to hold for all connections together, however short the requests are.
//
//   throttle LISTEN_IP TARGET_IP:PORT BYTES_A_SECOND
//
// Prints IP:PORT, then runs until it is ended. What clients say is carried as fast as it comes.
// Loopback only.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

namespace p2p::bench {
namespace {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kBlock = std::size_t{16} * 1024;

// Lends bytes: each block waits until those before it have taken their time. A tenth of a second
// that nobody used may be made up for.
class Bucket {
 public:
  Bucket(asio::io_context& io, double bytes_a_second) : timer_(io), rate_(bytes_a_second) {}

  void take(std::size_t bytes, std::function<void()> then) {
    waiting_.emplace_back(bytes, std::move(then));
    if (waiting_.size() == 1) next();
  }

 private:
  void next() {
    const auto now = std::chrono::steady_clock::now();
    free_at_ = std::max(free_at_, now - std::chrono::milliseconds(100));
    free_at_ += std::chrono::nanoseconds(
        static_cast<std::int64_t>(static_cast<double>(waiting_.front().first) / rate_ * 1e9));
    timer_.expires_at(free_at_);
    timer_.async_wait([this](error_code) {
      const auto then = std::move(waiting_.front().second);
      waiting_.pop_front();
      if (!waiting_.empty()) next();
      then();
    });
  }

  asio::steady_timer timer_;
  double rate_;
  std::chrono::steady_clock::time_point free_at_;
  std::deque<std::pair<std::size_t, std::function<void()>>> waiting_;
};

// One direction of a connection; the end of one side ends both.
class Flow : public std::enable_shared_from_this<Flow> {
 public:
  using Socket = std::shared_ptr<tcp::socket>;
  Flow(Socket from, Socket to, Bucket* bucket)
      : from_(std::move(from)),
        to_(std::move(to)),
        bucket_(bucket) {}

  void read() {
    from_->async_read_some(asio::buffer(block_),
                           [self = shared_from_this()](error_code e, std::size_t count) {
                             if (e) return self->end();
                             if (!self->bucket_) return self->write(count);
                             self->bucket_->take(count, [self, count] { self->write(count); });
                           });
  }

 private:
  void write(std::size_t count) {
    asio::async_write(*to_, asio::buffer(block_.data(), count),
                      [self = shared_from_this()](error_code e, std::size_t) {
                        if (e) return self->end();
                        self->read();
                      });
  }
  void end() {
    error_code ignored;
    from_->close(ignored);
    to_->close(ignored);
  }

  Socket from_;
  Socket to_;
  Bucket* bucket_;  // null: as fast as it comes
  std::array<char, kBlock> block_{};
};

tcp::endpoint loopback(const std::string& ip, unsigned long port) {
  const auto address = asio::ip::make_address_v4(ip);
  if (!address.is_loopback()) throw std::invalid_argument("loopback only");
  return {address, static_cast<std::uint16_t>(port)};
}

class Way {
 public:
  Way(asio::io_context& io, const tcp::endpoint& here, tcp::endpoint target, double rate)
      : io_(io),
        acceptor_(io, here),
        target_(std::move(target)),
        bucket_(io, rate) {
    accept();
  }
  unsigned port() const { return acceptor_.local_endpoint().port(); }

 private:
  void accept() {
    acceptor_.async_accept([this](error_code e, tcp::socket accepted) {
      if (e) return;
      const auto client = std::make_shared<tcp::socket>(std::move(accepted));
      const auto server = std::make_shared<tcp::socket>(io_);
      // What lies in these would come at once, behind the limit's back.
      client->set_option(asio::socket_base::send_buffer_size(static_cast<int>(4 * kBlock)));
      server->async_connect(target_, [this, client, server](error_code failed) {
        if (failed) return;
        std::make_shared<Flow>(client, server, nullptr)->read();
        std::make_shared<Flow>(server, client, &bucket_)->read();
      });
      accept();
    });
  }

  asio::io_context& io_;
  tcp::acceptor acceptor_;
  tcp::endpoint target_;
  Bucket bucket_;
};

}  // namespace
}  // namespace p2p::bench

int main(int count, char** words) {
  try {
    if (count != 4) throw std::invalid_argument("throttle LISTEN_IP TARGET_IP:PORT BYTES_A_SECOND");
    const std::string target = words[2];
    const std::size_t colon = target.find(':');
    boost::asio::io_context io;
    const p2p::bench::Way way(
        io, p2p::bench::loopback(words[1], 0),
        p2p::bench::loopback(target.substr(0, colon), std::stoul(target.substr(colon + 1))),
        std::stod(words[3]));
    std::printf("%s:%u\n", words[1], way.port());
    std::fflush(stdout);
    io.run();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "throttle: %s\n", e.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
