// Links: all neighbours of a node, their greetings and their messages' way in and out (first walk
// of architecture.md). It carries; what a message means is decided by the LinkUser.
//
// What is sent within one verb of the mode is gathered for each neighbour and goes out by flush()
// at its end: one write and one sync flush of the zlib stream for a burst.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "protocols/base/rare.h"
#include "protocols/gnutella/admission.h"
#include "protocols/gnutella/neighbours.h"
#include "protocols/gnutella/walker.h"
#include "protocols/mode.h"
#include "protocols/shape.h"
#include "protocols/trail.h"

namespace p2p::gnutella {

inline constexpr Duration kDialPatience = 20s;      // until the connection is there (host: 15 s)
inline constexpr Duration kGreetingPatience = 20s;  // until the handshake is through
// What may wait for a neighbour, in bytes (gtk-gnutella: 48 and 96 KiB, gnutella.md section 10).
// Over the first, queries and pings that we relay are dropped, those that come from far away first;
// over the second, all that can be done without; over the third the link ends.
inline constexpr std::size_t kQueueHigh = std::size_t{128} * 1024;
inline constexpr std::size_t kQueueFull = std::size_t{384} * 1024;
inline constexpr std::size_t kQueueMost = std::size_t{768} * 1024;
// Links that have not greeted yet, dialled and accepted; more are closed at once.
inline constexpr std::size_t kMostGreeting = 64;
inline constexpr unsigned kFarQueries = 10;  // more of them from a near neighbour: BYE 403

// What the links ask of the mode. Called within Links' verbs; may send, dial and say bye.
class LinkUser {
 public:
  virtual Fields first_block(const Neighbour& to) = 0;
  virtual Reply decide(Neighbour& about, Cx& cx) = 0;  // peer is known; sets its kind
  virtual bool greets_old_way() const = 0;             // 0.4 is spoken to who does not know 0.6
  virtual void opened(Neighbour& neighbour, Cx& cx) = 0;
  virtual void message(Neighbour& from, const Frame& frame, Cx& cx) = 0;
  // These bytes are the beginning of what message() is called for after the next call. A hint.
  virtual void ahead(Bytes /*bytes*/) {}
  virtual void not_opened(const Neighbour& neighbour, bool refused, Cx& cx) = 0;
  virtual void lost(Neighbour& neighbour, Reason why, Cx& cx) = 0;  // was open, is forgotten now
  // It wants something else of this link (browse host): no Gnutella greeting. `first` is what came.
  virtual bool web_request(const Neighbour& from, Bytes first, Cx& cx) = 0;

 protected:
  ~LinkUser() = default;
};

class Links {
 public:
  // `most_hops`: of TTL and hops together that are let through; kMaxTtlHops but in experiments.
  // `tallies`: messages and drops are counted, of each link and of all together.
  Links(LinkUser& user, unsigned most_hops, bool tallies)
      : user_(user),
        most_hops_(static_cast<std::uint16_t>(most_hops)),
        tallies_(tallies) {}

  void dial(const Endpoint& to, Cx& cx);
  void up(LinkId link, const LinkInfo& info, Cx& cx);
  void greet(LinkId link, Bytes bytes, Cx& cx);  // bytes of one that is not open
  void receive(Neighbour& from, Bytes bytes, Cx& cx) { read(from, bytes, cx); }  // of an open one
  void down(LinkId link, Reason why, Cx& cx);

  // Adds a whole message to the neighbour's burst. bulk: relayed queries and pings; normal: what a
  // person waits for; control: what keeps the link right.
  void send(Neighbour& to, Bytes message, Urgency urgency, Cx& cx);
  // The same for one of ours, made of its parts; its length is set.
  void send(Neighbour& to, const Header& header, Bytes payload, Urgency urgency, Cx& cx);
  // The same for a message of somebody else, which goes on with another TTL and hops.
  void pass(Neighbour& to, Bytes message, Hop hop, Urgency urgency, Cx& cx);
  // To all that are open but `from`: the bytes are the same for all, and made once.
  void pass_on(const Neighbour& from, Bytes message, Hop hop, Urgency urgency, Cx& cx);
  // BYE where it is understood, then the end. `neighbour` is gone afterwards.
  void bye(Neighbour& neighbour, std::uint16_t code, std::string_view text, Reason why, Cx& cx);
  void flush(Cx& cx);
  void expire(Cx& cx);  // greetings that take too long
  Time deadline() const;

