// A shared file on this machine, opened without ever leaving its folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <utility>

#include <unistd.h>

#include "protocols/base/file.h"
#include "protocols/base/result.h"

namespace p2p::app {

struct Located {
  std::filesystem::path root;
  std::filesystem::path relative;
  std::uint64_t size_bytes = 0;
  std::int64_t mtime_ns = 0;
  SharedFile file;
};

// Closes what it holds.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

// Opens for reading below `root` without passing any link, whatever was put there since the scan,
// and without waiting for the other end of a pipe. -1 and errno when it cannot.
int open_beneath(const std::filesystem::path& root, const std::filesystem::path& relative);

// A descriptor the caller closes. Refused when the path leaves the root or passes a link, or the
// file no longer has the size and time it was hashed with. Touches the disk: not for the loop.
Result<int> open_for_upload(const Located& where);

}  // namespace p2p::app
