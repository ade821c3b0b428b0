#include "servent/transfer/download.h"

#include <algorithm>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <unistd.h>

#include "servent/transfer/names.h"
#include "servent/transfer/resume.h"

namespace p2p::transfer {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using api::DownloadState;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kBlock = std::size_t{256} * 1024;
constexpr std::size_t kMaxSources = 200;
constexpr std::chrono::seconds kFirstWait{5};
constexpr std::chrono::seconds kNoSource{600};

}  // namespace

Download::Download(ContextPtr context, std::uint32_t id, Wanted wanted)
    : context_(std::move(context)),
      wanted_(std::move(wanted)),
      wait_(kFirstWait),
      timer_(context_->io) {
  row_.id = id;
  row_.name = wanted_.name;
  row_.size_bytes = wanted_.size_bytes;
  row_.started_ms = now_ms();
  if (wanted_.sha1) row_.digest = to_urn(*wanted_.sha1);
  // The part file is the resume record: it is filled in order, so its size is what is there.
  const std::string key = wanted_.sha1 ? to_base32(*wanted_.sha1) : part_key(wanted_.name);
  part_ = context_->settings.state / (key + "." + std::to_string(wanted_.size_bytes) + ".part");
  row_.path = part_.string();
  std::error_code failed;
  const auto size = fs::file_size(part_, failed);
  if (!failed) row_.have_bytes = std::min<std::uint64_t>(size, wanted_.size_bytes);
}

bool Download::is(const Wanted& wanted) const {
  if (is_done()) return false;
  return wanted.sha1 && wanted_.sha1
             ? wanted.sha1 == wanted_.sha1
             : wanted.name == wanted_.name && wanted.size_bytes == wanted_.size_bytes;
}

api::DownloadRow Download::row(std::int64_t now) const {
  api::DownloadRow row = row_;
  row.rate_bps = meter_.rate(now);
  for (const Source& source : wanted_.sources) {
    const bool active = row.sources_active > 0 && source == source_;
    row.sources.push_back({source.network, source.user, source.name, active ? "running" : "",
                           active ? row.rate_bps : 0, 0});
  }
  return row;
}

void Download::start() {
  save();
  asio::post(context_->io, [self = shared_from_this(), n = attempt_] {
    if (!self->context_->stopping && n == self->attempt_) self->ask();
  });
}

void Download::lie_paused() {
  row_.state = DownloadState::paused;
  save();
}

void Download::add_sources(const std::vector<Source>& sources) {
  auto& known = wanted_.sources;
  for (const Source& source : sources) {
    if (known.size() < kMaxSources && std::ranges::find(known, source) == known.end())
      known.push_back(source);
  }
  save();
  if (row_.state == DownloadState::no_source && !known.empty()) {
    wait_ = kFirstWait;
    ask();
  }
}

void Download::pause() {
  leave();
  row_.state = DownloadState::paused;
  save();
  context_->changed();
}

void Download::retry() {
  wrong_ = 0;
  wait_ = kFirstWait;
  ask();
  save();  // not paused any more
}

void Download::stop() {
  leave();
}

// ---- what is on disk

fs::path Download::record() const {
  return fs::path(part_).replace_extension(kRecord);
}

void Download::save() {
  if (context_->settings.state.empty() || context_->stopping) return;
  const Resume resume{wanted_, row_.state == DownloadState::paused};
  context_->disk.run([path = record(), text = to_text(resume)] { return write_record(path, text); },
                     [self = shared_from_this()](bool written) {
                       if (written) return;
                       self->context_->log(api::LogLevel::warn,
                                           escaped(self->row_.name) +
                                               " would not go on after a restart: disk trouble");
                     });
}

void Download::forget(bool and_data) {
  context_->disk.run(
      [path = record(), part = part_, and_data] {
        if (and_data) ::unlink(part.c_str());
        return ::unlink(path.c_str());
      },
      [](int) {});
}

// ---- one source after the other

