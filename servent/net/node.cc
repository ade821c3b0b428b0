#include "servent/net/node.h"

#include <array>
#include <deque>
#include <optional>
#include <random>
#include <tuple>
#include <unordered_map>
#include <vector>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "servent/net/arrivals.h"
#include "servent/net/datagrams.h"
#include "servent/net/flow_rate.h"
#include "servent/net/listener.h"
#include "servent/net/shaper.h"
#include "servent/net/sockets.h"

namespace p2p::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

// In no unnamed namespace: Node::Impl, which is everybody's, holds them.
enum class LinkState : std::uint8_t { dialling, up, closing };

struct Link {
  Link(LinkId link_id, const Endpoint& peer, tcp::socket link_socket)
      : id(link_id),
        remote(peer),
        socket(std::move(link_socket)) {}
  std::size_t waiting() const { return pending.size() - written + in_flight; }

  LinkId id;
  Endpoint remote;
  tcp::socket socket;
  Buffer pending;  // not yet taken by the system, from `written` on
  std::size_t written = 0;
  std::size_t in_flight = 0;  // bytes that a shaper holds
  std::size_t sendings = 0;   // of these
  Shaper::Way way;
  Flows flows;
  LinkState state = LinkState::up;
  bool dirty = false;          // in the list of links to flush
  bool waiting_write = false;  // the system's buffer is full; we are told when it is not
};
using LinkPtr = std::shared_ptr<Link>;

namespace {

// What may wait for one peer that does not read. A whole browse answer (500 files of 200 bytes)
// fits several times; over it bulk is dropped and anything else ends the link.
constexpr std::size_t kPendingLimit = std::size_t{1} << 20U;
constexpr std::size_t kBulkLimit = kPendingLimit / 4;
constexpr std::size_t kReadBuffer = std::size_t{64} * 1024;
constexpr std::size_t kFlushAtOnce = kReadBuffer;  // a block worth a call to the system of its own
// The system holds more, but every link costs a descriptor; the operator's ulimit rules below it.
constexpr std::size_t kMaxLinks = 60'000;
constexpr auto kDialTimeout = std::chrono::seconds(15);
constexpr auto kLinger = std::chrono::seconds(5);  // to deliver what was sent before a close
constexpr int kPortTries = 8;                      // for a free port that is free for datagrams too

SocketPtr socket_of(const LinkPtr& link) {
  return {link, &link->socket};
}

}  // namespace

std::uint64_t system_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

