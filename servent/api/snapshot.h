// Everything a screen or the command line can show, as plain values. Names are bytes as strangers
// sent them: the screen shows them through tui/sanitize only, JSON through app/json only.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace p2p::api {

// Times are milliseconds; `now_ms` of the snapshot is the same clock. Zero means "not yet".
using Millis = std::int64_t;

struct MediaRow {  // zero is unknown
  std::uint32_t bitrate_kbps = 0;
  std::uint32_t sample_rate_hz = 0;
  std::uint32_t duration_s = 0;
};

struct TagsRow {  // empty and zero are unknown; bytes as strangers sent them
  std::string artist;
  std::string title;
  std::string album;
  std::string genre;
  std::uint32_t year = 0;
  std::uint32_t width = 0;  // pixels
  std::uint32_t height = 0;
};

// How a source of a download stands with us.
enum class Standing : std::uint8_t {
  spare,   // not asked yet, or not needed now
  asked,   // it is being reached, or has nothing to do for the moment
  gives,   // bytes come
  queued,  // it has given us a place in its queue
  fails,   // it could not be had the last time; it is tried again
  gone,    // it will not be asked again
};

struct SourceRow {
  std::string network;
  std::string user;
  std::string name;   // the file's name and folders at that source
  std::string state;  // "free slot", "queue 2", "asked", "not online"
  std::uint64_t rate_bps = 0;
  std::uint64_t got_bytes = 0;
  std::uint64_t asked_begin = 0;  // of a download: the bytes that it still owes, none when equal
  std::uint64_t asked_end = 0;
  // The rest is of downloads only.
  std::uint32_t place = 0;  // in its queue; 0: none
  std::uint32_t giver = 0;  // 1: the first that gave anything; 0: it gave nothing since the start
  std::vector<std::uint64_t> history{};  // bytes in each of the last 8 seconds, or empty
  Standing standing = Standing::spare;
  std::string at{};     // of all sources: HOST:PORT, where it can be called; empty: not known
  bool claims = false;  // of a result: the rate is what the source says of its line, not measured
  std::uint32_t hops = 0;  // of a result: links to who answered; 0: not known
};

enum class Have : std::uint8_t { no, have, queued };  // do I have it already?

// Equal digests are one result with several sources; without a digest (name, size) is the key.
struct ResultRow {
  std::uint64_t key = 0;  // names the row in a Get request; stable while the search lives
  std::string name;       // the commonest base name among its sources
  std::string folder;     // of the first source, for the details pane
  std::uint64_t size_bytes = 0;
  std::string digest;  // "urn:sha1:..." or empty: then the grouping is a guess (shown with an
                       // approximately-equal sign)
  MediaRow media;
  TagsRow tags;
  Have have = Have::no;
  Millis seen_ms = 0;
  std::string link;  // magnet link naming digest and sources
  std::vector<SourceRow> sources;
  std::uint64_t change = 0;  // another number whenever the row is another
};

enum class SearchState : std::uint8_t { listening, finished };
struct SearchRow {
  std::uint32_t id = 0;
  std::string text;
  SearchState state = SearchState::listening;
  std::size_t results = 0;
  std::size_t sources = 0;
  Millis started_ms = 0;
  Millis ended_ms = 0;
  std::string why;         // once finished: "complete", "refused: ...", "no link is up"
  std::uint32_t wish = 0;  // that it was made for (SeeWish); 0: none
};

enum class DownloadState : std::uint8_t {
  running,
  waiting,
  paused,
  retrying,
  no_source,
  checking,
  done,
  failed
};
enum class Priority : std::uint8_t { low, normal, high };
enum class Block : std::uint8_t { missing, asked, written, verified };
struct DownloadRow {
  std::uint32_t id = 0;
  std::uint32_t sources_active = 0;
  std::string name;
  std::uint64_t size_bytes = 0;
  std::uint64_t have_bytes = 0;
  std::uint64_t rate_bps = 0;   // 3 s average
  std::uint64_t limit_bps = 0;  // its own; 0: none
  std::string reason;   // why it waits or failed and what is next: "queue 7", "disk is full"
  Millis retry_ms = 0;  // when it tries again
  std::string digest;
  std::string path;  // final path when done, else of the part file
  Millis started_ms = 0;
  std::vector<SourceRow> sources;
  std::vector<Block> blocks{};  // the file in equal parts, 64 at most; empty: not known
  // Whose bytes most of each of these parts are: SourceRow::giver, 0: not known.
  std::vector<std::uint32_t> givers{};
  std::vector<std::uint64_t> history{};  // bytes in each of the last 60 seconds, or empty
  std::uint32_t place = 0;               // in the source's queue; 0 unknown
  DownloadState state = DownloadState::waiting;
  Priority priority = Priority::normal;
  bool verified = false;  // the whole file's SHA-1 was known and fits
  bool in_order = false;  // its first bytes first
};

