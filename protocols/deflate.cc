#include "protocols/deflate.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <new>
#include <span>

#include <zlib.h>

namespace p2p {

namespace {

constexpr std::size_t kChunk = 4096;  // of output, on the stack
constexpr int kLargestWindow = 15;    // 32 KiB, as log2
constexpr int kLargeMemory = 8;       // zlib's own default
// deflateInit2 takes (1 << (window + 2)) + (1 << (memory + 9)) bytes and 6 KiB; see deflate.h.
constexpr int kSmallWindow = 12;
constexpr int kSmallMemory = 3;

void lend(z_stream& stream, Bytes bytes) {
  assert(bytes.size() <= std::numeric_limits<uInt>::max());
  stream.next_in = const_cast<Bytef*>(octets(bytes));  // zlib reads only; its type is older
  stream.avail_in = static_cast<uInt>(bytes.size());
}

// What was written into the chunk goes behind `out`.
void append(Buffer& out, std::span<const Bytef> written) {
  const Bytes bytes = std::as_bytes(written);
  out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace

struct Deflater::State {
  explicit State(bool small) {
    const int code = deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                                  small ? kSmallWindow : kLargestWindow,
                                  small ? kSmallMemory : kLargeMemory, Z_DEFAULT_STRATEGY);
    if (code != Z_OK) throw std::bad_alloc();  // the only reason there is
  }
  ~State() { deflateEnd(&stream); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void run(Bytes bytes, int flush, Buffer& out) {
    lend(stream, bytes);
    std::array<Bytef, kChunk> chunk;
    do {
      stream.next_out = chunk.data();
      stream.avail_out = kChunk;
      deflate(&stream, flush);  // no progress is no error here: all is out already
      append(out, std::span(chunk).first(kChunk - stream.avail_out));
    } while (stream.avail_out == 0);
    assert(stream.avail_in == 0);
    lend(stream, {});
  }

  z_stream stream{};
  bool dirty = false;  // written since the last flush
};

Deflater::Deflater(bool small) : state_(std::make_unique<State>(small)) {}
Deflater::~Deflater() = default;
Deflater::Deflater(Deflater&&) noexcept = default;
Deflater& Deflater::operator=(Deflater&&) noexcept = default;

void Deflater::write(Bytes bytes, Buffer& out) {
  if (bytes.empty()) return;
  state_->run(bytes, Z_NO_FLUSH, out);
  state_->dirty = true;
}

void Deflater::flush(Buffer& out) {
  if (!state_->dirty) return;
  state_->run({}, Z_SYNC_FLUSH, out);
  state_->dirty = false;
}

void Deflater::finish(Bytes bytes, Buffer& out) {
  state_->run(bytes, Z_FINISH, out);
}

struct Inflater::State {
  State() {
    if (inflateInit(&stream) != Z_OK) throw std::bad_alloc();
  }
  ~State() { inflateEnd(&stream); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  z_stream stream{};
  bool ended = false;
  bool broken = false;
};

Inflater::Inflater() : state_(std::make_unique<State>()) {}
Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;

Result<std::size_t> Inflater::read(Bytes bytes, std::size_t room, Buffer& out) {
  z_stream& stream = state_->stream;
  lend(stream, bytes);
  std::array<Bytef, kChunk> chunk;
  bool is_thirsty = false;  // all of `bytes` was used, and what came of them fitted
  while (room > 0 && !is_thirsty && !state_->ended && !state_->broken) {
    const std::size_t lent = std::min(room, kChunk);
    stream.next_out = chunk.data();
    stream.avail_out = static_cast<uInt>(lent);
    const int code = inflate(&stream, Z_NO_FLUSH);
    const std::size_t got = lent - stream.avail_out;
    append(out, std::span(chunk).first(got));
    room -= got;
    is_thirsty = stream.avail_out > 0;
    state_->ended = code == Z_STREAM_END;
    state_->broken = code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR;
  }
  const std::size_t used = bytes.size() - stream.avail_in;
  lend(stream, {});
  if (state_->broken) return fail(Errc::malformed, "a broken zlib stream");
  return used;
}

bool Inflater::is_ended() const {
  return state_->ended;
}

Buffer deflated(Bytes bytes) {
  Buffer out;
  Deflater(false).finish(bytes, out);
  return out;
}

Result<Buffer> inflated(Bytes bytes, std::size_t limit) {
  Buffer out;
  Inflater inflater;
  const std::size_t room = std::min(limit, std::numeric_limits<std::size_t>::max() - 1) + 1;
  const auto used = inflater.read(bytes, room, out);
  if (!used) return tl::unexpected<Error>(used.error());
  if (out.size() > limit) return fail(Errc::too_long, "inflates to more than it may");
  if (!inflater.is_ended()) return fail(Errc::malformed, "a zlib stream without its end");
  return out;
}

}  // namespace p2p
