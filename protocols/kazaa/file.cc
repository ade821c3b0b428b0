#include "protocols/kazaa/file.h"

#include "protocols/kazaa/varint.h"
#include "protocols/kazaa/wire.h"

namespace p2p::kazaa {

Result<File> read_file(Reader& reader) {
  File file;
  file.hash = read_hash(reader);
  const auto id = read_varint32(reader);
  const auto size = id ? read_varint(reader) : std::nullopt;
  if (!size) return fail(Errc::malformed, "file cut short");
  const auto tags = Tags::read(reader);
  if (!tags) return tl::unexpected<Error>(tags.error());
  file.file_id = *id;
  file.size_bytes = *size;
  file.tags = *tags;
  return file;
}

void append_file(Buffer& out, const File& file) {
  Writer(out).bytes(file.hash.bytes);
  append_varint(out, file.file_id);
  append_varint(out, file.size_bytes);
  append_tags(out, file.tags);
}

Result<Share> decode_share(Bytes payload) {
  Reader reader(payload);
  reader.skip(1);
  Share share;
  share.media = static_cast<Media>(reader.u8());
  reader.skip(2);
  const auto file = read_file(reader);
  if (!file) return tl::unexpected<Error>(file.error());
  share.file = *file;
  return share;
}

void append_share(Buffer& out, const Share& share) {
  Writer(out).u8(0).u8(static_cast<std::uint8_t>(share.media)).u16be(0);
  append_file(out, share.file);
}

Result<File> decode_unshare(Bytes payload) {
  Reader reader(payload);
  return read_file(reader);
}

void append_unshare(Buffer& out, const File& file) {
  append_file(out, file);
}

}  // namespace p2p::kazaa
