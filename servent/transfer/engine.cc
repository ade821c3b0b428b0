#include "servent/transfer/engine.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <deque>
#include <map>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/write.hpp>
#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocols/transfer/giver.h"
#include "protocols/transfer/napster_fetcher.h"

#include "servent/transfer/meter.h"
#include "servent/transfer/names.h"
#include "servent/transfer/resume.h"
#include "servent/transfer/upload_queue.h"

namespace p2p::transfer {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kBlock = 256 * 1024;
constexpr std::size_t kTurn = 1024 * 1024;  // of one upload before others get theirs
constexpr std::size_t kMaxDownloads = 1000;
constexpr std::uint32_t kQueuedRows = 1u << 31;  // ids of queued uploads begin here
constexpr std::chrono::seconds kFirstWait{5};
constexpr std::chrono::seconds kNoSource{600};

// A name of ours from a name of theirs: no folder, no control byte, no leading dot, 200 bytes.
std::string safe_name(std::string_view name) {
  std::string safe;
  for (const char c : base_name(name)) {
    const auto byte = static_cast<unsigned char>(c);
    safe.push_back(byte < 32 || byte == 127 || c == '/' || c == '\\' ? '_' : c);
  }
  safe.erase(0, std::min(safe.find_first_not_of('.'), safe.size()));
  if (safe.size() > 200) safe.resize(200);
  return safe.empty() ? "unnamed" : safe;
}

// The same for the same name only, though two names may be made safe alike.
std::string part_key(const std::string& name) {
  const std::string safe = safe_name(name);
  if (safe == name) return safe;
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : name)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return safe + "." + std::to_string(hash);
}

struct Checked {
  bool written = false;
  bool content = true;  // false: not the promised digest
  fs::path path;
};

// Reads the whole part file and gives it its final name when it may have one. Disk thread.
Checked finish(const fs::path& part, const fs::path& folder, const std::string& name,
               const std::optional<Sha1>& promised, const std::atomic<bool>& stopping) {
  Checked checked;
  const int file = ::open(part.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return checked;
  if (promised) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest(EVP_MD_CTX_new(),
                                                                         &EVP_MD_CTX_free);
    EVP_DigestInit_ex(digest.get(), EVP_sha1(), nullptr);
    Buffer block(kBlock);
    ssize_t count = 0;
    while (!stopping && (count = ::read(file, block.data(), block.size())) > 0) {
      EVP_DigestUpdate(digest.get(), block.data(), static_cast<std::size_t>(count));
    }
    std::array<unsigned char, 20> sum{};
    EVP_DigestFinal_ex(digest.get(), sum.data(), nullptr);
    if (stopping || count < 0) {
      ::close(file);
      return checked;
    }
    checked.content = std::ranges::equal(
        sum, promised->bytes, [](unsigned char a, std::byte b) { return std::byte{a} == b; });
  }
  ::close(file);
  std::error_code failed;
  if (!checked.content) {
    fs::remove(part, failed);
    return checked;
  }
  const fs::path wish(name);
  for (int number = 1; number < 1000; ++number) {
    const std::string tail = number == 1 ? "" : " (" + std::to_string(number) + ")";
    checked.path = folder / (wish.stem().string() + tail + wish.extension().string());
    // A link never overwrites, unlike rename.
    fs::create_hard_link(part, checked.path, failed);
    if (!failed) {
      fs::remove(part, failed);
      checked.written = true;
      return checked;
    }
    if (failed != std::errc::file_exists) return checked;
  }
  return checked;
}

enum class Stored : std::uint8_t { ok, differs, failed };

// Compares what lies before `have`, writes what comes after. Disk thread.
Stored store(const fs::path& part, const Buffer& data, std::uint64_t at, std::uint64_t have) {
  const int file = ::open(part.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return Stored::failed;
  const std::size_t old =
      have > at ? static_cast<std::size_t>(std::min<std::uint64_t>(have - at, data.size())) : 0;
  Stored stored = Stored::ok;
  Buffer before(old);
  if (old > 0) {
    const ssize_t count = ::pread(file, before.data(), old, static_cast<off_t>(at));
    if (count != static_cast<ssize_t>(old))
      stored = Stored::failed;
    else if (!std::equal(before.begin(), before.end(), data.begin()))
      stored = Stored::differs;
  }
  for (std::size_t done = old; stored == Stored::ok && done < data.size();) {
    const ssize_t count =
        ::pwrite(file, data.data() + done, data.size() - done, static_cast<off_t>(at + done));
    if (count <= 0)
      stored = Stored::failed;
    else
      done += static_cast<std::size_t>(count);
  }
  if (stored == Stored::differs && ::ftruncate(file, 0) != 0) stored = Stored::failed;
  ::close(file);
  return stored;
}

}  // namespace

