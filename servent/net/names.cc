#include "servent/net/names.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include <boost/asio/post.hpp>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace p2p::net {

namespace {

constexpr std::size_t kMostQuestions = 8;
constexpr std::size_t kLongestName = 253;

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.';
}

struct Free {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

std::optional<Endpoint> ask_system(const HostName& host) {
  addrinfo wanted{};
  wanted.ai_family = AF_INET;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.name.c_str(), nullptr, &wanted, &found) != 0) return {};
  const std::unique_ptr<addrinfo, Free> list(found);
  if (!list || list->ai_addrlen < sizeof(sockaddr_in)) return {};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the system's own way
  const auto* address = reinterpret_cast<const sockaddr_in*>(list->ai_addr);
  return Endpoint{ntohl(address->sin_addr.s_addr), host.port};
}

}  // namespace

std::optional<HostName> parse_host(std::string_view text, std::uint16_t default_port) {
  HostName host;
  host.port = default_port;
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    const std::string_view digits = text.substr(colon + 1);
    const auto* const last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, host.port);
    if (error != std::errc() || end != last) return {};
  }
  host.name = text.substr(0, colon);
  if (host.port == 0 || host.name.empty() || host.name.size() > kLongestName) return {};
  if (!std::ranges::all_of(host.name, is_name_byte)) return {};
  return host;
}

// What the threads still hold when the loop is gone.
struct Names::Line {
  explicit Line(boost::asio::io_context& loop) : io(&loop) {}
  std::mutex mutex;
  boost::asio::io_context* io;  // null: nobody listens any more
  std::size_t questions = 0;
};

Names::Names(boost::asio::io_context& io) : line_(std::make_shared<Line>(io)) {}

Names::~Names() {
  const std::scoped_lock lock(line_->mutex);
  line_->io = nullptr;
}

void Names::resolve(const HostName& host, Done done) {
  const std::scoped_lock lock(line_->mutex);
  if (line_->questions >= kMostQuestions) {
    boost::asio::post(*line_->io, [done = std::move(done)] { done({}); });
    return;
  }
  ++line_->questions;
  std::thread([line = line_, host, done = std::move(done)]() mutable {
    const auto found = ask_system(host);
    const std::scoped_lock told(line->mutex);
    --line->questions;
    if (line->io != nullptr)
      boost::asio::post(*line->io, [line, found, done = std::move(done)] {
        if (line->io != nullptr) done(found);
      });
  }).detach();
}

}  // namespace p2p::net
