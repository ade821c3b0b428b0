// Download: one wanted file, from the wish to its final name (third walk of architecture.md). Its
// Sources say whom to ask, each that is asked is a Supply, and its Content says what for, and keeps
// what comes.
//
//   open -> (waiting | running | retrying | no_source)* -> checking -> done
//   paused waits for the user, whom trouble with the disk also calls, unless it passes by itself;
//   failed: all sources gave wrong content
//
// Sources are asked only while it has its turn (DownloadTurns).
//
// More sources are asked while those at work would take longer than kSoon.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "servent/transfer/call.h"
#include "servent/transfer/content.h"
#include "servent/transfer/context.h"
#include "servent/transfer/crew.h"
#include "servent/transfer/pace.h"
#include "servent/transfer/sources.h"
#include "servent/transfer/supply.h"

namespace p2p::transfer {

class Download final : public SupplyHost,
                       public ContentHost,
                       public std::enable_shared_from_this<Download> {
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
  void find_sources();  // looks for more now
  void change(const api::ChangeDownload& wanted);
  void keep_record();
  void remove();  // the bytes and the record, from the disk
  void stop();    // leaves a record of all that is there

  SupplyPtr waiting_for(ReachId id) const { return crew_.waiting_for(id); }  // null: none
  // Was a source of it asked to call and to send this?
  bool awaits(const Call& call) const { return crew_.awaiting(call) != nullptr; }
  // Takes the socket over. False: the call offers another file.
  bool take_call(const Call& call, const std::shared_ptr<boost::asio::ip::tcp::socket>& socket);

 private:
  static constexpr std::int64_t kLookAgain = 600'000;  // milliseconds: for sources

  // SupplyHost
  void reached(Supply& supply) override;
  void began(Supply& supply) override;
  bool told(Supply& supply, const Sha1& sha1) override;
  void modified(std::int64_t unix_s) override;
  void arrived(Supply& supply, BlockPtr block, std::uint64_t at) override;
  void heard_of(Supply& supply, const Others& others, const Endpoint& from) override;
  void tree_at(Supply& supply, const TreeLink& link) override;
  void has(Supply& supply, const Extents& available, bool refused) override;
  FetchAsk probe_of(const Supply& supply) const override;
  void ended(Supply& supply, const FetchEnd& end) override;
  // ContentHost
  void opened() override;
  void written(SourceIndex source) override;
  void gave(SourceIndex source, std::uint64_t bytes) override;
  void differs(SourceIndex source) override;
  void caught(SourceIndex source, const std::string& why) override;
  void pardoned(SourceIndex source) override;
  void accused(SourceIndex source, bool is_accused) override;
  void restarted(bool all) override;
  void stirred() override;
  void checking() override;
  void finished(const std::filesystem::path& path, bool verified) override;
  void trouble(const std::string& why, int error) override;
  Resume resume() const override;
  void say(api::LogLevel level, const std::string& text) const override;

  // Whom a source that is at the address `from` names. True when one is new.
  bool hear(const std::vector<Endpoint>& named, std::uint32_t from, const std::string& network);
  void praise(std::size_t index) const;  // it gave: others may hear of it
  void disown(std::size_t index) const;  // it could not be had there
  bool is_open() const;                  // sources may be asked
  void tend();                           // asks whom it can, and says what it waits for
  void wake_idle();
  void ask_more();
  bool wants_more() const;
  bool may_ask();                        // one source more
  bool take(const Sources::Next& next);  // false: nobody can be asked now
  void ask_for(std::size_t index);
  void give_work(Supply& supply, std::optional<Extent> share);
  FetchAsk what_to_ask(const Supply& supply, const Extent& share) const;
  void hear_of_askers();  // who fetches the same and asked us
  void let_go(std::size_t index, Ending why);
  void leave();  // lets all go, and others have its turn
  void leave_sources();
  void look();  // for more sources, where somebody can
  void set_alarm(std::int64_t time);
  void show();
  void show_waiting(std::int64_t until);
  void set(api::DownloadState state, std::string reason);

  ContextPtr context_;
  Wanted wanted_;  // without sources
  api::DownloadRow row_;
  std::shared_ptr<Bucket> limit_ = std::make_shared<Bucket>();
  Sources sources_;
  Crew crew_;
  std::shared_ptr<Content> content_;
  unsigned last_number_ = 0;  // of a Supply
  std::int64_t look_at_ = 0;  // not earlier, when sources run low
  std::int64_t next_at_ = 0;  // when a source may be asked again; 0: none is waited for
  // Why nobody is asked though somebody could be.
  enum class Held : std::uint8_t { no, for_turn, for_others };
  Held held_ = Held::no;
  std::int64_t disk_at_ = 0;  // not tried again before
  std::string disk_why_;      // its last trouble, until it takes something
  bool looking_ = false;      // for sources: those that come now are used at once
  bool stirred_ = false;      // tend() is coming
  bool opening_ = false;
  std::string last_failure_;
  boost::asio::steady_timer timer_;
  Meter meter_;
  Pace<60> pace_;
};

// The file in equal parts, at most 64 of them.
std::vector<api::Block> blocks_of(const PieceMap& map);

}  // namespace p2p::transfer
