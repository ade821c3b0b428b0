#include <algorithm>
#include <array>

#include "protocols/gnutella/extensions.h"
#include "protocols/gnutella/message.h"
#include "protocols/gnutella/metadata.h"

namespace p2p::gnutella {

namespace {

constexpr std::size_t kFixedBytes = 11;  // before the records
constexpr std::size_t kGuidBytes = sizeof(Guid::bytes);
constexpr std::size_t kMaxHostName = 255;
constexpr std::uint32_t kSizeInLf = 0xffffffff;  // the size did not fit its field

namespace bit {
constexpr std::uint8_t kPush = 0x01;
constexpr std::uint8_t kBusy = 0x04;
constexpr std::uint8_t kUploaded = 0x08;
constexpr std::uint8_t kMeasured = 0x10;
constexpr std::uint8_t kGgep = 0x20;
}  // namespace bit

// Of most bits flags A say whether flags B mean something; of the push bit it is the other way
// round.
struct Flags {
  std::uint8_t a = 0;
  std::uint8_t b = 0;

  std::optional<bool> get(std::uint8_t of) const {
    const bool turned = of == bit::kPush;
    if (((turned ? b : a) & of) == 0) return {};
    return ((turned ? a : b) & of) != 0;
  }
  void set(std::uint8_t of, std::optional<bool> value) {
    if (!value) return;
    const bool turned = of == bit::kPush;
    auto& known = turned ? b : a;
    auto& is = turned ? a : b;
    known = static_cast<std::uint8_t>(known | of);
    if (*value) is = static_cast<std::uint8_t>(is | of);
  }
};

// Nothing: a whole file. Of which bytes are there the source itself tells more, and later.
std::optional<Partial> read_partial(const Ggep& ggep) {
  constexpr std::array<std::string_view, 4> kByBlocks{"PR1", "PR2", "PR3", "PR4"};
  const Buffer* unverified = ggep.find(kPartial);
  if (unverified == nullptr) {
    const auto is_there = [&](std::string_view id) { return ggep.has(id); };
    return std::ranges::any_of(kByBlocks, is_there) ? std::optional(Partial{}) : std::nullopt;
  }
  Reader reader(*unverified);
  const std::int64_t changed = reader.u32be();
  if (reader.failed()) return Partial{};
  return Partial{read_short_number(reader.rest()).value_or(0), changed};
}

void read_area(HitRecord& record, Bytes area) {
  if (area.empty()) return;
  const Extensions extensions = read_extensions(area);
  record.sha1 = extensions.sha1();
  record.root = extensions.root();
  record.media = read_sound_text(extensions.text).value_or(MediaFields{});
  if (const Buffer* lf = extensions.ggep.find("LF"))
    record.size_bytes = read_short_number(*lf).value_or(record.size_bytes);
  if (const Buffer* alt = extensions.ggep.find("ALT"))
    record.alternates = read_endpoints(*alt, kMaxAlternates);
  if (const Buffer* ct = extensions.ggep.find("CT"))
    record.created_unix = read_short_number(*ct).value_or(0);
  record.partial = read_partial(extensions.ggep);
}

HitRecord read_record(Reader& reader) {
  HitRecord record;
  record.index = reader.u32le();
  record.size_bytes = reader.u32le();
  record.name = reader.cstring();
  read_area(record, bytes_of(reader.cstring()));
  return record;
}

void read_private_area(HitMessage& hit, Bytes area) {
  // LimeWire's family puts a byte that says whether it chats before the block.
  area = area.subspan(
      static_cast<std::size_t>(std::find(area.begin(), area.end(), kGgepMagic) - area.begin()));
  if (area.empty()) return;
  const Ggep ggep = read_extensions(area).ggep;
  if (const Buffer* push = ggep.find("PUSH")) hit.push_proxies = read_endpoints(*push, kMaxProxies);
  if (const Buffer* name = ggep.find("HNAME"))
    if (name->size() <= kMaxHostName) hit.host_name = text_of(*name);
  hit.browsable = ggep.has("BH");
}

// What lies between the records and the guid. Programs of 2000 sent nothing there.
bool read_trailer(HitMessage& hit, Reader& reader) {
  if (reader.empty()) return true;
  const std::string_view vendor = text_of(reader.take(hit.vendor.size()));
  std::copy(vendor.begin(), vendor.end(), hit.vendor.begin());
  Reader open(reader.take(reader.u8()));
  if (reader.failed()) return false;
  Flags flags;
  flags.a = open.u8();
  flags.b = open.u8();
  if (open.failed()) flags = {};
  const std::size_t xml = open.u16le();  // 0 when the open data end before
  hit.push_needed = flags.get(bit::kPush);
  hit.busy = flags.get(bit::kBusy);
  hit.has_uploaded = flags.get(bit::kUploaded);
  hit.speed_measured = flags.get(bit::kMeasured);
  if (xml > reader.size()) return true;
  read_private_area(hit, reader.rest().first(reader.size() - xml));
  read_metadata(reader.rest().last(xml), hit.records);
  return true;
}

Bytes as_h(Buffer& room, const Sha1& sha1, const std::optional<TigerRoot>& root) {
  Writer writer(room);
  writer.u8(root ? 2 : 1).bytes(sha1.bytes);
  if (root) writer.bytes(root->bytes);
  return room;
}

template <class List>
List first_of(const List& list, std::size_t limit) {
  return List(list.begin(),
              list.begin() + static_cast<std::ptrdiff_t>(std::min(limit, list.size())));
}

Buffer short_number(std::uint64_t value) {
  Buffer out;
  append_short_number(out, value);
  return out;
}

Buffer packed(const std::vector<Endpoint>& endpoints, std::size_t limit) {
  Buffer out;
  append_endpoints(out, first_of(endpoints, limit));
  return out;
}

Buffer as_pru(const Partial& partial) {
  Buffer out;
  Writer(out).u32be(static_cast<std::uint32_t>(partial.changed_unix));
  append_short_number(out, partial.have_bytes);
  return out;
}

void append_area(Buffer& out, const HitRecord& record, bool ggep_h) {
  GgepWriter ggep(true);
  const bool h = ggep_h && record.sha1.has_value();
  if (record.partial) ggep.add(kPartial, as_pru(*record.partial));
  Buffer room;
  if (h) ggep.add("H", as_h(room, *record.sha1, record.root));
  if (record.size_bytes >= kSizeInLf) ggep.add("LF", short_number(record.size_bytes));
  if (record.root && !h) ggep.add("TT", record.root->bytes);
  if (!record.alternates.empty()) ggep.add("ALT", packed(record.alternates, kMaxAlternates));
  if (record.created_unix != 0) ggep.add("CT", short_number(record.created_unix));
  Buffer block;
  ggep.append_to(block);
  const auto add = [&, begin = out.size()](Bytes part) {
    if (part.empty()) return;
    if (out.size() > begin) out.push_back(kExtensionSeparator);
    Writer(out).bytes(part);
  };
  if (record.sha1 && !h) add(bytes_of(to_urn(*record.sha1)));
  add(bytes_of(sound_text(record.media)));
  add(block);
}

void append_record(Buffer& out, const HitRecord& record, bool ggep_h) {
  const std::uint64_t size = std::min<std::uint64_t>(record.size_bytes, kSizeInLf);
  const std::string_view name = record.name;
  Writer(out)
      .u32le(record.index)
      .u32le(static_cast<std::uint32_t>(size))
      .text(name.substr(0, name.find('\0')))
      .u8(0);
  append_area(out, record, ggep_h);
  out.push_back({});
}

void append_trailer(Buffer& out, const HitMessage& hit, Bytes xml) {
  GgepWriter ggep(false);
  if (!hit.push_proxies.empty()) ggep.add("PUSH", packed(hit.push_proxies, kMaxProxies));
  if (hit.browsable) ggep.add("BH");
  if (!hit.host_name.empty())
    ggep.add("HNAME", bytes_of(std::string_view(hit.host_name).substr(0, kMaxHostName)));
  Buffer block;
  ggep.append_to(block);
  Flags flags;
  flags.set(bit::kPush, hit.push_needed);
  flags.set(bit::kBusy, hit.busy);
  flags.set(bit::kUploaded, hit.has_uploaded);
  flags.set(bit::kMeasured, hit.speed_measured);
  if (!block.empty()) flags.set(bit::kGgep, true);
  Writer writer(out);
  writer.text({hit.vendor.data(), hit.vendor.size()})
      .u8(xml.empty() ? 2 : 4)
      .u8(flags.a)
      .u8(flags.b);
  if (!xml.empty()) writer.u16le(static_cast<std::uint16_t>(xml.size()));
  writer.bytes(block).bytes(xml).bytes(hit.servent.bytes);
}

}  // namespace

Result<HitMessage> decode_hit(Bytes payload) {
  const auto servent = servent_of_hit(payload);
  if (!servent) return fail(Errc::malformed, "hit cut short");
  Reader reader(payload.first(payload.size() - kGuidBytes));
  HitMessage hit;
  hit.servent = *servent;
  const std::size_t count = reader.u8();
  hit.endpoint.port = reader.u16le();
  hit.endpoint.address = reader.u32be();
  hit.speed_kbps = reader.u32le();
  hit.records.reserve(count);
  while (hit.records.size() < count && !reader.failed())
    hit.records.push_back(read_record(reader));
  if (reader.failed()) return fail(Errc::malformed, "records of a hit cut short");
  if (!read_trailer(hit, reader)) return fail(Errc::malformed, "trailer of a hit cut short");
  return hit;
}

void append_hit(Buffer& out, const HitMessage& hit, bool ggep_h, bool xml) {
  const std::size_t count = std::min(hit.records.size(), kMaxRecords);
  Writer(out)
      .u8(static_cast<std::uint8_t>(count))
      .u16le(hit.endpoint.port)
      .u32be(hit.endpoint.address)
      .u32le(hit.speed_kbps);
  for (std::size_t i = 0; i < count; ++i)
    append_record(out, hit.records[i], ggep_h);
  append_trailer(out, hit, xml ? metadata_of(std::span(hit.records).first(count)) : Buffer());
}

std::optional<Guid> servent_of_hit(Bytes payload) {
  if (payload.size() < kFixedBytes + kGuidBytes) return {};
  Guid guid;
  const Bytes last = payload.last(kGuidBytes);
  std::copy(last.begin(), last.end(), guid.bytes.begin());
  return guid;
}

}  // namespace p2p::gnutella
