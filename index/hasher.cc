#include "index/hasher.h"

#include <cerrno>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocols/base/bytes.h"

#include "index/digester.h"
#include "index/tree_hasher.h"
#include "index/uuhash.h"

namespace p2p::index {

namespace {

constexpr std::size_t kBlock = std::size_t{256} * 1024;
constexpr std::size_t kId3Header = 10;

// Length of an ID3v2 tag at the start: "ID3", two version bytes, flags, and a size of four bytes
// with seven bits each (id3.org, ID3v2.3 section 3.1). Zero when there is none.
std::uint64_t id3_length(Bytes start) {
  if (start.size() < kId3Header || text_of(start.first(3)) != "ID3") return 0;
  std::uint64_t size = 0;
  for (const std::byte b : start.subspan(6, 4))
    size = (size << 7U) | std::to_integer<std::uint64_t>(b & std::byte{0x7f});
  return kId3Header + size;
}

}  // namespace

Result<Stamp> stamp_of(int file) {
  struct stat info {};
  if (::fstat(file, &info) != 0) return fail(Errc::io, std::strerror(errno));
  if (!S_ISREG(info.st_mode)) return fail(Errc::refused, "not a regular file");
  return Stamp{static_cast<std::uint64_t>(info.st_size),
               std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec,
               static_cast<std::uint64_t>(info.st_ino)};
}

Result<Digests> hash_file(int file, const Stamp& stamp, Trees trees, const std::atomic<bool>& stop,
                          const std::function<void(std::uint64_t)>& progress) {
  Digester sha1(EVP_sha1());
  Digester md5(EVP_md5());
  UuHasher uuhash(stamp.size_bytes);
  const TreeShape shape = TreeShape::of(stamp.size_bytes);
  LeafHasher leaves(shape.leaf_bytes());
  std::vector<std::byte> buffer(kBlock);
  std::uint64_t offset = 0;
  std::uint64_t tag = 0;
  ::posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
  while (true) {
    if (stop) return fail(Errc::stopped, "stopped");
    const ssize_t got = ::pread(file, buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(Errc::io, std::strerror(errno));
    if (got == 0) break;
    const Bytes block = Bytes(buffer).first(static_cast<std::size_t>(got));
    if (offset == 0) tag = id3_length(block);
    sha1.add(block);
    md5.add(part_within(block, offset, tag, tag + kStartMd5Bytes));
    uuhash.add(block);
    if (trees == Trees::wanted) leaves.add(block);
    // A scan must not push everything else out of the page cache.
    ::posix_fadvise(file, static_cast<off_t>(offset), got, POSIX_FADV_DONTNEED);
    offset += block.size();
    if (offset > stamp.size_bytes) break;
    progress(block.size());
  }
  const auto now = stamp_of(file);
  if (!now || *now != stamp || offset != stamp.size_bytes)
    return fail(Errc::refused, "changed while it was read");
  Digests digests{sha1.finish<Sha1>(), md5.finish<Md5>(), uuhash.finish(), {}};
  if (trees == Trees::wanted && offset > 0)
    digests.tree = HashTree::above(shape, leaves.finish(), join_tiger);
  return digests;
}

}  // namespace p2p::index