struct Download {
  Wanted wanted;
  api::DownloadRow row;
  fs::path part;
  std::size_t next = 0;  // source to ask next
  Source source;         // the one being asked
  ReachId reach{};
  unsigned attempt = 0;  // tells a late answer from a fresh one
  unsigned wrong = 0;    // times the content did not match
  std::chrono::seconds wait = kFirstWait;
  std::shared_ptr<tcp::socket> socket;
  std::unique_ptr<NapsterFetcher> fetcher;
  std::uint64_t at = 0;  // where the next byte belongs
  Buffer buffer;
  std::string output;
  std::unique_ptr<asio::steady_timer> timer;
  Meter meter;
  bool awaited = false;  // the source was asked to call us
  bool noted = false;    // its network was told that it began
};

struct Upload {
  std::shared_ptr<tcp::socket> socket;
  std::string network;
  Giver giver;
  Buffer buffer = Buffer(2048);
  std::string output;
  asio::steady_timer timer;
  api::UploadRow row;
  int file = -1;
  off_t at = 0;
  bool running = false;
  bool noted = false;
  Meter meter;
  explicit Upload(std::shared_ptr<tcp::socket> s)
      : socket(std::move(s)),
        timer(socket->get_executor()) {}
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;
  ~Upload() {
    if (file >= 0) ::close(file);
  }
};
using UploadPtr = std::shared_ptr<Upload>;
using DownloadPtr = std::shared_ptr<Download>;

class Core : public std::enable_shared_from_this<Core> {
 public:
  Core(asio::io_context& io, Settings settings, Hooks hooks)
      : io_(io),
        settings_(std::move(settings)),
        hooks_(std::move(hooks)),
        queue_(settings_.upload_slots, settings_.per_user, settings_.upload_queue) {}

  void changed() const {
    if (hooks_.changed && !stopping_) hooks_.changed();
  }

  void log(api::LogLevel level, std::string text) const {
    if (hooks_.log && !stopping_) hooks_.log(level, std::move(text));
  }
  // Tells the network, once each, that a transfer began or ended.
  void note(bool& noted, const std::string& network, bool upload, bool started) const {
    if (std::exchange(noted, started) == started || stopping_ || !hooks_.transfer_note) return;
    hooks_.transfer_note(network, TransferNote{upload, started});
  }

  // Runs `job` on the disk thread and `then` with its result here. The job never holds the Core.
  template <class Job, class Then>
  void on_disk(Job job, Then then) {
    asio::post(disk_, [&io = io_, work = asio::make_work_guard(io_), job = std::move(job),
                       then = std::move(then)]() mutable {
      auto result = job();
      asio::post(io, [then = std::move(then), result]() mutable { then(result); });
    });
  }

