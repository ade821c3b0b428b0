// zlib streams (RFC 1950) over buffers; deflate.cc is the only file of this room that includes
// zlib. Used by the Gnutella link (one stream a direction, flushed at the end of each burst), by
// QRP patches and by GGEP values.
#pragma once

#include <cstddef>
#include <memory>

#include "protocols/base/bytes.h"
#include "protocols/base/result.h"

namespace p2p {

// One stream out. `small` takes 26 KiB of state (window of 4 KiB), for a node with many links;
// else it is 262 KiB (window of 32 KiB).
class Deflater {
 public:
  explicit Deflater(bool small = true);
  ~Deflater();
  Deflater(Deflater&&) noexcept;
  Deflater& operator=(Deflater&&) noexcept;
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void write(Bytes bytes, Buffer& out);  // may hold back
  void flush(Buffer& out);  // all that was written can be read by the other side (sync flush); adds
                            // nothing when nothing was written since the last one
  void finish(Bytes bytes, Buffer& out);  // writes the last of it and the stream's end

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// One stream in.
class Inflater {
 public:
  Inflater();
  ~Inflater();
  Inflater(Inflater&&) noexcept;
  Inflater& operator=(Inflater&&) noexcept;
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Appends at most `room` bytes to `out` and says how many of `bytes` it used: fewer than all when
  // the room is full or when the stream ended. After a full room call again with the rest, even if
  // that is nothing: some bytes may wait inside. malformed on a broken stream, which stays broken;
  // what stands before the fault was appended. Takes 7 KiB, and the sender's window: up to 32 KiB.
  Result<std::size_t> read(Bytes bytes, std::size_t room, Buffer& out);
  bool is_ended() const;  // the stream's own end was read

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A whole stream at once. Inflating refuses (too_long) what would be more than `limit` bytes, and
// (malformed) a stream that is broken or not whole. Bytes behind its end are ignored.
Buffer deflated(Bytes bytes);
Result<Buffer> inflated(Bytes bytes, std::size_t limit);

}  // namespace p2p
