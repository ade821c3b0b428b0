// Pace: bytes in each of the last seconds, for a line that shows how fast it went. Time is handed
// in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace p2p::transfer {

template <std::size_t Seconds>
class Pace {
 public:
  void add(std::uint64_t bytes, std::int64_t now_ms) {
    const std::int64_t number = now_ms / 1000;
    Slot& slot = slots_[static_cast<std::size_t>(number) % slots_.size()];
    if (slot.number != number) slot = {number, 0};
    slot.bytes += bytes;
  }
  // One value a second, the newest last, without the second that is not over; empty when nothing
  // came in them.
  std::vector<std::uint64_t> seconds(std::int64_t now_ms) const {
    const std::int64_t now = now_ms / 1000;
    std::vector<std::uint64_t> out(Seconds, 0);
    bool any = false;
    for (const Slot& slot : slots_) {
      const std::int64_t ago = now - slot.number;
      if (ago < 1 || ago > static_cast<std::int64_t>(Seconds) || slot.bytes == 0) continue;
      out[Seconds - static_cast<std::size_t>(ago)] = slot.bytes;
      any = true;
    }
    if (!any) out.clear();
    return out;
  }

 private:
  struct Slot {
    std::int64_t number = -1;
    std::uint64_t bytes = 0;
  };
  std::array<Slot, Seconds + 1> slots_{};
};

}  // namespace p2p::transfer
