#include "servent/net/node.h"

#include <array>
#include <deque>
#include <random>
#include <unordered_map>
#include <vector>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "servent/net/arrivals.h"

namespace p2p::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

namespace {

// What may wait for one peer that does not read. A whole browse answer (500 files of 200 bytes)
// fits several times; over it bulk is dropped and anything else ends the link.
constexpr std::size_t kPendingLimit = std::size_t{1} << 20U;
constexpr std::size_t kBulkLimit = kPendingLimit / 4;
constexpr std::size_t kReadBuffer = std::size_t{64} * 1024;
// The system holds more, but every link costs a descriptor; the operator's ulimit rules below it.
constexpr std::size_t kMaxLinks = 60'000;
constexpr auto kDialTimeout = std::chrono::seconds(15);
constexpr auto kLinger = std::chrono::seconds(5);  // to deliver what was sent before a close
constexpr auto kDrain = std::chrono::seconds(1);   // for the peer to close after us
// TCP finds out who is not there any more: a peer whose machine died without a word (after 2
// minutes of silence it is asked every 30 s), and one that takes nothing of what we sent for 2
// minutes, and would hold its queue for ever.
constexpr int kKeepIdle = 120;
constexpr int kKeepEvery = 30;
constexpr int kTakesNothing = 120'000;                  // ms
constexpr auto kAcceptPause = std::chrono::seconds(1);  // out of descriptors: wait for some

void keep_alive(int socket) {
  const auto set = [socket](int level, int option, int value) {
    (void)::setsockopt(socket, level, option, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, kKeepIdle);
  set(IPPROTO_TCP, TCP_KEEPINTVL, kKeepEvery);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, kTakesNothing);
}

Endpoint to_endpoint(const tcp::endpoint& from) {
  if (!from.address().is_v4()) return {};
  return {from.address().to_v4().to_uint(), from.port()};
}

tcp::endpoint to_asio(const Endpoint& to) {
  return {asio::ip::address_v4(to.address), to.port};
}

std::uint64_t system_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

enum class LinkState : std::uint8_t { dialling, up, closing };

struct Link {
  Link(LinkId link_id, tcp::socket link_socket) : id(link_id), socket(std::move(link_socket)) {}
  LinkId id;
  tcp::socket socket;
  Buffer pending;  // not yet taken by the system, from `written` on
  std::size_t written = 0;
  LinkState state = LinkState::up;
  bool dirty = false;          // in the list of links to flush after this verb
  bool waiting_write = false;  // the system's buffer is full; we are told when it is not
};
using LinkPtr = std::shared_ptr<Link>;

}  // namespace

