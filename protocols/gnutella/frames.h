// Frames: one open Gnutella link's messages, in and out, through the link's zlib streams where they
// were agreed (gnutella.md, sections 1.5 and 2). Parses whole frames in place; only a partial one
// is kept. What is written is gathered until flush(), so a burst is one write and one sync flush.
#pragma once

#include <cstdint>
#include <optional>

#include "protocols/base/bytes.h"
#include "protocols/base/result.h"
#include "protocols/deflate.h"
#include "protocols/gnutella/message.h"

namespace p2p::gnutella {

struct Frame {
  Header header;
  Bytes payload;  // valid until the next call of the reader
  Bytes whole;    // header and payload as they came
};

class FrameReader {
 public:
  explicit FrameReader(bool inflates);
  FrameReader(FrameReader&&) noexcept = default;
  FrameReader& operator=(FrameReader&&) noexcept = default;

  // Lends `bytes` until next() has said nothing. Only one feed at a time.
  void feed(Bytes bytes);
  // The next whole frame; nothing: feed more. An error is final: a length above kMaxPayload, a
  // broken or ended zlib stream. Inflates at most a frame ahead, so a bomb costs no memory.
  Result<std::optional<Frame>> next();

 private:
  Result<bool> more_plain();  // false: nothing is left to inflate

  std::optional<Inflater> inflater_;
  Bytes input_;         // lent, not yet inflated or parsed
  Buffer held_;         // plain bytes that are kept: a partial frame, or what was inflated
  std::size_t at_ = 0;  // parsed of held_
};

class FrameWriter {
 public:
  explicit FrameWriter(bool deflates);
  FrameWriter(FrameWriter&&) noexcept = default;
  FrameWriter& operator=(FrameWriter&&) noexcept = default;

  void write(Bytes message);  // header and payload
  bool is_empty() const { return !dirty_; }
  std::size_t waiting() const { return out_.size(); }  // bytes gathered so far
  // All that was written since, as the wire wants it; the view lives until the next write.
  Bytes flush();

 private:
  std::optional<Deflater> deflater_;
  Buffer out_;
  bool dirty_ = false;
  bool flushed_ = false;
};

}  // namespace p2p::gnutella
