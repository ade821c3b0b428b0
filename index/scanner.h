// Walks the shared folders and says which files are there. Never leaves a folder: links are not
// followed, hidden files and folders are not entered.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "index/catalog.h"

namespace p2p::index {

inline constexpr std::size_t kMaxSharedName = 1024;  // bytes; longer ones no network carries

struct Share {
  std::filesystem::path root;  // absolute
  std::string label;           // first part of the shared names
};

// Labels are the folders' own names; equal ones become "Music", "Music (2)". The roots are absolute
// and without links; this does not look at the disk.
std::vector<Share> labelled(const std::vector<std::filesystem::path>& roots);
// The same for folders of any form, as the disk knows them.
std::vector<Share> shares_of(const std::vector<std::filesystem::path>& folders);

struct Skipped {
  std::uint64_t empty = 0;
  std::uint64_t unreadable = 0;
  std::uint64_t bad_name = 0;  // too long, or with control characters in it
  static constexpr std::size_t kNamed = 100;
  struct One {
    std::filesystem::path path;
    std::string why;
  };
  std::vector<One> first;  // at most kNamed of them
};

// A file that the walk came upon. A hundred thousand of them are in memory at once: there is no
// more in it than comparing needs.
struct Found {
  std::string name;  // in the networks: the share's label, '/', the path below its root
  Stamp stamp;
  std::uint64_t known = 0;  // set by who compares: the catalogue's id of it
  std::uint32_t share = 0;  // place in Scan::shares
};

struct Scan {
  std::vector<Share> shares;
  std::vector<Found> files;
  Skipped skipped;
  std::uint64_t folders = 0;  // that were looked into
};

// Stopped early, the scan is incomplete and must not be compared with.
Scan scan(std::vector<Share> shares, const std::atomic<bool>& stop);
// The row of a file that was found, without digests; its id is `known`.
Entry entry_of(const Scan& scan, const Found& file);

}  // namespace p2p::index
