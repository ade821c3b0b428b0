#include "servent/transfer/delivery.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

namespace p2p::transfer {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::seconds kConnect{30};

}  // namespace

Delivery::Delivery(ContextPtr context, Receiver& receiver, std::uint64_t offset,
                   std::uint64_t total)
    : context_(std::move(context)),
      receiver_(receiver),
      at_(offset),
      total_(total),
      timer_(context_->io),
      progress_(context_->settings.least_bytes, context_->settings.window.count()) {}

void Delivery::close() {
  closed_ = true;
  timer_.cancel();
  error_code ignored;
  if (socket_) socket_->close(ignored);
}

void Delivery::broke(const std::string& why) {
  close();
  receiver_.broke(why);
}

void Delivery::connect(const Reached& to, const std::string& name) {
  fetcher_ = std::make_unique<NapsterFetcher>(to.dialect.nick, name, total_, at_, to.dialect.ours);
  socket_ = std::make_shared<tcp::socket>(context_->io);
  timer_.expires_after(kConnect);
  timer_.async_wait([self = shared_from_this()](error_code e) {
    if (!e && !self->closed_) self->broke("could not connect");
  });
  const tcp::endpoint there(asio::ip::address_v4(to.endpoint.address), to.endpoint.port);
  socket_->async_connect(there, [self = shared_from_this()](error_code e) {
    if (self->closed_) return;
    if (e) return self->broke("could not connect");
    self->begin();
  });
}

void Delivery::adopt(std::shared_ptr<tcp::socket> socket) {
  socket_ = std::move(socket);
  say(std::to_string(at_));
  begin();
}

void Delivery::begin() {
  error_code ignored;
  socket_->non_blocking(true, ignored);
  progress_.start(now_ms());
  watch();
  receiver_.began();
  if (!closed_) read();
}

void Delivery::say(std::string words) {
  output_ = std::move(words);
  asio::async_write(*socket_, asio::buffer(output_),
                    [self = shared_from_this()](error_code, std::size_t) {});
}

// Looks at the rule when the window ends, not at each byte.
void Delivery::watch() {
  timer_.expires_after(
      std::chrono::milliseconds(std::max<std::int64_t>(progress_.deadline() - now_ms(), 1)));
  timer_.async_wait([self = shared_from_this()](error_code e) {
    if (e || self->closed_) return;
    if (self->stalled_) self->progress_.start(now_ms());
    if (self->progress_.is_late(now_ms())) return self->broke("the source is too slow");
    self->watch();
  });
}

void Delivery::read() {
  socket_->async_wait(tcp::socket::wait_read, [self = shared_from_this()](error_code e) {
    if (self->closed_) return;
    if (e) return self->broke("the source closed");
    self->fill();
  });
}

void Delivery::fill() {
  BlockPtr block = context_->blocks.take();
  if (!block) {  // the disk is behind: that is not the source's fault
    stalled_ = true;
    context_->blocks.wait([self = shared_from_this()] {
      self->stalled_ = false;
      if (self->closed_) return;
      self->progress_.start(now_ms());
      self->fill();
    });
    return;
  }
  error_code e;
  const std::size_t count = socket_->read_some(asio::buffer(block->data.data(), Block::kRead), e);
  if (e || count == 0) {
    context_->blocks.give_back(std::move(block));
    if (closed_) return;
    if (e == asio::error::would_block) return read();
    const std::string why = fetcher_ ? fetcher_->error() : "";
    return broke(why.empty() ? "the source closed" : why);
  }
  take(std::move(block), count);
}

void Delivery::take(BlockPtr block, std::size_t count) {
  Bytes body = Bytes(block->data).first(count);
  if (fetcher_) {
    body = fetcher_->feed(body);
    if (fetcher_->state() == NapsterFetcher::State::failed) {
      context_->blocks.give_back(std::move(block));
      return broke(fetcher_->error());
    }
    if (std::string words = fetcher_->take_output(); !words.empty()) say(std::move(words));
    if (fetcher_->sha1() && !std::exchange(told_, true) && !receiver_.told(*fetcher_->sha1())) {
      context_->blocks.give_back(std::move(block));
      return;
    }
  }
  body = body.first(std::min<std::size_t>(
      {body.size(), Block::kRoom,
       static_cast<std::size_t>(std::min<std::uint64_t>(total_ - at_, Block::kRoom))}));
  if (body.empty()) {
    context_->blocks.give_back(std::move(block));
    if (!closed_) read();
    return;
  }
  const bool in_block =
      body.data() >= block->data.data() && body.data() < block->data.data() + Block::kRoom;
  if (!in_block) std::memcpy(block->data.data(), body.data(), body.size());
  block->begin = in_block ? static_cast<std::size_t>(body.data() - block->data.data()) : 0;
  block->size = body.size();
  const std::uint64_t at = at_;
  at_ += body.size();
  progress_.moved(body.size(), now_ms());
  context_->down.add(body.size(), now_ms());
  if (at_ == total_) close();
  receiver_.arrived(std::move(block), at);
  if (!closed_) read();
}

}  // namespace p2p::transfer
