#include "protocols/transfer/thex.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "protocols/base/letters.h"
#include "protocols/transfer/http_text.h"

namespace p2p::transfer {

namespace {

constexpr std::uint8_t kDimeVersion = 1U << 3U;
constexpr std::uint8_t kDimeVersionBits = 0xf8;
constexpr std::uint8_t kFirst = 4;
constexpr std::uint8_t kLast = 2;
constexpr std::uint8_t kChunked = 1;
constexpr std::uint8_t kMediaType = 1U << 4U;
constexpr std::uint8_t kUriType = 2U << 4U;
constexpr std::size_t kMaxRecords = 8;  // two are enough
constexpr std::size_t kMaxXml = std::size_t{4} * 1024;

constexpr std::string_view kXml = "text/xml";
constexpr std::string_view kDoctype = "http://open-content.net/spec/thex/thex.dtd";
constexpr std::string_view kTiger = "http://open-content.net/spec/digest/tiger";
constexpr std::string_view kBreadthFirst = "http://open-content.net/spec/thex/breadthfirst";

// ---- DIME

struct Record {
  std::string_view id;
  std::string_view type;
  Bytes data;
};

constexpr std::size_t filling(std::size_t length) {
  return (4 - length % 4) % 4;
}

void fill_up(Buffer& out) {
  out.resize(out.size() + filling(out.size()));
}

// `out` holds whole records only.
void append_record(Buffer& out, std::uint8_t flags, std::uint8_t form, const Record& record) {
  Writer writer(out);
  writer.u8(kDimeVersion | flags).u8(form).u16be(0);
  writer.u16be(static_cast<std::uint16_t>(record.id.size()));
  writer.u16be(static_cast<std::uint16_t>(record.type.size()));
  writer.u32be(static_cast<std::uint32_t>(record.data.size()));
  writer.text(record.id);
  fill_up(out);
  writer.text(record.type);
  fill_up(out);
  writer.bytes(record.data);
  fill_up(out);
}

// Some leave out what fills up the last record.
Bytes take_filled(Reader& reader, std::size_t length) {
  const Bytes taken = reader.take(length);
  reader.skip(std::min(filling(length), reader.size()));
  return taken;
}

Result<std::vector<Record>> read_records(Bytes body) {
  std::vector<Record> records;
  Reader reader(body);
  for (bool is_last = false; !is_last;) {
    const std::uint8_t flags = reader.u8();
    reader.skip(1);
    const std::uint16_t options = reader.u16be();
    const std::uint16_t id = reader.u16be();
    const std::uint16_t type = reader.u16be();
    const std::uint32_t data = reader.u32be();
    take_filled(reader, options);
    Record record;
    record.id = text_of(take_filled(reader, id));
    record.type = text_of(take_filled(reader, type));
    record.data = take_filled(reader, data);
    if (reader.failed() || (flags & kDimeVersionBits) != kDimeVersion ||
        records.size() == kMaxRecords)
      return fail(Errc::malformed, "no DIME");
    if ((flags & kChunked) != 0) return fail(Errc::unsupported, "DIME in chunks");
    records.push_back(record);
    is_last = (flags & kLast) != 0;
  }
  return records;
}

// ---- the description

// A uuid made of the root: the same tree always has the same.
std::string uri_of(const TigerRoot& root) {
  const std::string digits = to_hex(Bytes(root.bytes).first(16));
  return "uuid:" + digits.substr(0, 8) + '-' + digits.substr(8, 4) + '-' + digits.substr(12, 4) +
         '-' + digits.substr(16, 4) + '-' + digits.substr(20);
}

std::string attribute(std::string_view name, std::string_view value) {
  return ' ' + std::string(name) + "=\"" + std::string(value) + '"';
}

std::string description_of(const HashTree& tree) {
  const TreeShape& shape = tree.shape();
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n";
  xml += "<!DOCTYPE hashtree SYSTEM \"" + std::string(kDoctype) + "\">\r\n<hashtree>\r\n";
  xml += "<file" + attribute("size", std::to_string(shape.size_bytes)) +
         attribute("segmentsize", std::to_string(kTreeBlock)) + "/>\r\n";
  xml += "<digest" + attribute("algorithm", kTiger) +
         attribute("outputsize", std::to_string(HashTree::kNodeBytes)) + "/>\r\n";
  xml += "<serializedtree" + attribute("depth", std::to_string(shape.depth)) +
         attribute("type", kBreadthFirst) + attribute("uri", uri_of(tree.root())) + "/>\r\n";
  return xml + "</hashtree>\r\n";
}

// What stands between "<name" and the next ">".
std::string_view element(std::string_view xml, std::string_view name) {
  const std::string begin = '<' + std::string(name);
  for (std::size_t at = xml.find(begin); at != std::string_view::npos;
       at = xml.find(begin, at + 1)) {
    const std::string_view rest = xml.substr(at + begin.size());
    if (!rest.empty() && is_blank_or_line_end(rest.front())) return rest.substr(0, rest.find('>'));
  }
  return {};
}

// The value of name="..." or name='...', with blanks before the name; empty when there is none.
std::string_view value_of(std::string_view element, std::string_view name) {
  while (!element.empty()) {
    const std::size_t equals = element.find('=');
    if (equals == std::string_view::npos) return {};
    std::string_view key = element.substr(0, equals);
    element.remove_prefix(equals + 1);
    while (!key.empty() && is_blank_or_line_end(key.back()))
      key.remove_suffix(1);
    while (!element.empty() && is_blank_or_line_end(element.front()))
      element.remove_prefix(1);
    const std::size_t end =
        element.empty() ? std::string_view::npos : element.find(element.front(), 1);
    if (end == std::string_view::npos) return {};
    const std::string_view value = element.substr(1, end - 1);
    element.remove_prefix(end + 1);
    const std::size_t blank = key.find_last_of(" \t\r\n");
    if (blank != std::string_view::npos && key.substr(blank + 1) == name) return value;
  }
  return {};
}

// The uri of the record with the hashes.
Result<std::string_view> read_description(std::string_view xml, std::uint64_t size_bytes) {
  if (xml.size() > kMaxXml) return fail(Errc::too_long, "a long description of a tree");
  const std::string_view file = element(xml, "file");
  if (read_number(value_of(file, "size")) != size_bytes)
    return fail(Errc::malformed, "the tree of a file of another size");
  const std::string_view digest = element(xml, "digest");
  const std::string_view tree = element(xml, "serializedtree");
  if (read_number(value_of(file, "segmentsize")) != kTreeBlock ||
      !value_of(digest, "algorithm").ends_with("/digest/tiger") ||
      read_number(value_of(digest, "outputsize")) != HashTree::kNodeBytes ||
      !value_of(tree, "type").ends_with("/thex/breadthfirst"))
    return fail(Errc::unsupported, "a tree of other hashes");
  const std::string_view uri = value_of(tree, "uri");
  if (uri.empty()) return fail(Errc::malformed, "a tree that is nowhere");
  return uri;
}

}  // namespace

Buffer encode_thex(const HashTree& tree) {
  const std::string xml = description_of(tree);
  const std::string uri = uri_of(tree.root());
  const Buffer nodes = tree.to_nodes();
  Buffer out;
  append_record(out, kFirst, kMediaType, {{}, kXml, bytes_of(xml)});
  append_record(out, kLast, kUriType, {uri, kBreadthFirst, nodes});
  return out;
}

Result<HashTree> decode_thex(Bytes body, std::uint64_t size_bytes) {
  if (body.size() > kMaxThex) return fail(Errc::too_long, "a long tree of hashes");
  const auto records = read_records(body);
  if (!records) return tl::unexpected(records.error());
  if (records->front().type != kXml) return fail(Errc::malformed, "a tree without a description");
  const auto uri = read_description(text_of(records->front().data), size_bytes);
  if (!uri) return tl::unexpected(uri.error());
  const auto nodes = std::ranges::find(*records, *uri, &Record::id);
  if (nodes == records->end()) return fail(Errc::malformed, "a tree that is nowhere");
  return HashTree::of_nodes(size_bytes, nodes->data);
}

}  // namespace p2p::transfer
