// The first byte picks a message's decoder. What decodes is encoded to bytes that decode equal.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "protocols/kazaa/datagram.h"
#include "protocols/kazaa/message.h"
#include "protocols/kazaa/push.h"
#include "protocols/kazaa/query.h"
#include "protocols/kazaa/relay.h"
#include "protocols/kazaa/reply.h"
#include "protocols/kazaa/statistics.h"

namespace {
using namespace p2p;
using namespace p2p::kazaa;

// What no payload grows by: the second and third network of statistics, names that were left out.
constexpr std::size_t kGrowth = 64;

template <auto decode, auto append>
void check(Bytes payload) {
  const auto message = decode(payload);
  if (!message) return;
  Buffer once, twice;
  append(once, *message);
  append(twice, decode(once).value());
  if (once != twice || once.size() > payload.size() + kGrowth) std::abort();
}

void check_reply(Bytes payload) {
  const auto reply = decode_reply(payload);
  if (!reply) return;
  if (reply->files.size() * kLeastResultBytes > payload.size()) std::abort();
  Reply joined{reply->supernode, reply->search_id, {}};
  const std::vector<Buffer> parts = encode_replies(*reply, 4096);
  for (const Buffer& part : parts) {
    const Reply read = decode_reply(part).value();
    joined.files.insert(joined.files.end(), read.files.begin(), read.files.end());
    if (part.size() > 4096) std::abort();
  }
  // With a limit of a whole frame nothing is left out.
  const std::vector<Buffer> whole = encode_replies(*reply);
  if (whole.size() == 1 && decode_reply(whole[0]).value() != *reply) std::abort();
  if (joined.files.size() > reply->files.size()) std::abort();
}

constexpr std::array kChecks{
    check<decode_nodes, append_nodes>,
    check<decode_neighbours, append_neighbours>,
    check<decode_node_info, append_node_info>,
    check<decode_unshare, append_unshare>,
    check<decode_query, append_query>,
    check_reply,
    check<decode_end, append_end>,
    check<decode_statistics, append_statistics>,
    check<decode_push_request, append_push_request>,
    check<decode_push_order, append_push_order>,
    check<decode_send_udp, append_send_udp>,
    check<decode_network_name, append_network_name>,
    check<decode_share, append_share>,
    check<decode_version, append_version>,
    check<decode_your_address, append_your_address>,
    check<decode_hello_message, append_hello_message>,
    check<decode_relayed_query, append_relayed_query>,
    check<decode_relayed_reply, append_relayed_reply>,
    check<decode_relayed_end, append_relayed_end>,
    check<decode_relayed_push, append_relayed_push>,
    check<decode_datagram, append_datagram>,
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  kChecks[data[0] % kChecks.size()](std::as_bytes(std::span(data, size)).subspan(1));
  return 0;
}
