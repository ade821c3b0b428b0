// TreeTrust: which tree of hashes to believe. Its root is hearsay until the SHA-1 of the whole
// proves the content, so who tells a wrong one could have every honest source thrown out. The root
// that most sources tell is asked for first; it is doubted when it convicts two sources that did
// not tell it while only those who did gave anything right. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "protocols/base/digest.h"
#include "protocols/transfer/blame.h"

namespace p2p::transfer {

class TreeTrust {
 public:
  static constexpr std::size_t kMostRoots = 8;  // of one file; more are not listened to
  static constexpr std::size_t kDoubt = 2;      // innocents convicted, perhaps

  // A source says that the content has this root; its last word counts.
  void told(const TigerRoot& root, SourceIndex source);
  // The one to believe next; nothing when no root is left.
  std::optional<TigerRoot> best() const;
  std::vector<SourceIndex> tellers(const TigerRoot& root) const;

  // What a tree of that root, which is used from now on, says of pieces that one source gave.
  void use(const TigerRoot& root);
  void right(SourceIndex giver);
  void wrong(SourceIndex giver);
  bool is_doubtful() const { return !confirmed_ && convicted_.size() >= kDoubt; }
  // It is never used again.
  void refuse(const TigerRoot& root);

 private:
  struct Told {
    TigerRoot root;
    std::set<SourceIndex> by;
    bool refused = false;
  };
  bool is_teller(SourceIndex source) const;

  std::vector<Told> roots_;
  std::optional<TigerRoot> used_;
  std::set<SourceIndex> convicted_;  // that did not tell it
  bool confirmed_ = false;           // by one that did not tell it
};

}  // namespace p2p::transfer
