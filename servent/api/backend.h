// The window between program and user: the screen, the control socket and the command line see
// nothing but this.
#pragma once

#include <cstdint>
#include <string>

#include "servent/api/request.h"
#include "servent/api/snapshot.h"

namespace p2p::api {

// What became of a request: an error is one sentence (what, which, what to do), empty when taken.
// `id` names the search or download that it made or joined, else 0.
struct Outcome {
  std::string error;
  std::uint32_t id = 0;
};

class Backend {
 public:
  virtual ~Backend() = default;
  // Changes whenever a snapshot would differ; cheap.
  virtual std::uint64_t revision() const = 0;
  // With the results of this search (0: the newest). Lent until the next call.
  virtual Snapshot snapshot(std::uint32_t search) = 0;
  virtual Outcome submit(const Request& request) = 0;
};

}  // namespace p2p::api
