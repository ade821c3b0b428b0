#include "servent/app/control_client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace p2p::app {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

bool is_readable(int file, Clock::time_point by) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(by - Clock::now()).count();
    pollfd ready{file, POLLIN, 0};
    const int count = ::poll(&ready, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (count > 0) return true;
    if (count == 0 || errno != EINTR) return false;
  }
}

ControlClient::ControlClient(const std::string& path)
    : file_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the system's own way
  good_ = ::connect(file_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

ControlClient::~ControlClient() {
  if (file_ >= 0) ::close(file_);
}

bool ControlClient::send(const std::string& line) const {
  for (std::size_t at = 0; at < line.size();) {
    const ssize_t sent = ::send(file_, line.data() + at, line.size() - at, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    at += static_cast<std::size_t>(sent);
  }
  return true;
}

std::string ControlClient::line(std::optional<milliseconds> most) {
  const auto by = Clock::now() + most.value_or(milliseconds(0));
  for (;;) {
    if (const std::size_t end = read_.find('\n'); end != std::string::npos) {
      std::string line = read_.substr(0, end);
      read_.erase(0, end + 1);
      return line;
    }
    if (most && !is_readable(file_, by)) return {};
    std::array<char, 8192> block{};
    const ssize_t got = ::recv(file_, block.data(), block.size(), 0);
    if (got <= 0) return {};
    read_.append(block.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace p2p::app