  // ---- downloads
  static fs::path record(const Download& d) { return fs::path(d.part).replace_extension(kRecord); }
  void save(const DownloadPtr& d) {
    if (settings_.state.empty() || stopping_) return;
    const Resume resume{d->wanted, d->row.state == api::DownloadState::paused};
    on_disk([path = record(*d), text = to_text(resume)] { return write_record(path, text); },
            [self = shared_from_this(), d](bool written) {
              if (written) return;
              self->log(api::LogLevel::warn,
                        escaped(d->row.name) + " would not go on after a restart: disk trouble");
            });
  }
  void forget(const DownloadPtr& d, bool and_data) {
    on_disk(
        [path = record(*d), part = d->part, and_data] {
          if (and_data) ::unlink(part.c_str());
          return ::unlink(path.c_str());
        },
        [](int) {});
  }
  void again(const DownloadPtr& d, std::string why) {
    leave(d);
    d->row.state = api::DownloadState::retrying;
    d->row.reason = std::move(why);
    d->row.retry_ms = now_ms() + std::chrono::milliseconds(d->wait).count();
    log(api::LogLevel::debug, escaped(d->row.name) + ": " + d->row.reason);
    d->timer->expires_after(d->wait);
    d->wait = std::min<std::chrono::seconds>(d->wait * 2, 600s);
    d->timer->async_wait([self = shared_from_this(), d, n = d->attempt](error_code e) {
      if (!e && n == d->attempt && !self->stopping_) self->ask(d);
    });
    changed();
  }
  void leave(const DownloadPtr& d) {  // drops the attempt under way
    ++d->attempt;
    d->reach = ReachId{};
    d->awaited = false;
    d->row.retry_ms = 0;
    note(d->noted, d->source.network, false, false);
    error_code ignored;
    if (d->socket) d->socket->close(ignored);
    d->socket.reset();
    d->row.sources_active = 0;
    d->timer->cancel();
  }
  void ask(const DownloadPtr& d) {
    leave(d);
    if (d->row.have_bytes == d->row.size_bytes && d->row.size_bytes > 0) return check(d);
    // Sources may be added before find_sources returns: then this attempt goes on with them.
    if (d->wanted.sources.empty() && hooks_.find_sources) {
      hooks_.find_sources(d->row.id, d->wanted);
    }
    if (d->wanted.sources.empty()) {
      const auto wait = std::exchange(d->wait, kNoSource);
      again(d, "no source");
      d->wait = wait;
      d->row.state = api::DownloadState::no_source;
      return;
    }
    const Source source = d->wanted.sources[d->next++ % d->wanted.sources.size()];
    d->reach = ReachId{++last_reach_};
    d->row.state = api::DownloadState::waiting;
    d->row.reason = "asked " + escaped(source.user);
    watch(d, 40s, "no answer");
    d->source = source;
    if (hooks_.reach) hooks_.reach(d->reach, source);
    changed();
  }
  void watch(const DownloadPtr& d, std::chrono::seconds limit, const char* why) {
    d->timer->expires_after(limit);
    d->timer->async_wait([self = shared_from_this(), d, n = d->attempt, why](error_code e) {
      if (!e && n == d->attempt && !self->stopping_) self->again(d, why);
    });
  }
  DownloadPtr reached(ReachId id) {
    for (auto& [number, d] : downloads_) {
      if (d->reach == id && id != ReachId{}) return d;
    }
    return nullptr;
  }
  void connect(const DownloadPtr& d, const Reached& r) {
    d->at = d->row.have_bytes - std::min(d->row.have_bytes, kOverlap);
    d->fetcher =
        std::make_unique<NapsterFetcher>(r.dialect.nick, d->source.name, d->row.size_bytes, d->at);
    d->socket = std::make_shared<tcp::socket>(io_);
    d->reach = ReachId{};
    const tcp::endpoint to(asio::ip::address_v4(r.endpoint.address), r.endpoint.port);
    watch(d, 30s, "could not connect");
    d->socket->async_connect(to, [self = shared_from_this(), d, n = d->attempt](error_code e) {
      if (n != d->attempt || self->stopping_) return;
      if (e) return self->again(d, "could not connect");
      self->begin(d);
    });
  }
  void begin(const DownloadPtr& d) {
    d->row.state = api::DownloadState::running;
    d->row.reason.clear();
    d->row.sources_active = 1;
    note(d->noted, d->source.network, false, true);
    log(api::LogLevel::info,
        "fetching " + escaped(d->row.name) + " from " + escaped(d->source.user));
    changed();
    read(d);
  }
  void await(const DownloadPtr& d) {
    d->awaited = true;
    d->row.reason = "waits for a call of " + escaped(d->source.user);
    watch(d, 60s, "the source did not call");
    changed();
  }
  // A source calls and wants to send: takes the socket over if the file was asked for.
  bool pushed(const UploadPtr& u) {
    const auto at = std::ranges::find_if(downloads_, [&](const auto& item) {
      const Download& d = *item.second;
      return d.awaited && d.source.network == u->network &&
             same_user(d.source.user, u->giver.user()) &&
             wire_form(d.source.name) == wire_form(u->giver.name());
    });
    if (at == downloads_.end()) return false;
    const DownloadPtr d = at->second;
    if (u->giver.number() != d->row.size_bytes) {
      again(d, "the source's file has another size");
      return false;
    }
    u->running = true;  // its pending read is no longer heard
    u->timer.cancel();
    error_code ignored;
    u->socket->cancel(ignored);
    leave(d);
    d->socket = u->socket;
    std::erase(uploads_, u);
    d->fetcher.reset();
    d->at = d->row.have_bytes - std::min(d->row.have_bytes, kOverlap);
    d->output = std::to_string(d->at);
    asio::async_write(*d->socket, asio::buffer(d->output),
                      [d, s = d->socket](error_code, std::size_t) {});
    begin(d);
    return true;
  }
  void read(const DownloadPtr& d) {
    watch(d, 60s, "the source went silent");
    d->buffer.resize(kBlock);
    d->socket->async_read_some(
        asio::buffer(d->buffer),
        [self = shared_from_this(), d, n = d->attempt](error_code e, std::size_t count) {
          if (n != d->attempt || self->stopping_) return;
          if (e) {
            const std::string why = d->fetcher ? d->fetcher->error() : "";
            return self->again(d, why.empty() ? "the source closed" : why);
          }
          self->take(d, Bytes(d->buffer).first(count));
        });
  }
  void take(const DownloadPtr& d, Bytes bytes) {
    Bytes body;
    if (d->fetcher) {
      body = d->fetcher->feed(bytes);
      if (d->fetcher->state() == NapsterFetcher::State::failed) {
        return again(d, d->fetcher->error());
      }
      if (std::string words = d->fetcher->take_output(); !words.empty()) {
        d->output = std::move(words);
        asio::async_write(*d->socket, asio::buffer(d->output),
                          [d, s = d->socket](error_code, std::size_t) {});
      }
    } else {  // pushed: nothing but data
      body = bytes.first(static_cast<std::size_t>(
          std::min<std::uint64_t>(bytes.size(), d->row.size_bytes - d->at)));
    }
    if (body.empty()) return read(d);
    d->timer->cancel();
    Buffer data(body.begin(), body.end());
    d->meter.add(data.size(), now_ms());
    down_.add(data.size(), now_ms());
    const std::uint64_t at = d->at;
    const std::uint64_t end = at + data.size();
    on_disk([part = d->part, data = std::move(data), at,
             have = d->row.have_bytes] { return store(part, data, at, have); },
            [self = shared_from_this(), d, end, n = d->attempt](Stored stored) {
              if (n != d->attempt || self->stopping_) return;
              if (stored == Stored::failed) return self->again(d, "the disk refuses to write");
              if (stored == Stored::differs) {
                d->row.have_bytes = 0;
                return self->again(d, "the source's file differs: starting over");
              }
              d->at = end;
              d->row.have_bytes = std::max(d->row.have_bytes, end);
              d->wait = kFirstWait;
              self->changed();
              if (end == d->row.size_bytes) return self->check(d);
              self->read(d);
            });
  }
  void check(const DownloadPtr& d) {
    leave(d);
    d->row.state = api::DownloadState::checking;
    on_disk([part = d->part, folder = settings_.downloads, name = safe_name(d->wanted.name),
             sha1 = d->wanted.sha1,
             &stopping = stopping_] { return finish(part, folder, name, sha1, stopping); },
            [self = shared_from_this(), d, n = d->attempt](const Checked& checked) {
              if (n != d->attempt || self->stopping_) return;
              self->checked(d, checked);
            });
  }
  void checked(const DownloadPtr& d, const Checked& result) {
    if (!result.content) {
      d->row.have_bytes = 0;
      if (++d->wrong < 3) return again(d, "content does not match");
      d->row.state = api::DownloadState::failed;
      d->row.reason = "content does not match";
      log(api::LogLevel::error, escaped(d->row.name) + ": content does not match, given up");
    } else if (!result.written) {
      return again(d, "the folder refuses the file");
    } else {
      d->row.state = api::DownloadState::done;
      d->row.verified = d->wanted.sha1.has_value();
      d->row.path = result.path.string();
      log(api::LogLevel::info, "fetched " + escaped(d->row.name));
      forget(d, false);
      if (hooks_.finished) hooks_.finished(result.path);
    }
    changed();
  }

