// A stock client for tests/e2e: frames by hand over a blocking socket with time limits.
#pragma once

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace p2p::test {

class RawClient {
 public:
  struct Frame {
    unsigned type = 0;
    std::string payload;
  };

  // `from`: which address of this machine it calls from; empty: any.
  explicit RawClient(const std::string& endpoint, const std::string& from = {})
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (!from.empty()) {
      sockaddr_in own{};
      own.sin_family = AF_INET;
      ::inet_pton(AF_INET, from.c_str(), &own.sin_addr);
      const void* here = &own;
      ::bind(socket_, static_cast<const sockaddr*>(here), sizeof own);
    }
    const std::size_t colon = endpoint.rfind(':');
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoul(endpoint.substr(colon + 1))));
    ::inet_pton(AF_INET, endpoint.substr(0, colon).c_str(), &to.sin_addr);
    const void* address = &to;
    is_connected_ = ::connect(socket_, static_cast<const sockaddr*>(address), sizeof to) == 0;
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool is_connected() const { return is_connected_; }
  int socket() const { return socket_; }

  void write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  // u16 length | u16 type, both little endian | payload
  static std::string frame(unsigned type, std::string_view payload) {
    std::string bytes;
    for (const std::size_t value : {payload.size(), std::size_t{type}}) {
      bytes.push_back(static_cast<char>(value & 0xFFU));
      bytes.push_back(static_cast<char>(value >> 8U));
    }
    bytes += payload;
    return bytes;
  }
  void send(unsigned type, std::string_view payload) const { write(frame(type, payload)); }

  std::optional<Frame> read() const {
    const std::optional<std::string> header = read_bytes(4);
    if (!header) return std::nullopt;
    const auto u16 = [&](std::size_t at) {
      return static_cast<unsigned>(static_cast<unsigned char>((*header)[at])) |
             static_cast<unsigned>(static_cast<unsigned char>((*header)[at + 1])) << 8U;
    };
    std::optional<std::string> payload = read_bytes(u16(0));
    if (!payload) return std::nullopt;
    return Frame{u16(2), std::move(*payload)};
  }

  // The frames up to the first of this type, which is the last; without it when the link ended.
  std::vector<Frame> read_to(unsigned type) const {
    std::vector<Frame> out;
    while (out.size() < 10'000) {
      std::optional<Frame> frame = read();
      if (!frame) break;
      out.push_back(std::move(*frame));
      if (out.back().type == type) break;
    }
    return out;
  }

  bool log_in(const std::string& nick) const {
    send(2, nick + " secret 0 \"probe 1.0\" 3");
    const std::vector<Frame> frames = read_to(3);
    return !frames.empty() && frames.back().type == 3;
  }

  // The results (201) of a search that ended with 202; nothing when no end came.
  std::optional<std::vector<std::string>> search(const std::string& words) const {
    send(200, "FILENAME CONTAINS \"" + words + "\" MAX_RESULTS 10");
    const std::vector<Frame> frames = read_to(202);
    if (frames.empty() || frames.back().type != 202) return std::nullopt;
    std::vector<std::string> out;
    for (const Frame& frame : frames)
      if (frame.type == 201) out.push_back(frame.payload);
    return out;
  }

  // True when the other side has closed within the socket's patience.
  bool is_closed_by_peer() const {
    std::array<char, 4096> bytes{};
    for (int reads = 0; reads < 100; ++reads) {
      const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
      if (got > 0) continue;
      return got == 0 || errno == ECONNRESET;
    }
    return false;
  }

  std::optional<std::string> read_bytes(std::size_t count) const {
    std::string out(count, '\0');
    std::size_t done = 0;
    while (done < count) {
      const ssize_t got = ::recv(socket_, out.data() + done, count - done, 0);
      if (got <= 0) return std::nullopt;
      done += static_cast<std::size_t>(got);
    }
    return out;
  }

 private:
  int socket_;
  bool is_connected_ = false;
};

}  // namespace p2p::test
