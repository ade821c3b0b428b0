// Supply: one source at work for one download: reached through its network, then asked over a
// Delivery for one part of the file after the other.
//
//   asked -> (reached | awaited -> called) -> (giving <-> idle)* -> over, with one of the ends
//
// While it is idle it may hold an open connection, or just know where it was reached.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "protocols/transfer/member.h"

#include "servent/transfer/call.h"
#include "servent/transfer/context.h"
#include "servent/transfer/delivery.h"

namespace p2p::transfer {

class Supply;

class SupplyHost {
 public:
  virtual void reached(Supply& supply) = 0;                 // give it work
  virtual void began(Supply& supply) = 0;                   // the first byte is here
  virtual bool told(Supply& supply, const Sha1& sha1) = 0;  // false: it has been closed
  virtual void modified(std::int64_t unix_s) = 0;           // a source's file, as it says
  virtual void arrived(Supply& supply, BlockPtr block, std::uint64_t at) = 0;
  virtual void heard_of(Supply& supply, const Others& others, const Endpoint& from) = 0;
  virtual void tree_at(Supply& supply, const TreeLink& link) = 0;
  // When it is idle, or refused what it was asked for: give it work.
  virtual void has(Supply& supply, const Extents& available, bool refused) = 0;
  virtual FetchAsk probe_of(const Supply& supply) const = 0;    // what to ask for nothing
  virtual void ended(Supply& supply, const FetchEnd& end) = 0;  // it is over; nothing was closed

 protected:
  ~SupplyHost() = default;
};

class Supply final : public Receiver, public std::enable_shared_from_this<Supply> {
 public:
  enum class State : std::uint8_t { asked, awaited, giving, idle };

  // `number`: of this attempt among all of the download; never zero.
  Supply(ContextPtr context, SupplyHost& host, std::size_t index, Source source, unsigned number,
         std::shared_ptr<Bucket> limit);
  ~Supply();
  Supply(const Supply&) = delete;
  Supply& operator=(const Supply&) = delete;

  std::size_t index() const { return index_; }
  const Source& source() const { return source_; }
  unsigned number() const { return number_; }
  State state() const { return state_; }
  bool is_giving() const { return state_ == State::giving && began_; }
  bool is_connected() const { return delivery_ != nullptr; }
  bool is_partial() const { return partial_; }
  std::int64_t since() const { return since_; }  // when it was asked
  Manner manner() const;
  // Where it was reached over HTTP; port 0: it was not.
  const Endpoint& web() const { return web_; }
  std::uint64_t got_bytes() const { return got_bytes_; }
  std::string giver() const;  // giver_key() of it, while it is connected
  // What it was asked for begins here; what comes before is the overlap.
  std::uint64_t own() const { return own_; }
  std::uint64_t missing() const { return delivery_ ? delivery_->missing() : 0; }

  void reach();
  bool waits_for(ReachId id) const { return reach_ == id && id != ReachId{}; }
  void on_reached(const Reached& reached);
  void on_awaited(const Awaited& awaited);
  void on_queued(std::uint32_t place);
  void on_unreached(const std::string& why, bool permanent);
  bool awaits(const Call& call) const;
  void take_call(const std::shared_ptr<boost::asio::ip::tcp::socket>& socket);

  // `ask.offset` up to `ask.end`, of which the part from `own` on is what is wanted. Over the
  // connection that is there, or a new one. False: it must be reached anew.
  bool fetch(FetchAsk ask, std::uint64_t own);
  // Nothing to do for now; the connection stays if all has come that was asked for on it.
  void rest();
  void close();  // the host hears nothing more

 private:
  void began() override;
  bool told(const Sha1& sha1) override;
  void modified(std::int64_t unix_s) override;
  void arrived(BlockPtr block, std::uint64_t at) override;
  void heard_of(const Others& others, const Endpoint& from) override;
  void tree_at(const TreeLink& link) override;
  void has(const Extents& available, bool refused) override;
  void ended(const FetchEnd& end) override;

  void ask_what_it_has();
  void drop_delivery();
  bool connect(FetchAsk ask);
  void limit(std::int64_t ms, const FetchEnd& late);
  void over(const FetchEnd& end);

  ContextPtr context_;
  SupplyHost& host_;
  const std::size_t index_;
  const Source source_;
  const unsigned number_;
  const std::shared_ptr<Bucket> limit_;
  State state_ = State::asked;
  std::int64_t since_;
  ReachId reach_{};
  Awaited awaited_;
  std::optional<Reached> where_;  // to connect again
  Dialect dialect_;
  Endpoint web_{};
  std::shared_ptr<boost::asio::ip::tcp::socket> called_;  // it called, and nothing was asked yet
  std::shared_ptr<Delivery> delivery_;
  std::optional<FetchAsk> next_;  // when what comes still and is not wanted any more has come
  std::uint64_t own_ = 0;
  std::uint64_t got_bytes_ = 0;
  bool began_ = false;
  bool noted_ = false;         // its network was told that it began
  bool partial_ = false;       // it is fetching the file itself
  unsigned refusals_ = 0;      // since bytes came
  std::int64_t probe_ms_ = 0;  // how long it waits now before it is asked what it has
  bool resting_ = false;       // for want of work
  bool closed_ = false;
  boost::asio::steady_timer timer_;
};
using SupplyPtr = std::shared_ptr<Supply>;

}  // namespace p2p::transfer
