#include "servent/lab/world.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "protocols/base/soon.h"

namespace p2p::lab {

namespace {

constexpr std::uint32_t kFirstAddress = 0x0a000001;  // 10.0.0.1
constexpr std::uint16_t kPort = 6346;
constexpr std::uint16_t kCallerPort = 40'000;  // of who dialled: nobody listens there
constexpr Time kStart{1'000'000ms};            // an early time is none of a Mode's special values

using LinkState = LinkEnds::State;

LinkId id_of(LinkEnds::Place place) {
  return LinkId{std::uint64_t{place} + 1};
}

}  // namespace

// What a Mode does while it is called.
class World::Hand final : public Out {
 public:
  Hand(World& world, NodeNumber node) : world_(world), node_(node) {}

  using Out::send;
  LinkId dial(const Endpoint& to) override {
    const LinkPlace place = world_.new_link(node_);
    world_.links_[place].peer = number(to);
    world_.wheel_.push(world_.now() + world_.latency_.draw(world_.rng_),
                       {Kind::dialled, 0, place, 0});
    return id_of(place);
  }
  void send(std::span<const LinkId> to, Bytes message, Urgency) override {
    bool is_kept = false;
    MessagePool::Id kept = 0;
    for (const LinkId id : to) {
      LinkEnds::End* const mine = open_link(id);
      if (mine == nullptr) continue;
      if (!std::exchange(is_kept, true)) kept = world_.messages_.put(message);
      world_.messages_.add_copy(kept);
      const Mark mark = world_.guest_.sent(node_, mine->peer, message, place_of(id));
      world_.wheel_.push(world_.arrival(*mine), {Kind::bytes, mark, mine->other, kept});
    }
  }
  void send_to(const Endpoint& to, Bytes datagram) override {
    const NodeNumber other = number(to);
    if (other >= world_.size()) return;
    Buffer whole(sizeof(node_) + datagram.size());
    std::memcpy(whole.data(), &node_, sizeof(node_));
    std::ranges::copy(datagram, whole.begin() + sizeof(node_));
    const MessagePool::Id kept = world_.messages_.put(whole);
    world_.messages_.add_copy(kept);
    const Mark mark = world_.guest_.sent(node_, other, datagram, kDatagram);
    world_.wheel_.push(world_.now() + world_.latency_.draw(world_.rng_),
                       {Kind::datagram, mark, other, kept});
  }
  void close(LinkId id, Reason) override {
    const LinkPlace place = place_of(id);
    if (!world_.links_.has(place) || world_.links_.node(place) != node_) return;
    const LinkState state = world_.links_.state(place);
    if (state == LinkState::up) world_.end_at_other(place);
    if (LinkEnds::is_open(state)) world_.forget(place);
  }
  void report(Event event) override { world_.reported_.push_back(std::move(event)); }

 private:
  static LinkPlace place_of(LinkId id) {
    return static_cast<LinkPlace>(static_cast<std::uint64_t>(id) - 1);
  }
  LinkEnds::End* open_link(LinkId id) const {
    const LinkPlace place = place_of(id);
    if (!world_.links_.has(place) || world_.links_.node(place) != node_) return nullptr;
    return world_.links_.state(place) == LinkState::up ? &world_.links_[place] : nullptr;
  }

