// Download: one wanted file, from the wish to its final name (third walk of architecture.md). Its
// Sources say whom to ask, a Delivery brings the bytes, its PartFile keeps them.
//
//   start -> open -> (ask -> waiting -> running)* -> checking -> done
//   retrying and no_source wait for the time or a source; paused waits for the user, whom trouble
//   with the disk also calls; failed: all sources gave wrong content
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "servent/transfer/context.h"
#include "servent/transfer/delivery.h"
#include "servent/transfer/part_jobs.h"
#include "servent/transfer/sources.h"

namespace p2p::transfer {

// A call from somebody who wants to send us a file. What he did not tell is left out.
struct Call {
  std::string network;
  std::string user;
  std::optional<std::string> name{};
  std::optional<std::uint64_t> size_bytes{};
  std::optional<Sha1> sha1{};
  std::optional<std::string> token{};  // what it was asked to say (Awaited); the user is then empty
};

class Download final : public Receiver, public std::enable_shared_from_this<Download> {
 public:
  Download(ContextPtr context, std::uint32_t id, const Resume& resume);
  ~Download();
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;

  bool is(const Wanted& wanted) const;  // and not done yet
  bool is_done() const { return row_.state == api::DownloadState::done; }
  bool is_empty() const { return row_.have_bytes == 0; }
  bool is_failed() const { return row_.state == api::DownloadState::failed; }
  bool is_idle() const;  // nothing is under way: it waits for time, a source or the user
  api::DownloadRow row(std::int64_t now) const;

  void start();
  void add_sources(const std::vector<Source>& sources);
  void pause();
  void retry();
  void keep_record();
  void remove();  // the bytes and the record, from the disk
  void stop();    // leaves a record of all that is there

  bool waits_for(ReachId id) const { return reach_ == id && id != ReachId{}; }
  void on_reached(const Reached& reached);
  void on_awaited(const Awaited& awaited);
  void on_queued(std::uint32_t place);
  void on_unreached(const std::string& why, bool permanent);
  // Was its source asked to call and to send this?
  bool awaits(const Call& call) const;
  // Takes the socket over. False: the call offers another file.
  bool take_call(const Call& call, const std::shared_ptr<boost::asio::ip::tcp::socket>& socket);

  void began() override;
  bool told(const Sha1& sha1) override;
  void arrived(BlockPtr block, std::uint64_t at) override;
  void heard_of(const Others& others, const Endpoint& from) override;
  void ended(const FetchEnd& end) override;

 private:
  // Whom a source that is at the address `from` names. True when one is new.
  bool hear(const std::vector<Endpoint>& named, std::uint32_t from, const std::string& network);
  void praise(std::size_t index) const;  // it gave: others may hear of it
  void disown(std::size_t index) const;  // it could not be had there
  void open();
  void ask();
  void look();  // for more sources, where somebody can
  void ask_for(std::size_t index);
  std::shared_ptr<Delivery> make_delivery();  // of the source being asked
  void start_over(std::size_t index);
  void wait_until(std::int64_t time);
  void nobody_left();
  void leave();  // drops the attempt under way
  void failed(const std::string& why);
  void watch(std::int64_t time, std::function<void()> late);
  bool agrees(const Sha1& told);
  void forget_learned();
  void written(const Stored& stored, unsigned attempt, std::size_t source, std::uint64_t bytes);
  void content_is_wrong(const std::string& why);
  void check();
  void checked(const Stored& stored);
  void disk_trouble(const std::string& why);
  Resume resume() const;
  void set(api::DownloadState state, std::string reason);
  void opened(const Stored& stored);
  // What calls this, unless the attempt is over by then.
  PartJobs::Then still(void (Download::*then)(const Stored&));

  ContextPtr context_;
  Wanted wanted_;                // without sources
  std::optional<Sha1> learned_;  // of a source, where none was promised; it tells it again
  api::DownloadRow row_;
  Sources sources_;
  PartJobs part_;
  std::shared_ptr<Delivery> delivery_;
  std::size_t source_ = 0;  // the one being asked
  ReachId reach_{};
  unsigned attempt_ = 1;           // tells a late answer from a fresh one
  unsigned generation_ = 0;        // of the bytes: one more each time they are thrown away
  bool opened_ = false;            // what was there is known
  std::int64_t look_at_ = 0;       // not earlier, when sources run low
  bool looking_ = false;           // for sources: those that come now are used by this attempt
  bool is_awaited_ = false;        // the source was asked to call us
  Awaited awaited_;                // and what it will say and speak then
  bool noted_ = false;             // its network was told that it began
  std::uint64_t got_bytes_ = 0;    // since the attempt began
  std::uint64_t fresh_bytes_ = 0;  // the same, and written
  boost::asio::steady_timer timer_;
  Meter meter_;
};

}  // namespace p2p::transfer
