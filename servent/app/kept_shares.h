// The folders that were shared while the program ran (`servent share`), kept for its next start.
#pragma once

#include <filesystem>
#include <vector>

#include "protocols/base/result.h"

namespace p2p::app {

// Those of the file; none when it is missing. One path a line, bytes that are no plain ASCII as
// %XX; a line that makes no absolute path is passed over.
std::vector<std::filesystem::path> load_shares(const std::filesystem::path& file);

// Writes beside the file and renames, so that a kill leaves the old or the new one whole.
Result<void> save_shares(const std::filesystem::path& file,
                         const std::vector<std::filesystem::path>& folders);

}  // namespace p2p::app
