// Which node shares which files, drawn once from a seed. How many a node shares is lognormal but
// for the free riders, who share nothing; how often a file is there follows its popularity, or is
// the same for all.
//
// 8 bytes for each copy, however many nodes there are.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "protocols/base/query.h"
#include "protocols/base/rng.h"

#include "servent/lab/corpus.h"
#include "servent/lab/lists.h"
#include "servent/lab/world.h"

namespace p2p::lab {

// Whole numbers from 1 to `most`, lognormal between. The defaults are the files of a sharing peer
// (workload.toml, [shared_per_peer]).
struct FileCount {
  double mu = 3.491;
  double sigma = 2.588;
  double most = 9'300;

  std::uint32_t draw(Rng& rng) const;
  double mean() const;
  // The same with another mu, so that this is the mean; it is brought between 1 and `most`.
  FileCount with_mean(double mean) const;
};

struct PlacementSetup {
  std::size_t nodes = 1'000;
  std::size_t distinct = 1'000;  // files there are
  double free_riders = 0;        // share of the nodes
  // Copies of each file, as a share of the nodes that share, at least one; they lie anywhere, and
  // what is below does not matter. 0: nodes take files by popularity.
  double copies = 0;
  double popularity = 0.82;  // exponent of Zipf's law
  double shift = 0;
  double mean_files = 0;  // of a sharing node; 0: as `files` says
  FileCount files{};      // `most` is at most `distinct`
  std::uint64_t seed = 1;
};

class Placement {
 public:
  explicit Placement(const PlacementSetup& setup);

  const Corpus& corpus() const { return corpus_; }
  std::size_t nodes() const { return of_nodes_.rows(); }
  std::size_t copies() const { return of_nodes_.items.size(); }
  // Ascending.
  std::span<const FileNumber> files(NodeNumber node) const { return of_nodes_.of(node); }
  std::span<const NodeNumber> holders(FileNumber file) const { return of_files_.of(file); }
  bool has(NodeNumber node, FileNumber file) const;
  // What the node shares of what the query asks for, as matches() of query.h has it. A query is
  // looked up once and kept, kKept of them.
  std::vector<FileNumber> matching(NodeNumber node, const Query& query);
  const std::vector<FileNumber>& matching(const Query& query);  // until the next call

 private:
  static constexpr std::size_t kKept = 16;
  struct Known {
    Query query;
    std::vector<FileNumber> files;
  };

  Lists drawn(const PlacementSetup& setup);

  Corpus corpus_;
  Lists of_nodes_;
  Lists of_files_;
  std::array<Known, kKept> known_;
  std::size_t newest_ = 0;
};

}  // namespace p2p::lab
