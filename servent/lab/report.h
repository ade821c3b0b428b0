// One folder a run: what was run, what came out, and pages to look at.
//
//   scenario.toml   every field as it was run (scenario-2.toml, ... where further results had
//   others) results.csv     a line a run results.json    all of it, to be read back report.md,
//   plot-NUMBER.svg report.html     the same in one file that needs nothing else, no network either
//
// The same results give the same bytes.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "protocols/base/result.h"

#include "servent/lab/outcome.h"

namespace p2p::lab {

// Makes the folder where there is none. Several results (simulated and real) must vary the same
// fields. Each file is written whole beside its place and then moved there; Errc::io names the one
// that could not be.
Result<void> write_report(const std::filesystem::path& folder, std::span<const Results> results);

// Text into a file that is afterwards either as it was or whole.
Result<void> write_whole(const std::filesystem::path& file, const std::string& text);

std::string to_markdown(std::span<const Results> results);
std::string to_html(std::span<const Results> results);

}  // namespace p2p::lab