  // ---- uploads
  UploadQueue::Users running() const {
    UploadQueue::Users users;
    for (const UploadPtr& u : uploads_) {
      if (u->running) users.push_back(u->row.user);
    }
    return users;
  }
  void drop(const UploadPtr& u) {
    error_code ignored;
    u->socket->close(ignored);
    u->timer.cancel();
    if (u->noted) {
      log(api::LogLevel::info,
          "upload of " + escaped(u->row.name) + " to " + escaped(u->row.user) +
              (u->row.sent_bytes == u->row.size_bytes ? " done" : " broken off"));
    }
    note(u->noted, u->network, true, false);
    u->running = false;
    std::erase(uploads_, u);
    changed();
  }
  void limit(const UploadPtr& u, std::chrono::milliseconds after) {
    u->timer.expires_after(after);
    u->timer.async_wait([self = shared_from_this(), u](error_code e) {
      if (!e && !self->stopping_) self->drop(u);
    });
  }
  void hear(const UploadPtr& u, bool any) {
    u->timer.expires_after(any ? std::chrono::milliseconds(kIdle) : 30s);
    u->timer.async_wait([self = shared_from_this(), u, any](error_code e) {
      if (e || self->stopping_) return;
      if (!any) return self->drop(u);
      self->decide(u);
    });
    u->socket->async_read_some(
        asio::buffer(u->buffer), [self = shared_from_this(), u](error_code e, std::size_t count) {
          if (self->stopping_ || u->running || e == asio::error::operation_aborted) return;
          if (e || u->giver.feed(Bytes(u->buffer).first(count)) == Giver::Kind::bad) {
            return self->drop(u);
          }
          self->hear(u, true);
        });
  }
  void decide(const UploadPtr& u) {
    const Giver::Kind kind = u->giver.feed_idle();
    if (kind == Giver::Kind::more) return limit(u, 30s);
    u->row.user = u->giver.user();
    if (kind == Giver::Kind::send && pushed(u)) return;
    if (kind != Giver::Kind::get || !hooks_.locate) return refuse(u);
    const auto name = queue_.take(u->row.user, u->giver.name(), running(), now_ms());
    if (!name) return refuse(u);
    u->running = true;
    error_code ignored;
    u->socket->cancel(ignored);
    limit(u, 30s);
    hooks_.locate(*name, [self = shared_from_this(), u](std::optional<Offer> offer) {
      if (self->stopping_) return;
      if (!offer || u->giver.number() > offer->file.size_bytes) return self->refuse(u);
      u->row.name = offer->file.name;
      u->row.size_bytes = offer->file.size_bytes;
      self->on_disk(offer->open, [self, u](int file) {
        u->file = file;
        if (file < 0) return self->refuse(u);
        self->give(u);
      });
    });
  }
  // We are firewalled and call the one who wants the file.
  void push(const std::string& network, const PushWanted& wanted) {
    if (!hooks_.locate || !queue_.take(wanted.user, wanted.name, running(), now_ms())) return;
    auto u = std::make_shared<Upload>(std::make_shared<tcp::socket>(io_));
    u->network = network;
    u->row.user = wanted.user;
    u->running = true;
    uploads_.push_back(u);
    limit(u, 30s);
    hooks_.locate(wanted.name,
                  [self = shared_from_this(), u, wanted](const std::optional<Offer>& offer) {
                    if (self->stopping_) return;
                    if (!offer) return self->drop(u);
                    u->row.name = offer->file.name.empty() ? wanted.name : offer->file.name;
                    u->row.size_bytes = offer->file.size_bytes;
                    self->on_disk(offer->open, [self, u, wanted](int file) {
                      u->file = file;
                      if (file < 0 || self->stopping_) return self->drop(u);
                      self->call(u, wanted);
                    });
                  });
  }
  void call(const UploadPtr& u, const PushWanted& wanted) {
    limit(u, 30s);
    u->output = "SEND" + wanted.dialect.nick + " \"" + wire_form(wanted.name) + "\" " +
                std::to_string(u->row.size_bytes);
    const tcp::endpoint to(asio::ip::address_v4(wanted.endpoint.address), wanted.endpoint.port);
    u->socket->async_connect(to, [self = shared_from_this(), u](error_code e) {
      if (e || self->stopping_) return self->drop(u);
      asio::async_read(*u->socket, asio::buffer(u->buffer, 1),
                       [self, u](error_code failed, std::size_t) {
                         if (failed || self->stopping_ || u->buffer[0] != std::byte{'1'})
                           return self->drop(u);
                         asio::async_write(*u->socket, asio::buffer(u->output),
                                           [self, u](error_code lost, std::size_t) {
                                             if (lost || self->stopping_) return self->drop(u);
                                             u->output.clear();
                                             self->hear_offset(u);
                                           });
                       });
    });
  }
  // The digits have no end but silence.
  void hear_offset(const UploadPtr& u) {
    u->timer.expires_after(u->output.empty() ? 30s : std::chrono::milliseconds(kIdle));
    u->timer.async_wait([self = shared_from_this(), u](error_code e) {
      if (e || self->stopping_) return;
      std::uint64_t offset = 0;
      const char* end = u->output.data() + u->output.size();
      const auto read = std::from_chars(u->output.data(), end, offset);
      if (read.ec != std::errc{} || read.ptr != end || offset > u->row.size_bytes) {
        return self->drop(u);
      }
      error_code ignored;
      u->socket->cancel(ignored);
      u->at = static_cast<off_t>(offset);
      self->start(u);
      u->socket->native_non_blocking(true, ignored);
      self->send(u);
    });
    u->socket->async_read_some(
        asio::buffer(u->buffer), [self = shared_from_this(), u](error_code e, std::size_t count) {
          if (self->stopping_ || u->noted || e == asio::error::operation_aborted) return;
          if (e || u->output.size() + count > 20) return self->drop(u);
          u->output += text_of(Bytes(u->buffer).first(count));
          self->hear_offset(u);
        });
  }
  void refuse(const UploadPtr& u) {
    u->output = "INVALID REQUEST";
    asio::async_write(*u->socket, asio::buffer(u->output),
                      [self = shared_from_this(), u](error_code, std::size_t) { self->drop(u); });
  }
  void start(const UploadPtr& u) {
    u->row.state = "running";
    u->row.id = ++last_upload_;
    u->row.started_ms = now_ms();
    note(u->noted, u->network, true, true);
    log(api::LogLevel::info, "giving " + escaped(u->row.name) + " to " + escaped(u->row.user));
    changed();
  }
  void give(const UploadPtr& u) {
    if (stopping_) return;
    u->at = static_cast<off_t>(u->giver.number());
    start(u);
    u->output = std::to_string(u->row.size_bytes);
    error_code ignored;
    u->socket->native_non_blocking(true, ignored);
    asio::async_write(*u->socket, asio::buffer(u->output),
                      [self = shared_from_this(), u](error_code e, std::size_t) {
                        if (e || self->stopping_) return self->drop(u);
                        self->send(u);
                      });
  }
  void send(const UploadPtr& u) {
    const auto size = static_cast<off_t>(u->row.size_bytes);
    std::size_t turn = 0;
    while (turn < kTurn && u->at < size) {
      const auto want = std::min<std::size_t>(kBlock, static_cast<std::size_t>(size - u->at));
      const ssize_t count = ::sendfile(u->socket->native_handle(), u->file, &u->at, want);
      if (count < 0 && errno == EAGAIN) break;
      if (count <= 0) return drop(u);  // gone, or the file shrank: never padded
      turn += static_cast<std::size_t>(count);
    }
    u->meter.add(turn, now_ms());
    up_.add(turn, now_ms());
    u->row.sent_bytes = static_cast<std::uint64_t>(u->at);
    if (u->at >= size) return drop(u);
    limit(u, 60s);
    u->socket->async_wait(tcp::socket::wait_write, [self = shared_from_this(), u](error_code e) {
      if (e || self->stopping_) return;
      self->send(u);
    });
  }