void Download::again(std::string why) {
  leave();
  row_.state = DownloadState::retrying;
  row_.reason = std::move(why);
  row_.retry_ms = now_ms() + std::chrono::milliseconds(wait_).count();
  context_->log(api::LogLevel::debug, escaped(row_.name) + ": " + row_.reason);
  timer_.expires_after(wait_);
  wait_ = std::min<std::chrono::seconds>(wait_ * 2, 600s);
  timer_.async_wait([self = shared_from_this(), n = attempt_](error_code e) {
    if (!e && n == self->attempt_ && !self->context_->stopping) self->ask();
  });
  context_->changed();
}

void Download::leave() {
  ++attempt_;
  reach_ = ReachId{};
  awaited_ = false;
  row_.retry_ms = 0;
  context_->note(noted_, source_.network, false, false);
  error_code ignored;
  if (socket_) socket_->close(ignored);
  socket_.reset();
  row_.sources_active = 0;
  timer_.cancel();
}

void Download::ask() {
  leave();
  if (row_.have_bytes == row_.size_bytes && row_.size_bytes > 0) return check();
  // Sources may be added before find_sources returns: then this attempt goes on with them.
  if (wanted_.sources.empty() && context_->hooks.find_sources)
    context_->hooks.find_sources(row_.id, wanted_);
  if (wanted_.sources.empty()) {
    const auto wait = std::exchange(wait_, kNoSource);
    again("no source");
    wait_ = wait;
    row_.state = DownloadState::no_source;
    return;
  }
  source_ = wanted_.sources[next_++ % wanted_.sources.size()];
  reach_ = ReachId{++context_->last_reach};
  row_.state = DownloadState::waiting;
  row_.reason = "asked " + escaped(source_.user);
  watch(40s, "no answer");
  if (context_->hooks.reach) context_->hooks.reach(reach_, source_);
  context_->changed();
}

void Download::watch(std::chrono::seconds limit, const char* why) {
  timer_.expires_after(limit);
  timer_.async_wait([self = shared_from_this(), n = attempt_, why](error_code e) {
    if (!e && n == self->attempt_ && !self->context_->stopping) self->again(why);
  });
}

void Download::on_queued(std::uint32_t place) {
  row_.place = place;
  wait_ = 60s;
  again("queue " + std::to_string(place));
}

void Download::on_unreached(const std::string& why) {
  again(escaped(why));
}

void Download::on_awaited() {
  awaited_ = true;
  row_.reason = "waits for a call of " + escaped(source_.user);
  watch(60s, "the source did not call");
  context_->changed();
}

// ---- one connection

void Download::on_reached(const Reached& reached) {
  at_ = row_.have_bytes - std::min(row_.have_bytes, kOverlap);
  fetcher_ =
      std::make_unique<NapsterFetcher>(reached.dialect.nick, source_.name, row_.size_bytes, at_);
  socket_ = std::make_shared<tcp::socket>(context_->io);
  reach_ = ReachId{};
  const tcp::endpoint to(asio::ip::address_v4(reached.endpoint.address), reached.endpoint.port);
  watch(30s, "could not connect");
  socket_->async_connect(to, [self = shared_from_this(), n = attempt_](error_code e) {
    if (n != self->attempt_ || self->context_->stopping) return;
    if (e) return self->again("could not connect");
    self->begin();
  });
}

bool Download::awaits(const Call& call) const {
  return awaited_ && source_.network == call.network && same_user(source_.user, call.user) &&
         wire_form(source_.name) == wire_form(call.name);
}

bool Download::take_call(const Call& call, const std::shared_ptr<tcp::socket>& socket) {
  if (call.size_bytes != row_.size_bytes) {
    again("the source's file has another size");
    return false;
  }
  leave();
  socket_ = socket;
  fetcher_.reset();
  at_ = row_.have_bytes - std::min(row_.have_bytes, kOverlap);
  output_ = std::to_string(at_);
  asio::async_write(*socket_, asio::buffer(output_),
                    [self = shared_from_this(), s = socket_](error_code, std::size_t) {});
  begin();
  return true;
}

