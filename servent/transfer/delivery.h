// Delivery: one data connection on which a source gives us one file. It reads as fast as there are
// free Blocks, and ends by itself when nothing worth waiting for comes.
//
//   (connect | adopt) -> told? modified? (began arrived+)? ended?     close() ends it silently
//   heard_of comes at any time before ended; go_on() when nothing is missing asks for more
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "protocols/event.h"
#include "protocols/transfer/fetcher.h"

#include "servent/transfer/blocks.h"
#include "servent/transfer/context.h"
#include "servent/transfer/progress.h"

namespace p2p::transfer {

class Receiver {
 public:
  virtual void began() = 0;  // the first byte is here
  // The source says what its file's content is; at most once, before any byte.
  // False: that is another file, and the delivery has been closed.
  virtual bool told(const Sha1& sha1) = 0;
  // When the source's file was last changed, as it says (Fetcher::modified_unix); at most once.
  virtual void modified(std::int64_t unix_s) = 0;
  // Bytes of the file, in order. The block goes back to the Context's blocks when it is written.
  virtual void arrived(BlockPtr block, std::uint64_t at) = 0;
  // What the source, which is at `from`, says of others.
  virtual void heard_of(const Others& others, const Endpoint& from) = 0;
  virtual void tree_at(const TreeLink& link) = 0;  // where it has the tree, as it says; often
  // It is still fetching the file itself, and has this of it. `refused`: not the part that was
  // asked for; it may be asked for another one.
  virtual void has(const Extents& available, bool refused) = 0;
  virtual void ended(const FetchEnd& end) = 0;  // the last call

 protected:
  ~Receiver() = default;
};

class Delivery : public std::enable_shared_from_this<Delivery> {
 public:
  // `limit`: of the download, which all its deliveries share.
  Delivery(ContextPtr context, Receiver& receiver, FetchAsk ask, std::shared_ptr<Bucket> limit);

  void connect(const Reached& to);
  // Its source called us.
  void adopt(std::shared_ptr<boost::asio::ip::tcp::socket> socket, const Dialect& dialect);
  void close();

  // What was asked for and has not come.
  std::uint64_t missing() const { return fetcher_ ? fetcher_->missing() : ask_.total; }
  std::uint64_t at() const { return at_; }  // where the next byte belongs
  // Where it is: the peer, or nothing while it is not connected.
  const Endpoint& peer() const { return ask_.host; }
  // The bytes from `begin` up to `end` too. False: not on this connection.
  bool go_on(std::uint64_t begin, std::uint64_t end, const Owned& owned);
  bool probe();  // asks what it has now; has() comes. False: not on this connection

 private:
  void begin(const Dialect& dialect);
  void say();
  void read();
  void fill();
  void hold(Duration time);
  void take(BlockPtr block, std::size_t count);
  void hand_on(BlockPtr block, Bytes body);
  void watch();
  void end(const FetchEnd& end);
  void broke(const std::string& why);

  ContextPtr context_;
  Receiver& receiver_;  // not called after close()
  FetchAsk ask_;
  std::uint64_t at_;  // where the next byte belongs
  std::shared_ptr<boost::asio::ip::tcp::socket> socket_;
  std::unique_ptr<Fetcher> fetcher_;
  std::string output_;  // on its way
  std::string next_;    // waits for that
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer pause_;
  std::shared_ptr<Bucket> limit_;
  Flow of_all_;  // its way through the limit of all downloads
  Flow of_one_;  // and of this one
  Progress progress_;
  bool began_ = false;
  bool told_ = false;     // the receiver knows the digest that came
  bool dated_ = false;    // and the time
  bool stalled_ = false;  // no block is free
  bool held_ = false;     // by a limit of ours
  bool resting_ = false;  // nothing is missing: the source owes nothing
  bool closed_ = false;
};

}  // namespace p2p::transfer
