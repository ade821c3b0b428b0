// Links: all FastTrack sessions of a node, their greetings and their messages' way in and out. It
// carries; what a message means is decided by the LinkUser.
//
// What is sent within one verb of the mode is gathered for each link and goes out by flush() at its
// end, as one write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocols/kazaa/passing.h"
#include "protocols/kazaa/session.h"
#include "protocols/kazaa/tally.h"
#include "protocols/mode.h"
#include "protocols/trail.h"

namespace p2p::kazaa {

inline constexpr Duration kDialPatience = 5s;  // until the connection is there (fasttrack.md, 10)
inline constexpr Duration kGreetingPatience = 10s;  // until the greeting is through, as giFT waits
// A link silent for so long is pinged, and given up that much later (section 3.1).
inline constexpr Duration kSilent = 120s;
inline constexpr Duration kPongPatience = 30s;
// What may wait for a link, in bytes. Over the first, relayed queries are dropped; over the second,
// all that can be done without; over the third the link ends.
inline constexpr std::size_t kQueueHigh = std::size_t{128} * 1024;
inline constexpr std::size_t kQueueFull = std::size_t{512} * 1024;
inline constexpr std::size_t kQueueMost = std::size_t{1024} * 1024;
// Links that have not greeted yet, dialled and accepted; more are closed at once.
inline constexpr std::size_t kMostGreeting = 64;

struct Link {
  enum class State : std::uint8_t { dialling, greeting, open };
  // What the other side is; an open link is `newcomer` until its messages say.
  enum class Kind : std::uint8_t { newcomer, child, parent, supernode };

  LinkId id{};
  Endpoint remote;
  Endpoint local{};  // our end
  State state = State::dialling;
  Kind kind = Kind::newcomer;  // set by Links::become()
  bool inbound = false;
  bool dirty = false;         // the session has output
  bool pinged = false;        // since it was heard last
  std::uint32_t version = 0;  // as it says (message.h)
  std::size_t gathered = 0;   // bytes in the session's output
  Time since{};               // of the state
  Time deadline{};            // of dialling and greeting
  Time heard{};               // the last bytes
  Session session = Session::greeted();
  Tally tally{};
};
std::string_view to_text(Link::Kind kind);

// What the links ask of the mode. Called within Links' verbs; may send, dial and end links.
class LinkUser {
 public:
  virtual void opened(Link& link, Cx& cx) = 0;  // the greeting is through
  virtual void message(Link& from, Type type, Bytes payload, Cx& cx) = 0;
  virtual void answered(Link& from, Cx& cx) = 0;          // a pong came
  virtual void not_opened(const Link& link, Cx& cx) = 0;  // a dial or greeting came to nothing
  virtual void lost(Link& link, Reason why, Cx& cx) = 0;  // was open, is forgotten now

 protected:
  ~LinkUser() = default;
};

class Links {
 public:
  explicit Links(LinkUser& user) : user_(user) {}

  LinkId dial(const Endpoint& to, Cx& cx);
  void up(LinkId id, const LinkInfo& info, Cx& cx);
  void receive(LinkId link, Bytes bytes, Cx& cx);
  void down(LinkId id, Reason why, Cx& cx);

  // Adds a message to what goes out. bulk: relayed queries; normal: what a person waits for;
  // control: what keeps the link right. False: it was dropped and counted; without its control
  // messages a link is of no use, and end_overloaded() ends it.
  bool send(Link& to, Type type, Bytes payload, Urgency urgency, Cx& cx);
  void ping(Link& to);  // answered() follows, behind the answers to all that was sent before
  // What was sent before is still delivered. `link` is gone afterwards.
  void end(Link& link, Reason why, Cx& cx);
  // A call of ours that is not needed any more: closed, and the user is not told.
  void abandon(LinkId id, Cx& cx);
  void end_overloaded(Cx& cx);
  void flush(Cx& cx);
  void expire(Cx& cx);
  Time deadline() const { return deadline_; }

  Link* find(LinkId link);  // open ones only
  // Those that are open, in no promised order. Pointers live until the next verb.
  const std::vector<Link*>& open() const { return open_; }
  std::size_t count(Link::Kind kind) const;  // of the open ones
  std::size_t greeting() const { return all_.size() - open_.size(); }
  void become(Link& link, Link::Kind kind);
  // Rises whenever a link begins, opens, becomes of another kind or ends.
  std::uint64_t changes() const { return changes_; }
  const std::unordered_map<LinkId, Link>& all() const { return all_; }
  const Tally& total() const { return total_; }
  void count_traffic() { traffic_ = std::make_unique<Traffic>(kKinds); }
  const Traffic* traffic() const { return traffic_.get(); }  // null: it is not counted
  void drop(Link& of, Drop reason);
  void keep_trail() { trail_ = std::make_unique<Trail>(); }
  std::vector<TrailStep> trail() const {
    return trail_ ? trail_->steps() : std::vector<TrailStep>();
  }

 private:
  void add_to_trail(const Link& link, Type type, Bytes payload, bool is_out, Time now);
  void read(Link& link, Bytes bytes, Cx& cx);
  void touch(Link& link);
  void watch(Time when) { deadline_ = std::min(deadline_, when); }
  void forget(LinkId id);
  static Time due(const Link& link);

  LinkUser& user_;
  std::unordered_map<LinkId, Link> all_;
  std::vector<Link*> open_;
  std::vector<Link*> dirty_;
  std::vector<LinkId> overloaded_;
  std::uint64_t changes_ = 0;
  std::uint64_t forgotten_ = 0;       // links so far
  Time deadline_ = kNever;            // no later than the first due()
  std::unique_ptr<Traffic> traffic_;  // where somebody measures
  Tally total_;                       // of all links, those that are gone too
  std::unique_ptr<Trail> trail_;      // where somebody follows queries
};

}  // namespace p2p::kazaa
