// Download: one wanted file. It asks its sources one after the other, and writes what they send.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "protocols/transfer/napster_fetcher.h"

#include "servent/transfer/context.h"
#include "servent/transfer/part_file.h"

namespace p2p::transfer {

// A call from somebody who wants to send us a file.
struct Call {
  std::string network;
  std::string user;
  std::string name;
  std::uint64_t size_bytes = 0;
};

class Download : public std::enable_shared_from_this<Download> {
 public:
  Download(ContextPtr context, std::uint32_t id, Wanted wanted);

  bool is(const Wanted& wanted) const;  // and not done yet
  bool is_done() const { return row_.state == api::DownloadState::done; }
  bool is_failed() const { return row_.state == api::DownloadState::failed; }
  api::DownloadRow row(std::int64_t now) const;

  void start();       // asks its first source, soon
  void lie_paused();  // in place of start()
  void add_sources(const std::vector<Source>& sources);
  void pause();
  void retry();
  void forget(bool and_data);  // what is on disk of it
  void stop();

  bool waits_for(ReachId id) const { return reach_ == id && id != ReachId{}; }
  void on_reached(const Reached& reached);
  void on_awaited();
  void on_queued(std::uint32_t place);
  void on_unreached(const std::string& why);
  // Its source was asked to call and to send this?
  bool awaits(const Call& call) const;
  // Takes the socket over. False: the call offers another file.
  bool take_call(const Call& call, const std::shared_ptr<boost::asio::ip::tcp::socket>& socket);

 private:
  void ask();
  void leave();  // drops the attempt under way
  void again(std::string why);
  void watch(std::chrono::seconds limit, const char* why);
  void begin();
  void read();
  void take(Bytes bytes);
  void stored(Stored stored, std::uint64_t end);
  void check();
  void checked(const Checked& result);
  void save();
  std::filesystem::path record() const;

  ContextPtr context_;
  Wanted wanted_;
  api::DownloadRow row_;
  std::filesystem::path part_;
  std::size_t next_ = 0;  // source to ask next
  Source source_;         // the one being asked
  ReachId reach_{};
  unsigned attempt_ = 0;  // tells a late answer from a fresh one
  unsigned wrong_ = 0;    // times the content did not match
  std::chrono::seconds wait_;
  std::shared_ptr<boost::asio::ip::tcp::socket> socket_;
  std::unique_ptr<NapsterFetcher> fetcher_;
  std::uint64_t at_ = 0;  // where the next byte belongs
  Buffer buffer_;
  std::string output_;
  boost::asio::steady_timer timer_;
  Meter meter_;
  bool awaited_ = false;  // the source was asked to call us
  bool noted_ = false;    // its network was told that it began
};

}  // namespace p2p::transfer
