#include "protocols/kazaa/message.h"

#include <algorithm>
#include <span>

#include "protocols/kazaa/greeting.h"

namespace p2p::kazaa {

namespace {

constexpr std::size_t kNodeBytes = 8;
constexpr std::size_t kNeighbourBytes = 26;
constexpr std::size_t kUnknownBytes = 19;

// Entries of one size up to the end, the first `most` of them.
template <class Entry, class Read>
Result<std::vector<Entry>> entries(Bytes payload, std::size_t size, std::size_t most, Read read) {
  if (payload.size() % size != 0) return fail(Errc::malformed, "a list's last entry is cut short");
  std::vector<Entry> all(std::min(payload.size() / size, most));
  Reader reader(payload);
  for (Entry& entry : all)
    entry = read(reader);
  return all;
}

template <class Entry>
std::span<const Entry> first_of(const std::vector<Entry>& all, std::size_t most) {
  return std::span(all).first(std::min(all.size(), most));
}

}  // namespace

Result<std::vector<NodeEntry>> decode_nodes(Bytes payload) {
  return entries<NodeEntry>(payload, kNodeBytes, kMaxNodes, [](Reader& reader) {
    NodeEntry node;
    node.endpoint = read_endpoint(reader);
    node.last_seen_minutes = reader.u8();
    node.load_percent = reader.u8();
    return node;
  });
}

void append_nodes(Buffer& out, const std::vector<NodeEntry>& nodes) {
  for (const NodeEntry& node : first_of(nodes, kMaxNodes)) {
    append_endpoint(out, node.endpoint);
    Writer(out).u8(node.last_seen_minutes).u8(node.load_percent);
  }
}

Result<std::vector<Neighbour>> decode_neighbours(Bytes payload) {
  return entries<Neighbour>(payload, kNeighbourBytes, kMaxNeighbours, [](Reader& reader) {
    Neighbour neighbour;
    neighbour.endpoint = read_endpoint(reader);
    reader.skip(kUnknownBytes);
    neighbour.hops = reader.u8();
    return neighbour;
  });
}

void append_neighbours(Buffer& out, const std::vector<Neighbour>& neighbours) {
  for (const Neighbour& neighbour : first_of(neighbours, kMaxNeighbours)) {
    append_endpoint(out, neighbour.endpoint);
    out.resize(out.size() + kUnknownBytes);
    Writer(out).u8(neighbour.hops);
  }
}

Result<NodeInfo> decode_node_info(Bytes payload) {
  Reader reader(payload);
  NodeInfo info;
  info.endpoint = read_endpoint(reader);
  info.bandwidth = reader.u8();
  reader.skip(1);
  if (reader.failed()) return fail(Errc::malformed, "node info cut short");
  info.user = as_user_name(text_of(reader.rest()));
  return info;
}

void append_node_info(Buffer& out, const NodeInfo& info) {
  append_endpoint(out, info.endpoint);
  Writer(out).u8(info.bandwidth).u8(0).text(as_user_name(info.user));
}

Result<Endpoint> decode_send_udp(Bytes payload) {
  Reader reader(payload);
  const Endpoint to = read_endpoint(reader);
  if (reader.failed()) return fail(Errc::malformed, "address cut short");
  return to;
}

void append_send_udp(Buffer& out, const Endpoint& to) {
  append_endpoint(out, to);
}

Result<std::string_view> decode_network_name(Bytes payload) {
  if (payload.size() > kMaxNetworkName) return fail(Errc::too_long, "a network's name");
  return text_of(payload);
}

void append_network_name(Buffer& out, std::string_view name) {
  Writer(out).text(name);
}

bool is_ours(std::uint32_t version) {
  constexpr std::uint32_t kMark = 0xffff0000U;
  return (version & kMark) == (kOurVersion & kMark);
}

Result<std::uint32_t> decode_version(Bytes payload) {
  Reader reader(payload);
  const std::uint32_t version = reader.u32be();
  if (reader.failed()) return fail(Errc::malformed, "version cut short");
  return version;
}

void append_version(Buffer& out, std::uint32_t version) {
  Writer(out).u32be(version);
}

Result<std::uint32_t> decode_your_address(Bytes payload) {
  Reader reader(payload);
  const std::uint32_t address = reader.u32be();
  if (reader.failed()) return fail(Errc::malformed, "address cut short");
  return address;
}

void append_your_address(Buffer& out, std::uint32_t address) {
  Writer(out).u32be(address);
}

}  // namespace p2p::kazaa