void Download::begin() {
  row_.state = DownloadState::running;
  row_.reason.clear();
  row_.sources_active = 1;
  context_->note(noted_, source_.network, false, true);
  context_->log(api::LogLevel::info,
                "fetching " + escaped(row_.name) + " from " + escaped(source_.user));
  context_->changed();
  read();
}

void Download::read() {
  watch(60s, "the source went silent");
  buffer_.resize(kBlock);
  socket_->async_read_some(asio::buffer(buffer_), [self = shared_from_this(), n = attempt_](
                                                      error_code e, std::size_t count) {
    if (n != self->attempt_ || self->context_->stopping) return;
    if (e) {
      const std::string why = self->fetcher_ ? self->fetcher_->error() : "";
      return self->again(why.empty() ? "the source closed" : why);
    }
    self->take(Bytes(self->buffer_).first(count));
  });
}

void Download::take(Bytes bytes) {
  Bytes body;
  if (fetcher_) {
    body = fetcher_->feed(bytes);
    if (fetcher_->state() == NapsterFetcher::State::failed) return again(fetcher_->error());
    if (std::string words = fetcher_->take_output(); !words.empty()) {
      output_ = std::move(words);
      asio::async_write(*socket_, asio::buffer(output_),
                        [self = shared_from_this(), s = socket_](error_code, std::size_t) {});
    }
  } else {  // pushed: nothing but data
    body = bytes.first(
        static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), row_.size_bytes - at_)));
  }
  if (body.empty()) return read();
  timer_.cancel();
  Buffer data(body.begin(), body.end());
  meter_.add(data.size(), now_ms());
  context_->down.add(data.size(), now_ms());
  const std::uint64_t end = at_ + data.size();
  context_->disk.run([part = part_, data = std::move(data), at = at_,
                      have = row_.have_bytes] { return store(part, data, at, have); },
                     [self = shared_from_this(), end, n = attempt_](Stored stored) {
                       if (n == self->attempt_ && !self->context_->stopping)
                         self->stored(stored, end);
                     });
}

void Download::stored(Stored stored, std::uint64_t end) {
  if (stored == Stored::failed) return again("the disk refuses to write");
  if (stored == Stored::differs) {
    row_.have_bytes = 0;
    return again("the source's file differs: starting over");
  }
  at_ = end;
  row_.have_bytes = std::max(row_.have_bytes, end);
  wait_ = kFirstWait;
  context_->changed();
  if (end == row_.size_bytes) return check();
  read();
}

// ---- the end

void Download::check() {
  leave();
  row_.state = DownloadState::checking;
  context_->disk.run(
      [part = part_, folder = context_->settings.downloads, name = safe_name(wanted_.name),
       sha1 = wanted_.sha1,
       stopping = context_->disk.stopping()] { return finish(part, folder, name, sha1, stopping); },
      [self = shared_from_this(), n = attempt_](const Checked& checked) {
        if (n == self->attempt_ && !self->context_->stopping) self->checked(checked);
      });
}

void Download::checked(const Checked& result) {
  if (!result.content) {
    row_.have_bytes = 0;
    if (++wrong_ < 3) return again("content does not match");
    row_.state = DownloadState::failed;
    row_.reason = "content does not match";
    context_->log(api::LogLevel::error, escaped(row_.name) + ": content does not match, given up");
  } else if (!result.written) {
    return again("the folder refuses the file");
  } else {
    row_.state = DownloadState::done;
    row_.verified = wanted_.sha1.has_value();
    row_.path = result.path.string();
    context_->log(api::LogLevel::info, "fetched " + escaped(row_.name));
    forget(false);
    if (context_->hooks.finished) context_->hooks.finished(result.path);
  }
  context_->changed();
}

}  // namespace p2p::transfer
