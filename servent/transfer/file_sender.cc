#include "servent/transfer/file_sender.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

namespace p2p::transfer {
using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::uint64_t kAhead = std::uint64_t{4} * 1024 * 1024;

}  // namespace

FileSender::FileSender(ContextPtr context, std::shared_ptr<tcp::socket> socket)
    : context_(std::move(context)),
      socket_(std::move(socket)),
      timer_(context_->io),
      pause_(context_->io),
      flow_(context_->rates.up),
      progress_(context_->settings.least_bytes, context_->settings.window.count()) {}

void FileSender::send(std::string head, std::shared_ptr<ServedFile> file, std::uint64_t at,
                      std::uint64_t end, const Pace& pace, Then then) {
  head_ = std::move(head);
  file_ = std::move(file);
  at_ = at;
  end_ = end;
  asked_for_ = 0;
  pace_ = pace;
  then_ = std::move(then);
  error_code ignored;
  socket_->native_non_blocking(true, ignored);
  progress_.start(now_ms());
  flow_.join();
  watch();
  turn();
}

void FileSender::stop() {
  timer_.cancel();
  pause_.cancel();
  file_.reset();
  then_ = nullptr;
}

void FileSender::finish(const Sent& sent) {
  const Then then = std::exchange(then_, nullptr);
  stop();
  if (then) then(sent);
}

// Looks at the rule when the window ends, not at each byte.
void FileSender::watch() {
  timer_.expires_after(
      std::chrono::milliseconds(std::max<std::int64_t>(progress_.deadline() - now_ms(), 1)));
  timer_.async_wait([self = shared_from_this()](error_code e) {
    if (e || !self->then_) return;
    if (self->progress_.is_late(now_ms()))
      return self->finish({false, "the peer takes it too slowly"});
    self->watch();
  });
}

// False: the peer left. What the socket does not take stays.
bool FileSender::say_head() {
  while (!head_.empty()) {
    // The file comes in the same packet, if it is short.
    const ssize_t count =
        ::send(socket_->native_handle(), head_.data(), head_.size(), MSG_MORE | MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN;
    head_.erase(0, static_cast<std::size_t>(count));
  }
  return true;
}

// The disk reads on while the peer takes what is under way. Asked for once: the system looks at
// each page again, also at those that it has.
void FileSender::read_ahead() {
  if (asked_for_ >= at_ + kAhead / 2) return;
  const std::uint64_t from = std::max(asked_for_, at_);
  ::posix_fadvise(file_->descriptor(), static_cast<off_t>(from), static_cast<off_t>(kAhead),
                  POSIX_FADV_WILLNEED);
  asked_for_ = from + kAhead;
}

// What has changed since it was hashed is not what was asked for: never padded, never passed off as
// the old file.
void FileSender::turn() {
  if (!file_->is_unchanged()) return finish({false, "the file changed while it was given"});
  if (!say_head()) return finish({});
  const Time now = now_time();
  std::size_t turn = 0;
  bool is_held = false;  // by us
  while (head_.empty() && turn < pace_.bytes && at_ < end_) {
    auto offset = static_cast<off_t>(at_);
    const auto want =
        static_cast<std::size_t>(std::min<std::uint64_t>(pace_.bytes - turn, end_ - at_));
    const std::size_t may = flow_.allowance(want, now);
    is_held = may == 0;
    if (is_held) break;
    const ssize_t count = ::sendfile(socket_->native_handle(), file_->descriptor(), &offset, may);
    if (count < 0 && errno == EAGAIN) break;
    if (count < 0) return finish({});
    if (count == 0) return finish({false, "the file shrank while it was given"});
    at_ += static_cast<std::uint64_t>(count);
    turn += static_cast<std::size_t>(count);
    flow_.took(static_cast<std::size_t>(count), now);
  }
  meter_.add(turn, now_ms());
  context_->stats.sent(turn, Context::moment());
  context_->up.add(turn, now_ms());
  progress_.moved(turn, now_ms());
  if (is_out() && pace_.pause.count() == 0) return finish({true, {}});
  read_ahead();
  if (is_held) progress_.start(now_ms());
  const auto pause = is_held ? std::max(flow_.wait(now), pace_.pause) : pace_.pause;
  if (pause.count() == 0) return wait_for_room();
  rest(pause);
}

void FileSender::rest(std::chrono::milliseconds pause) {
  pause_.expires_after(pause);
  pause_.async_wait([self = shared_from_this()](error_code e) {
    if (e || !self->then_) return;
    if (self->is_out()) return self->finish({true, {}});
    self->wait_for_room();
  });
}

void FileSender::wait_for_room() {
  socket_->async_wait(tcp::socket::wait_write, [self = shared_from_this()](error_code e) {
    if (!self->then_) return;
    if (e) return self->finish({});
    self->turn();
  });
}

}  // namespace p2p::transfer
