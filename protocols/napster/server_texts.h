// ServerTexts: what a server says in words, for people to read. Bounded: a server that talks
// without end is not listened to for the rest of the minute.
#pragma once

#include <cstdint>
#include <string>

#include "protocols/mode.h"
#include "protocols/napster/message.h"

namespace p2p::napster {

inline constexpr std::uint32_t kMaxTexts = 60;  // in a minute; further ones are dropped

class ServerTexts {
 public:
  // Reports a frame that is nothing but words. False: it is none of those.
  bool show(const Frame& frame, Cx& cx);
  // `text` holds no unescaped words of others.
  void tell(Notice::Level level, std::string text, Cx& cx);
  std::uint64_t dropped() const { return dropped_; }

 private:
  Time since_{};  // of the minute
  std::uint32_t told_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace p2p::napster
