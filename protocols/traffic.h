// Traffic: how many messages, and bytes of them, a node has sent and received since it began, by
// kind (the kinds of its network's Watching). For who measures: a mode counts it only when it is
// told to (ModeConfig::counts_traffic). Bytes are those of the plain message, before it is
// compressed or enciphered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace p2p {

struct KindTraffic {
  std::uint64_t in = 0;  // messages
  std::uint64_t out = 0;
  std::uint64_t in_bytes = 0;
  std::uint64_t out_bytes = 0;
};

class Traffic {
 public:
  explicit Traffic(std::size_t kinds) : rows_(kinds) {}

  void in(std::size_t kind, std::size_t bytes) {
    ++rows_[kind].in;
    rows_[kind].in_bytes += bytes;
  }
  void out(std::size_t kind, std::size_t bytes) {
    ++rows_[kind].out;
    rows_[kind].out_bytes += bytes;
  }
  const std::vector<KindTraffic>& rows() const { return rows_; }

 private:
  std::vector<KindTraffic> rows_;
};

}  // namespace p2p
