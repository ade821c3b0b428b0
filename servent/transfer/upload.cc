#include "servent/transfer/upload.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fcntl.h>
#include <sys/sendfile.h>

#include "servent/transfer/names.h"

namespace p2p::transfer {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kTurn = std::size_t{1024} * 1024;  // before others get theirs
constexpr off_t kAhead = off_t{4} * 1024 * 1024;
constexpr std::size_t kMaxOffset = 20;  // digits
constexpr std::chrono::seconds kRequest{30};

}  // namespace

Upload::Upload(ContextPtr context, UploadHost& host, std::string network,
               std::shared_ptr<tcp::socket> socket)
    : context_(std::move(context)),
      host_(host),
      network_(std::move(network)),
      socket_(std::move(socket)),
      buffer_(kMaxRequest),
      timer_(context_->io),
      silence_(context_->io),
      progress_(context_->settings.least_bytes, context_->settings.window.count()) {}

api::UploadRow Upload::row(std::int64_t now) const {
  api::UploadRow row = row_;
  row.rate_bps = meter_.rate(now);
  return row;
}

void Upload::drop() {
  if (std::exchange(ended_, true)) return;
  error_code ignored;
  // What the peer has sent and nobody read would turn the close into a reset, and what is on its
  // way to the peer would be lost.
  if (socket_->available(ignored) > 0) socket_->read_some(asio::buffer(buffer_), ignored);
  socket_->close(ignored);
  timer_.cancel();
  silence_.cancel();
  file_.reset();
  if (noted_) {
    context_->log(api::LogLevel::info,
                  "upload of " + row_.name + " to " + row_.user +
                      (row_.sent_bytes == row_.size_bytes ? " done" : " broken off"));
  }
  context_->note(noted_, network_, true, false);
  has_slot_ = false;
  host_.ended(shared_from_this());
  context_->changed();
}

void Upload::limit(std::chrono::milliseconds after) {
  timer_.expires_after(after);
  timer_.async_wait([self = shared_from_this()](error_code e) {
    if (!e) self->drop();
  });
}

// Finds and opens the file, then goes one way or the other.
void Upload::locate(const std::string& name, std::function<void()> then,
                    std::function<void()> otherwise) {
  limit(kRequest);
  context_->hooks.locate(
      name, [self = shared_from_this(), then = std::move(then),
             otherwise = std::move(otherwise)](const std::optional<Offer>& offer) {
        if (self->ended_) return;
        if (!offer) return otherwise();
        if (!offer->file.name.empty()) self->row_.name = offer->file.name;
        self->row_.size_bytes = offer->file.size_bytes;
        self->sha1_ = offer->file.sha1;
        self->context_->disk.run([open = offer->open] { return ServedFile::of(open()); },
                                 [self, then, otherwise](std::shared_ptr<ServedFile> file) {
                                   if (self->ended_) return;
                                   self->file_ = std::move(file);
                                   if (self->has_whole_file()) return then();
                                   self->context_->log(
                                       api::LogLevel::info,
                                       self->row_.name + " cannot be given: gone or changed");
                                   otherwise();
                                 });
      });
}

// ---- somebody called

void Upload::answer() {
  limit(kRequest);
  hear();
}

void Upload::hear() {
  socket_->async_read_some(
      asio::buffer(buffer_), [self = shared_from_this()](error_code e, std::size_t count) {
        if (self->ended_ || self->has_slot_ || e == asio::error::operation_aborted) return;
        if (e || self->giver_.feed(Bytes(self->buffer_).first(count)) == Giver::Kind::bad)
          return self->drop();
        self->silence_.expires_after(kIdle);
        self->silence_.async_wait([self](error_code woken) {
          if (!woken && !self->ended_) self->decide();
        });
        self->hear();
      });
}

void Upload::decide() {
  const Giver::Kind kind = giver_.feed_idle();
  if (kind == Giver::Kind::more) return;
  row_.user = giver_.user();
  error_code ignored;
  if (kind == Giver::Kind::send || kind == Giver::Kind::list) {
    has_slot_ = true;  // its pending read is no longer heard
    socket_->cancel(ignored);
    const Call call{network_, giver_.user(), giver_.name(), giver_.number(), giver_.sha1()};
    const bool taken =
        kind == Giver::Kind::send ? host_.hand_over(call, socket_) : host_.tell_list(socket_);
    if (!taken) return refuse();
    timer_.cancel();
    ended_ = true;
    return host_.ended(shared_from_this());
  }
  if (kind != Giver::Kind::get || !context_->hooks.locate) return refuse();
  const auto name = host_.admit(row_.user, giver_.name());
  if (!name) return refuse();
  has_slot_ = true;
  row_.name = *name;
  socket_->cancel(ignored);
  const auto self = shared_from_this();
  locate(
      *name,
      [self] {
        if (self->giver_.number() > self->row_.size_bytes) return self->refuse();
        self->give();
      },
      [self] { self->refuse(); });
}

void Upload::refuse() {
  output_ = "INVALID REQUEST";
  asio::async_write(*socket_, asio::buffer(output_),
                    [self = shared_from_this()](error_code, std::size_t) { self->drop(); });
}

