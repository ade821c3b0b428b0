// One node's state on disk: makes its folders, and keeps a second process out of them.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "protocols/base/ids.h"
#include "protocols/base/result.h"

#include "servent/app/settings.h"

namespace p2p::app {

// Held as long as the object lives; the system lets go of it when the process dies, however.
class HomeLock {
 public:
  // Makes the folders (0700) that are missing. Refused when another process holds the home.
  static Result<HomeLock> take(const Places& places);

  HomeLock(HomeLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  HomeLock& operator=(HomeLock&&) = delete;
  HomeLock(const HomeLock&) = delete;
  HomeLock& operator=(const HomeLock&) = delete;
  ~HomeLock();

 private:
  explicit HomeLock(int file) : file_(file) {}
  int file_;
};

// A word of `length` letters and digits from the system's generator: passwords, nick suffixes.
std::string random_word(std::size_t length);

// Sixteen bytes from there, in the form of a modern Gnutella servent's (gnutella.md, section 2).
Guid random_guid();

// The text of a small file, made with `fresh` (0600) when it is not there.
std::string remembered(const std::filesystem::path& file, const std::string& fresh);

}  // namespace p2p::app
