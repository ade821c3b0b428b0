// Engine: all uploads and downloads, on wire and disk (architecture.md, section 8, third walk).
//
// It knows neither networks nor the catalogue: both are reached through Hooks, all called on the
// io_context's thread. Files are touched on one disk thread of its own. The io_context must
// outlive the Engine; no hook is called after stop().
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "protocols/base/bytes.h"
#include "protocols/base/file.h"
#include "protocols/base/hash_tree.h"
#include "protocols/base/ids.h"
#include "protocols/base/query.h"
#include "protocols/command.h"
#include "protocols/event.h"
#include "protocols/transfer/extents.h"
#include "protocols/transfer/file_wanted.h"

#include "servent/api/request.h"
#include "servent/api/snapshot.h"
#include "servent/transfer/upload_queue.h"

namespace p2p::transfer {

struct Settings {
  std::filesystem::path downloads;  // finished files
  std::filesystem::path state;      // part files and resume records
  std::string nick;                 // ours, named first in an answer to GETLIST
  std::string agent = "servent";    // program and version, told over HTTP
  bool allow_public = false;        // else only private addresses are told and heard of (X-Alt)
  std::size_t upload_slots = 4;
  std::size_t upload_queue = 50;
  std::size_t per_user = 1;               // uploads at once for one user
  std::size_t sources_at_once = 10;       // of one download
  std::size_t downloads_at_once = 20;     // that have sources at work
  std::size_t all_sources_at_once = 200;  // of all downloads
  std::uint64_t seed = 1;                 // of what is left to chance: which piece is first
  std::size_t max_inbound = 200;          // accepted data connections; more are closed at once
  // A peer that takes or gives less in a window loses its slot: 273 bytes a second, a little less
  // than the slowest modem of these networks carried.
  std::uint64_t least_bytes = 16U << 10U;
  std::chrono::milliseconds window{60'000};
  // Until a source that failed is asked again; doubled each time it fails again.
  std::chrono::milliseconds first_wait{5'000};
  // Until a disk that was full, or a folder that was not there, is tried again.
  std::chrono::milliseconds disk_wait{30'000};
};

// A file we share. `open` runs on the disk thread and returns a descriptor (then ours) or -1.
struct Offer {
  SharedFile file;
  std::function<int()> open;
  // Of a file that is still being fetched: what of it can be given, and whether that is so still
  // (loop's thread only). Null: all of it, as long as it keeps its size and time.
  std::shared_ptr<const Extents> have{};
  std::shared_ptr<const bool> is_good{};
};

struct Wanted {      // what the user wants fetched
  std::string name;  // as the network says it; made safe before it becomes a path
  std::uint64_t size_bytes = 0;
  std::optional<Sha1> sha1;
  std::optional<Md5> start_md5;
  std::vector<Source> sources;
  std::optional<UuHash> uuhash{};  // finds sources; proves nothing about bytes
  bool in_order = false;           // its first bytes first, to watch it while it comes
};

// Its size is known. Of an empty file that is the digest, kEmptySha1: a size of 0 alone is none.
bool is_fetchable(const Wanted& wanted);

struct Hooks {  // an empty one is not called
  std::function<void(ReachId, const Source&)> reach;
  std::function<void(const std::string& network, const TransferNote&)> transfer_note;
  std::function<void(const std::string& network, const UploadAnswer&)> upload_answer;
  std::function<void(const FileWanted&, std::function<void(std::optional<Offer>)>)> locate;
  // The tree of hashes of a content that we share; nothing when there is none.
  std::function<void(const Sha1&, std::function<void(std::optional<HashTree>)>)> tree;
  // What we share, after a cursor that starts at 0: the files, the next cursor, whether all is
  // told.
  std::function<void(std::uint64_t after,
                     std::function<void(std::vector<SharedFile>, std::uint64_t, bool)>)>
      page;
  // Look for more: answer with add_sources.
  std::function<void(std::uint32_t download, const Wanted&)> find_sources;
  // A file of which only parts are there can be given from now on, or (false) no more.
  std::function<void(const SharedFile&, bool)> part_offered;
  std::function<void()> changed;
  std::function<void(api::LogLevel, std::string)> log;
  // `content`: of the whole file, where that was known and fits.
  std::function<void(const std::filesystem::path&, const std::optional<Sha1>& content)> finished;
};

struct Context;
struct Resume;
class Download;
class Supply;
class Uploads;

class Engine {
 public:
  Engine(boost::asio::io_context& io, Settings settings, Hooks hooks);
  ~Engine();  // stops
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // The download's id; an equal one already there (same digest, else UuHash and size, else name and
  // size) is joined, and asks at once if it only waited.
  // Zero: the request makes no sense (is_fetchable), or there are too many downloads.
  std::uint32_t fetch(const Wanted& wanted);
  void add_sources(std::uint32_t id, const std::vector<Source>& sources);
  bool pause(std::uint32_t id);
  bool cancel(std::uint32_t id);        // and forgets what was fetched
  bool retry(std::uint32_t id);         // now, whatever it waits for; also ends a pause
  bool find_sources(std::uint32_t id);  // looks for more now
  bool change(const api::ChangeDownload& wanted);
  bool move(std::uint32_t id, api::Where where);
  // Rows of what is done or failed. A part file that holds anything stays with its record: fetching
  // the same file goes on with it.
  void clear();
  bool restore();  // what the last clear() took. False: nothing, or it is fetched anew

  void on_reached(const std::string& network, const Reached& reached);
  void on_awaited(const std::string& network, const Awaited& awaited);
  void on_queued(const std::string& network, const Queued& queued);
  void on_unreached(const std::string& network, const Unreached& unreached);
  void on_upload_asked(const std::string& network, const UploadAsked& asked);
  void on_push_wanted(const std::string& network, const PushWanted& wanted);
  void on_list_wanted(const std::string& network, const ListWanted& wanted);

  // An inbound data connection whose greeting has been written already, and of which `first_bytes`
  // have been read already.
  void accept(const std::string& network, DialectKind kind, boost::asio::ip::tcp::socket socket,
              const Buffer& first_bytes = {});

  // Files that are still being fetched and of which something can be given: those that answer a
  // query, at most `most`; all.
  std::vector<SharedFile> match_parts(const Query& query, std::size_t most) const;
  std::vector<SharedFile> parts() const;
  // All of these hold from now on, for what is under way too. Bytes a second, zero: no limit.
  void set_rates(std::uint64_t up_bps, std::uint64_t down_bps);
  std::uint64_t up_limit() const;
  std::uint64_t down_limit() const;
  void set_upload_limits(const UploadQueue::Limits& limits);
  const UploadQueue::Limits& upload_limits() const;
  bool limit_upload(std::uint32_t id, std::uint64_t bytes_per_s);  // of one that runs
  bool move_upload(std::uint32_t id, api::Where where);            // of one that waits
  std::string giver_of(std::uint32_t upload) const;                // giver_key(); empty: none
  void block(std::set<std::string> givers);                        // only these get nothing
  bool end_upload(std::uint32_t id);  // or takes it from the queue; the user may ask again

  std::vector<api::DownloadRow> downloads() const;  // in the order of the list
  std::vector<api::UploadRow> uploads() const;
  bool has_free_slot() const;  // somebody who asks now is served at once
  api::GivenRow given() const;
  std::uint64_t down_bps() const;
  std::uint64_t up_bps() const;

  // Closes all connections and writes what is there to disk; done within half a second.
  void stop();

 private:
  std::shared_ptr<Download> add(const Resume& resume);     // null: makes no sense, or too many
  std::shared_ptr<Download> find(std::uint32_t id) const;  // null: none, or it is done
  std::shared_ptr<Supply> waiting_for(ReachId id) const;
  void forget_cleared();

  std::shared_ptr<Context> context_;
  std::shared_ptr<Uploads> uploads_;
  std::map<std::uint32_t, std::shared_ptr<Download>> downloads_;
  std::map<std::uint32_t, std::shared_ptr<Download>> cleared_;  // may come back
  std::uint32_t last_id_ = 0;
};

}  // namespace p2p::transfer
