// The sequence of questions: who asks what and when, drawn from a seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_set>

#include "protocols/base/query.h"
#include "protocols/base/rng.h"

#include "servent/lab/placement.h"
#include "servent/lab/zipf.h"

namespace p2p::lab {

struct DemandSetup {
  std::size_t count = 100;
  std::uint32_t gap_ms = 4'000;  // between the beginnings of two
  double asked = 0.82;           // exponent of Zipf's law, over the ranks of the files
  double shift = 0;
  // So many ask for all that an artist has, the others for one file.
  double by_artist = 0;
  std::uint64_t seed = 1;
};

struct Wish {
  World::Ms at = 0;  // since the first one
  NodeNumber node = 0;
  FileNumber file = 0;
  Query query;  // fits the file; asks for no fewer results than there can be
};

class Demand {
 public:
  // `placement` outlives it.
  Demand(const Placement& placement, const DemandSetup& setup);

  // The next one, of a node that is up: each is as likely. It asks for what it neither has nor
  // asked for before (Gummadi 2003: fetched at most once). Nothing: all were drawn, or nobody is
  // up who lacks anything.
  std::optional<Wish> next(const std::function<bool(NodeNumber)>& is_up);

 private:
  std::optional<NodeNumber> asker(const std::function<bool(NodeNumber)>& is_up);
  std::optional<FileNumber> wanted_by(NodeNumber node);
  Query query_for(FileNumber file);

  const Placement& placement_;
  DemandSetup setup_;
  Zipf zipf_;
  Rng rng_;
  std::size_t drawn_ = 0;
  std::unordered_set<std::uint64_t> asked_;  // node and file
};

}  // namespace p2p::lab