struct UploadRow {
  std::uint32_t id = 0;
  std::string network;
  std::string user;
  std::string name;
  std::uint64_t size_bytes = 0;
  std::uint64_t sent_bytes = 0;
  std::uint64_t rate_bps = 0;
  std::uint64_t limit_bps = 0;   // its own; 0: none
  std::uint32_t place = 0;       // 0: it runs; else its place in the queue
  std::uint32_t wait_s = 0;      // until its turn, as it was told; 0: it runs
  std::string state;             // "running", "queued", "done", "the peer closed"
  std::string reason;            // why it waits: "the slots are taken"
  std::uint64_t gave_bytes = 0;  // what this user gave us lately; it fades
  Millis started_ms = 0;         // when it began; of one that waits: when it came
  std::string agent{};           // the program it says it is; empty: it does not say
};

struct GivenSpan {  // what was given in a time
  std::uint64_t bytes = 0;
  std::uint64_t users = 0;
  std::uint64_t files = 0;
};
struct AskedRow {
  std::string name;
  std::uint64_t times = 0;
};
struct GivenRow {
  GivenSpan today;  // since midnight of here, or the start when that was later
  GivenSpan session;
  std::uint64_t refused = 0;               // users who were sent away in this session
  std::string refused_why;                 // why the last one was
  std::vector<std::uint64_t> last_hour{};  // bytes in each minute, the newest last; or empty
  std::vector<AskedRow> most_asked{};      // the most first, a few
};

struct LimitsRow {  // bytes a second, 0: no limit
  std::uint64_t up_bps = 0;
  std::uint64_t down_bps = 0;
  std::string why;  // the line of the schedule that says so, "by hand", or empty: the settings
  std::uint32_t slots = 0;  // uploads at once
  std::uint32_t per_user = 0;
  std::uint32_t queue = 0;  // places for those who wait
};

struct NetworkPeerRow {
  std::string endpoint;
  std::string role;
  std::string agent;
  std::string name;
  bool inbound = false;
  std::string state;
  Millis since_ms = 0;
  std::uint64_t received = 0;  // messages
  std::uint64_t sent = 0;
  std::vector<std::pair<std::string, std::uint64_t>> counters;  // of this link
  std::uint64_t down_bps = 0;                                   // of the link, some seconds' mean
  std::uint64_t up_bps = 0;
};
struct TrafficRow {  // messages of one kind, and bytes of them, since the node began
  std::string kind;
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  std::uint64_t in_bytes = 0;
  std::uint64_t out_bytes = 0;
};
struct NetworkRow {  // one a mode
  std::string mode;  // "napster"
  std::string role;  // "client"
  bool online = false;
  std::string state;     // "connected to 127.0.0.1:8888", "retry in 20 s: could not connect"
  std::string why_role;  // as far as it knows; empty: it does not say
  std::string no_hops;   // why its counters have no "hops" and "ttl"; empty: they may have
  std::string listen;    // empty: it does not, and nobody can call it
  Millis since_ms = 0;   // since it listens
  Millis called_ms = 0;  // when somebody called it last, so that it can be reached; 0: not yet
  bool called_for_file = false;  // that one; else it was a peer that wanted a link
  std::uint64_t users = 0;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t peer_count = 0;
  std::vector<NetworkPeerRow> peers;
  std::vector<std::pair<std::string, std::uint64_t>> counters;
  std::vector<TrafficRow> traffic{};  // of a node of the laboratory
  std::uint64_t down_bps = 0;         // of all links
  std::uint64_t up_bps = 0;
};

struct ShareRow {
  std::string folder;
  std::string label;  // the first part of the shared names below it
  bool present = true;
  std::uint64_t files = 0;  // that the last look found in it
  std::uint64_t bytes = 0;
};
// What was found and cannot be shared.
struct SkippedRow {
  std::string path;
  std::string why;
};
struct LibraryRow {
  std::vector<ShareRow> folders;
  std::uint64_t files = 0;  // shared now
  std::uint64_t bytes = 0;
  std::uint64_t to_hash = 0;  // still waiting
  std::string hashing;        // the file under way, or empty
  std::uint64_t skipped = 0;
  bool scanning = false;
  std::uint64_t revision = 0;       // another number when folders or files are others
  std::uint64_t found = 0;          // files, by the last look
  std::uint64_t found_folders = 0;  // with the shared ones themselves
  std::uint64_t to_hash_bytes = 0;
  std::uint64_t hash_bps = 0;              // while it hashes
  std::uint64_t on_disk = 0;               // bytes that the catalogue takes
  Millis looked_ms = 0;                    // when all folders were last looked through
  std::uint64_t queries = 0;               // that came in the last hour
  std::uint64_t matched = 0;               // those of them that found something here
  std::uint64_t looking_up = 0;            // that are being looked up
  std::vector<SkippedRow> skipped_rows{};  // the first hundred
};

