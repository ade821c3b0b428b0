// PartFile: a download on disk, filled from its beginning to its end, and its final name. Disk's
// thread only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "protocols/base/bytes.h"
#include "protocols/base/digest.h"

#include "servent/transfer/disk.h"

namespace p2p::transfer {

enum class Stored : std::uint8_t { ok, differs, failed };

// Compares what lies before `have`, writes what comes after. What differs is thrown away with all
// the rest.
Stored store(const std::filesystem::path& part, const Buffer& data, std::uint64_t at,
             std::uint64_t have);

struct Checked {
  bool written = false;
  bool content = true;  // false: not the promised digest, and the part file is gone
  std::filesystem::path path;
};

// Reads the whole part file and gives it its final name when it may have one.
Checked finish(const std::filesystem::path& part, const std::filesystem::path& folder,
               const std::string& name, const std::optional<Sha1>& promised,
               const Disk::Stopping& stopping);

}  // namespace p2p::transfer
