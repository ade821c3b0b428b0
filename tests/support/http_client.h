// HttpClient: somebody who asks over HTTP and keeps what comes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include "protocols/header_block.h"

namespace p2p::test {

class HttpClient {
 public:
  struct Answer {
    std::string status;  // "206"
    HeaderBlock head;
    std::string body;
  };

  explicit HttpClient(boost::asio::io_context& io) : socket(io) {}

  void say(const std::string& text) { boost::asio::write(socket, boost::asio::buffer(text)); }
  void read_on() {
    socket.async_wait(socket.wait_read, [this](boost::system::error_code e) {
      thread_local std::vector<char> block(std::size_t{1} << 20U);  // one for all clients
      const std::size_t count = e ? 0 : socket.read_some(boost::asio::buffer(block), e);
      got.append(block.data(), count);
      most_at_once = std::max(most_at_once, count);
      ended = static_cast<bool>(e);
      if (!ended) read_on();
    });
  }
  // The next answer, when it is here with all its body; else nothing.
  std::optional<Answer> answer(bool of_head = false) {
    HeaderBlockReader reader(kHttpLimits);
    const auto used = reader.feed(bytes_of(got));
    if (!used || !reader.is_complete()) return {};
    Answer out;
    out.head = reader.take();
    out.status = out.head.start_line.substr(9, 3);
    const std::size_t length =
        of_head ? 0 : std::stoul(std::string(out.head.value("Content-Length")));
    if (got.size() < *used + length) return {};
    out.body = got.substr(*used, length);
    got.erase(0, *used + length);
    return out;
  }

  boost::asio::ip::tcp::socket socket;
  std::string got;
  std::size_t most_at_once = 0;  // bytes that one read brought
  bool ended = false;
};

}  // namespace p2p::test
