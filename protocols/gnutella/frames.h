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

  // Lends `bytes` until next() has said nothing. Only one feed at a time.
  void feed(Bytes bytes);
  // The next whole frame; nothing: feed more. An error is final: a length above kMaxPayload, a
  // broken or ended zlib stream; the frames before it come first. Inflates at most a frame and 4
  // KiB ahead, so a bomb costs no memory.
  Result<std::optional<Frame>> next();
  // What is here behind the last frame and was not parsed yet, maybe not all of it a frame.
  Bytes ahead() const { return held_.empty() ? input_ : Bytes(held_).subspan(at_); }
  // Nothing is kept for the next feed: it may go on with another reader.
  bool is_between_frames() const { return !inflater_ && at_ == held_.size(); }
  std::size_t held() const { return held_.capacity(); }  // bytes of memory

 private:
  Result<std::optional<Frame>> take_frame();
  // Adds to held_. False: the input has no more.
  bool hold_more(std::size_t missing);
  Result<bool> inflate_more(std::size_t missing);

  std::optional<Inflater> inflater_;
  Bytes input_;                  // lent, not yet inflated or parsed
  Buffer held_;                  // plain bytes that are kept: a partial frame, or what was inflated
  std::size_t at_ = 0;           // parsed of held_
  bool is_more_inside_ = false;  // of the inflater, which filled its room
  std::optional<Error> error_;
};

// A message with another TTL and hops, behind what is in `out`.
void pass_message(Bytes message, Hop hop, Buffer& out);

class FrameWriter {
 public:
  explicit FrameWriter(bool deflates);

  void write(Bytes message);  // header and payload
  // A message that is passed on: as it is, but for TTL and hops.
  void pass(Bytes message, Hop hop);
  bool is_empty() const { return !dirty_; }
  bool deflates() const { return deflater_.has_value(); }
  std::size_t waiting() const { return flushed_ ? 0 : out_.size(); }  // bytes gathered so far
  // All that was written since, as the wire wants it; the view lives until the next write.
  Bytes flush();

 private:
  void begin();

  std::optional<Deflater> deflater_;
  Buffer out_;
  bool dirty_ = false;
  bool flushed_ = false;
};

}  // namespace p2p::gnutella