  asio::io_context& io_;
  Settings settings_;
  Hooks hooks_;
  UploadQueue queue_;
  std::map<std::uint32_t, DownloadPtr> downloads_;
  std::vector<UploadPtr> uploads_;
  std::uint32_t last_id_ = 0;
  std::uint32_t last_reach_ = 0;
  std::uint32_t last_upload_ = 0;
  Meter down_;
  Meter up_;
  std::atomic<bool> stopping_ = false;
  asio::thread_pool disk_{1};
};

Engine::Engine(asio::io_context& io, Settings settings, Hooks hooks)
    : core_(std::make_shared<Core>(io, std::move(settings), std::move(hooks))) {
  if (core_->settings_.state.empty()) return;
  for (const Resume& resume : read_records(core_->settings_.state)) {
    const std::uint32_t id = fetch(resume.wanted);
    if (id == 0 || !resume.paused) continue;
    const DownloadPtr& d = core_->downloads_[id];
    ++d->attempt;  // what fetch has begun
    d->row.state = api::DownloadState::paused;
    core_->save(d);
  }
}
Engine::~Engine() {
  stop();
}

std::uint32_t Engine::fetch(const Wanted& w) {
  for (auto& [id, d] : core_->downloads_) {
    const bool same = w.sha1 && d->wanted.sha1
                          ? w.sha1 == d->wanted.sha1
                          : w.name == d->wanted.name && w.size_bytes == d->row.size_bytes;
    if (same && d->row.state != api::DownloadState::done) {
      add_sources(id, w.sources);
      return id;
    }
  }
  if (w.size_bytes == 0 || core_->downloads_.size() >= kMaxDownloads) return 0;
  auto d = std::make_shared<Download>();
  d->wanted = w;
  d->row.id = ++core_->last_id_;
  d->row.name = w.name;
  d->row.size_bytes = w.size_bytes;
  d->row.started_ms = now_ms();
  if (w.sha1) d->row.digest = to_urn(*w.sha1);
  // The part file is the resume record: it is filled in order, so its size is what is there.
  const std::string key = w.sha1 ? to_base32(*w.sha1) : part_key(w.name);
  d->part = core_->settings_.state / (key + "." + std::to_string(w.size_bytes) + ".part");
  d->row.path = d->part.string();
  d->timer = std::make_unique<asio::steady_timer>(core_->io_);
  std::error_code failed;
  const auto size = std::filesystem::file_size(d->part, failed);
  if (!failed) d->row.have_bytes = std::min<std::uint64_t>(size, w.size_bytes);
  core_->downloads_[d->row.id] = d;
  core_->save(d);
  asio::post(core_->io_, [core = core_, d, n = d->attempt] {
    if (!core->stopping_ && n == d->attempt) core->ask(d);
  });
  return d->row.id;
}
void Engine::add_sources(std::uint32_t id, const std::vector<Source>& sources) {
  const auto at = core_->downloads_.find(id);
  if (at == core_->downloads_.end()) return;
  auto& known = at->second->wanted.sources;
  for (const Source& source : sources) {
    if (known.size() < 200 && std::ranges::find(known, source) == known.end())
      known.push_back(source);
  }
  core_->save(at->second);
  if (at->second->row.state == api::DownloadState::no_source && !known.empty()) {
    at->second->wait = kFirstWait;
    core_->ask(at->second);
  }
}
bool Engine::pause(std::uint32_t id) {
  const auto at = core_->downloads_.find(id);
  if (at == core_->downloads_.end() || at->second->row.state == api::DownloadState::done)
    return false;
  core_->leave(at->second);
  at->second->row.state = api::DownloadState::paused;
  core_->save(at->second);
  core_->changed();
  return true;
}
bool Engine::cancel(std::uint32_t id) {
  if (!pause(id)) return false;
  core_->forget(core_->downloads_[id], true);
  core_->downloads_.erase(id);
  return true;
}
bool Engine::retry(std::uint32_t id) {
  const auto at = core_->downloads_.find(id);
  if (at == core_->downloads_.end() || at->second->row.state == api::DownloadState::done)
    return false;
  at->second->wrong = 0;
  at->second->wait = kFirstWait;
  core_->ask(at->second);
  core_->save(at->second);  // not paused any more
  return true;
}
void Engine::clear() {
  std::erase_if(core_->downloads_, [this](const auto& item) {
    const bool failed = item.second->row.state == api::DownloadState::failed;
    if (failed) core_->forget(item.second, true);
    return failed || item.second->row.state == api::DownloadState::done;
  });
}
void Engine::on_reached(const std::string&, const Reached& r) {
  if (const auto d = core_->reached(r.id)) core_->connect(d, r);
}
void Engine::on_awaited(const std::string&, const Awaited& a) {
  if (const auto d = core_->reached(a.id)) core_->await(d);
}
void Engine::on_queued(const std::string&, const Queued& q) {
  if (const auto d = core_->reached(q.id)) {
    d->row.place = q.place;
    d->wait = 60s;
    core_->again(d, "queue " + std::to_string(q.place));
  }
}
void Engine::on_unreached(const std::string&, const Unreached& u) {
  if (const auto d = core_->reached(u.id)) core_->again(d, escaped(u.why));
}
void Engine::on_upload_asked(const std::string& network, const UploadAsked& asked) {
  if (!core_->hooks_.locate || !core_->hooks_.upload_answer) return;
  core_->hooks_.locate(
      asked.name, [core = core_, network, asked](const std::optional<Offer>& offer) {
        if (core->stopping_) return;
        UploadAnswer answer;
        answer.ticket = asked.ticket;
        answer.slots = static_cast<std::uint32_t>(core->settings_.upload_slots);
        answer.verdict = UploadAnswer::Verdict::not_shared;
        if (offer) {
          const auto place = core->queue_.ask(asked.user, asked.name, offer->file.size_bytes,
                                              core->running(), now_ms());
          answer.verdict = !place        ? UploadAnswer::Verdict::refused
                           : *place == 0 ? UploadAnswer::Verdict::accept
                                         : UploadAnswer::Verdict::queued;
          answer.place = place.value_or(0);
          core->changed();
        }
        core->hooks_.upload_answer(network, answer);
      });
}
void Engine::on_push_wanted(const std::string& network, const PushWanted& wanted) {
  if (!core_->stopping_) core_->push(network, wanted);
}
void Engine::accept(const std::string& network, tcp::socket socket) {
  if (core_->stopping_ || core_->uploads_.size() >= core_->settings_.max_inbound) return;
  auto u = std::make_shared<Upload>(std::make_shared<tcp::socket>(std::move(socket)));
  u->network = network;
  core_->uploads_.push_back(u);
  core_->hear(u, false);
}
std::vector<api::DownloadRow> Engine::downloads() const {
  std::vector<api::DownloadRow> rows;
  for (const auto& [id, d] : core_->downloads_) {
    api::DownloadRow& row = rows.emplace_back(d->row);
    row.rate_bps = d->meter.rate(now_ms());
    for (const Source& source : d->wanted.sources) {
      const bool active = row.sources_active > 0 && source == d->source;
      row.sources.push_back({source.network, source.user, source.name, active ? "running" : "",
                             active ? row.rate_bps : 0, 0});
    }
  }
  return rows;
}
std::vector<api::UploadRow> Engine::uploads() const {
  std::vector<api::UploadRow> rows;
  for (const auto& u : core_->uploads_) {
    if (!u->noted) continue;
    rows.push_back(u->row);
    rows.back().rate_bps = u->meter.rate(now_ms());
  }
  std::uint32_t place = 0;
  for (const auto& e : core_->queue_.waiting(now_ms())) {
    api::UploadRow& row = rows.emplace_back();
    row.id = kQueuedRows + e.id;
    row.user = e.user;
    row.name = e.name;
    row.size_bytes = e.size_bytes;
    row.place = ++place;
    row.state = "queued";
    row.started_ms = e.since;
  }
  return rows;
}
std::uint64_t Engine::down_bps() const {
  return core_->down_.rate(now_ms());
}
std::uint64_t Engine::up_bps() const {
  return core_->up_.rate(now_ms());
}
void Engine::stop() {
  if (core_->stopping_.exchange(true)) return;
  for (auto& [id, d] : core_->downloads_)
    core_->leave(d);
  const auto open = core_->uploads_;
  for (const auto& u : open)
    core_->drop(u);
  core_->disk_.join();
}

}  // namespace p2p::transfer
