// Session: one FastTrack link, from its first byte: the greeting of either side, then frames,
// enciphered both ways (fasttrack.md, sections 2 and 3). Bytes in, frames and bytes out. A link
// between two supernodes greets in the same way; the caller is its child().
//
//   child:      answer -> name -> open        after answer: our name goes out
//   supernode:  hello  -> name -> open        after hello: our answer and name go out
//   any of them -> broken
//
// What was enciphered must arrive whole and in order: a host may not drop any of it on the way. Who
// wants to drop under load does so before send().
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "protocols/base/bytes.h"
#include "protocols/base/result.h"
#include "protocols/kazaa/cipher.h"
#include "protocols/kazaa/frames.h"
#include "protocols/kazaa/greeting.h"
#include "protocols/kazaa/type.h"

namespace p2p::kazaa {

class Session {
 public:
  enum class State : std::uint8_t {
    greeting,  // more bytes, please
    open,      // messages go both ways
    broken,    // close the link; error() says why
  };

  // `seed` is one of known_seeds().
  static Session child(std::uint32_t seed = kClientSeed);         // we called
  static Session supernode(std::uint32_t seed = kSupernodeSeed);  // they called
  // The laboratory's short cut: open from the start, not enciphered, and two pads smaller.
  static Session greeted();

  // Lends `bytes` until next() has said nothing. Returns the state.
  State feed(Bytes bytes);
  // The next frame; nothing: feed more. Its payload lives until the next call of next() or feed().
  // A ping is answered already, once for all that come before take_output().
  Result<std::optional<Frame>> next();

  // In `open`. payload.size() <= kMaxPayload.
  void send(Type type, Bytes payload);
  void ping();
  // What is to be sent now, in this order, once; may be empty. Look after each feed(), next() and
  // send().
  Buffer take_output();
  // The same for who copies it at once: look, then drop it. The view lives until then.
  Bytes output() const { return output_; }
  void drop_output();

  State state() const { return state_; }
  const Error& error() const { return *error_; }  // once `broken`
  std::size_t held() const;                       // bytes of memory beside the object itself

 private:
  struct Ciphers {
    Cipher in;
    Cipher out;
  };
  // What of the greeting comes next.
  enum class Await : std::uint8_t { hello, answer, name };

  Session(State state, Await await, std::uint32_t seed);
  // Each takes its part off the front of `bytes`, which may be less than all of it.
  void take_greeting(Bytes& bytes);
  void take_seed(Bytes& bytes);
  void take_name(Bytes& bytes);
  void encipher_from(std::size_t at);
  void break_off(Error error);

  State state_;
  Await await_;
  bool is_pong_out_ = false;  // in output_
  std::uint32_t seed_;        // ours
  FrameWriter writer_;
  FrameReader reader_;
  std::unique_ptr<Ciphers> ciphers_;  // null before the seeds are known, and when greeted
  Buffer plain_;                      // what was fed, deciphered; of the greeting: what came of it
  Buffer output_;
  std::unique_ptr<Error> error_;
};

}  // namespace p2p::kazaa
