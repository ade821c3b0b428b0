// The window between program and user: the screen, the control socket and the command line see
// nothing but this.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "servent/api/request.h"
#include "servent/api/snapshot.h"

namespace p2p::api {

// What became of a request: an error is one sentence (what, which, what to do), empty when taken.
// `id` names the search or download that it made or joined, else 0.
struct Outcome {
  std::string error;
  std::uint32_t id = 0;
};

// A message of a query that came or went, or of an answer to one; `at_ms` since the machine's boot.
struct TrailRow {
  std::uint64_t at_ms = 0;
  std::string what;   // "query in", "query out", "answer in", "answer out"
  std::string query;  // GUID in hexadecimal digits; zeros where the wire names none
  std::string local;  // HOST:PORT of the link's ends
  std::string remote;
};

class Backend {
 public:
  virtual ~Backend() = default;
  // Changes whenever a snapshot would differ; cheap.
  virtual std::uint64_t revision() const = 0;
  // Rings on the event loop whenever revision() may have changed, so that nobody needs to look.
  // It may ring in the middle of a change: note it, and look later. It rings for as long as what
  // this returns is held.
  [[nodiscard]] virtual std::shared_ptr<void> on_change(std::function<void()> ring) = 0;
  // With the results of this search (0: the newest). What it lends is good while revision() stays
  // the same.
  virtual Snapshot snapshot(std::uint32_t search) = 0;
  virtual Outcome submit(const Request& request) = 0;
  // Offers the folder, or takes it back. Looks at the disk first, on a thread of its own, for as
  // long as a network drive likes to take; `done` is called on the event loop, later and once.
  virtual void share(const std::string& path, bool wanted, std::function<void(Outcome)> done) = 0;
  // What is in a shared folder, named as the networks see it. `done` is called on the event loop,
  // once; with an empty listing of another name where nobody can tell.
  virtual void look_into(const std::string& folder, std::function<void(Listing)> done) = 0;
  // The hosts that the networks know. `done` is called on the event loop, later and once.
  virtual void look_at_hosts(std::function<void(HostList)> done) = 0;
  // Oldest first; empty where the node is not told to keep any (lab.trace).
  virtual std::vector<TrailRow> trail() { return {}; }
};

}  // namespace p2p::api