void Upload::give() {
  at_ = giver_.number();
  begin();
  output_ = size_answer(row_.size_bytes, giver_.asks_digest(), sha1_);
  asio::async_write(*socket_, asio::buffer(output_),
                    [self = shared_from_this()](error_code e, std::size_t) {
                      if (e || self->ended_) return self->drop();
                      self->send();
                    });
}

// ---- we call

void Upload::call(const PushWanted& wanted, const std::string& our_name) {
  row_.user = wanted.user;
  row_.name = our_name;
  has_slot_ = true;
  const auto self = shared_from_this();
  locate(
      our_name, [self, wanted] { self->connect(wanted); }, [self] { self->drop(); });
}

void Upload::connect(const PushWanted& wanted) {
  limit(kRequest);
  output_ = send_request(wanted.dialect.nick, wire_form(wanted.name), row_.size_bytes,
                         wanted.dialect.ours ? sha1_ : std::nullopt);
  const tcp::endpoint to(asio::ip::address_v4(wanted.endpoint.address), wanted.endpoint.port);
  socket_->async_connect(to, [self = shared_from_this()](error_code e) {
    if (e || self->ended_) return self->drop();
    self->greet();
  });
}

void Upload::greet() {
  asio::async_read(*socket_, asio::buffer(buffer_, 1),
                   [self = shared_from_this()](error_code e, std::size_t) {
                     if (e || self->ended_ || self->buffer_[0] != std::byte{'1'})
                       return self->drop();
                     asio::async_write(*self->socket_, asio::buffer(self->output_),
                                       [self](error_code lost, std::size_t) {
                                         if (lost || self->ended_) return self->drop();
                                         self->output_.clear();
                                         self->hear_offset();
                                       });
                   });
}

// The digits have no end but silence.
void Upload::hear_offset() {
  socket_->async_read_some(
      asio::buffer(buffer_), [self = shared_from_this()](error_code e, std::size_t count) {
        if (self->ended_ || self->noted_ || e == asio::error::operation_aborted) return;
        if (e || self->output_.size() + count > kMaxOffset) return self->drop();
        self->output_ += text_of(Bytes(self->buffer_).first(count));
        self->silence_.expires_after(kIdle);
        self->silence_.async_wait([self](error_code woken) {
          if (!woken && !self->ended_) self->take_offset();
        });
        self->hear_offset();
      });
}

void Upload::take_offset() {
  std::uint64_t offset = 0;
  const char* end = output_.data() + output_.size();
  const auto read = std::from_chars(output_.data(), end, offset);
  if (read.ec != std::errc{} || read.ptr != end || offset > row_.size_bytes) return drop();
  error_code ignored;
  socket_->cancel(ignored);
  at_ = offset;
  begin();
  send();
}

// ---- the file

void Upload::begin() {
  error_code ignored;
  socket_->native_non_blocking(true, ignored);
  row_.state = "running";
  row_.id = ++context_->last_upload;
  row_.started_ms = now_ms();
  silence_.cancel();
  progress_.start(now_ms());
  watch();
  context_->note(noted_, network_, true, true);
  context_->log(api::LogLevel::info, "giving " + row_.name + " to " + row_.user);
  context_->changed();
}

void Upload::broken(const std::string& why) {
  context_->log(api::LogLevel::warn, row_.name + " to " + row_.user + ": " + why);
  drop();
}

// Looks at the rule when the window ends, not at each byte.
void Upload::watch() {
  timer_.expires_after(
      std::chrono::milliseconds(std::max<std::int64_t>(progress_.deadline() - now_ms(), 1)));
  timer_.async_wait([self = shared_from_this()](error_code e) {
    if (e || self->ended_) return;
    if (self->progress_.is_late(now_ms())) return self->broken("the peer takes it too slowly");
    self->watch();
  });
}

// One turn. What has changed since it was hashed is not what was asked for: never padded, never
// passed off as the old file.
void Upload::send() {
  if (!file_->is_unchanged()) return broken("the file changed while it was given");
  std::size_t turn = 0;
  while (turn < kTurn && at_ < row_.size_bytes) {
    auto offset = static_cast<off_t>(at_);
    const auto want =
        static_cast<std::size_t>(std::min<std::uint64_t>(kTurn - turn, row_.size_bytes - at_));
    const ssize_t count = ::sendfile(socket_->native_handle(), file_->descriptor(), &offset, want);
    if (count < 0 && errno == EAGAIN) break;
    if (count < 0) return drop();
    if (count == 0) return broken("the file shrank while it was given");
    at_ += static_cast<std::uint64_t>(count);
    turn += static_cast<std::size_t>(count);
  }
  meter_.add(turn, now_ms());
  context_->up.add(turn, now_ms());
  progress_.moved(turn, now_ms());
  row_.sent_bytes = at_;
  if (at_ == row_.size_bytes) return drop();
  // The disk reads on while the peer takes what is under way.
  ::posix_fadvise(file_->descriptor(), static_cast<off_t>(at_), kAhead, POSIX_FADV_WILLNEED);
  socket_->async_wait(tcp::socket::wait_write, [self = shared_from_this()](error_code e) {
    if (!e && !self->ended_) self->send();
  });
}

}  // namespace p2p::transfer
