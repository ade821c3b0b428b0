#include "servent/transfer/final_name.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocols/base/bytes.h"

#include "servent/transfer/names.h"

namespace p2p::transfer {
namespace fs = std::filesystem;

namespace {

constexpr unsigned kMaxNumber = 1000;  // "name (1000).ogg" is where we stop counting
constexpr std::size_t kCopy = std::size_t{1024} * 1024;

// Not every file system knows either way to move without replacing.
int move(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  if (::link(from.c_str(), to.c_str()) != 0) return errno;
  ::unlink(from.c_str());
  return 0;
}

Placed move_numbered(const fs::path& from, const fs::path& folder, const std::string& name,
                     const Intent& intent) {
  struct stat file {};
  if (::lstat(from.c_str(), &file) != 0) return {errno, {}};
  for (unsigned number = 1; number <= kMaxNumber; ++number) {
    Placed placed{0, folder / (number == 1 ? name : numbered_name(name, number))};
    struct stat other {};
    if (::lstat(placed.path.c_str(), &other) == 0) continue;  // no intent for a name that is taken
    intent(placed.path, file.st_ino);
    placed.error = move(from, placed.path);
    if (placed.error != EEXIST) return placed;
  }
  return {EEXIST, {}};
}

int copy_bytes(int from, int to, const Disk::Stopping& stopping) {
  Buffer block(kCopy);
  while (true) {
    if (*stopping) return ECANCELED;
    const ssize_t got = ::read(from, block.data(), block.size());
    if (got == 0) return ::fsync(to) == 0 ? 0 : errno;
    if (got < 0) return errno;
    for (ssize_t done = 0; done < got;) {
      const ssize_t put = ::write(to, block.data() + done, static_cast<std::size_t>(got - done));
      if (put <= 0) return put < 0 ? errno : EIO;
      done += put;
    }
  }
}

void copy_time(int from, int to) {
  struct stat info {};
  if (::fstat(from, &info) != 0) return;
  const std::array<timespec, 2> times{info.st_atim, info.st_mtim};
  ::futimens(to, times.data());
}

int copy(const fs::path& from, const fs::path& to, const Disk::Stopping& stopping) {
  const int in = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) return errno;
  int error = 0;
  const int out = ::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (out < 0) {
    error = errno;
  } else {
    error = copy_bytes(in, out, stopping);
    copy_time(in, out);
    if (::close(out) != 0 && error == 0) error = errno;
    if (error != 0) ::unlink(to.c_str());
  }
  ::close(in);
  return error;
}

}  // namespace

std::string disk_words(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT: return "disk is full";
    case EFBIG: return "file is too big for this disk";
    case EROFS: return "disk is read-only";
    case EACCES:
    case EPERM: return "no permission to write";
    default: return std::strerror(error);
  }
}

bool is_passing(int error) {
  return error == ENOSPC || error == EDQUOT || error == ENOENT || error == ENOTDIR;
}

void sync_folder(const fs::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
}

Placed place(const fs::path& part, const fs::path& folder, const std::string& name,
             const Disk::Stopping& stopping, const Intent& intent) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed && !fs::is_directory(folder)) return {failed.value(), {}};
  Placed placed = move_numbered(part, folder, name, intent);
  if (placed.error == EXDEV) {
    const fs::path near = folder / ("." + part.filename().string());
    placed.error = copy(part, near, stopping);
    if (placed.error != 0) return placed;
    placed = move_numbered(near, folder, name, intent);
    ::unlink((placed.error == 0 ? part : near).c_str());
  }
  if (placed.error == 0) sync_folder(folder);
  return placed;
}

bool is_placed(const fs::path& path, std::uint64_t inode, std::uint64_t size_bytes) {
  struct stat file {};
  return ::lstat(path.c_str(), &file) == 0 && S_ISREG(file.st_mode) && file.st_ino == inode &&
         static_cast<std::uint64_t>(file.st_size) == size_bytes;
}

}  // namespace p2p::transfer
