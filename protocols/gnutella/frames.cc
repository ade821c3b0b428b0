#include "protocols/gnutella/frames.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace p2p::gnutella {

namespace {

constexpr std::size_t kAhead = 4096;        // inflated at a time, unless a frame needs more
constexpr std::size_t kKeptReading = 8192;  // capacity that an idle link keeps
constexpr std::size_t kKeptWriting = std::size_t{16} * 1024;

// The frame at the front of some bytes: 0. Else how many more it needs at least.
Result<std::size_t> look(Bytes bytes, Frame& frame) {
  if (bytes.size() < kHeaderBytes) return kHeaderBytes - bytes.size();
  const auto header = decode_header(bytes.first(kHeaderBytes));
  if (!header) return tl::unexpected<Error>(header.error());
  const std::size_t size = kHeaderBytes + header->length;
  if (bytes.size() < size) return size - bytes.size();
  frame = {*header, bytes.subspan(kHeaderBytes, header->length), bytes.first(size)};
  return 0;
}

void empty(Buffer& buffer, std::size_t kept) {
  buffer.clear();
  if (buffer.capacity() > kept) Buffer().swap(buffer);
}

}  // namespace

FrameReader::FrameReader(bool inflates) {
  if (inflates) inflater_.emplace();
}

void FrameReader::feed(Bytes bytes) {
  assert(input_.empty() || error_);
  input_ = bytes;
}

Result<std::optional<Frame>> FrameReader::next() {
  if (error_) return tl::unexpected<Error>(*error_);
  if (input_.empty() && !inflater_ && held_.empty()) return std::nullopt;
  auto frame = take_frame();
  if (!frame) error_ = frame.error();
  return frame;
}

Result<std::optional<Frame>> FrameReader::take_frame() {
  if (at_ == held_.size()) {
    empty(held_, kKeptReading);
    at_ = 0;
  }
  for (;;) {
    const bool in_place = !inflater_ && held_.empty();
    Frame frame;
    const auto missing = look(in_place ? input_ : Bytes(held_).subspan(at_), frame);
    if (!missing) return tl::unexpected<Error>(missing.error());
    if (*missing == 0) {
      if (in_place)
        input_ = input_.subspan(frame.whole.size());
      else
        at_ += frame.whole.size();
      return frame;
    }
    const auto more = inflater_ ? inflate_more(*missing) : hold_more(*missing);
    if (!more) return tl::unexpected<Error>(more.error());
    if (!*more) return std::nullopt;
  }
}

bool FrameReader::hold_more(std::size_t missing) {
  if (input_.empty()) return false;
  const Bytes taken = input_.first(std::min(missing, input_.size()));
  held_.insert(held_.end(), taken.begin(), taken.end());
  input_ = input_.subspan(taken.size());
  return true;
}

Result<bool> FrameReader::inflate_more(std::size_t missing) {
  if (inflater_->is_ended()) return fail(Errc::malformed, "the zlib stream ended");
  if (input_.empty() && !is_more_inside_) return false;
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(at_));
  at_ = 0;
  const std::size_t before = held_.size();
  const std::size_t room = std::max(missing, kAhead);
  const auto used = inflater_->read(input_, room, held_);
  const std::size_t got = held_.size() - before;
  // What was read before the fault comes first; the inflater stays broken.
  if (!used && got == 0) return tl::unexpected<Error>(used.error());
  if (used) {
    input_ = input_.subspan(*used);
    is_more_inside_ = got == room;
  }
  return true;
}

FrameWriter::FrameWriter(bool deflates) {
  if (deflates) deflater_.emplace();
}

void FrameWriter::begin() {
  if (flushed_) empty(out_, kKeptWriting);
  flushed_ = false;
  dirty_ = true;
}

void FrameWriter::write(Bytes message) {
  begin();
  if (deflater_) {
    deflater_->write(message, out_);
  } else {
    out_.insert(out_.end(), message.begin(), message.end());
  }
}

// The hop is written where it goes to, not into a copy that is copied again: a processor that
// reads back in one piece what it just wrote in several waits until all of it is in the cache. That
// took a fifth of all the time of a hit.
void pass_message(Bytes message, Hop hop, Buffer& out) {
  assert(message.size() >= kHeaderBytes);
  const std::size_t at = out.size() + kTtlAt;
  out.insert(out.end(), message.begin(), message.end());
  out[at] = std::byte{hop.ttl};
  out[at + 1] = std::byte{hop.hops};
}

void FrameWriter::pass(Bytes message, Hop hop) {
  begin();
  if (!deflater_) {
    pass_message(message, hop, out_);
    return;
  }
  const std::array<std::byte, 2> changed{std::byte{hop.ttl}, std::byte{hop.hops}};
  deflater_->write(message.first(kTtlAt), out_);
  deflater_->write(changed, out_);
  deflater_->write(message.subspan(kTtlAt + changed.size()), out_);
}

Bytes FrameWriter::flush() {
  if (!dirty_) return {};
  if (deflater_) deflater_->flush(out_);
  dirty_ = false;
  flushed_ = true;
  return out_;
}

}  // namespace p2p::gnutella