Time steady_now() {
  return Time(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

struct Node::Impl final : public Out, public std::enable_shared_from_this<Node::Impl> {
  Impl(asio::io_context& io, const ModeRow& mode_row, NodeHooks node_hooks)
      : io_(io),
        row(&mode_row),
        hooks(std::move(node_hooks)),
        listener(io, [this](tcp::socket socket,
                            const Endpoint& from) { accepted(std::move(socket), from); }),
        arrivals(io, mode_row.arrival,
                 [this](Arrival what, tcp::socket socket, Endpoint from, Buffer first) {
                   arrived(what, std::move(socket), from, std::move(first));
                 }),
        datagrams(io,
                  [this](const Endpoint& from, Bytes bytes) {
                    call([&](Mode& m, Cx& cx) { m.datagram(from, bytes, cx); });
                  }),
        alarm(io),
        later(io) {}

  // --- Out: only records -------------------------------------------------------------------

  LinkId dial(const Endpoint& to) override {
    const LinkId id{++last_link};
    auto link = std::make_shared<Link>(id, to, tcp::socket(io_));
    link->state = LinkState::dialling;
    links.emplace(id, link);
    const bool allowed = is_routable(to.address) && to.port != 0 && is_welcome(to.address);
    if (!allowed) {
      asio::post(io_, [self = shared_from_this(), link] { self->down(link, Reason::refused); });
      return id;
    }
    auto timer = std::make_shared<asio::steady_timer>(io_, kDialTimeout);
    timer->async_wait([link](ErrorCode error) {
      ErrorCode ignored;
      if (!error && link->state == LinkState::dialling) link->socket.close(ignored);
    });
    call_from_listener(link->socket, to);
    link->socket.async_connect(to_tcp(to),
                               [self = shared_from_this(), link, timer](ErrorCode error) {
                                 timer->cancel();
                                 if (error)
                                   self->down(link, Reason::refused);
                                 else
                                   self->up(link, false);
                               });
    return id;
  }

  bool is_welcome(std::uint32_t address) const {
    return (config.allow_public || is_private(address)) &&
           !(hooks.is_banned && hooks.is_banned(address));
  }

  // A node that listens on one address only calls from there too: others take the address that a
  // call comes from for the one where it can be called.
  void call_from_listener(tcp::socket& socket, const Endpoint& to) const {
    constexpr std::uint32_t kLoopback = 127;
    const std::uint32_t from = config.listen.address;
    if (from == 0 || (from >> 24U == kLoopback) != (to.address >> 24U == kLoopback)) return;
    ErrorCode error;
    socket.open(tcp::v4(), error);
    if (!error) socket.bind(to_tcp({from, 0}), error);  // without it, it is called all the same
  }

  void send(std::span<const LinkId> to, Bytes message, Urgency urgency) override {
    for (const LinkId id : to) {
      const auto found = links.find(id);
      if (found == links.end() || found->second->state == LinkState::closing) continue;
      const LinkPtr& link = found->second;
      const std::size_t size = link->waiting() + message.size();
      if (urgency == Urgency::bulk && size > kBulkLimit) continue;
      if (size > kPendingLimit && !make_room(link, message.size())) {
        overloaded.push_back(link);
        continue;
      }
      if (shaper) {
        send_shaped(link, message);
        continue;
      }
      link->pending.insert(link->pending.end(), message.begin(), message.end());
      if (size < kFlushAtOnce)
        mark(link);
      else
        flush(link);
    }
  }

  // The system has it when it would be there.
  void send_shaped(const LinkPtr& link, Bytes message) {
    link->in_flight += message.size();
    ++link->sendings;
    later.at(shaper->arrival(link->way, message.size(), steady_now()),
             [this, link, bytes = Buffer(message.begin(), message.end())] {
               link->in_flight -= bytes.size();
               --link->sendings;
               link->pending.insert(link->pending.end(), bytes.begin(), bytes.end());
               flush(link);
             });
  }

  // A peer that reads has taken what it could only after the system had it: hand that over now.
  // False when it still waits.
  bool make_room(const LinkPtr& link, std::size_t more) {
    flush(link);
    return link->waiting() + more <= kPendingLimit;
  }

  void mark(const LinkPtr& link) {
    if (!std::exchange(link->dirty, true)) dirty.push_back(link);
  }

  void send_to(const Endpoint& to, Bytes datagram) override {
    if (!shaper) return datagrams.send(to, datagram);
    if (const auto when = shaper->arrival(steady_now()))
      later.at(*when, [this, to, bytes = Buffer(datagram.begin(), datagram.end())] {
        datagrams.send(to, bytes);
      });
  }

  std::size_t queued(LinkId link) const override {
    const auto found = links.find(link);
    return found == links.end() ? 0 : found->second->waiting();
  }

  void close(LinkId id, Reason why) override {
    const auto found = links.find(id);
    if (found == links.end()) return;
    const LinkPtr link = found->second;
    links.erase(found);
    link->state = LinkState::closing;
    if (link->waiting_write) close_after(socket_of(link), kLinger);
    if (shaper)
      send_shaped(link, {});  // the end comes after what is on its way
    else
      mark(link);
    if (hooks.on_closed) hooks.on_closed(link->remote, why);
  }

  void report(Event event) override { events.push_back(std::move(event)); }

  // --- verbs -------------------------------------------------------------------------------

  template <class Verb>
  void call(Verb verb) {
    if (!mode) return;
    Cx cx{steady_now(), rng, *this};
    verb(*mode, cx);
    if (!settling) settle();
  }

  // After a verb: close, hand events on. An event's handler may command the mode again; that only
  // adds to the lists we are working off. What was sent goes out at the end of this turn of the
  // loop, with what other links' messages add to it.
  void settle() {
    settling = true;
    while (mode && (!events.empty() || !overloaded.empty())) {
      for (const LinkPtr& link : std::exchange(overloaded, {}))
        down(link, Reason::overload);
      if (!events.empty()) {
        Event event = std::move(events.front());
        events.pop_front();
        if (hooks.on_event) hooks.on_event(std::move(event));
      }
    }
    settling = false;
    flush_soon();
    arm();
    if (mode && hooks.on_settled) hooks.on_settled();
  }

  void flush_soon() {
    if (dirty.empty() || std::exchange(flushing, true)) return;
    asio::post(io_, [self = shared_from_this()] {
      self->flushing = false;
      self->flush_all();
    });
  }

  void flush_all() {
    in_turn.swap(dirty);  // two lists that keep their memory
    for (const LinkPtr& link : in_turn) {
      link->dirty = false;
      flush(link);
    }
    in_turn.clear();
  }

  // What waits for the end of the turn, when there is none: as much as the system takes.
  void last_words() {
    ErrorCode ignored;
    for (const LinkPtr& link : dirty)
      if (link->state != LinkState::dialling && !link->waiting_write && link->socket.is_open())
        (void)link->socket.write_some(asio::buffer(link->pending), ignored);
    dirty.clear();
  }

  // The alarm may ring too early, never too late: a deadline that moves away with every message
  // costs nothing until then.
  void arm() {
    if (!mode) return;
    const Time wanted = mode->deadline();
    if (wanted >= armed) return;
    armed = wanted;
    alarm.expires_after(std::max(wanted - steady_now(), Duration(0)));
    alarm.async_wait([self = shared_from_this()](ErrorCode error) {
      if (error || !self->mode) return;
      self->armed = kNever;
      if (self->mode->deadline() > steady_now()) return self->arm();
      self->call([](Mode& m, Cx& cx) { m.wake(cx); });
    });
  }

  void make_mode(const ModeConfig& its_config) {
    config = its_config;
    mode = row->make(config);
    ++life;
  }

  // Ends the mode's time: what it sent is still delivered, what it reported is not.
  void part() {
    for (auto& [id, link] : std::exchange(links, {})) {
      const bool is_up = link->state == LinkState::up;
      link->state = LinkState::closing;
      if (is_up && link->waiting_write) close_after(socket_of(link), kLinger);
      mark(link);
    }
    overloaded.clear();
    events.clear();
    alarm.cancel();
    armed = kNever;
    mode.reset();
  }

  // --- links -------------------------------------------------------------------------------

  // `first` was read before it was known to be a link.
  void up(const LinkPtr& link, bool inbound, Bytes first = {}) {
    if (link->state == LinkState::closing || !mode) return;
    ErrorCode ignored;
    link->state = LinkState::up;
    link->socket.set_option(tcp::no_delay(true), ignored);
    link->socket.non_blocking(true, ignored);
    keep_alive(link->socket.native_handle());
    const Endpoint local = to_endpoint(link->socket.local_endpoint(ignored));
    const LinkInfo info{link->remote, inbound, false, local};
    call([&](Mode& m, Cx& cx) { m.link_up(link->id, info, cx); });
    if (!first.empty() && link->state == LinkState::up)
      call([&](Mode& m, Cx& cx) { m.receive(link->id, first, cx); });
    watch(link);
  }

  void down(const LinkPtr& link, Reason why) {
    ErrorCode ignored;
    link->socket.close(ignored);
    const bool known = links.erase(link->id) > 0;
    link->state = LinkState::closing;
    if (known) call([&](Mode& m, Cx& cx) { m.link_down(link->id, why, cx); });
  }

  void watch(const LinkPtr& link) {
    if (link->state != LinkState::up) return;
    link->socket.async_wait(tcp::socket::wait_read,
                            [self = shared_from_this(), link](ErrorCode error) {
                              if (link->state != LinkState::up) return;
                              if (error) return self->down(link, Reason::closed);
                              self->read(link);
                            });
  }

  // One buffer full, then the others get their turn: a flood of shares costs them 64 KiB of it.
  void read(const LinkPtr& link) {
    ErrorCode error;
    const std::size_t got = link->socket.read_some(asio::buffer(read_buffer), error);
    if (error && error != asio::error::would_block) return down(link, Reason::closed);
    if (!error) {
      const Time now = steady_now();
      link->flows.down.add(got, now);
      flows.down.add(got, now);
      call([&](Mode& m, Cx& cx) { m.receive(link->id, Bytes(read_buffer).first(got), cx); });
    }
    watch(link);
  }

  void flush(const LinkPtr& link) {
    if (link->state == LinkState::dialling || link->waiting_write || !link->socket.is_open())
      return;
    ErrorCode error;
    const std::size_t before = link->written;
    while (link->written < link->pending.size()) {
      const std::size_t sent = link->socket.write_some(
          asio::buffer(link->pending.data() + link->written, link->pending.size() - link->written),
          error);
      if (error) break;
      link->written += sent;
    }
    if (const std::size_t sent = link->written - before; sent > 0) {
      const Time now = steady_now();
      link->flows.up.add(sent, now);
      flows.up.add(sent, now);
    }
    if (error && error != asio::error::would_block) {
      asio::post(io_, [self = shared_from_this(), link] { self->down(link, Reason::closed); });
      return;
    }
    if (link->written == link->pending.size()) {
      Buffer().swap(link->pending);  // an idle link holds no memory
      link->written = 0;
      if (link->state == LinkState::closing && link->sendings == 0) close_gently(socket_of(link));
      return;
    }
    wait_to_write(link);
  }

  void wait_to_write(const LinkPtr& link) {
    link->waiting_write = true;
    link->pending.erase(link->pending.begin(),
                        link->pending.begin() + static_cast<std::ptrdiff_t>(link->written));
    link->written = 0;
    if (link->state == LinkState::closing) close_after(socket_of(link), kLinger);
    link->socket.async_wait(tcp::socket::wait_write,
                            [self = shared_from_this(), link](ErrorCode error) {
                              link->waiting_write = false;
                              if (error) return self->down(link, Reason::closed);
                              self->flush(link);
                            });
  }

  // --- listening ---------------------------------------------------------------------------

  // For connections, and for datagrams at the same port.
  Result<Endpoint> open(const Endpoint& at) {
    Result<Endpoint> listening = listener.open(at);
    if (!listening || !row->datagrams) return listening;
    if (const auto opened = datagrams.open(*listening); !opened) {
      listener.close();
      return tl::unexpected(opened.error());
    }
    return listening;
  }

  void accepted(tcp::socket socket, const Endpoint& from) {
    if (!is_welcome(from.address) || links.size() >= kMaxLinks || !mode) return;  // closes itself
    arrivals.take(std::move(socket), from);
  }

  void arrived(Arrival what, tcp::socket socket, const Endpoint& from, Buffer first) {
    calls.last = steady_now();
    calls.for_a_file = what == Arrival::transfer;
    if (what == Arrival::link) return link_arrived(std::move(socket), from, first);
    ErrorCode error;
    socket.set_option(tcp::no_delay(true), error);
    if (!row->greeting.empty()) socket.write_some(asio::buffer(row->greeting), error);
    if (!error && hooks.on_transfer) hooks.on_transfer(std::move(socket), from, std::move(first));
  }

  void link_arrived(tcp::socket socket, const Endpoint& from, Bytes first) {
    if (links.size() >= kMaxLinks || !mode) return;
    const LinkId id{++last_link};
    auto link = std::make_shared<Link>(id, from, std::move(socket));
    links.emplace(id, link);
    up(link, true, first);
  }

  asio::io_context& io_;
  const ModeRow* row;
  NodeHooks hooks;
  ModeConfig config;
  std::unique_ptr<Mode> mode;
  Trail former;            // of the roles that it had before
  std::uint64_t life = 0;  // modes made so far
  Rng rng{system_seed()};
  Listener listener;
  Arrivals arrivals;
  Datagrams datagrams;
  asio::steady_timer alarm;
  std::optional<Shaper> shaper;  // of nodes of the laboratory
  Later later;                   // what it holds
  Time armed = kNever;
  std::unordered_map<LinkId, LinkPtr> links;
  Flows flows;  // of all, those that are gone too
  Calls calls;
  std::uint64_t last_link = 0;
  std::vector<LinkPtr> dirty;    // to flush at the end of the turn
  std::vector<LinkPtr> in_turn;  // being flushed
  bool flushing = false;         // the end of the turn is posted
  std::vector<LinkPtr> overloaded;
  std::deque<Event> events;
  bool settling = false;
  std::array<std::byte, kReadBuffer> read_buffer{};
};

Node::Node(asio::io_context& io, const ModeRow& row, NodeHooks hooks)
    : impl_(std::make_shared<Impl>(io, row, std::move(hooks))) {}

Node::~Node() {
  stop();
}

void Node::set_hooks(NodeHooks hooks) {
  impl_->hooks = std::move(hooks);
}

Result<Endpoint> Node::listen(const Endpoint& at) {
  for (int tries = 1;; ++tries) {
    auto listening = impl_->open(at);
    if (listening || at.port != 0 || tries == kPortTries) return listening;
  }
}

void Node::shape(const LinkShape& shape) {
  impl_->shaper.emplace(shape);
}

void Node::start(const ModeConfig& config) {
  impl_->calls = {steady_now()};
  impl_->make_mode(config);
  impl_->listener.start();
  impl_->datagrams.start(config.allow_public);
  impl_->call([](Mode& m, Cx& cx) { m.wake(cx); });
}

void Node::become(const ModeRow& row, const ModeConfig& config) {
  if (!impl_->mode) return;
  impl_->former.add_all(impl_->mode->trail());
  impl_->part();
  impl_->row = &row;
  impl_->arrivals.set_rule(row.arrival);
  impl_->make_mode(config);
  impl_->call([](Mode& m, Cx& cx) { m.wake(cx); });
}

std::uint64_t Node::life() const {
  return impl_->life;
}

void Node::stop() {
  ErrorCode ignored;
  impl_->listener.close();
  impl_->arrivals.close();
  impl_->datagrams.close();
  impl_->last_words();
  impl_->alarm.cancel();
  impl_->later.forget();
  for (auto& [id, link] : std::exchange(impl_->links, {})) {
    link->state = LinkState::closing;
    link->socket.close(ignored);
  }
  impl_->mode.reset();
}

void Node::command(const Command& command) {
  impl_->call([&](Mode& m, Cx& cx) { m.command(command, cx); });
}

std::size_t Node::drop(const std::function<bool(const Endpoint& peer)>& which) {
  std::vector<LinkPtr> dropped;
  for (const auto& [id, link] : impl_->links)
    if (which(link->remote)) dropped.push_back(link);
  for (const LinkPtr& link : dropped)
    impl_->down(link, Reason::closed);
  return dropped.size();
}

Report Node::report(std::size_t max_peers) const {
  Report report;
  report.max_peers = max_peers;
  report.now = steady_now();
  if (impl_->mode) impl_->mode->describe(report);
  if (const std::uint64_t dropped = impl_->datagrams.dropped(); dropped > 0)
    report.counters.emplace_back("datagrams dropped", dropped);
  return report;
}

std::vector<HostRow> Node::hosts() const {
  if (!impl_->mode) return {};
  std::vector<HostRow> rows = impl_->mode->hosts(steady_now());
  const auto rank = [](const HostRow& row) {
    return std::tuple(row.state == "up", row.good, row.heard);
  };
  std::ranges::sort(rows, [&](const HostRow& a, const HostRow& b) { return rank(a) > rank(b); });
  return rows;
}

std::vector<TrailStep> Node::trail() const {
  Trail all = impl_->former;
  if (impl_->mode) all.add_all(impl_->mode->trail());
  return all.steps();
}

Node::Rates Node::rates() const {
  const Time now = steady_now();
  return {impl_->flows.down.rate(now), impl_->flows.up.rate(now)};
}

Node::Rates Node::rates(LinkId link) const {
  const auto found = impl_->links.find(link);
  if (found == impl_->links.end()) return {};
  const Flows& flows = found->second->flows;
  const Time now = steady_now();
  return {flows.down.rate(now), flows.up.rate(now)};
}

const Node::Calls& Node::calls() const {
  return impl_->calls;
}

const ModeRow& Node::row() const {
  return *impl_->row;
}

Endpoint Node::listening() const {
  return impl_->listener.endpoint();
}

}  // namespace p2p::net
