#include "protocols/gnutella/local_index.h"

#include <algorithm>
#include <utility>

#include "protocols/gnutella/walker.h"

namespace p2p::gnutella {

namespace {

// Marks the pages that we asked for, among the tickets.
constexpr std::uint64_t kLocalIndexTicket = 0x6c6f63616c;

bool fits(const Query& query, const HitRecord& record) {
  if (query.sha1) return record.sha1 == query.sha1;
  return matches(query, record.name, record.size_bytes, record.media, record.tags);
}

}  // namespace

void LocalIndex::answer(Neighbour& to, const Question& question, const Header& query,
                        std::uint16_t flags, Cx& cx) const {
  const Query wanted = question.query();
  const std::uint8_t ttl = hit_ttl(query.hops, most_hops(self_.told->flat));
  HitMessage hit;
  for (const Known& known : known_) {
    std::vector<HitRecord> found;
    for (const HitRecord& record : known.records)
      if (found.size() < kRecordsPerMessage && fits(wanted, record)) found.push_back(record);
    if (found.empty()) continue;
    hit = known.hit;
    hit.records = std::move(found);
    Buffer payload;
    append_hit(payload, hit, (flags & query_flags::kGgepH) != 0, (flags & query_flags::kXml) != 0);
    links_.send(to, Header{query.guid, Type::hit, ttl, 0, 0}, payload, Urgency::normal, cx);
  }
}

// ---- telling ----------------------------------------------------------------------------------

void LocalIndex::joined(Neighbour& neighbour, Cx& cx) {
  ask_page(neighbour.id, 0, cx);
  for (const Known& known : known_)
    if (known.hops < radius_)
      send(neighbour, known.hit, known.records, static_cast<std::uint8_t>(known.hops + 1), true,
           cx);
}

void LocalIndex::ask_page(LinkId link, std::uint64_t after, Cx& cx) const {
  cx.out.report(PageAsked{{kLocalIndexTicket, static_cast<std::uint64_t>(link), after}, after});
}

void LocalIndex::expire(Cx& cx) {
  if (tell_at_ > cx.now) return;
  tell_at_ = kNever;
  for (const Neighbour* neighbour : links_.open())
    ask_page(neighbour->id, 0, cx);
}

void LocalIndex::page(const Page& page, HitMessage hit, Cx& cx) {
  if (page.ticket[0] != kLocalIndexTicket) return;
  Neighbour* const to = links_.find(LinkId{page.ticket[1]});
  if (to == nullptr) return;
  send(*to, std::move(hit), records_of(page.files), 1, page.ticket[2] == 0, cx);
  if (!page.last) ask_page(to->id, page.next, cx);
}

void LocalIndex::send(Neighbour& to, HitMessage part, std::span<const HitRecord> records,
                      std::uint8_t hops, bool begins, Cx& cx) {
  if (!to.peer().vendor_messages) return;
  for (std::size_t at = 0; at < std::max<std::size_t>(records.size(), 1);
       at += kRecordsPerMessage) {
    const auto some = records.subspan(at);
    const auto these = some.first(std::min(some.size(), kRecordsPerMessage));
    part.records.assign(these.begin(), these.end());
    Buffer data;
    Writer(data).u8(hops).u8(begins && at == 0 ? 1 : 0);
    append_hit(data, part, true);
    VendorMessage message;
    std::ranges::copy(kWalkVendor, message.vendor.begin());
    message.selector = kListSelector;
    message.version = 1;
    message.data = data;
    Buffer payload;
    append_vendor(payload, message);
    links_.send(to, Header{Guid{}, Type::vendor, 1, 0, 0}, payload, Urgency::normal, cx);
  }
}

// ---- being told -------------------------------------------------------------------------------

bool LocalIndex::told(Neighbour& from, Bytes data, Cx& cx) {
  Reader reader(data);
  const std::uint8_t hops = reader.u8();
  const bool begins = reader.u8() == 1;
  if (reader.failed() || hops == 0 || hops > radius_) return false;
  auto hit = decode_hit(reader.rest());
  if (!hit || hit->servent == self_.servent) return false;
  Known* const known = place_for(*hit, from.id, hops);
  if (known == nullptr) return true;
  if (begins) forget_records(*known);
  if (files_ + hit->records.size() > kMostIndexedFiles || bytes_ + data.size() > kMostIndexedBytes)
    return true;
  files_ += hit->records.size();
  bytes_ += data.size();
  known->bytes += data.size();
  known->records.insert(known->records.end(), hit->records.begin(), hit->records.end());
  if (hops == radius_) return true;
  for (Neighbour* neighbour : links_.open())
    if (neighbour != &from)
      send(*neighbour, *hit, hit->records, static_cast<std::uint8_t>(hops + 1), begins, cx);
  return true;
}

LocalIndex::Known* LocalIndex::place_for(const HitMessage& hit, LinkId via, std::uint8_t hops) {
  const auto same = [&](const Known& one) { return one.hit.servent == hit.servent; };
  const auto at = std::ranges::find_if(known_, same);
  if (at != known_.end()) {
    if (at->via == via && at->hops == hops) return &*at;
    if (at->hops <= hops) return nullptr;  // we have it from nearer
    forget_records(*at);
    known_.erase(at);
  }
  if (known_.size() == kMostIndexed) return nullptr;
  Known& known = known_.emplace_back();
  known.via = via;
  known.hops = hops;
  known.hit = hit;
  known.hit.records.clear();
  return &known;
}

void LocalIndex::forget_records(Known& known) {
  files_ -= known.records.size();
  bytes_ -= std::exchange(known.bytes, 0);
  known.records.clear();
}

void LocalIndex::parted(LinkId link) {
  for (Known& known : known_)
    if (known.via == link) forget_records(known);
  std::erase_if(known_, [&](const Known& known) { return known.via == link; });
}

}  // namespace p2p::gnutella
