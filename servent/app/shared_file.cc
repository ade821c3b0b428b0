#include "servent/app/shared_file.h"

#include <cerrno>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include "index/hasher.h"

namespace p2p::app {

namespace fs = std::filesystem;

int open_beneath(const fs::path& root, const fs::path& relative) {
  const File folder(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return -1;
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;  // a named pipe must not hold us
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const long opened = ::syscall(SYS_openat2, folder.get(), relative.c_str(), &how, sizeof how);
  if (opened >= 0 || errno != ENOSYS) return static_cast<int>(opened);
  // Before Linux 5.6: step by step, each without following a link.
  int at = ::dup(folder.get());
  for (const fs::path& part : relative) {
    const bool last = part == relative.filename();
    const int next = part == ".." ? -1
                                  : ::openat(at, part.c_str(),
                                             O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK |
                                                 (last ? O_RDONLY : O_PATH | O_DIRECTORY));
    ::close(at);
    at = next;
    if (at < 0) break;
  }
  return at;
}

Result<int> open_for_upload(const Located& where) {
  File file(open_beneath(where.root, where.relative));
  if (file.get() < 0) return fail(Errc::not_found, "cannot open a shared file any more");
  const auto stamp = index::stamp_of(file.get());
  if (!stamp) return tl::unexpected(stamp.error());
  if (stamp->size_bytes != where.size_bytes || stamp->mtime_ns != where.mtime_ns)
    return fail(Errc::refused, "a shared file changed since it was hashed");
  return file.release();
}

}  // namespace p2p::app
