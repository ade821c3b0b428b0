#include "protocols/gnutella/answers.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "protocols/base/link_speed.h"

namespace p2p::gnutella {

namespace {

constexpr std::array<char, 4> kVendor{'S', 'V', 'N', 'T'};

using Halves = std::array<std::uint64_t, 2>;

}  // namespace

Ticket ticket_of(const Asker& asker) {
  const auto halves = std::bit_cast<Halves>(asker.query);
  const std::uint64_t rest =
      (std::uint64_t{asker.origin.port} << 42U) | (std::uint64_t{asker.origin.address} << 10U) |
      (std::uint64_t{asker.hops} << 2U) | (asker.xml ? 2U : 0U) | (asker.ggep_h ? 1U : 0U);
  return {halves[0], halves[1], static_cast<std::uint64_t>(asker.link), rest};
}

Asker asker_of(const Ticket& ticket) {
  return {std::bit_cast<Guid>(Halves{ticket[0], ticket[1]}),
          LinkId{ticket[2]},
          static_cast<std::uint8_t>(ticket[3] >> 2U),
          (ticket[3] & 1U) != 0,
          (ticket[3] & 2U) != 0,
          Endpoint{static_cast<std::uint32_t>(ticket[3] >> 10U),
                   static_cast<std::uint16_t>(ticket[3] >> 42U)}};
}

HitMessage hit_of_ours(const Guid& servent, const Endpoint& here, std::uint32_t link_speed) {
  HitMessage hit;
  hit.endpoint = here;
  hit.speed_kbps = link_speed_kbps(link_speed);
  hit.vendor = kVendor;
  hit.push_needed = here.port == 0;
  hit.browsable = here.port != 0;
  hit.servent = servent;
  return hit;
}

std::vector<HitRecord> records_of(std::span<const SharedFile> files) {
  std::vector<HitRecord> records;
  for (const SharedFile& file : files) {
    if (file.id > std::numeric_limits<std::uint32_t>::max()) continue;
    HitRecord& record = records.emplace_back();
    record.index = static_cast<std::uint32_t>(file.id);
    record.size_bytes = file.size_bytes;
    record.name = base_name(file.name);
    record.sha1 = file.sha1;
    record.media = file.media;
    record.tags = file.tags;
    record.partial = file.partial;
  }
  return records;
}

std::uint8_t hit_ttl(std::uint8_t hops, std::uint8_t most_hops) {
  return static_cast<std::uint8_t>(std::min<int>(hops + 1 + kHitTtl, most_hops));
}

std::vector<Buffer> answers_of(std::span<const SharedFile> files, HitMessage hit,
                               const Asker& asker, std::uint8_t most_hops) {
  const std::vector<HitRecord> records =
      records_of(files.first(std::min(files.size(), kHitsPerAnswer)));
  const std::uint8_t ttl = hit_ttl(asker.hops, most_hops);
  std::vector<Buffer> messages;
  for (std::size_t at = 0; at < records.size(); at += kRecordsPerMessage) {
    const auto some = std::span(records).subspan(at);
    const auto these = some.first(std::min(some.size(), kRecordsPerMessage));
    hit.records.assign(these.begin(), these.end());
    Buffer payload;
    append_hit(payload, hit, asker.ggep_h, asker.xml);
    append_message(messages.emplace_back(), Header{asker.query, Type::hit, ttl, 0, 0}, payload);
  }
  return messages;
}

}  // namespace p2p::gnutella
