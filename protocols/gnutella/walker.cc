#include "protocols/gnutella/walker.h"

#include <algorithm>

namespace p2p::gnutella {

std::optional<Walker> read_walker(const Ggep& ggep) {
  const Buffer* data = ggep.find(kWalker);
  if (data == nullptr) return {};
  Reader reader(*data);
  Walker walker;
  walker.number = reader.u8();
  walker.check_every = reader.u8();
  walker.step = reader.u16be();
  walker.origin.address = reader.u32be();
  walker.origin.port = reader.u16be();
  const bool is_whole = !reader.failed() && reader.empty();
  const bool is_checked = walker.check_every >= 1 && walker.check_every <= kMostUnchecked;
  if (!is_whole || !is_checked || walker.step == 0 || walker.origin.port == 0) return {};
  return walker;
}

Buffer to_bytes(const Walker& walker) {
  Buffer out;
  Writer(out)
      .u8(walker.number)
      .u8(walker.check_every)
      .u16be(walker.step)
      .u32be(walker.origin.address)
      .u16be(walker.origin.port);
  return out;
}

Buffer to_bytes(const WalkNote& note) {
  Buffer data;
  Writer writer(data);
  switch (note.kind) {
    case WalkNote::Kind::check: writer.u8(note.number).u16be(note.step); break;
    case WalkNote::Kind::verdict: writer.u8(note.number).u8(note.goes_on ? 1 : 0); break;
    case WalkNote::Kind::found: writer.u8(note.hits); break;
  }
  VendorMessage message;
  std::ranges::copy(kWalkVendor, message.vendor.begin());
  message.selector = static_cast<std::uint16_t>(note.kind);
  message.version = 1;
  message.data = data;
  Buffer payload;
  append_vendor(payload, message);
  Buffer out;
  append_message(out, Header{note.query, Type::vendor, 1, 0, 0}, payload);
  return out;
}

std::optional<WalkNote> read_walk_note(Bytes datagram) {
  if (datagram.size() < kHeaderBytes) return {};
  const auto header = decode_header(datagram.first(kHeaderBytes));
  if (!header || header->type != Type::vendor || header->length != datagram.size() - kHeaderBytes)
    return {};
  const auto message = decode_vendor(datagram.subspan(kHeaderBytes));
  if (!message) return {};
  WalkNote note;
  note.query = header->guid;
  Reader reader(message->data);
  if (message->is(kWalkVendor, static_cast<std::uint16_t>(WalkNote::Kind::check))) {
    note.kind = WalkNote::Kind::check;
    note.number = reader.u8();
    note.step = reader.u16be();
  } else if (message->is(kWalkVendor, static_cast<std::uint16_t>(WalkNote::Kind::verdict))) {
    note.kind = WalkNote::Kind::verdict;
    note.number = reader.u8();
    note.goes_on = reader.u8() == 1;
  } else if (message->is(kWalkVendor, static_cast<std::uint16_t>(WalkNote::Kind::found))) {
    note.kind = WalkNote::Kind::found;
    note.hits = reader.u8();
  } else {
    return {};
  }
  if (reader.failed()) return {};
  return note;
}

}  // namespace p2p::gnutella
