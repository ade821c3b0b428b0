// Time as the deciders know it: a value that the host hands in. NodeClock has no now(), so no
// core can read a clock (architecture.md, section 4).
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

namespace p2p {

using namespace std::chrono_literals;

struct NodeClock {
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<NodeClock, duration>;
  // NOLINTNEXTLINE(readability-identifier-naming): the name that std asks for
  static constexpr bool is_steady = true;
};
using Time = NodeClock::time_point;
using Duration = NodeClock::duration;

inline constexpr Time kNever = Time::max();

// A handful of named deadlines: an array indexed by an enum whose last member is `count`.
template <class Name>
class Timers {
 public:
  Timers() { at_.fill(kNever); }
  void set(Name name, Time when) { at_[index(name)] = when; }
  void clear(Name name) { at_[index(name)] = kNever; }
  Time when(Name name) const { return at_[index(name)]; }
  // True once for each deadline that has passed; it is cleared.
  bool take_due(Name name, Time now) {
    if (at_[index(name)] > now) return false;
    clear(name);
    return true;
  }
  Time earliest() const { return *std::min_element(at_.begin(), at_.end()); }

 private:
  static constexpr std::size_t index(Name name) { return static_cast<std::size_t>(name); }
  std::array<Time, static_cast<std::size_t>(Name::count)> at_;
};

}  // namespace p2p
