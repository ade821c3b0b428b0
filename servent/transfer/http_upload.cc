#include "servent/transfer/http_upload.h"

#include <cerrno>
#include <ctime>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>

#include "protocols/transfer/giv.h"
#include "protocols/transfer/give.h"
#include "protocols/transfer/thex.h"

#include "servent/transfer/find_offer.h"
#include "servent/transfer/giver_key.h"
#include "servent/transfer/http_asker.h"
#include "servent/transfer/portion.h"

namespace p2p::transfer {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kRequestBuffer = std::size_t{8} * 1024;
constexpr std::size_t kMaxDrained = std::size_t{1024} * 1024;  // of one whom we close
// The next range of the same file comes within a round trip or two; others wait for the slot.
constexpr std::chrono::seconds kSlotKept{5};
// Who waits connected (X-Queue: 0.1) asks again within two minutes.
constexpr std::chrono::seconds kWaiting{130};
constexpr std::chrono::seconds kDrain{1};

}  // namespace

HttpUpload::HttpUpload(ContextPtr context, UploadHost& host, std::string network, DialectKind kind,
                       std::shared_ptr<tcp::socket> socket)
    : context_(std::move(context)),
      host_(host),
      network_(std::move(network)),
      socket_(std::move(socket)),
      timer_(context_->io),
      sender_(std::make_shared<FileSender>(context_, socket_)),
      buffer_(kRequestBuffer),
      others_(context_),
      patience_(kRequestWait) {
  us_.kind = kind;
  us_.nick = context_->settings.nick;
}

api::UploadRow HttpUpload::row(std::int64_t now) const {
  api::UploadRow row = row_;
  row.sent_bytes = sender_->at();
  row.rate_bps = sender_->rate(now);
  row.limit_bps = sender_->limit();
  return row;
}

void HttpUpload::drop() {
  if (std::exchange(ended_, true)) return;
  error_code ignored;
  socket_->close(ignored);
  timer_.cancel();
  sender_->stop();
  release(calls_anew());
  host_.ended(shared_from_this());
  context_->changed();
}

void HttpUpload::limit(std::chrono::milliseconds after) {
  timer_.expires_after(after);
  timer_.async_wait([self = shared_from_this()](error_code e) {
    if (!e) self->drop();
  });
}

// ---- the connection

void HttpUpload::prepare() {
  error_code ignored;
  socket_->set_option(tcp::no_delay(true), ignored);
  wait();
}

void HttpUpload::answer(Bytes first_bytes) {
  input_ = text_of(first_bytes);
  may_give_ = true;
  error_code gone;
  const tcp::endpoint here = socket_->local_endpoint(gone);
  who_.giver = giver_key(us_.kind, {}, peer_address(*socket_));
  if (!gone && here.address().is_v4()) us_.node = {here.address().to_v4().to_uint(), here.port()};
  context_->alternates.ours(us_.node);
  prepare();
  hear();
}

void HttpUpload::call(const PushWanted& wanted) {
  limit(Context::kConnectWait);
  output_ = wanted.opening;
  us_.node = wanted.dialect.node;
  us_.supernode = wanted.dialect.supernode;
  const tcp::endpoint to(asio::ip::address_v4(wanted.endpoint.address), wanted.endpoint.port);
  socket_->async_connect(to, [self = shared_from_this()](error_code e) {
    if (self->ended_) return;
    if (e) return self->drop();
    self->prepare();
    asio::async_write(*self->socket_, asio::buffer(self->output_),
                      [self](error_code lost, std::size_t) {
                        if (self->ended_) return;
                        if (lost) return self->drop();
                        self->hear();
                      });
  });
}

void HttpUpload::hear() {
  if (may_give_ && take_giv()) return;
  while (!input_.empty()) {
    const auto used = reader_.feed(bytes_of(input_));
    if (!used) {
      request_ = {};
      return refuse(used.error().code == Errc::too_long ? 431 : 400);
    }
    input_.erase(0, *used);
    if (reader_.is_complete()) return take_head(reader_.take());
  }
  read();
}

void HttpUpload::read() {
  socket_->async_read_some(asio::buffer(buffer_),
                           [self = shared_from_this()](error_code e, std::size_t count) {
                             if (self->ended_) return;
                             if (e) return self->drop();
                             self->input_ += text_of(Bytes(self->buffer_).first(count));
                             self->hear();
                           });
}

// True when that is all there is to do with what is here.
bool HttpUpload::take_giv() {
  if (input_.empty()) return false;
  const auto call = read_call(network_, us_.kind, input_);
  may_give_ = call && !*call;
  if (!call && input_.starts_with(is_kazaa() ? kGiveWord : kGivWord)) {
    drop();
    return true;
  }
  if (!call) return false;
  if (!*call) {
    read();
    return true;
  }
  if (host_.hand_over(**call, socket_)) {
    timer_.cancel();
    ended_ = true;
    host_.ended(shared_from_this());
  } else {
    drop();
  }
  return true;
}

