// Givers: who gave which part of a download, and how fast of late. People see it, nothing is
// decided by it: of a part with several givers it names the one that gave most of it, if one gave
// more than all others, else one of them. Bounded: a vote for each of kParts, a line for each
// source that ever gave.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "protocols/transfer/blame.h"
#include "protocols/transfer/piece_map.h"

#include "servent/transfer/pace.h"

namespace p2p::transfer {

class Givers {
 public:
  static constexpr std::size_t kParts = 64;
  static constexpr std::size_t kSeconds = 8;

  Givers() = default;
  explicit Givers(const PieceMap& map);

  void gave(SourceIndex source, const Extent& extent, std::int64_t now_ms);
  std::size_t parts() const { return votes_.size(); }
  // The parts of the file in their order: the number() of who gave it; 0: it is not known.
  std::vector<std::uint32_t> of_parts() const;
  // 1: the first one that gave anything, and so on; 0: it gave nothing.
  std::uint32_t number(SourceIndex source) const;
  std::vector<std::uint64_t> pace(SourceIndex source, std::int64_t now_ms) const;

 private:
  struct Vote {
    std::uint32_t giver = 0;  // its number
    std::uint64_t bytes = 0;  // that it is ahead of the others
  };
  struct Giver {
    SourceIndex source = kNobody;
    Pace<kSeconds> pace{};
  };

  std::uint64_t piece_bytes_ = 0;
  std::size_t pieces_ = 0;
  std::vector<Vote> votes_;
  std::vector<Giver> givers_;
};

// Where part `part` of `parts` begins, in pieces of `pieces`.
constexpr std::size_t first_piece_of(std::size_t part, std::size_t parts, std::size_t pieces) {
  return part * pieces / parts;
}

}  // namespace p2p::transfer
