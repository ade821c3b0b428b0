// FileSender: puts a part of an open file on a socket, behind some words. It sends no more a turn
// than its pace says, so that others get theirs (performance.md, section 3), no faster than the
// limits allow (rates.h; words are not counted), and gives up on a peer that takes less than the
// least rate of the Settings, unless it is us who hold it back. Loop's thread only.
//
//   (send -> then)*      stop() ends it silently, at any time
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "servent/transfer/context.h"
#include "servent/transfer/progress.h"
#include "servent/transfer/served_file.h"

namespace p2p::transfer {

class FileSender : public std::enable_shared_from_this<FileSender> {
 public:
  struct Sent {
    bool is_all = false;    // the system has taken it
    std::string trouble{};  // else why not; empty when the peer left
  };
  struct Pace {
    std::size_t bytes = std::size_t{1024} * 1024;  // of a turn
    std::chrono::milliseconds pause{0};            // behind each turn, the last one too
  };
  using Then = std::function<void(const Sent&)>;

  FileSender(ContextPtr context, std::shared_ptr<boost::asio::ip::tcp::socket> socket);

  // The bytes from `at` up to `end`, which the file has.
  void send(std::string head, std::shared_ptr<ServedFile> file, std::uint64_t at, std::uint64_t end,
            const Pace& pace, Then then);
  void stop();

  void set_limit(std::uint64_t bytes_per_s) { flow_.set_rate(bytes_per_s, now_time()); }
  std::uint64_t limit() const { return flow_.rate(); }

  std::uint64_t at() const { return at_; }
  std::uint64_t rate(std::int64_t now) const { return meter_.rate(now); }

 private:
  void read_ahead();
  void turn();
  void wait_for_room();
  void rest(std::chrono::milliseconds pause);
  bool is_out() const { return head_.empty() && at_ == end_; }
  bool say_head();
  void watch();
  void finish(const Sent& sent);

  ContextPtr context_;
  std::shared_ptr<boost::asio::ip::tcp::socket> socket_;
  boost::asio::steady_timer timer_;  // the end of the window
  boost::asio::steady_timer pause_;
  Flow flow_;
  Pace pace_;
  Progress progress_;
  Meter meter_;
  std::string head_;  // what is not sent of it
  std::shared_ptr<ServedFile> file_;
  std::uint64_t at_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t asked_for_ = 0;  // of the disk, up to here
  Then then_;                    // none: nothing is under way
};

}  // namespace p2p::transfer
