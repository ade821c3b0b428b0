// Reads a file once and computes every digest we need of it: SHA-1 whole, the MD5 of the first
// 299008 bytes after an ID3v2 tag that Napster clients exchange (napster.md, 3.1), the UuHash by
// which FastTrack finds a file, and where it is wanted the tree of Tiger hashes by which Gnutella
// checks parts of one.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

#include "protocols/base/digest.h"
#include "protocols/base/hash_tree.h"
#include "protocols/base/result.h"
#include "protocols/base/uuhash.h"

#include "index/catalog.h"

namespace p2p::index {

inline constexpr std::uint64_t kStartMd5Bytes = 299'008;

struct Digests {
  Sha1 sha1;
  Md5 start_md5;
  UuHash uuhash;
  std::optional<HashTree> tree;
};

// A tree costs twice as much as all the others together (benchmarks.md, hash.sha1_tth).
enum class Trees : std::uint8_t { none, wanted };

// Of the file behind this descriptor, from its beginning; the read position is not used. Stopped
// when `stop` becomes true, refused when the file is no longer as `stamp` says after the last byte.
// `progress` is told the bytes of each block.
Result<Digests> hash_file(int file, const Stamp& stamp, Trees trees, const std::atomic<bool>& stop,
                          const std::function<void(std::uint64_t)>& progress);

// Size, time and inode of an open file.
Result<Stamp> stamp_of(int file);

}  // namespace p2p::index
