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
using namespace std::chrono_literals;

Delivery::Delivery(ContextPtr context, Receiver& receiver, FetchAsk ask,
                   std::shared_ptr<Bucket> limit)
    : context_(std::move(context)),
      receiver_(receiver),
      ask_(std::move(ask)),
      at_(ask_.offset),
      timer_(context_->io),
      pause_(context_->io),
      limit_(std::move(limit)),
      of_all_(context_->rates.down),
      of_one_(*limit_),
      progress_(context_->settings.least_bytes, context_->settings.window.count()) {
  ask_.agent = context_->settings.agent;
}

void Delivery::close() {
  closed_ = true;
  timer_.cancel();
  pause_.cancel();
  error_code ignored;
  if (socket_) socket_->close(ignored);
}

void Delivery::end(const FetchEnd& end) {
  close();
  receiver_.ended(end);
}

void Delivery::broke(const std::string& why) {
  end({FetchEnd::Why::failed, why});
}

void Delivery::connect(const Reached& to) {
  ask_.host = to.endpoint;
  socket_ = std::make_shared<tcp::socket>(context_->io);
  timer_.expires_after(Context::kConnectWait);
  timer_.async_wait([self = shared_from_this()](error_code e) {
    if (!e && !self->closed_) self->broke("could not connect");
  });
  const tcp::endpoint there(asio::ip::address_v4(to.endpoint.address), to.endpoint.port);
  socket_->async_connect(there, [self = shared_from_this(), dialect = to.dialect](error_code e) {
    if (self->closed_) return;
    if (e) return self->broke("could not connect");
    self->begin(dialect);
  });
}

void Delivery::adopt(std::shared_ptr<tcp::socket> socket, const Dialect& dialect) {
  socket_ = std::move(socket);
  ask_.called = true;
  error_code ignored;
  const tcp::endpoint there = socket_->remote_endpoint(ignored);
  if (there.address().is_v4()) ask_.host = {there.address().to_v4().to_uint(), there.port()};
  begin(dialect);
}

void Delivery::begin(const Dialect& dialect) {
  fetcher_ = make_fetcher(dialect, ask_);
  error_code ignored;
  socket_->non_blocking(true, ignored);
  of_all_.join();
  of_one_.join();
  progress_.start(now_ms());
  watch();
  say();
  read();
}

// One piece after the other. A failure shows when reading.
void Delivery::say() {
  next_ += fetcher_->take_output();
  if (next_.empty() || !output_.empty()) return;
  output_ = std::exchange(next_, {});
  asio::async_write(*socket_, asio::buffer(output_),
                    [self = shared_from_this()](error_code e, std::size_t) {
                      self->output_.clear();
                      if (!e && !self->closed_) self->say();
                    });
}

bool Delivery::probe() {
  if (closed_ || !fetcher_ || !fetcher_->probe()) return false;
  say();
  return true;
}

bool Delivery::go_on(std::uint64_t begin, std::uint64_t end, const Owned& owned) {
  if (closed_ || !fetcher_ || !fetcher_->go_on(begin, end, owned)) return false;
  at_ = begin;
  resting_ = false;
  progress_.start(now_ms());
  say();
  return true;
}

// Looks at the rule when the window ends, not at each byte.
void Delivery::watch() {
  timer_.expires_after(
      std::chrono::milliseconds(std::max<std::int64_t>(progress_.deadline() - now_ms(), 1)));
  timer_.async_wait([self = shared_from_this()](error_code e) {
    if (e || self->closed_) return;
    if (self->stalled_ || self->resting_ || self->held_) self->progress_.start(now_ms());
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

// That is not the source's fault.
void Delivery::hold(Duration time) {
  held_ = true;
  pause_.expires_after(std::max<Duration>(time, 1ms));
  pause_.async_wait([self = shared_from_this()](error_code e) {
    if (e || self->closed_) return;
    self->held_ = false;
    self->progress_.start(now_ms());
    self->fill();
  });
}

void Delivery::fill() {
  const Time now = now_time();
  const std::size_t may =
      std::min(of_all_.allowance(Block::kRead, now), of_one_.allowance(Block::kRead, now));
  if (may == 0) return hold(std::max(of_all_.wait(now), of_one_.wait(now)));
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
  const std::size_t count = socket_->read_some(asio::buffer(block->data.data(), may), e);
  if (e || count == 0) {
    context_->blocks.give_back(std::move(block));
    if (closed_) return;
    if (e == asio::error::would_block) return read();
    return end(fetcher_->closed());
  }
  of_all_.took(count, now);
  of_one_.took(count, now);
  take(std::move(block), count);
}

void Delivery::take(BlockPtr block, std::size_t count) {
  Bytes body = fetcher_->feed(Bytes(block->data).first(count));
  progress_.moved(count, now_ms());
  if (fetcher_->sha1() && !std::exchange(told_, true) && !receiver_.told(*fetcher_->sha1())) {
    context_->blocks.give_back(std::move(block));
    return;
  }
  if (const auto time = fetcher_->modified_unix(); time && !std::exchange(dated_, true))
    receiver_.modified(*time);
  if (const Others others = fetcher_->take_others(); !others.empty())
    receiver_.heard_of(others, ask_.host);
  if (const auto link = fetcher_->tree()) receiver_.tree_at(*link);
  const bool refused = fetcher_->take_refused();
  if (const auto available = fetcher_->take_available()) receiver_.has(*available, refused);
  resting_ = fetcher_->missing() == 0;
  if (body.empty() || closed_) {
    context_->blocks.give_back(std::move(block));
  } else {
    hand_on(std::move(block), body);
  }
  if (closed_) return;
  if (fetcher_->end()) return end(*fetcher_->end());
  say();
  read();
}

// `body` is in the block, or somewhere else and no longer than that.
void Delivery::hand_on(BlockPtr block, Bytes body) {
  const bool in_block =
      body.data() >= block->data.data() && body.data() < block->data.data() + Block::kRoom;
  if (!in_block) std::memcpy(block->data.data(), body.data(), body.size());
  block->begin = in_block ? static_cast<std::size_t>(body.data() - block->data.data()) : 0;
  block->size = body.size();
  const std::uint64_t at = at_;
  at_ += body.size();
  context_->down.add(body.size(), now_ms());
  if (!std::exchange(began_, true)) receiver_.began();
  receiver_.arrived(std::move(block), at);
}

}  // namespace p2p::transfer