  World& world_;
  NodeNumber node_;
};

World::World(std::uint64_t seed, Latency latency, Guest& guest)
    : guest_(guest),
      latency_(latency),
      rng_(seed),
      seed_(seed) {}

World::~World() = default;

Endpoint World::address(NodeNumber node) {
  return {kFirstAddress + node, kPort};
}

NodeNumber World::number(const Endpoint& endpoint) {
  return endpoint.address - kFirstAddress;
}

Time World::time() const {
  return kStart + Duration(now());
}

// ---- nodes ----------------------------------------------------------------------------------

void World::reserve(std::size_t nodes) {
  nodes_.reserve(nodes);
}

void World::keep_awake(std::size_t most) {
  if (most == 0) return;
  dormitory_ = std::make_unique<Dormitory>(nodes_.capacity());
  most_awake_ = most;
}

NodeNumber World::add(std::unique_ptr<Mode> mode, bool listens) {
  Node node;
  node.mode = std::move(mode);
  node.listens = listens;
  nodes_.push_back(std::move(node));
  const auto number = static_cast<NodeNumber>(nodes_.size() - 1);
  rouse(number);
  return number;
}

template <class Verb>
void World::call(NodeNumber node, Verb verb) {
  rouse(node);
  Node& of = nodes_[node];
  if (!of.mode) return;
  Rng rng(seed_ ^ (std::uint64_t{node} << 32U) ^ ++of.calls);
  Hand hand(*this, node);
  Cx cx{time(), rng, hand};
  verb(*of.mode, cx);
  arm(node);
  if (reported_.empty()) return;
  std::vector<Event> events = std::exchange(reported_, {});
  for (Event& event : events)
    guest_.told(node, event);
}

void World::start(NodeNumber node) {
  call(node, [](Mode& mode, Cx& cx) { mode.wake(cx); });
}

void World::command(NodeNumber node, const Command& command) {
  call(node, [&](Mode& mode, Cx& cx) { mode.command(command, cx); });
}

void World::arm(NodeNumber node) {
  Node& of = nodes_[node];
  const Time deadline = of.mode->deadline();
  if (deadline == kNever) return;
  const Ms at = deadline <= time() ? now() : static_cast<Ms>((deadline - kStart).count());
  if (at >= of.alarm) return;
  of.alarm = at;
  wheel_.push(at, {Kind::wake, 0, node, 0});
}

void World::kill(NodeNumber node, bool silent) {
  nodes_[node].mode.reset();
  if (dormitory_) dormitory_->leave(node);
  nodes_[node].alarm = kNoAlarm;
  close_all(node, silent);
}

void World::replace(NodeNumber node, std::unique_ptr<Mode> mode) {
  kill(node);
  nodes_[node].mode = std::move(mode);
}

void World::close_all(NodeNumber node, bool silent) {
  links_.each(nodes_[node].links, [&](LinkPlace place) {
    if (links_.state(place) == LinkState::up && !silent) end_at_other(place);
    forget(place, silent ? LinkState::lost : LinkState::closed);
  });
}

const Mode& World::mode(NodeNumber node) {
  rouse(node);
  return *nodes_[node].mode;
}

// Who is needed gets up, in the place of who did so longest ago.
void World::rouse(NodeNumber node) {
  Node& of = nodes_[node];
  if (!dormitory_ || of.is_awake != 0) return;
  of.is_awake = 1;
  if (awake_.size() < most_awake_) {
    awake_.push_back(node);
  } else {
    lay_down(std::exchange(awake_[longest_awake_], node));
    longest_awake_ = (longest_awake_ + 1) % awake_.size();
  }
  if (!of.mode) of.mode = dormitory_->wake(node);
}

void World::lay_down(NodeNumber node) {
  Node& of = nodes_[node];
  of.is_awake = 0;
  if (of.mode && dormitory_->lay(node, *of.mode)) of.mode.reset();
}

// ---- links ----------------------------------------------------------------------------------

void World::end_at_other(LinkPlace place) {
  LinkEnds::End& mine = links_[place];
  wheel_.push(arrival(mine), {Kind::ended, 0, mine.other, 0});
}

World::Ms World::arrival(LinkEnds::End& from) {
  const Ms drawn = now() + latency_.draw(rng_);
  // Serial arithmetic: bytes never overtake those sent before them.
  const auto ahead = static_cast<std::int32_t>(from.arrival_ms - static_cast<std::uint32_t>(drawn));
  const Ms when = ahead > 0 ? drawn + static_cast<Ms>(ahead) : drawn;
  from.arrival_ms = static_cast<std::uint32_t>(when);
  return when;
}

std::size_t World::links_of(NodeNumber node) const {
  std::size_t count = 0;
  links_.each(nodes_[node].links, [&](LinkPlace place) {
    if (links_.state(place) == LinkState::up) ++count;
  });
  return count;
}

void World::link(NodeNumber a, NodeNumber b, std::string_view role_of_a,
                 std::string_view role_of_b) {
  const LinkPlace here = new_link(a);
  const LinkPlace there = new_link(b);
  links_.join(here, there, static_cast<std::uint32_t>(now()));
  call(b, [&](Mode& mode, Cx& cx) {
    mode.link_up(id_of(there), {address(a), true, true, address(b), role_of_a}, cx);
  });
  call(a, [&](Mode& mode, Cx& cx) {
    mode.link_up(id_of(here), {address(b), false, true, address(a), role_of_b}, cx);
  });
}

void World::dialled(LinkPlace place) {
  if (!LinkEnds::is_open(links_.state(place))) return;
  const NodeNumber caller = links_.node(place);
  const NodeNumber called = links_[place].peer;
  const bool is_there = called < nodes_.size() && is_up(called) && nodes_[called].listens != 0;
  if (!is_there) {
    forget(place);
    call(caller, [&](Mode& mode, Cx& cx) { mode.link_down(id_of(place), Reason::refused, cx); });
    return;
  }
  const LinkPlace there = new_link(called);
  links_.join(place, there, static_cast<std::uint32_t>(now()));
  const Endpoint from{address(caller).address, kCallerPort};
  call(called, [&](Mode& mode, Cx& cx) {
    mode.link_up(id_of(there), {from, true, dials_greeted_, address(called)}, cx);
  });
  if (links_.state(place) != LinkState::up) return;
  call(caller, [&](Mode& mode, Cx& cx) {
    mode.link_up(id_of(place), {address(called), false, dials_greeted_, from}, cx);
  });
}

void World::ended(LinkPlace place) {
  if (!LinkEnds::is_open(links_.state(place))) return;
  const NodeNumber node = links_.node(place);
  forget(place);
  call(node, [&](Mode& mode, Cx& cx) { mode.link_down(id_of(place), Reason::closed, cx); });
}

// ---- time -----------------------------------------------------------------------------------

void World::at(Ms when, std::function<void()> act) {
  std::uint32_t place = 0;
  if (spare_acts_.empty()) {
    place = static_cast<std::uint32_t>(acts_.size());
    acts_.emplace_back();
  } else {
    place = spare_acts_.back();
    spare_acts_.pop_back();
  }
  acts_[place] = std::move(act);
  wheel_.push(when, {Kind::act, 0, place, 0});
}

bool World::run(Ms end, std::uint64_t most) {
  for (std::uint64_t left = most; left > 0; --left) {
    const auto due = wheel_.pop(end);
    if (!due) return true;
    ++events_;
    if (events_ % kAtOnce == 0) look_ahead();
    mark_ = due->event.mark;
    happen(due->event);
    mark_ = 0;
  }
  return false;
}

// Waiting for memory is most of what a node costs, and the wheel knows which nodes are next. What
// leads to one is fetched in steps: the link; its node and the message; the mode; what that needs;
// who sent it. A few at a time: the processor waits for the first touch of a page, but for several
// at once.
void World::look_ahead() {
  constexpr std::size_t kSteps = 5;
  static_assert(kSteps * kAtOnce <= decltype(wheel_)::kAhead);
  constexpr std::size_t kModeBytes = 704;  // where what each message needs lies
  const auto each = [&](std::size_t step, auto act) {
    for (std::size_t place = step * kAtOnce; place < (step + 1) * kAtOnce; ++place)
      if (const Happening* const what = wheel_.ahead(place)) act(*what);
  };
  const auto node_of = [&](const Happening& what) -> const Node* {
    if (what.kind == Kind::bytes) return &nodes_[links_.node(what.place)];
    return what.kind == Kind::wake ? &nodes_[what.place] : nullptr;
  };
  each(4, [&](const Happening& what) {
    if (what.kind == Kind::bytes) links_.expect(what.place);
  });
  each(3, [&](const Happening& what) {
    if (what.kind == Kind::bytes) messages_.expect(what.message);
    if (const Node* const node = node_of(what)) needed_soon(node);
    if (dormitory_ && what.kind == Kind::bytes) dormitory_->expect_place(links_.node(what.place));
  });
  each(2, [&](const Happening& what) {
    const Node* const node = node_of(what);
    if (node == nullptr) return;
    if (node->mode)
      needed_soon(node->mode.get(), kModeBytes);
    else if (dormitory_)
      dormitory_->expect(static_cast<NodeNumber>(node - nodes_.data()));
    links_.expect_all(node->links);
  });
  each(1, [&](const Happening& what) {
    if (what.kind != Kind::bytes) return;
    if (const Mode* const mode = nodes_[links_.node(what.place)].mode.get())
      mode->expect(messages_.bytes(what.message));
  });
  each(0, [&](const Happening& what) {
    if (what.kind != Kind::bytes) return;
    if (const Mode* const mode = nodes_[links_.node(what.place)].mode.get())
      mode->expect(id_of(what.place));
  });
}

void World::happen(const Happening& what) {
  switch (what.kind) {
    case Kind::bytes: deliver(what.place, what.message); return;
    case Kind::datagram: deliver_datagram(what.place, what.message); return;
    case Kind::wake: woken(what.place); return;
    case Kind::dialled: dialled(what.place); return;
    case Kind::ended: ended(what.place); return;
    case Kind::act: {
      const std::function<void()> act = std::exchange(acts_[what.place], {});
      spare_acts_.push_back(what.place);
      act();
      return;
    }
  }
}

void World::woken(NodeNumber node) {
  Node& of = nodes_[node];
  if (of.alarm != now()) return;  // it was set anew since
  of.alarm = kNoAlarm;
  rouse(node);
  if (!of.mode) return;
  if (of.mode->deadline() <= time())
    call(node, [](Mode& mode, Cx& cx) { mode.wake(cx); });
  else
    arm(node);
}

void World::deliver(LinkPlace to, MessagePool::Id message) {
  const NodeNumber node = links_.node(to);
  const LinkState state = links_.state(to);
  if (state == LinkState::up) {
    const Bytes bytes = messages_.bytes(message);
    ++deliveries_;
    guest_.arrives(links_[to].peer, node, bytes);
    call(node, [&](Mode& mode, Cx& cx) { mode.receive(id_of(to), bytes, cx); });
  } else if (state == LinkState::lost && is_up(node)) {
    links_.bury(to);
    end_at_other(to);
  }
  messages_.drop(message);
}

void World::deliver_datagram(NodeNumber to, MessagePool::Id message) {
  const Bytes whole = messages_.bytes(message);
  NodeNumber from = 0;
  std::memcpy(&from, whole.data(), sizeof(from));
  const Bytes bytes = whole.subspan(sizeof(from));
  if (is_up(to) && nodes_[to].listens != 0) {
    ++deliveries_;
    guest_.arrives(from, to, bytes);
    call(to, [&](Mode& mode, Cx& cx) { mode.datagram(address(from), bytes, cx); });
  }
  messages_.drop(message);
}

}  // namespace p2p::lab
