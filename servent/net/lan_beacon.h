// LanBeacon: the multicast socket under protocols/beacon.h. It speaks on the interface of the
// address where the node listens, or on all of them when it listens on 0.0.0.0, never beyond the
// local network (TTL 1). Many nodes of one machine share the port.
//
// Runs on the io_context's thread; nothing is called after close().
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "protocols/base/result.h"
#include "protocols/base/rng.h"
#include "protocols/beacon.h"

namespace p2p::net {

class LanBeacon {
 public:
  struct Where {
    Endpoint group{};          // multicast address and UDP port
    std::uint32_t listen = 0;  // the address on which the node listens; 0: on all
    bool allow_public = false;
  };
  using OnHeard = std::function<void(const Heard&)>;

  // The number of the node in `us` is drawn here.
  LanBeacon(boost::asio::io_context& io, const Where& where, Beacon::Us us, OnHeard on_heard);
  ~LanBeacon() { close(); }
  LanBeacon(const LanBeacon&) = delete;
  LanBeacon& operator=(const LanBeacon&) = delete;
  LanBeacon(LanBeacon&&) = delete;
  LanBeacon& operator=(LanBeacon&&) = delete;

  Result<void> start();  // an error: the system has no multicast for us
  void become(const std::string& role);
  void close();

 private:
  struct Interface;
  Result<void> open();
  bool join();  // whatever interfaces there are now; false: not on one
  std::vector<Interface> interfaces() const;
  void speak(const Interface& on, Bytes bytes);
  void watch();
  void read();
  void step();

  Where where_;
  Rng rng_;
  Beacon beacon_;
  OnHeard on_heard_;
  boost::asio::ip::udp::socket ears_;
  boost::asio::steady_timer timer_;
  std::set<int> joined_;                                       // numbers of interfaces
  std::shared_ptr<bool> open_ = std::make_shared<bool>(true);  // asked by the handlers
};

}  // namespace p2p::net
