// Giver: reads the first words on a data connection that somebody opened to us (napster.md, 7.1
// to 7.3). The '1' was sent by the listener. Observed: vectors/napster/21 to 25.
//
//   GET<nick> "<name>" <offset>  |  SEND<nick> "<name>" <size>  |  GETLIST
//
// The words and the request may come in one segment or in several. The number has no end: a request
// that could go on is complete when feed_idle() is called, after kIdle without a byte.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "protocols/base/bytes.h"

namespace p2p::transfer {

inline constexpr std::chrono::milliseconds kIdle{100};
inline constexpr std::size_t kMaxRequest = 2048;  // a nick, a path, a number

class Giver {
 public:
  enum class Kind : std::uint8_t { more, get, send, list, bad };

  Kind feed(Bytes bytes);  // bad is final; get and send come from feed_idle only
  Kind feed_idle();        // `more` when what is here is no whole request yet

  const std::string& user() const { return user_; }
  const std::string& name() const { return name_; }
  std::uint64_t number() const { return number_; }  // offset of get, size of send

 private:
  std::string text_;
  std::string user_;
  std::string name_;
  std::uint64_t number_ = 0;
};

}  // namespace p2p::transfer