// A shared folder looked into. Names are as the networks see them: "Music/1971/side one.flac".
struct FolderRow {
  std::string name;
  std::uint64_t files = 0;  // with all that is below
  std::uint64_t bytes = 0;
  bool has_folders = false;
};
enum class FileState : std::uint8_t { hashed, hashing, waits };
struct FileRow {
  std::string name;
  std::uint64_t size_bytes = 0;
  std::string digest{};  // "urn:sha1:..."; empty: not yet
  FileState state = FileState::waits;
};
struct Listing {
  static constexpr std::size_t kMost = 1000;  // rows of each kind
  std::string folder;                         // whose it is
  std::vector<FolderRow> folders;             // one step below, by name
  std::vector<FileRow> files;                 // in it, by name
  bool is_all = true;                         // there are no more than these
};

// A host by which a network may be entered. Seconds are of the past; nothing: never.
struct HostRow {
  std::string network;
  std::string endpoint;
  std::string role;     // "ultrapeer"; empty: not known
  std::string told_by;  // "user", "beacon", "earlier" (in an earlier run), "others"
  std::string state;    // "up", "trying", "waits" (to be tried again), or empty
  std::optional<std::uint64_t> heard_s;
  std::optional<std::uint64_t> tried_s;
  std::optional<std::uint64_t> good_s;  // a link to it was up
  std::uint32_t failures = 0;           // in a row
};
struct HostList {
  std::vector<HostRow> rows;  // of each network at most 500, the best first
};

struct WishRow {  // a search that repeats itself
  std::uint32_t id = 0;
  std::string text;
  std::uint64_t unseen = 0;  // files that are news
  std::uint64_t seen = 0;    // files it has met so far
  Millis asked_ms = 0;
  Millis next_ms = 0;     // when it asks again
  bool download = false;  // fetches the first file that has a digest and two sources
  bool fetched = false;   // and has done so
  std::string filter{};   // that files must pass to be its news, and to be fetched
  std::string group{};    // "folder", "user" or "none": how a screen groups them; empty: by digest
};

// Whom the user keeps out, in this run and the next ones.
enum class Unwanted : std::uint8_t {
  banned,   // a host: neither taken nor called
  blocked,  // a user who is given nothing
  ignored   // a user whose files a search does not show
};
struct UnwantedRow {
  std::uint32_t id = 0;
  Unwanted what = Unwanted::banned;
  std::string network;  // of one who is ignored
  std::string who;      // the address; of one who is blocked it, or "napster:" and the nick
};

// Where the downloads go.
struct DiskRow {
  std::uint64_t free_bytes = 0;  // as the last look found, half a minute ago or more
  std::uint64_t size_bytes = 0;  // 0: nobody has looked yet
  bool is_low = false;           // it is nearly full, and has not recovered since
};

enum class LogLevel : std::uint8_t { debug, info, warn, error };
struct LogRow {
  std::uint64_t number = 0;  // ascending; the ring drops the oldest
  Millis wall_ms = 0;        // since 1970
  LogLevel level = LogLevel::info;
  std::string room;  // "net", "xfer", "find", "disk", "app"
  std::string text;
};

// One moment. Spans are lent: valid while the revision of the Backend stays the same.
struct Snapshot {
  std::uint64_t revision = 0;
  Millis now_ms = 0;
  Millis epoch_ms = 0;  // when now_ms was zero, in milliseconds since 1970; 0: not known
  std::vector<std::string> modes{};  // that there are, whether the node is in them or not
  std::vector<NetworkRow> networks;
  std::vector<SearchRow> searches;     // oldest first
  std::uint32_t search = 0;            // the one whose results follow
  std::span<const ResultRow> results;  // in order of arrival; the screen sorts
  std::vector<DownloadRow> downloads;
  std::vector<UploadRow> uploads;
  GivenRow given;
  LimitsRow limits;
  LibraryRow library;
  std::vector<WishRow> wishes;
  std::vector<UnwantedRow> unwanted;  // the newest is the last
  DiskRow disk;
  std::span<const LogRow> log;  // oldest first
  std::uint64_t down_bps = 0;
  std::uint64_t up_bps = 0;
  std::vector<std::uint64_t> down_history;  // one value a second, newest last, at most 60
  std::vector<std::uint64_t> up_history;
};

}  // namespace p2p::api