Time steady_now() {
  return Time(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

struct Node::Impl final : public Out, public std::enable_shared_from_this<Node::Impl> {
  Impl(asio::io_context& io, const ModeRow& mode_row, NodeHooks node_hooks)
      : io_(io),
        row(mode_row),
        hooks(std::move(node_hooks)),
        acceptor(io),
        arrivals(io, mode_row.arrival,
                 [this](Arrival what, tcp::socket socket, Endpoint from, Buffer first) {
                   arrived(what, std::move(socket), from, std::move(first));
                 }),
        alarm(io),
        pause(io) {}

  // --- Out: only records -------------------------------------------------------------------

  LinkId dial(const Endpoint& to) override {
    const LinkId id{++last_link};
    auto link = std::make_shared<Link>(id, tcp::socket(io_));
    link->state = LinkState::dialling;
    links.emplace(id, link);
    const bool allowed =
        is_routable(to.address) && to.port != 0 && (config.allow_public || is_private(to.address));
    if (!allowed) {
      asio::post(io_, [self = shared_from_this(), link] { self->down(link, Reason::refused); });
      return id;
    }
    auto timer = std::make_shared<asio::steady_timer>(io_, kDialTimeout);
    timer->async_wait([link](ErrorCode error) {
      ErrorCode ignored;
      if (!error && link->state == LinkState::dialling) link->socket.close(ignored);
    });
    link->socket.async_connect(to_asio(to),
                               [self = shared_from_this(), link, timer, to](ErrorCode error) {
                                 timer->cancel();
                                 if (error)
                                   self->down(link, Reason::refused);
                                 else
                                   self->up(link, LinkInfo{to, false, false});
                               });
    return id;
  }

  void send(std::span<const LinkId> to, Bytes message, Urgency urgency) override {
    for (const LinkId id : to) {
      const auto found = links.find(id);
      if (found == links.end() || found->second->state == LinkState::closing) continue;
      Link& link = *found->second;
      const std::size_t waiting = link.pending.size() - link.written;
      if (urgency == Urgency::bulk && waiting + message.size() > kBulkLimit) continue;
      if (waiting + message.size() > kPendingLimit && !make_room(found->second, message.size())) {
        overloaded.push_back(found->second);
        continue;
      }
      link.pending.insert(link.pending.end(), message.begin(), message.end());
      if (!link.dirty) {
        link.dirty = true;
        dirty.push_back(found->second);
      }
    }
  }

  // Much was sent in one verb. A peer that reads has taken what it could only after the system had
  // it: hand that over now. False when it still waits.
  bool make_room(const LinkPtr& link, std::size_t more) {
    flush(link);
    return link->pending.size() - link->written + more <= kPendingLimit;
  }

  void send_to(const Endpoint& /*to*/, Bytes /*datagram*/) override {}  // no mode uses UDP yet

  void close(LinkId id, Reason /*why*/) override {
    const auto found = links.find(id);
    if (found == links.end()) return;
    const LinkPtr link = found->second;
    links.erase(found);
    link->state = LinkState::closing;
    if (link->waiting_write) linger(link);
    dirty.push_back(link);
  }

  // A peer that does not read must not hold a closing link for ever.
  void linger(const LinkPtr& link) {
    auto timer = std::make_shared<asio::steady_timer>(io_, kLinger);
    timer->async_wait([link, timer](ErrorCode) {
      ErrorCode ignored;
      link->socket.close(ignored);
    });
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

  // After a verb: flush, close, hand events on. An event's handler may command the mode again;
  // that only adds to the lists we are working off.
  void settle() {
    settling = true;
    while (mode && (!events.empty() || !dirty.empty() || !overloaded.empty())) {
      for (const LinkPtr& link : std::exchange(dirty, {})) {
        link->dirty = false;
        flush(link);
      }
      for (const LinkPtr& link : std::exchange(overloaded, {}))
        down(link, Reason::overload);
      if (!events.empty()) {
        Event event = std::move(events.front());
        events.pop_front();
        if (hooks.on_event) hooks.on_event(std::move(event));
      }
    }
    settling = false;
    arm();
    if (mode && hooks.on_settled) hooks.on_settled();
  }

  void arm() {
    if (!mode) return;
    const Time wanted = mode->deadline();
    if (wanted == armed) return;
    armed = wanted;
    alarm.cancel();
    if (wanted == kNever) return;
    alarm.expires_after(std::max(wanted - steady_now(), Duration(0)));
    alarm.async_wait([self = shared_from_this()](ErrorCode error) {
      if (error || !self->mode) return;
      self->armed = kNever;
      self->call([](Mode& m, Cx& cx) { m.wake(cx); });
    });
  }

  // --- links -------------------------------------------------------------------------------

  // `first` was read before it was known to be a link.
  void up(const LinkPtr& link, const LinkInfo& info, Bytes first = {}) {
    if (link->state == LinkState::closing || !mode) return;
    ErrorCode ignored;
    link->state = LinkState::up;
    link->socket.set_option(tcp::no_delay(true), ignored);
    link->socket.non_blocking(true, ignored);
    keep_alive(link->socket.native_handle());
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
    if (!error)
      call([&](Mode& m, Cx& cx) { m.receive(link->id, Bytes(read_buffer).first(got), cx); });
    watch(link);
  }

  void flush(const LinkPtr& link) {
    if (link->state == LinkState::dialling || link->waiting_write || !link->socket.is_open())
      return;
    ErrorCode error;
    while (link->written < link->pending.size()) {
      const std::size_t sent = link->socket.write_some(
          asio::buffer(link->pending.data() + link->written, link->pending.size() - link->written),
          error);
      if (error) break;
      link->written += sent;
    }
    if (error && error != asio::error::would_block) {
      asio::post(io_, [self = shared_from_this(), link] { self->down(link, Reason::closed); });
      return;
    }
    if (link->written == link->pending.size()) {
      Buffer().swap(link->pending);  // an idle link holds no memory
      link->written = 0;
      if (link->state == LinkState::closing) finish(link);
      return;
    }
    wait_to_write(link);
  }

  void wait_to_write(const LinkPtr& link) {
    link->waiting_write = true;
    link->pending.erase(link->pending.begin(),
                        link->pending.begin() + static_cast<std::ptrdiff_t>(link->written));
    link->written = 0;
    if (link->state == LinkState::closing) linger(link);
    link->socket.async_wait(tcp::socket::wait_write,
                            [self = shared_from_this(), link](ErrorCode error) {
                              link->waiting_write = false;
                              if (error) return self->down(link, Reason::closed);
                              self->flush(link);
                            });
  }

  // Everything is with the system: end our side. What the peer still sends is read away for a
  // moment, because closing over unread bytes would reset the connection and lose our last words.
  void finish(const LinkPtr& link) {
    ErrorCode error;
    link->socket.shutdown(tcp::socket::shutdown_send, error);
    if (error) {
      link->socket.close(error);
      return;
    }
    auto timer = std::make_shared<asio::steady_timer>(io_, kDrain);
    timer->async_wait([link, timer](ErrorCode) {
      ErrorCode ignored;
      link->socket.close(ignored);
    });
    drain(link, timer);
  }

  void drain(const LinkPtr& link, const std::shared_ptr<asio::steady_timer>& timer) {
    link->socket.async_wait(
        tcp::socket::wait_read, [self = shared_from_this(), link, timer](ErrorCode error) {
          if (!error) (void)link->socket.read_some(asio::buffer(self->read_buffer), error);
          if (error && error != asio::error::would_block)
            timer->cancel();  // the peer closed too: no descriptor is held for its sake
          else
            self->drain(link, timer);
        });
  }

  // --- listening ---------------------------------------------------------------------------

  void accept() {
    acceptor.async_accept([self = shared_from_this()](ErrorCode error, tcp::socket socket) {
      if (!self->acceptor.is_open() || error == asio::error::operation_aborted) return;
      if (error) {  // mostly EMFILE: give the system a moment
        self->pause.expires_after(kAcceptPause);
        self->pause.async_wait([self](ErrorCode e) {
          if (!e && self->acceptor.is_open()) self->accept();
        });
        return;
      }
      self->accepted(std::move(socket));
      self->accept();
    });
  }

  void accepted(tcp::socket socket) {
    ErrorCode error;
    const Endpoint from = to_endpoint(socket.remote_endpoint(error));
    const bool allowed = !error && (config.allow_public || is_private(from.address));
    if (!allowed || links.size() >= kMaxLinks || !mode) return;  // the socket closes itself
    arrivals.take(std::move(socket), from);
  }

  void arrived(Arrival what, tcp::socket socket, const Endpoint& from, Buffer first) {
    if (what == Arrival::link) return link_arrived(std::move(socket), from, first);
    ErrorCode error;
    socket.set_option(tcp::no_delay(true), error);
    if (!row.greeting.empty()) socket.write_some(asio::buffer(row.greeting), error);
    if (!error && hooks.on_transfer) hooks.on_transfer(std::move(socket), from, std::move(first));
  }

  void link_arrived(tcp::socket socket, const Endpoint& from, Bytes first) {
    if (links.size() >= kMaxLinks || !mode) return;
    const LinkId id{++last_link};
    auto link = std::make_shared<Link>(id, std::move(socket));
    links.emplace(id, link);
    up(link, LinkInfo{from, true, false}, first);
  }

  asio::io_context& io_;
  const ModeRow& row;
  NodeHooks hooks;
  ModeConfig config;
  std::unique_ptr<Mode> mode;
  Rng rng{system_seed()};
  tcp::acceptor acceptor;
  Arrivals arrivals;
  asio::steady_timer alarm;
  asio::steady_timer pause;
  Time armed = kNever;
  std::unordered_map<LinkId, LinkPtr> links;
  std::uint64_t last_link = 0;
  std::vector<LinkPtr> dirty;
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
  ErrorCode error;
  tcp::acceptor& acceptor = impl_->acceptor;
  acceptor.open(tcp::v4(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(to_asio(at), error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    ErrorCode ignored;
    acceptor.close(ignored);
    return fail(Errc::io, "cannot listen on " + to_text(at) + ": " + error.message());
  }
  return to_endpoint(acceptor.local_endpoint());
}

void Node::start(const ModeConfig& config) {
  impl_->config = config;
  impl_->mode = impl_->row.make(config);
  if (impl_->acceptor.is_open()) impl_->accept();
  impl_->call([](Mode& m, Cx& cx) { m.wake(cx); });
}

void Node::stop() {
  ErrorCode ignored;
  impl_->acceptor.close(ignored);
  impl_->arrivals.close();
  impl_->alarm.cancel();
  impl_->pause.cancel();
  for (auto& [id, link] : std::exchange(impl_->links, {})) {
    link->state = LinkState::closing;
    link->socket.close(ignored);
  }
  impl_->mode.reset();
}

void Node::command(const Command& command) {
  impl_->call([&](Mode& m, Cx& cx) { m.command(command, cx); });
}

Report Node::report(std::size_t max_peers) const {
  Report report;
  report.max_peers = max_peers;
  if (impl_->mode) impl_->mode->describe(report);
  return report;
}

const ModeRow& Node::row() const {
  return impl_->row;
}

Endpoint Node::listening() const {
  ErrorCode error;
  const auto at = impl_->acceptor.local_endpoint(error);
  return error ? Endpoint{} : to_endpoint(at);
}

}  // namespace p2p::net
