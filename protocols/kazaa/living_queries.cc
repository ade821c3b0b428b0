#include "protocols/kazaa/living_queries.h"

#include <algorithm>
#include <utility>

namespace p2p::kazaa {

LivingQuery& LivingQueries::add(LivingQuery query) {
  deadline_ = std::min(deadline_, query.ends);
  const Guid id = query.id;
  return all_.insert_or_assign(id, std::move(query)).first->second;
}

LivingQuery* LivingQueries::find(const Guid& id) {
  const auto at = all_.find(id);
  return at == all_.end() ? nullptr : &at->second;
}

LivingQuery* LivingQueries::find_ours(std::uint16_t search_id) {
  const auto at = std::ranges::find_if(all_, [&](const auto& item) {
    return item.second.asker == LivingQuery::Asker::ours && item.second.search_id == search_id;
  });
  return at == all_.end() ? nullptr : &at->second;
}

void LivingQueries::erase(const Guid& id) {
  all_.erase(Guid(id));
}

std::optional<LivingQuery> LivingQueries::take(const Guid& id) {
  auto taken = all_.extract(id);
  if (taken.empty()) return {};
  return std::move(taken.mapped());
}

void LivingQueries::settle(LivingQuery& query, LinkId from) {
  if (std::erase(query.waiting, from) > 0 && query.waiting.empty()) settled_.push_back(query.id);
}

void LivingQueries::finish(LivingQuery& query) {
  query.waiting.clear();
  settled_.push_back(query.id);
}

void LivingQueries::lost(LinkId link) {
  std::erase_if(all_, [&](const auto& item) {
    return item.second.asker != LivingQuery::Asker::ours && item.second.link == link;
  });
  for (auto& [id, query] : all_)
    settle(query, link);
}

std::vector<Guid> LivingQueries::over(Time now) {
  std::vector<Guid> over = std::exchange(settled_, {});
  if (deadline_ <= now) {
    deadline_ = kNever;
    for (const auto& [id, query] : all_)
      if (query.ends <= now)
        over.push_back(id);
      else
        deadline_ = std::min(deadline_, query.ends);
  }
  return over;
}

}  // namespace p2p::kazaa
