#include <algorithm>
#include <cassert>

#include "protocols/deflate.h"
#include "protocols/gnutella/extensions.h"

namespace p2p::gnutella {

namespace {

namespace flag {
constexpr std::uint8_t kLast = 0x80;
constexpr std::uint8_t kCobs = 0x40;
constexpr std::uint8_t kDeflated = 0x20;
constexpr std::uint8_t kReserved = 0x10;
constexpr std::uint8_t kIdLength = 0x0f;
}  // namespace flag

constexpr std::uint8_t kMoreFollow = 0x80;  // of a byte of a length
constexpr std::uint8_t kLengthEnds = 0x40;
constexpr unsigned kLengthBits = 6;
constexpr unsigned kLengthMask = 0x3f;
constexpr std::size_t kMaxLength = (std::size_t{1} << (3 * kLengthBits)) - 1;

// Honest values hardly reach 10; without it, a message of many tiny streams costs a thousand times
// its size.
constexpr std::size_t kMaxGrowth = 64;

constexpr std::uint8_t kCobsFull = 0xff;  // a run of 254 bytes with no zero behind it

bool has_zero(Bytes bytes) {
  return std::find(bytes.begin(), bytes.end(), std::byte{0}) != bytes.end();
}

Buffer cobs_coded(Bytes bytes) {
  Buffer out;
  out.reserve(bytes.size() + bytes.size() / (kCobsFull - 1) + 1);
  std::size_t code_at = 0;
  std::uint8_t code = 1;
  out.push_back({});
  for (const std::byte b : bytes) {
    if (b != std::byte{0}) {
      out.push_back(b);
      ++code;
    }
    if (b != std::byte{0} && code != kCobsFull) continue;
    out[code_at] = std::byte{code};
    code_at = out.size();
    code = 1;
    out.push_back({});
  }
  out[code_at] = std::byte{code};
  return out;
}

std::optional<Buffer> cobs_decoded(Bytes bytes) {
  if (has_zero(bytes)) return {};
  Buffer out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const auto code = std::to_integer<std::size_t>(bytes.front());
    if (code > bytes.size()) return {};
    const Bytes run = bytes.subspan(1, code - 1);
    out.insert(out.end(), run.begin(), run.end());
    bytes = bytes.subspan(code);
    if (code != kCobsFull && !bytes.empty()) out.push_back({});
  }
  return out;
}

// Fails by giving nothing; a reader at its end gives zeros, which are no length.
std::optional<std::size_t> read_length(Reader& reader) {
  std::size_t length = 0;
  for (int i = 0; i < 3; ++i) {
    const std::uint8_t b = reader.u8();
    length = (length << kLengthBits) | (b & kLengthMask);
    const unsigned mark = b & (kMoreFollow | kLengthEnds);
    if (mark == kLengthEnds) return length;
    if (mark != kMoreFollow) return {};
  }
  return {};
}

void append_length(Writer& out, std::size_t length) {
  for (unsigned shift = 2 * kLengthBits; shift > 0; shift -= kLengthBits)
    if (length >> shift != 0)
      out.u8(static_cast<std::uint8_t>(kMoreFollow | ((length >> shift) & kLengthMask)));
  out.u8(static_cast<std::uint8_t>(kLengthEnds | (length & kLengthMask)));
}

std::optional<Buffer> plain(std::uint8_t flags, Bytes sent) {
  Buffer data(sent.begin(), sent.end());
  if ((flags & flag::kCobs) != 0) {
    auto decoded = cobs_decoded(sent);
    if (!decoded) return {};
    data = std::move(*decoded);
  }
  if ((flags & flag::kDeflated) == 0) return data;
  auto whole = inflated(data, std::min(kMaxGgepData, kMaxGrowth * data.size()));
  if (!whole) return {};
  return std::move(*whole);
}

std::optional<Ggep::Extension> read_extension(Reader& reader, std::uint8_t flags) {
  const std::size_t id_length = flags & flag::kIdLength;
  if (id_length == 0 || (flags & flag::kReserved) != 0) return {};
  const Bytes id = reader.take(id_length);
  const auto length = read_length(reader);
  if (!length || has_zero(id)) return {};
  const Bytes sent = reader.take(*length);
  if (reader.failed()) return {};
  auto data = plain(flags, sent);
  if (!data || data->size() > kMaxGgepData) return {};
  return Ggep::Extension{std::string(text_of(id)), std::move(*data)};
}

}  // namespace

Result<Ggep> Ggep::decode(Bytes bytes, std::size_t& used) {
  used = 0;
  Reader reader(bytes);
  if (reader.u8() != std::to_integer<std::uint8_t>(kGgepMagic))
    return fail(Errc::malformed, "no GGEP block");
  Ggep ggep;
  for (bool last = false; !last;) {
    if (ggep.extensions_.size() == kMaxGgepExtensions)
      return fail(Errc::malformed, "GGEP block of too many extensions");
    const std::uint8_t flags = reader.u8();
    auto extension = read_extension(reader, flags);
    if (!extension) return fail(Errc::malformed, "broken GGEP extension");
    ggep.extensions_.push_back(std::move(*extension));
    last = (flags & flag::kLast) != 0;
  }
  used = bytes.size() - reader.size();
  return ggep;
}

const Buffer* Ggep::find(std::string_view id) const {
  const auto at = std::find_if(extensions_.begin(), extensions_.end(),
                               [&](const Extension& one) { return one.id == id; });
  return at == extensions_.end() ? nullptr : &at->data;
}

void Ggep::merge(Ggep other) {
  for (Extension& one : other.extensions_)
    if (extensions_.size() < kMaxGgepExtensions && !has(one.id))
      extensions_.push_back(std::move(one));
}

GgepWriter& GgepWriter::add(std::string_view id, Bytes data) {
  assert(!id.empty() && id.size() <= flag::kIdLength);
  assert(data.size() <= kMaxLength);
  extensions_.push_back({std::string(id), Buffer(data.begin(), data.end())});
  return *this;
}

void GgepWriter::append_to(Buffer& out) const {
  if (extensions_.empty()) return;
  Writer writer(out);
  writer.bytes(Bytes(&kGgepMagic, 1));
  for (const Ggep::Extension& one : extensions_) {
    const bool cobs = no_nul_ && has_zero(one.data);
    const Buffer coded = cobs ? cobs_coded(one.data) : Buffer();
    const Bytes sent = cobs ? coded : one.data;
    assert(sent.size() <= kMaxLength);
    const bool last = &one == &extensions_.back();
    writer.u8(static_cast<std::uint8_t>((last ? flag::kLast : 0U) | (cobs ? flag::kCobs : 0U) |
                                        (one.id.size() & flag::kIdLength)));
    writer.text(one.id);
    append_length(writer, sent.size());
    writer.bytes(sent);
  }
}

}  // namespace p2p::gnutella
