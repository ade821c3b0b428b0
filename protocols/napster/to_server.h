// The client's one link for the length of a call: what its parts (Questions, Reaches, Publisher)
// speak to the server through.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "protocols/mode.h"
#include "protocols/napster/message.h"

namespace p2p::napster {

class ToServer {  // made for one call, never stored
 public:
  ToServer(Cx& cx, LinkId link, std::uint64_t& sent) : cx_(cx), link_(link), sent_(sent) {}

  void send(std::uint16_t type, std::string_view payload = {}) {
    Buffer frame;
    append_frame(frame, type, payload);
    cx_.out.send(link_, frame);
    ++sent_;
  }
  void report(Event event) { cx_.out.report(std::move(event)); }
  Time now() const { return cx_.now; }

 private:
  Cx& cx_;
  LinkId link_;
  std::uint64_t& sent_;
};

}  // namespace p2p::napster