// The answer is out.
void HttpUpload::next() {
  busy_ = false;
  if (!request_.stays_open) return close_gently();
  wait();
  hear();
}

void HttpUpload::wait() {
  if (!slot_since_) return limit(patience_);
  timer_.expires_after(kSlotKept);
  timer_.async_wait([self = shared_from_this()](error_code e) {
    if (!e && !self->ended_) self->yield();
  });
}

// He who closed in the midst of an answer, and now asks anew, does not stand in his own way.
bool HttpUpload::has_left() {
  char next = 0;
  const ssize_t count = ::recv(socket_->native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
  return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
}

void HttpUpload::yield() {
  if (!slot_since_) return;
  if (busy_) {
    if (has_left()) drop();
    return;
  }
  release();
  limit(patience_);
  context_->changed();
}

// What the peer has sent and nobody read would turn the close into a reset, and the end of our
// answer would be lost.
void HttpUpload::close_gently() {
  error_code ignored;
  socket_->shutdown(tcp::socket::shutdown_send, ignored);
  release(calls_anew());
  context_->changed();
  limit(kDrain);
  drained_ = 0;
  drain();
}

void HttpUpload::drain() {
  socket_->async_read_some(asio::buffer(buffer_),
                           [self = shared_from_this()](error_code e, std::size_t count) {
                             if (self->ended_) return;
                             self->drained_ += count;
                             if (e || self->drained_ > kMaxDrained) return self->drop();
                             self->drain();
                           });
}

// ---- one request

Answerer HttpUpload::us() const {
  return {context_->settings.agent, std::time(nullptr), is_kazaa() ? &us_ : nullptr};
}

bool HttpUpload::may_ask_for(const FileWanted& file) const {
  return is_kazaa() == std::holds_alternative<UuHash>(file);
}

bool HttpUpload::is_delicate() const {
  return p2p::transfer::is_delicate(us_.kind, request_.agent);
}

HttpAnswer HttpUpload::portion_of(const HttpAnswer& what) const {
  return p2p::transfer::portion_of(what,
                                   {host_.others_wait(), sender_->rate(now_ms()), is_delicate()});
}

// A FastTrack peer has no ear for them.
std::vector<Endpoint> HttpUpload::others_for(const std::optional<Sha1>& content) {
  if (is_kazaa()) return {};
  return others_.to_tell(content, request_.node);
}

void HttpUpload::take_head(const HeaderBlock& head) {
  busy_ = true;
  timer_.cancel();
  patience_ = kRequestWait;
  auto request = read_http_request(head);
  if (request) {  // only the first request of a connection need tell all
    if (request->agent.empty()) request->agent = request_.agent;
    if (request->node.port == 0) request->node = request_.node;
  }
  request_ = request ? std::move(*request) : HttpRequest{};
  if (!request) return refuse(request.error().code == Errc::unsupported ? 505 : 400);
  if (request_.method == HttpRequest::Method::other) return refuse(405);
  if (request_.target == HttpRequest::Target::hash_tree && !is_kazaa()) return look_up_tree();
  if (request_.target != HttpRequest::Target::file || !may_ask_for(request_.file))
    return refuse(404);
  if (!noted_) who_ = asker_of(network_, us_.kind, *socket_, request_);
  row_.user = who_.user;
  row_.agent = who_.agent;
  limit(kRequestWait);
  find_offer(context_, request_.file,
             [self = shared_from_this()](const std::optional<Offer>& offer) {
               if (!self->ended_) self->decide(offer);
             });
}

void HttpUpload::look_up_tree() {
  limit(kRequestWait);
  find_tree(context_, std::get<Sha1>(request_.file),
            [self = shared_from_this()](const HashTree* tree) {
              if (!self->ended_) self->give_tree(tree);
            });
}

void HttpUpload::give_tree(const HashTree* tree) {
  const auto& root = request_.root;
  if (tree == nullptr || (root && *root != tree->root())) return refuse(404);
  const Buffer body = encode_thex(*tree);
  std::string text = tree_head(us(), request_, body.size());
  if (request_.method == HttpRequest::Method::get) text += text_of(body);
  say(std::move(text));
}

void HttpUpload::decide(const std::optional<Offer>& offer) {
  if (!offer || offer->file.size_bytes == 0) return refuse(404);
  const Extents* have = offer->have.get();
  if (!is_kazaa()) others_.hear(request_, offer->file, peer_address(*socket_));
  const HttpAnswer what = portion_of(answer_to(request_, offer->file, have));
  const bool has_body = what.status == 200 || what.status == 206;
  if (request_.method == HttpRequest::Method::head || !has_body)
    return say(file_head(us(), request_, offer->file, what, others_for(offer->file.sha1), have));
  std::optional<QueuePlace> place;
  if (!has_turn(offer->file, place)) {
    if (request_.waits == HttpRequest::Waits::connected && place) patience_ = kWaiting;
    // An open connection would mean that he may wait on it (PARQ 1.1, section 4), for minutes.
    if (request_.waits == HttpRequest::Waits::comes_back) request_.stays_open = false;
    return say(busy_head(us(), request_, offer->file, place, others_for(offer->file.sha1), have));
  }
  open_offer(context_, *offer,
             [self = shared_from_this(), given = *offer, what](std::shared_ptr<ServedFile> opened) {
               if (!self->ended_) self->give(given, what, std::move(opened));
             });
}

// Else his place, if he has one. Of FastTrack all come back after the time they are told.
bool HttpUpload::has_turn(const SharedFile& file, std::optional<QueuePlace>& place) {
  if (slot_since_ && (row_.name != file.name || !host_.keeps_turn(*this))) release();
  if (slot_since_) return true;
  const bool waits = is_kazaa() || request_.waits != HttpRequest::Waits::no;
  const UploadHost::Turn turn = host_.ask_turn(*this, file, waits);
  if (turn.is_now) slot_since_ = turn.since;
  place = turn.place;
  return turn.is_now;
}

void HttpUpload::give(const Offer& offer, const HttpAnswer& what,
                      std::shared_ptr<ServedFile> opened) {
  const SharedFile& file = offer.file;
  if (!opened) {
    release();
    return refuse(offer.have ? 503 : 404);  // a part may just have become a whole file elsewhere
  }
  timer_.cancel();
  begin(file, what.range.first);
  sender_->send(
      file_head(us(), request_, file, what, others_for(file.sha1), offer.have.get()),
      std::move(opened), what.range.first, what.range.last + 1, pace_of(is_delicate()),
      [self = shared_from_this(), bytes = what.range.count()](const FileSender::Sent& sent) {
        if (!sent.trouble.empty())
          self->context_->log(api::LogLevel::warn,
                              self->row_.name + " to " + self->row_.user + ": " + sent.trouble);
        if (!sent.is_all) return self->drop();
        self->complete_ = true;
        self->given_ += bytes;
        self->others_.gave(bytes);
        self->next();
      });
}

// The row and the note stay over all requests for this file.
void HttpUpload::begin(const SharedFile& file, std::uint64_t first) {
  complete_ = false;
  if (noted_) return;
  given_ = 0;
  row_.name = file.name;
  row_.size_bytes = file.size_bytes;
  row_.state = "running";
  row_.id = ++context_->last_upload;
  row_.started_ms = now_ms();
  context_->stats.began(who_.giver, row_.name, Context::moment());
  context_->note(noted_, network_, true, true);
  // Of one who calls anew for each portion the file is one line, where it begins.
  const auto level = is_delicate() && first > 0 ? api::LogLevel::debug : api::LogLevel::info;
  context_->log(level, "giving " + row_.name + " to " + row_.user);
  context_->changed();
}

// mldonkey calls anew for each portion.
bool HttpUpload::calls_anew() const {
  return is_delicate() && complete_ && sender_->at() < row_.size_bytes;
}

void HttpUpload::release(bool calls_anew) {
  if (slot_since_ && calls_anew) host_.keep_slot(*this, row_.name);
  if (slot_since_ && !calls_anew) host_.gave_back(now_ms() - *slot_since_);
  slot_since_.reset();
  if (!noted_) return;
  // Parts are asked for in any order, and he may have some of them from elsewhere.
  const bool is_all = sender_->at() == row_.size_bytes || given_ >= row_.size_bytes;
  const std::string how = !complete_ ? " broken off"
                          : is_all   ? " done"
                                     : ": gave " + std::to_string(given_) + " of " +
                                         std::to_string(row_.size_bytes) + " bytes";
  const bool is_told = !is_delicate() || is_all;
  const auto level = is_told ? api::LogLevel::info : api::LogLevel::debug;
  context_->log(level, "upload of " + row_.name + " to " + row_.user + how);
  context_->note(noted_, network_, true, false);
}

void HttpUpload::refuse(int status) {
  busy_ = true;
  const auto* content = std::get_if<Sha1>(&request_.file);
  std::vector<Endpoint> others;
  if (status == 404 && content != nullptr) others = others_for(*content);
  say(refusal_head(us(), status, request_.stays_open, others));
}

void HttpUpload::say(std::string head) {
  limit(kRequestWait);
  output_ = std::move(head);
  asio::async_write(*socket_, asio::buffer(output_),
                    [self = shared_from_this()](error_code e, std::size_t) {
                      if (self->ended_) return;
                      if (e) return self->drop();
                      self->next();
                    });
}

}  // namespace p2p::transfer
