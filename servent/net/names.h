// Names of hosts to addresses, without stopping anybody: the system's resolver may take half a
// minute, so each question has a thread of its own that is left behind at the end of the program.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "protocols/base/ids.h"

namespace p2p::net {

// "host:port", "host": a name of letters, digits, '-' and '.', at most 253 bytes; port 1 to 65535.
struct HostName {
  std::string name;
  std::uint16_t port = 0;
};
std::optional<HostName> parse_host(std::string_view text, std::uint16_t default_port);

class Names {
 public:
  explicit Names(boost::asio::io_context& io);
  ~Names();  // nobody is called any more
  Names(const Names&) = delete;
  Names& operator=(const Names&) = delete;
  Names(Names&&) = delete;
  Names& operator=(Names&&) = delete;

  // `done` is called on the event loop, later and at most once, with the first IPv4 address of that
  // name, or nothing. Of more than eight questions at once the rest are answered with nothing.
  using Done = std::function<void(std::optional<Endpoint>)>;
  void resolve(const HostName& host, Done done);

 private:
  struct Line;
  std::shared_ptr<Line> line_;
};

}  // namespace p2p::net
