#include "protocols/kazaa/relay.h"

#include <algorithm>

namespace p2p::kazaa {

namespace {

Guid read_guid(Reader& reader) {
  Guid guid;
  std::ranges::copy(reader.take(guid.bytes.size()), guid.bytes.begin());
  return guid;
}

}  // namespace

Result<Hello> decode_hello_message(Bytes payload) {
  Reader reader(payload);
  Hello hello;
  hello.version = reader.u8();
  hello.children = reader.u16be();
  hello.links = reader.u16be();
  hello.files = reader.u32be();
  if (reader.failed()) return fail(Errc::malformed, "hello cut short");
  return hello;
}

void append_hello_message(Buffer& out, const Hello& hello) {
  Writer(out).u8(hello.version).u16be(hello.children).u16be(hello.links).u32be(hello.files);
}

Result<RelayedQuery> decode_relayed_query(Bytes payload) {
  Reader reader(payload);
  RelayedQuery relayed;
  relayed.id = read_guid(reader);
  relayed.ttl = reader.u8();
  relayed.hops = reader.u8();
  if (reader.failed()) return fail(Errc::malformed, "relayed query cut short");
  if (relayed.ttl + relayed.hops > kMaxRelays) return fail(Errc::malformed, "relayed too far");
  relayed.query = reader.rest();
  return relayed;
}

void append_relayed_query(Buffer& out, const RelayedQuery& relayed) {
  Writer(out).bytes(relayed.id.bytes).u8(relayed.ttl).u8(relayed.hops).bytes(relayed.query);
}

Result<RelayedReply> decode_relayed_reply(Bytes payload) {
  Reader reader(payload);
  RelayedReply relayed;
  relayed.id = read_guid(reader);
  relayed.hops = reader.u8();
  if (reader.failed()) return fail(Errc::malformed, "relayed reply cut short");
  if (relayed.hops > kMaxRelays) return fail(Errc::malformed, "relayed too far");
  relayed.reply = reader.rest();
  return relayed;
}

void append_relayed_reply(Buffer& out, const RelayedReply& relayed) {
  Writer(out).bytes(relayed.id.bytes).u8(relayed.hops).bytes(relayed.reply);
}

Result<RelayedEnd> decode_relayed_end(Bytes payload) {
  Reader reader(payload);
  RelayedEnd end;
  end.id = read_guid(reader);
  end.reached = reader.u16be();
  if (reader.failed()) return fail(Errc::malformed, "relayed end cut short");
  return end;
}

void append_relayed_end(Buffer& out, const RelayedEnd& end) {
  Writer(out).bytes(end.id.bytes).u16be(end.reached);
}

Result<RelayedPush> decode_relayed_push(Bytes payload) {
  Reader reader(payload);
  RelayedPush relayed;
  relayed.ttl = reader.u8();
  if (reader.failed()) return fail(Errc::malformed, "relayed push cut short");
  if (relayed.ttl > kMaxRelays) return fail(Errc::malformed, "relayed too far");
  relayed.push = reader.rest();
  return relayed;
}

void append_relayed_push(Buffer& out, const RelayedPush& relayed) {
  Writer(out).u8(relayed.ttl).bytes(relayed.push);
}

}  // namespace p2p::kazaa
