#include "servent/transfer/supply.h"

#include <algorithm>
#include <utility>

#include "servent/transfer/giver_key.h"
#include "servent/transfer/names.h"

namespace p2p::transfer {
using boost::asio::ip::tcp;
using boost::system::error_code;

namespace {

// How long each may take, in milliseconds.
constexpr std::int64_t kAnswer = 40'000;    // the network says how a source is reached
constexpr std::int64_t kCall = 60'000;      // a firewalled source calls
constexpr std::int64_t kWorkless = 60'000;  // one without work is let go; it is reached again then
// Milliseconds between two questions what it has to a source that is fetching the file itself.
constexpr std::int64_t kFirstProbe = 500;
constexpr std::int64_t kLastProbe = 2'000;
// Who refuses that often what it says it has, and gives nothing between, is let go.
constexpr unsigned kMostRefusals = 8;
// So much that is not wanted any more is waited for rather than calling anew.
constexpr std::uint64_t kDrained = std::uint64_t{256} * 1024;

}  // namespace

Supply::Supply(ContextPtr context, SupplyHost& host, std::size_t index, Source source,
               unsigned number, std::shared_ptr<Bucket> limit)
    : context_(std::move(context)),
      host_(host),
      index_(index),
      source_(std::move(source)),
      number_(number),
      limit_(std::move(limit)),
      since_(now_ms()),
      timer_(context_->io) {
  ++context_->sources_asked;
}

Supply::~Supply() {
  close();
}

Manner Supply::manner() const {
  return dialect_.kind == DialectKind::napster ? Manner::stream : Manner::ranges;
}

std::string Supply::giver() const {
  return giver_key(dialect_.kind, source_.user, delivery_ ? delivery_->peer().address : 0);
}

void Supply::close() {
  if (std::exchange(closed_, true)) return;
  context_->source_ended();
  timer_.cancel();
  reach_ = ReachId{};
  drop_delivery();
  error_code ignored;
  if (called_) called_->close(ignored);
  called_.reset();
}

void Supply::drop_delivery() {
  context_->note(noted_, source_.network, false, false);
  if (delivery_) delivery_->close();
  delivery_.reset();
}

void Supply::over(const FetchEnd& end) {
  const auto self = shared_from_this();
  host_.ended(*this, end);
}

void Supply::limit(std::int64_t ms, const FetchEnd& late) {
  timer_.expires_after(std::chrono::milliseconds(ms));
  timer_.async_wait([self = shared_from_this(), late](error_code e) {
    if (!e && !self->closed_ && !self->context_->stopping) self->over(late);
  });
}

// ---- to it

void Supply::reach() {
  reach_ = ReachId{++context_->last_reach};
  limit(kAnswer, {FetchEnd::Why::failed, "no answer"});
  if (context_->hooks.reach) context_->hooks.reach(reach_, source_);
}

void Supply::on_reached(const Reached& reached) {
  reach_ = ReachId{};
  timer_.cancel();
  dialect_ = reached.dialect;
  if (dialect_.kind == DialectKind::http) web_ = reached.endpoint;
  context_->alternates.ours(dialect_.node);
  where_ = reached;
  state_ = State::idle;
  host_.reached(*this);
}

void Supply::on_awaited(const Awaited& awaited) {
  reach_ = ReachId{};
  awaited_ = awaited;
  state_ = State::awaited;
  limit(kCall, {FetchEnd::Why::failed, "the source did not call"});
}

void Supply::on_queued(std::uint32_t place) {
  FetchEnd end{FetchEnd::Why::queued};
  end.place = place;
  over(end);
}

void Supply::on_unreached(const std::string& why, bool permanent) {
  over({permanent ? FetchEnd::Why::gone : FetchEnd::Why::failed, why});
}

bool Supply::awaits(const Call& call) const {
  if (state_ != State::awaited || source_.network != call.network) return false;
  if (call.token) return *call.token == awaited_.token;
  return same_user(source_.user, call.user) &&
         (!call.name || wire_form(source_.name) == wire_form(*call.name));
}

void Supply::take_call(const std::shared_ptr<tcp::socket>& socket) {
  timer_.cancel();
  dialect_ = awaited_.dialect;
  called_ = socket;
  state_ = State::idle;
  host_.reached(*this);
}

// ---- work

bool Supply::fetch(FetchAsk ask, std::uint64_t own) {
  timer_.cancel();
  state_ = State::giving;
  own_ = own;
  next_.reset();
  resting_ = false;
  probe_ms_ = 0;
  if (!delivery_) return connect(std::move(ask));
  if (delivery_->go_on(ask.offset, ask.end, ask.owned)) return true;
  const std::uint64_t missing = delivery_->missing();
  if (missing > 0 && ask.offset == own && ask.offset == delivery_->at() &&
      manner() == Manner::stream)
    return true;  // it just goes on
  if (missing > 0 && missing <= kDrained && manner() == Manner::ranges && began_) {
    next_ = std::move(ask);
    return true;
  }
  drop_delivery();
  return connect(std::move(ask));
}

bool Supply::connect(FetchAsk ask) {
  if (!called_ && !where_) return false;
  began_ = false;
  delivery_ = std::make_shared<Delivery>(context_, *this, std::move(ask), limit_);
  if (called_) {
    delivery_->adopt(std::exchange(called_, nullptr), dialect_);
    return true;
  }
  delivery_->connect(*where_);
  // A Napster peer expects one call only: its server arranged it.
  if (dialect_.kind == DialectKind::napster) where_.reset();
  return true;
}

void Supply::rest() {
  if (std::exchange(resting_, true)) return;  // looked at again, and there is nothing still
  state_ = State::idle;
  next_.reset();
  if (delivery_ && delivery_->missing() > 0) drop_delivery();
  if (!partial_) return limit(kWorkless, {FetchEnd::Why::lacks, "has nothing that is missing"});
  // It will have more soon.
  probe_ms_ = std::clamp(probe_ms_ * 2, kFirstProbe, kLastProbe);
  timer_.expires_after(std::chrono::milliseconds(probe_ms_));
  timer_.async_wait([self = shared_from_this()](error_code e) {
    if (!e && !self->closed_ && !self->context_->stopping) self->ask_what_it_has();
  });
}

void Supply::ask_what_it_has() {
  resting_ = false;
  limit(kAnswer, {FetchEnd::Why::failed, "no answer"});
  if (delivery_ && delivery_->probe()) return;
  drop_delivery();
  if (!connect(host_.probe_of(*this))) over({FetchEnd::Why::ended, "the source closed"});
}

void Supply::has(const Extents& available, bool refused) {
  const auto self = shared_from_this();
  partial_ = true;
  if (refused && ++refusals_ > kMostRefusals)
    return over({FetchEnd::Why::lacks, "refuses what it says it has"});
  host_.has(*this, available, refused);
}

void Supply::began() {
  began_ = true;
  context_->note(noted_, source_.network, false, true);
  host_.began(*this);
}

bool Supply::told(const Sha1& sha1) {
  const auto self = shared_from_this();
  return host_.told(*this, sha1);
}

void Supply::modified(std::int64_t unix_s) {
  host_.modified(unix_s);
}

void Supply::arrived(BlockPtr block, std::uint64_t at) {
  const auto self = shared_from_this();
  if (next_) {
    context_->blocks.give_back(std::move(block));
    if (delivery_->missing() > 0) return;
    FetchAsk ask = *std::exchange(next_, std::nullopt);
    const bool goes_on = fetch(std::move(ask), own_);
    if (!goes_on) over({FetchEnd::Why::ended, "the source closed"});
    return;
  }
  got_bytes_ += block->size;
  refusals_ = 0;
  host_.arrived(*this, std::move(block), at);
}

void Supply::heard_of(const Others& others, const Endpoint& from) {
  host_.heard_of(*this, others, from);
}

void Supply::tree_at(const TreeLink& link) {
  host_.tree_at(*this, link);
}

void Supply::ended(const FetchEnd& end) {
  drop_delivery();
  if (!resting_) return over(end);
  // It was not asked for anything. If it can be called again, nothing has changed.
  if (!where_) over({FetchEnd::Why::ended, end.text});
}

}  // namespace p2p::transfer
