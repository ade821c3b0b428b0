// The folder of a campaign while it runs: runs.jsonl (runs-real.jsonl of real nodes), to which each
// run is added when it is done, so that a kill costs no more than the runs that were under way.
// When all is over the report takes its place (report.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "protocols/base/result.h"

#include "servent/lab/outcome.h"

namespace p2p::lab {

class Journal {
 public:
  // Made anew, with the runs that `known` has; the folder too, where there is none.
  static Result<Journal> begin(const std::filesystem::path& folder, const Results& known);
  ~Journal();
  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&&) = delete;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Whole or not at all. A power cut may cost the runs of the last second too.
  Result<void> add(const Outcome& outcome, const Effort& so_far);
  // The report is written.
  void remove();

 private:
  Journal(std::filesystem::path file, int handle, std::uint64_t size);

  std::filesystem::path file_;
  int handle_;
  std::uint64_t size_;  // of what is whole
  std::chrono::steady_clock::time_point synced_;
};

// What a folder of a run holds, or a results.json: of a campaign that was killed what it had done.
Result<std::vector<Results>> load_results(const std::filesystem::path& path);

// What a campaign had done goes into `results`, whose scenario is to be run. Errc::refused, and
// what differs, when the runs there are not runs of the same networks by the same program; other
// seeds and expectations are fine.
Result<void> take_up(const std::filesystem::path& folder, Results& results);

}  // namespace p2p::lab
