#include "protocols/kazaa/children.h"

#include <algorithm>

namespace p2p::kazaa {

void Children::set_ourselves(std::string_view user, std::uint8_t bandwidth) {
  ourselves_.user = user;
  ourselves_.bandwidth = bandwidth;
}

Child& Children::add(LinkId link, const Endpoint& remote) {
  Child& child = by_link_[link];
  child.owner = OwnerId{++last_owner_};
  child.link = link;
  child.endpoint = {remote.address, 0};
  by_owner_[child.owner] = &child;
  return child;
}

void Children::introduce(Child& child, const NodeInfo& info, const Endpoint& remote) {
  const bool is_its_own =
      info.endpoint.address == remote.address || !is_routable(info.endpoint.address);
  child.endpoint = {remote.address, is_its_own ? info.endpoint.port : std::uint16_t{0}};
  child.bandwidth = info.bandwidth;
  child.user = as_user_name(info.user);
}

void Children::remove(LinkId link) {
  const auto at = by_link_.find(link);
  if (at == by_link_.end()) return;
  index_.remove_owner(at->second.owner);
  by_owner_.erase(at->second.owner);
  by_link_.erase(at);
}

Child* Children::find(LinkId link) {
  const auto at = by_link_.find(link);
  return at == by_link_.end() ? nullptr : &at->second;
}

const Child* Children::find(std::string_view user, std::uint32_t address) const {
  const auto at = std::ranges::find_if(by_link_, [&](const auto& item) {
    return item.second.user == user && item.second.endpoint.address == address;
  });
  return at == by_link_.end() ? nullptr : &at->second;
}

const Child* Children::owner(OwnerId owner) const {
  if (owner == kOurselves) return &ourselves_;
  const auto at = by_owner_.find(owner);
  return at == by_owner_.end() ? nullptr : at->second;
}

bool Children::share(OwnerId owner, const Share& share) {
  if (index_.files_of(owner) >= max_files_) return false;
  return index_.add(owner, share) != Directory::Added::too_long;
}

std::size_t Children::search(const Question& question, const Wish& wish, ReplyWriter& to) const {
  const OwnerId asks = wish.asker != nullptr ? wish.asker->owner : kOurselves;
  const bool is_ours_or_child = wish.asker != nullptr || wish.is_ours;
  const bool is_callable = wish.asker == nullptr || wish.asker->endpoint.port != 0;
  const auto accept = [&](OwnerId id) {
    if (is_ours_or_child && id == asks) return false;
    if (id == kOurselves) return wish.here.port != 0 || is_callable;
    const Child* sharer = owner(id);
    return sharer != nullptr && (sharer->endpoint.port != 0 || is_callable);
  };
  const std::size_t before = to.count();
  index_.search(question, wish.limit, accept, [&](OwnerId id, const File& file) {
    const Child* const sharer = owner(id);
    const bool is_told = wish.with_large || file.size_bytes <= kMostForStrangers;
    if (sharer == nullptr || !is_told) return;
    ReplyFile result;
    result.endpoint = id == kOurselves ? wish.here : sharer->endpoint;
    result.bandwidth = sharer->bandwidth;
    result.user = sharer->user;
    result.file = file;
    if (to.add(result) && wish.told != nullptr) wish.told->note(result.endpoint, file.hash);
  });
  return to.count() - before;
}

Statistics Children::statistics() const {
  ChildIndex::Sums sums{};
  index_.sum_up(kOurselves, sums);
  for (const auto& [link, child] : by_link_)
    index_.sum_up(child.owner, sums);
  const auto amount = [](std::uint64_t files, std::uint64_t bytes) {
    constexpr std::uint64_t kMost = 0xffffffff;
    return Amount{static_cast<std::uint32_t>(std::min(files, kMost)), Volume::of(bytes)};
  };
  Statistics statistics;
  statistics.users = static_cast<std::uint32_t>(by_link_.size() + 1);
  statistics.users_by_network[0] = statistics.users;
  statistics.all = amount(index_.files(), index_.bytes());
  for (std::size_t i = 0; i < sums.size(); ++i)
    statistics.by_media.at(i) = amount(sums.at(i).files, sums.at(i).bytes);
  return statistics;
}

}  // namespace p2p::kazaa
