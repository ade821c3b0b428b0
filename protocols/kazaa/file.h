// A file as FastTrack's messages carry it, and the two by which a child tells its supernode what it
// shares (fasttrack.md, section 4.1).
#pragma once

#include <cstdint>
#include <string_view>

#include "protocols/base/bytes.h"
#include "protocols/base/result.h"
#include "protocols/base/uuhash.h"
#include "protocols/kazaa/tags.h"

namespace p2p::kazaa {

// hash 20 | varint file id | varint size | varint tag count | tags
struct File {
  UuHash hash;
  std::uint32_t file_id = 0;  // file_id_of(hash) of honest nodes; nothing rests on it
  // mldonkey misreads 2^31 and more: such files are not announced to children that are not ours.
  std::uint64_t size_bytes = 0;
  Tags tags;

  friend bool operator==(const File&, const File&) = default;
};
Result<File> read_file(Reader& reader);
void append_file(Buffer& out, const File& file);
inline constexpr std::size_t kLeastFileBytes = 23;

enum class Media : std::uint8_t {
  unknown = 0,
  audio = 1,
  video = 2,
  image = 3,
  document = 4,
  software = 5,
};

// ---- share 22: u8 0 | u8 media | u8 0 | u8 0 | file
struct Share {
  Media media = Media::unknown;  // any byte: mldonkey sends 0 always
  File file;

  friend bool operator==(const Share&, const Share&) = default;
};
Result<Share> decode_share(Bytes payload);
void append_share(Buffer& out, const Share& share);

// ---- unshare 05: file. Which one is said by its hash.
Result<File> decode_unshare(Bytes payload);
void append_unshare(Buffer& out, const File& file);

}  // namespace p2p::kazaa
