#include "protocols/gnutella/own_pong.h"

#include <algorithm>

#include "protocols/gnutella/extensions.h"
#include "protocols/gnutella/message.h"

namespace p2p::gnutella {

namespace {

std::uint32_t clamped(std::uint64_t value) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, 0xffffffffU));
}

std::uint8_t free_slots(std::size_t most, std::size_t now) {
  return static_cast<std::uint8_t>(std::min<std::size_t>(most - std::min(most, now), 255));
}

void append_extensions(const OwnPong& self, Buffer& out) {
  GgepWriter writer(false);
  Buffer version;
  Writer(version).text("SVNT").u8(0x01);
  writer.add("VC", version);
  if (self.role == Role::ultrapeer) {
    Buffer slots;  // version, free slots for leaves, for ultrapeers
    Writer(slots).u8(0x02);
    Writer(slots).u8(free_slots(self.limits.max_leaves, self.counts.leaves));
    Writer(slots).u8(free_slots(self.limits.max_ultrapeers, self.counts.ultrapeers));
    writer.add("UP", slots);
  }
  Buffer uptime;
  append_short_number(uptime, static_cast<std::uint64_t>(self.up / 1s));
  if (!uptime.empty()) writer.add("DU", uptime);
  Buffer hosts;
  append_endpoints(hosts, self.hosts);
  if (!hosts.empty()) writer.add("IPP", hosts);
  writer.append_to(out);
}

}  // namespace

Buffer pong_payload(const OwnPong& self, bool with_ggep) {
  Pong pong;
  pong.endpoint = self.here;
  pong.files = clamped(self.files);
  pong.kilobytes = clamped(self.bytes >> 10U);
  if (self.role == Role::ultrapeer) pong.kilobytes = ultrapeer_mark(pong.kilobytes);
  Buffer extensions;
  if (with_ggep) append_extensions(self, extensions);
  pong.ggep = extensions;
  Buffer payload;
  append_pong(payload, pong);
  return payload;
}

}  // namespace p2p::gnutella
