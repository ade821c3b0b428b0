// Results as programs read them: one table of all runs (CSV), and all there is (JSON), which can be
// read back to go on with a run or to compare two.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/result.h"

#include "servent/lab/outcome.h"

namespace p2p::lab {

// A line for each run: driver, partial (1: of a campaign that ended before all its runs were done),
// point, the varied fields, seed, hash, each number that came out of some run, messages.TYPE and
// bytes.TYPE; an empty cell where a run has none. RFC 4180, with LF.
std::string to_csv(std::span<const Results> results);

// {"format": 1, "results": [{scenario, driver, ..., points: [means], runs: [...], verdicts}]}.
std::string to_json(std::span<const Results> results);

// The same while it grows: a line that says what is run, then one for each run as it is done.
std::string head_line(const Results& results);
std::string run_line(const Outcome& outcome, const Effort& so_far);
// Partial results. A last line without its end was being written when all ended: it is left out.
Result<Results> read_lines(std::string_view text, const std::string& file);

// What to_json wrote; `file` is for messages. Means and verdicts are not read but made anew.
Result<std::vector<Results>> read_results(std::string_view json, const std::string& file);

}  // namespace p2p::lab