  void expect() const;                                   // a hint: something will come in a moment
  void expect(LinkId link) const { all_.expect(link); }  // from this link
  Neighbour* find(LinkId link);                          // open ones only
  // Those that are open, in no promised order. Pointers live until the next verb.
  Neighbours::Range open() const { return all_.opened(); }
  Counts counts() const { return counts_; }
  std::size_t greeting() const { return all_.not_open().size(); }
  bool is_dialling(const Endpoint& to) const;
  const Tally& total() const { return sums_->total; }
  const Shape& shape() const { return sums_->shape; }
  void count_traffic() { watch().traffic = std::make_unique<Traffic>(kTypes + kNoteKinds); }
  // A datagram of a walker's: counted with the links' messages.
  void send_note(const Endpoint& to, const WalkNote& note, Cx& cx);
  void note_came(const WalkNote& note, std::size_t bytes);
  void drop(Neighbour& of, Drop reason);
  // Whether a message keeps what all must: its length, its TTL and hops. False: dropped and
  // counted, or the link has ended.
  bool is_fit(Neighbour& from, const Frame& frame, Cx& cx);
  // Those of a node that counts nothing, whose neighbours can be packed; into none.
  void pack(Packer& out, const Endpoint& listen, Time started) const;
  void unpack(Unpacker& in, const Endpoint& listen, Time started);
  void describe(Report& report) const;  // a row a link, the longest here first
  void keep_trail() { watch().trail = std::make_unique<Trail>(); }
  std::vector<TrailStep> trail() const {
    return watch_ && watch_->trail ? watch_->trail->steps() : std::vector<TrailStep>();
  }

 private:
  // Of all links, those that are gone too.
  struct Sums {
    Tally total;
    Shape shape;
  };
  // Of who measures, or follows queries.
  struct Watch {
    std::unique_ptr<Traffic> traffic;
    std::unique_ptr<Trail> trail;
  };

  Watch& watch() {
    if (!watch_) watch_ = std::make_unique<Watch>();
    return *watch_;
  }
  void watch_in(const Neighbour& from, const Frame& frame, Time now);
  void watch_out(const Neighbour& to, Bytes message, Time now);
  void add_to_trail(const Neighbour& link, const Header& header, bool is_out, Time now);
  void count_in(Neighbour& from, const Frame& frame);
  void greet(Neighbour& neighbour, Bytes bytes, Cx& cx);
  void open(Neighbour& neighbour, Cx& cx);   // the greeting is through
  void begin(Neighbour& neighbour, Cx& cx);  // messages may flow
  void read(Neighbour& sender, Bytes bytes, Cx& cx);
  void say(Neighbour& neighbour, Cx& cx);
  // False: it does not go out.
  bool may_send(Neighbour& to, Bytes message, Urgency urgency, const Cx& cx);
  void sent(Neighbour& to, Bytes message, Time now);
  static std::size_t waiting(Neighbour& to);
  static void send_to_all(Cx& cx);
  static FrameWriter& writer(Neighbour& to);  // with what waits for it already
  void end(LinkId link, Reason why, bool refused, Cx& cx);
  Neighbours::Owned forget(LinkId link);  // null: it was not here
  void forgotten(Neighbour& gone, Reason why, bool refused, Cx& cx);
  void count(const Neighbour& neighbour, int by);

  // What each message needs comes first.
  LinkUser& user_;
  Neighbours all_;
  Rare<Sums> sums_;               // most have none before the first message
  std::unique_ptr<Watch> watch_;  // null: nobody does
  std::uint32_t forgotten_ = 0;   // neighbours so far
  std::uint16_t most_hops_;
  bool tallies_;
  Counts counts_;
  // Who did not answer to 0.6 is called once more in the way of 0.4; at most kMostGreeting.
  Rare<std::vector<Endpoint>> old_way_;
};

}  // namespace p2p::gnutella
