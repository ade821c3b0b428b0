#include "protocols/napster/pending_requests.h"

#include <algorithm>
#include <utility>

#include "protocols/napster/limits.h"

namespace p2p::napster {

std::string PendingRequests::key(LinkId downloader, LinkId sharer, std::string_view name) {
  std::string text = std::to_string(static_cast<std::uint64_t>(downloader));
  text += ' ';
  text += std::to_string(static_cast<std::uint64_t>(sharer));
  text += ' ';
  return text += name;
}

bool PendingRequests::add(PendingRequest request) {
  const auto [place, is_new] =
      by_key_.try_emplace(key(request.downloader, request.sharer, request.name), next_);
  if (!is_new) {
    requests_.at(place->second).push = request.push;
    return true;
  }
  auto& wanted = by_downloader_[request.downloader];
  auto& asked = by_sharer_[request.sharer];
  if (wanted.size() >= kMaxRequestsOfDownloader || asked.size() >= kMaxRequestsOfSharer) {
    by_key_.erase(place);
    if (wanted.empty()) by_downloader_.erase(request.downloader);
    if (asked.empty()) by_sharer_.erase(request.sharer);
    return false;
  }
  wanted.insert(next_);
  asked.insert(next_);
  order_.push_back(next_);
  requests_.emplace(next_++, std::move(request));
  return true;
}

std::optional<PendingRequest> PendingRequests::take(LinkId downloader, LinkId sharer,
                                                    std::string_view name) {
  const auto found = by_key_.find(key(downloader, sharer, name));
  if (found == by_key_.end()) return {};
  PendingRequest request = extract(found->second);
  drop_answered();
  return request;
}

std::vector<PendingRequest> PendingRequests::take_sharer(LinkId sharer) {
  std::vector<PendingRequest> taken;
  const auto found = by_sharer_.find(sharer);
  if (found == by_sharer_.end()) return taken;
  std::vector<Serial> serials(found->second.begin(), found->second.end());
  std::ranges::sort(serials);
  for (const Serial serial : serials)
    taken.push_back(extract(serial));
  drop_answered();
  return taken;
}

std::vector<PendingRequest> PendingRequests::take_due(Time now) {
  std::vector<PendingRequest> taken;
  while (deadline() <= now) {
    taken.push_back(extract(order_.front()));
    drop_answered();
  }
  return taken;
}

void PendingRequests::forget_downloader(LinkId downloader) {
  const auto found = by_downloader_.find(downloader);
  if (found == by_downloader_.end()) return;
  const std::vector<Serial> serials(found->second.begin(), found->second.end());
  for (const Serial serial : serials)
    (void)extract(serial);
  drop_answered();
}

Time PendingRequests::deadline() const {
  return order_.empty() ? kNever : requests_.at(order_.front()).due;
}

PendingRequest PendingRequests::extract(Serial serial) {
  PendingRequest request = std::move(requests_.extract(serial).mapped());
  by_key_.erase(key(request.downloader, request.sharer, request.name));
  unlist(by_downloader_, request.downloader, serial);
  unlist(by_sharer_, request.sharer, serial);
  return request;
}

void PendingRequests::unlist(ByLink& lists, LinkId link, Serial serial) {
  const auto found = lists.find(link);
  if (found == lists.end()) return;
  found->second.erase(serial);
  if (found->second.empty()) lists.erase(found);
}

void PendingRequests::drop_answered() {
  while (!order_.empty() && !requests_.contains(order_.front()))
    order_.pop_front();
  // One old request in front could keep many answered ones behind it for its minute.
  if (order_.size() > 2 * requests_.size() + 64)
    std::erase_if(order_, [this](Serial serial) { return !requests_.contains(serial); });
}

}  // namespace p2p::napster
