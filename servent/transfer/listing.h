// Listing: one connection on which we tell the whole list of what we share (napster.md, 7.3).
// Either somebody called and asked for it (answer()), or we call somebody because nobody can call
// us (call()). The catalogue is read a page at a time, the next when the last is on the wire.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "servent/transfer/context.h"

namespace p2p::transfer {

class Listing : public std::enable_shared_from_this<Listing> {
 public:
  using Ended = std::function<void(const std::shared_ptr<Listing>&)>;

  // `ended` is called once, at the end.
  Listing(ContextPtr context, std::shared_ptr<boost::asio::ip::tcp::socket> socket, Ended ended);

  void answer();
  void call(const ListWanted& wanted);
  void drop();

 private:
  void greet();
  void tell();
  void take_page(const std::vector<SharedFile>& files, std::uint64_t next, bool last);
  void limit();

  ContextPtr context_;
  std::shared_ptr<boost::asio::ip::tcp::socket> socket_;
  Ended ended_;
  boost::asio::steady_timer timer_;
  std::string output_;
  char greeting_ = 0;
  std::uint64_t after_ = 0;
  bool last_ = false;
};
using ListingPtr = std::shared_ptr<Listing>;

}  // namespace p2p::transfer
