// The last step of a download: from the part file to a name in the folder, whatever else is there.
// Disk's thread only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "servent/transfer/disk.h"

namespace p2p::transfer {

struct Placed {
  int error = 0;  // errno; then nothing has changed
  std::filesystem::path path;
};

// Told before each try to move: the file of this inode, which is complete and on the disk, is to be
// `path`.
using Intent = std::function<void(const std::filesystem::path& path, std::uint64_t inode)>;

// Moves `part` into `folder` as `name`, or with the first free number behind it. Never replaces a
// file. Folders on another file system get a copy first, with the same time; ECANCELED when that
// was stopped.
Placed place(const std::filesystem::path& part, const std::filesystem::path& folder,
             const std::string& name, const Disk::Stopping& stopping, const Intent& intent);
// Is the file at `path` the one of that inode and size? For one that was to be put there.
bool is_placed(const std::filesystem::path& path, std::uint64_t inode, std::uint64_t size_bytes);

// For people: "disk is full".
std::string disk_words(int error);
// May it work later, though the user does nothing here? A full disk, a folder that went away.
bool is_passing(int error);

// Puts the entries of a folder on the disk, as far as its file system can.
void sync_folder(const std::filesystem::path& folder);

}  // namespace p2p::transfer
