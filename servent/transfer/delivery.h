// Delivery: one data connection on which a source gives us one file. It reads as fast as there are
// free Blocks, and ends by itself when nothing worth waiting for comes.
//
//   (connect | adopt) -> began? told? arrived* broke?      close() ends it silently, at any time
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "protocols/event.h"
#include "protocols/transfer/napster_fetcher.h"

#include "servent/transfer/blocks.h"
#include "servent/transfer/context.h"
#include "servent/transfer/progress.h"

namespace p2p::transfer {

class Receiver {
 public:
  virtual void began() = 0;
  // The source is a servent and says what its file's content is; at most once, before any byte.
  // False: that is another file, and the delivery has been closed.
  virtual bool told(const Sha1& sha1) = 0;
  // Bytes of the file, in order. The block goes back to the Context's blocks when it is written.
  virtual void arrived(BlockPtr block, std::uint64_t at) = 0;
  virtual void broke(const std::string& why) = 0;  // the last call; the file is not complete

 protected:
  ~Receiver() = default;
};

class Delivery : public std::enable_shared_from_this<Delivery> {
 public:
  // Bytes from `offset` on of a file of `total` bytes.
  Delivery(ContextPtr context, Receiver& receiver, std::uint64_t offset, std::uint64_t total);

  void connect(const Reached& to, const std::string& name);
  void adopt(std::shared_ptr<boost::asio::ip::tcp::socket> socket);  // its source called us
  void close();

 private:
  void begin();
  void say(std::string words);
  void read();
  void fill();
  void take(BlockPtr block, std::size_t count);
  void watch();
  void broke(const std::string& why);

  ContextPtr context_;
  Receiver& receiver_;  // not called after close()
  std::uint64_t at_;    // where the next byte belongs
  std::uint64_t total_;
  std::shared_ptr<boost::asio::ip::tcp::socket> socket_;
  std::unique_ptr<NapsterFetcher> fetcher_;  // none: nothing but data comes
  std::string output_;
  boost::asio::steady_timer timer_;
  Progress progress_;
  bool told_ = false;     // the receiver knows the digest that came
  bool stalled_ = false;  // no block is free
  bool closed_ = false;
};

}  // namespace p2p::transfer
