// Blame: who gave which bytes, so that a piece that is found wrong names those who may have lied
// (experiments.md, 13). One run for each stretch that one source gave; what was found right is
// forgotten. Each call costs the logarithm of the number of runs, and a byte that goes on where
// its giver stopped allocates nothing.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "protocols/transfer/extents.h"

namespace p2p::transfer {

using SourceIndex = std::uint32_t;

inline constexpr SourceIndex kNobody = ~SourceIndex{0};  // bytes from before the restart

struct Given {
  SourceIndex source = kNobody;
  std::uint64_t bytes = 0;
  friend bool operator==(const Given&, const Given&) = default;
};

class Blame {
 public:
  void gave(SourceIndex source, const Extent& extent);  // of which nothing is known here
  void forget(const Extent& extent);
  // Of all that is known, or of the bytes in `extent`, those that nobody is known for too; each
  // source once, in the order of their numbers.
  std::vector<Given> givers() const;
  std::vector<Given> givers(const Extent& extent) const;
  std::vector<Extent> given_by(SourceIndex source) const;
  std::size_t runs() const { return runs_.size(); }

 private:
  struct Run {
    std::uint64_t end = 0;
    SourceIndex source = kNobody;
  };

  std::map<std::uint64_t, Run> runs_;  // by their first byte
};

// Who lied, where only the whole file tells that something is wrong. Half of those who may have
// are accused: their bytes are fetched again, from others, and the whole is checked again.
//
//   (accused, heard)* until is_over()
//
// It is certain when one lied. When several did it ends too, with one of them or with an innocent:
// then bytes of two sources should not be put together any more.
class Suspects {
 public:
  explicit Suspects(std::vector<Given> givers);

  // The half, or one less, that gave least: so little as can be is fetched again.
  std::vector<SourceIndex> accused() const;
  // Is the whole right with other bytes in place of theirs? If so the liar is one of the accused,
  // and there is nothing more to find out; else they are cleared.
  void heard(bool is_right);

  bool is_over() const { return is_right_ || left_.size() < 2; }
  // Those among whom the liar is; one, unless the file came right before.
  std::span<const Given> left() const { return left_; }

 private:
  std::vector<Given> left_;  // the one that gave least first
  bool is_right_ = false;
};

}  // namespace p2p::transfer
