// The world of the laboratory: nodes that run the very Mode objects of the program, links between
// them, and time that passes from event to event. One thread; the same seed gives the same run, bit
// for bit (architecture.md, section 5).
//
// A link is a pair of ends (LinkEnds), a message one block of bytes that all its copies in flight
// share, a node a Mode and four numbers. Bytes of a link arrive in the order they were sent,
// whatever latency is drawn for each.
//
// The world plays the host's part of the contract (protocols/mode.h): dials, closes, wakes. What a
// node reports (Event) goes to the Guest, which plays its user and its disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "protocols/base/rng.h"
#include "protocols/latency.h"
#include "protocols/mode.h"
#include "protocols/registry.h"

#include "servent/lab/dormitory.h"
#include "servent/lab/link_ends.h"
#include "servent/lab/message_pool.h"
#include "servent/lab/wheel.h"

namespace p2p::lab {

using Stream = std::uint32_t;  // one direction of one link; the number is not used again
inline constexpr Stream kDatagram = ~Stream{0};
// What a guest notes of bytes on their way; 0: nothing.
using Mark = std::uint16_t;

// Who looks on. Called within the world's run; `bytes` live until the call returns.
class Guest {
 public:
  // After the verb in which the node reported it: the world may be told anything.
  virtual void told(NodeNumber node, Event& event) = 0;
  // A stream's bytes leave one node for another; a datagram's too. The mark travels with them.
  virtual Mark sent(NodeNumber /*from*/, NodeNumber /*to*/, Bytes /*bytes*/, Stream /*stream*/) {
    return 0;
  }
  // They arrive, just before the Mode is told.
  virtual void arrives(NodeNumber /*from*/, NodeNumber /*to*/, Bytes /*bytes*/) {}

 protected:
  ~Guest() = default;
};

class World {
 public:
  using Ms = std::uint64_t;  // since the start

  // `guest` outlives the world and is not called by the constructor.
  World(std::uint64_t seed, Latency latency, Guest& guest);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  World(World&&) = delete;
  World& operator=(World&&) = delete;

  // Where the node of this number listens: 10.0.0.1 and on.
  static Endpoint address(NodeNumber node);
  static NodeNumber number(const Endpoint& endpoint);  // of an address of ours; else some number

  // So many will be there: no memory is taken twice on the way.
  void reserve(std::size_t nodes);
  // Before there are nodes: so many of them are whole at once, and besides those that cannot be
  // packed (Mode::pack); the others lie in few bytes. It takes less memory and more time, and makes
  // the same world. 0: all are whole.
  void keep_awake(std::size_t most);
  // A node, not yet woken. One that does not listen (ModeConfig::listen has port 0) cannot be
  // called.
  NodeNumber add(std::unique_ptr<Mode> mode, bool listens = true);
  std::size_t size() const { return nodes_.size(); }
  // The first wake, now.
  void start(NodeNumber node);
  // Links two nodes by a link that has greeted (LinkInfo::greeted); `a` is the caller.
  void link(NodeNumber a, NodeNumber b, std::string_view role_of_a = {},
            std::string_view role_of_b = {});
  // Links that nodes dial themselves begin after the greeting too (LinkInfo::greeted), for networks
  // whose roles are told in messages behind it: nothing is enciphered then.
  void dial_greeted() { dials_greeted_ = true; }
  // The node dies; who is linked to it hears of that after a latency, as of a program that ended.
  // Or (silent) not by itself, as of a machine that lost its power: only who sends to it once it is
  // back is told that there is no such link.
  void kill(NodeNumber node, bool silent = false);
  // Another Mode in its place: after a kill, or for another role (its links are closed).
  void replace(NodeNumber node, std::unique_ptr<Mode> mode);
  bool is_up(NodeNumber node) const {
    return nodes_[node].mode || (dormitory_ && dormitory_->has(node));
  }
  std::size_t links_of(NodeNumber node) const;
  std::size_t packed() const { return dormitory_ ? dormitory_->size() : 0; }  // nodes

  void command(NodeNumber node, const Command& command);
  // Of the bytes that are lived through; 0: of none.
  Mark mark() const { return mark_; }
  // As if such bytes were, until the next event.
  void set_mark(Mark mark) { mark_ = mark; }
  void at(Ms when, std::function<void()> act);  // in the order of the calls where times are equal
  // Lives on until the time is `end`: true. False: so many events were lived through; the time is
  // that of the last one, and others of that time may be left.
  bool run(Ms end, std::uint64_t most = ~std::uint64_t{0});

  Ms now() const { return wheel_.now(); }
  Rng& rng() { return rng_; }
  // Of one that is up; until the world is told anything else.
  const Mode& mode(NodeNumber node);

  std::uint64_t events() const { return events_; }          // lived through
  std::uint64_t deliveries() const { return deliveries_; }  // of them: bytes arrived
  std::size_t waiting() const { return wheel_.size(); }

 private:
  using LinkPlace = LinkEnds::Place;

  struct Node {
    std::unique_ptr<Mode> mode;  // null: down, or it lies packed
    Ms alarm = kNoAlarm;         // the earliest wake on the wheel
    LinkEnds::Group links = LinkEnds::kNone;
    std::uint32_t calls : 30 = 0;  // verbs so far: each draws from a generator of its own
    std::uint32_t listens : 1 = 1;
    std::uint32_t is_awake : 1 = 0;  // one of `awake_`
  };
  static constexpr Ms kNoAlarm = ~Ms{0};
  static constexpr std::size_t kAtOnce = 4;  // events whose memory is asked for together

  enum class Kind : std::uint8_t { bytes, datagram, wake, dialled, ended, act };
  struct Happening {
    Kind kind = Kind::wake;
    Mark mark = 0;
    std::uint32_t place = 0;    // a node, a link, or an act
    std::uint32_t message = 0;  // where there is one
  };

  class Hand;  // the Out of the node that is being called

  template <class Verb>
  void call(NodeNumber node, Verb verb);
  void arm(NodeNumber node);
  void rouse(NodeNumber node);
  void lay_down(NodeNumber node);
  void happen(const Happening& what);
  void look_ahead();
  void woken(NodeNumber node);
  void deliver(LinkPlace to, MessagePool::Id message);
  void deliver_datagram(NodeNumber to, MessagePool::Id message);
  void dialled(LinkPlace place);
  void ended(LinkPlace place);
  LinkPlace new_link(NodeNumber node) { return links_.add(node, nodes_[node].links); }
  void forget(LinkPlace place, LinkEnds::State as = LinkEnds::State::closed) {
    links_.close(place, nodes_[links_.node(place)].links, as);
  }
  void end_at_other(LinkPlace place);  // after what is in flight
  void close_all(NodeNumber node, bool silent);
  Ms arrival(LinkEnds::End& from);  // of bytes sent now
  Time time() const;

  Guest& guest_;
  Latency latency_;
  Rng rng_;
  std::uint64_t seed_;
  Wheel<Happening> wheel_;
  MessagePool messages_;
  std::vector<Node> nodes_;
  std::unique_ptr<Dormitory> dormitory_;  // null: all are whole
  std::size_t most_awake_ = 0;
  std::vector<NodeNumber> awake_;  // in a ring; some may have died since
  std::size_t longest_awake_ = 0;  // its place
  LinkEnds links_;
  std::vector<std::function<void()>> acts_;
  std::vector<std::uint32_t> spare_acts_;
  std::vector<Event> reported_;  // by the call that runs
  Mark mark_ = 0;
  bool dials_greeted_ = false;
  std::uint64_t events_ = 0;
  std::uint64_t deliveries_ = 0;
};

}  // namespace p2p::lab
