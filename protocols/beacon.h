// Beacon: nodes of one mode on a local network tell each other where they listen, by UDP multicast
// to 239.255.63.46, port 63460, so that the first one needs no address to enter by. Bytes and
// schedule only; servent/net/lan_beacon.h has the socket. Source: our own, docs/beacon.md.
//
//   0   4  "srvB"
//   4   1  version: 1
//   5   1  kind: 0 ask (just started: who is there?), 1 here
//   6   2  TCP port of the sender, big endian; 0: nobody can call it
//   8   8  a number that the node drew at its start, by which it knows its own words
//   16  1  length of the mode, 1 to 16; then so many of a-z 0-9 -
//   ..  1  length of the role, 1 to 16; then so many of a-z 0-9 -
//   ..     what later versions may add; ignored
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "protocols/base/bytes.h"
#include "protocols/base/ids.h"
#include "protocols/base/result.h"
#include "protocols/base/rng.h"
#include "protocols/base/time.h"
#include "protocols/command.h"

namespace p2p {

struct BeaconMessage {
  enum class Kind : std::uint8_t { ask, here };
  Kind kind = Kind::here;
  std::uint16_t port = 0;
  std::uint64_t node = 0;
  std::string mode;
  std::string role;
};
inline constexpr std::size_t kMaxBeaconBytes = 256;  // longer ones are nobody's

Buffer encode(const BeaconMessage& message);
Result<BeaconMessage> decode_beacon(Bytes bytes);

// When to say what, and whom the mode is to be told of.
//
// Said: "ask" at the start, "here" every minute and to a newcomer who asks. An answer waits a
// random moment, and is left out when enough others have answered by then: a hall full of nodes
// must not shout at once. Heard: each node once in half a minute, or when its role or port changed.
class Beacon {
 public:
  struct Us {
    std::string mode;
    std::string role;
    std::uint16_t port = 0;
    std::uint64_t node = 0;
  };
  explicit Beacon(Us us) : us_(std::move(us)) {}

  // A deadline passed; the first call is the start. What to send now, if anything.
  std::optional<Buffer> wake(Time now, Rng& rng);
  Time deadline() const;
  // What came from this address: somebody to be told of, or nothing (ourselves, another mode, known
  // already, rubbish).
  std::optional<Heard> receive(std::uint32_t from, Bytes bytes, Time now, Rng& rng);
  void become(const std::string& role, Time now);  // told to the others soon

 private:
  struct Told {
    std::uint64_t node = 0;
    std::uint16_t port = 0;
    std::string role;
    Time when{};
  };
  BeaconMessage message(BeaconMessage::Kind kind) const;
  void plan_answer(Time now, Rng& rng);
  bool is_news(const BeaconMessage& message, Time now);

  Us us_;
  bool started_ = false;
  Time next_{};             // of the "here" of every minute
  Time answer_ = kNever;    // to those who asked
  Time answers_paid_{};     // each answer pays ten seconds ahead
  std::size_t others_ = 0;  // have answered since we were asked
  std::deque<Told> told_;   // the oldest first
  Time tell_from_{};        // of the seconds in which `tell_count_` were told
  std::size_t tell_count_ = 0;
};

}  // namespace p2p
