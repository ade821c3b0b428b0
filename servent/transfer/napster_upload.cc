#include "servent/transfer/napster_upload.h"

#include <charconv>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "servent/transfer/giver_key.h"
#include "servent/transfer/names.h"

namespace p2p::transfer {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kMaxOffset = 20;  // digits

}  // namespace

NapsterUpload::NapsterUpload(ContextPtr context, UploadHost& host, std::string network,
                             std::shared_ptr<tcp::socket> socket)
    : context_(std::move(context)),
      host_(host),
      network_(std::move(network)),
      socket_(std::move(socket)),
      buffer_(kMaxRequest),
      timer_(context_->io),
      silence_(context_->io),
      sender_(std::make_shared<FileSender>(context_, socket_)) {}

api::UploadRow NapsterUpload::row(std::int64_t now) const {
  api::UploadRow row = row_;
  if (noted_) row.sent_bytes = sender_->at();
  row.rate_bps = sender_->rate(now);
  row.limit_bps = sender_->limit();
  return row;
}

void NapsterUpload::drop() {
  if (std::exchange(ended_, true)) return;
  error_code ignored;
  // What the peer has sent and nobody read would turn the close into a reset, and what is on its
  // way to the peer would be lost.
  if (socket_->available(ignored) > 0) socket_->read_some(asio::buffer(buffer_), ignored);
  socket_->close(ignored);
  timer_.cancel();
  silence_.cancel();
  sender_->stop();
  file_.reset();
  if (noted_) {
    context_->log(api::LogLevel::info,
                  "upload of " + row_.name + " to " + row_.user +
                      (sender_->at() == row_.size_bytes ? " done" : " broken off"));
  }
  context_->note(noted_, network_, true, false);
  if (slot_since_) host_.gave_back(now_ms() - *std::exchange(slot_since_, {}));
  host_.ended(shared_from_this());
  context_->changed();
}

void NapsterUpload::limit(std::chrono::milliseconds after) {
  timer_.expires_after(after);
  timer_.async_wait([self = shared_from_this()](error_code e) {
    if (!e) self->drop();
  });
}

// Finds and opens the file, then goes one way or the other.
void NapsterUpload::locate(const std::string& name, std::function<void()> then,
                           std::function<void()> otherwise) {
  limit(kRequestWait);
  context_->hooks.locate(NamedFile{name}, [self = shared_from_this(), then = std::move(then),
                                           otherwise = std::move(otherwise)](
                                              const std::optional<Offer>& offer) {
    if (self->ended_) return;
    if (!offer) return otherwise();
    if (!offer->file.name.empty()) self->row_.name = offer->file.name;
    self->row_.size_bytes = offer->file.size_bytes;
    self->sha1_ = offer->file.sha1;
    open_offer(self->context_, *offer, [self, then, otherwise](std::shared_ptr<ServedFile> file) {
      if (self->ended_) return;
      self->file_ = std::move(file);
      return self->file_ ? then() : otherwise();
    });
  });
}

// ---- somebody called

void NapsterUpload::answer(Bytes first_bytes) {
  limit(kRequestWait);
  if (!first_bytes.empty() && !feed(first_bytes)) return drop();
  hear();
}

// False: no request begins so.
bool NapsterUpload::feed(Bytes bytes) {
  if (giver_.feed(bytes) == Giver::Kind::bad) return false;
  silence_.expires_after(kIdle);
  silence_.async_wait([self = shared_from_this()](error_code woken) {
    if (!woken && !self->ended_) self->decide();
  });
  return true;
}

void NapsterUpload::hear() {
  socket_->async_read_some(
      asio::buffer(buffer_), [self = shared_from_this()](error_code e, std::size_t count) {
        if (self->ended_ || self->is_decided_ || e == asio::error::operation_aborted) return;
        if (e || !self->feed(Bytes(self->buffer_).first(count))) return self->drop();
        self->hear();
      });
}

void NapsterUpload::decide() {
  const Giver::Kind kind = giver_.feed_idle();
  if (kind == Giver::Kind::more) return;
  who_.user = giver_.user();
  error_code ignored;
  if (kind == Giver::Kind::send || kind == Giver::Kind::list) {
    is_decided_ = true;
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
  const auto name = admit(giver_.user(), giver_.name());
  if (!name) return refuse();
  is_decided_ = true;
  socket_->cancel(ignored);
  const auto self = shared_from_this();
  locate(
      *name,
      [self] {
        if (self->giver_.number() > self->row_.size_bytes) return self->refuse();
        self->at_ = self->giver_.number();
        self->give(size_answer(self->row_.size_bytes, self->giver_.asks_digest(), self->sha1_));
      },
      [self] { self->refuse(); });
}

std::optional<std::string> NapsterUpload::admit(const std::string& user, const std::string& name) {
  who_ = {network_, user, giver_key(DialectKind::napster, user, 0)};
  auto ours = host_.admit(who_, name);
  if (!ours) return ours;
  slot_since_ = now_ms();
  row_.user = user;
  row_.name = *ours;
  return ours;
}

void NapsterUpload::refuse() {
  output_ = "INVALID REQUEST";
  asio::async_write(*socket_, asio::buffer(output_),
                    [self = shared_from_this()](error_code, std::size_t) { self->drop(); });
}

// ---- we call

void NapsterUpload::call(const PushWanted& wanted) {
  const auto our_name = context_->hooks.locate ? admit(wanted.user, wanted.name) : std::nullopt;
  if (!our_name) return drop();
  const auto self = shared_from_this();
  locate(
      *our_name, [self, wanted] { self->connect(wanted); }, [self] { self->drop(); });
}

void NapsterUpload::connect(const PushWanted& wanted) {
  limit(kRequestWait);
  output_ = send_request(wanted.dialect.nick, wire_form(wanted.name), row_.size_bytes,
                         wanted.dialect.ours ? sha1_ : std::nullopt);
  const tcp::endpoint to(asio::ip::address_v4(wanted.endpoint.address), wanted.endpoint.port);
  socket_->async_connect(to, [self = shared_from_this()](error_code e) {
    if (e || self->ended_) return self->drop();
    self->greet();
  });
}

void NapsterUpload::greet() {
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
void NapsterUpload::hear_offset() {
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

void NapsterUpload::take_offset() {
  std::uint64_t offset = 0;
  const char* end = output_.data() + output_.size();
  const auto read = std::from_chars(output_.data(), end, offset);
  if (read.ec != std::errc{} || read.ptr != end || offset > row_.size_bytes) return drop();
  error_code ignored;
  socket_->cancel(ignored);
  at_ = offset;
  give({});
}

// ---- the file

void NapsterUpload::give(std::string head) {
  row_.state = "running";
  row_.id = ++context_->last_upload;
  row_.started_ms = now_ms();
  context_->stats.began(who_.giver, row_.name, Context::moment());
  silence_.cancel();
  timer_.cancel();
  context_->note(noted_, network_, true, true);
  context_->log(api::LogLevel::info, "giving " + row_.name + " to " + row_.user);
  context_->changed();
  sender_->send(std::move(head), file_, at_, row_.size_bytes, FileSender::Pace{},
                [self = shared_from_this()](const FileSender::Sent& sent) {
                  if (!sent.trouble.empty())
                    self->context_->log(
                        api::LogLevel::warn,
                        self->row_.name + " to " + self->row_.user + ": " + sent.trouble);
                  self->drop();
                });
}

}  // namespace p2p::transfer
