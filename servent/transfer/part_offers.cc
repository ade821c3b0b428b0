#include "servent/transfer/part_offers.h"

#include <algorithm>
#include <utility>

#include <fcntl.h>

#include "protocols/base/keywords.h"

namespace p2p::transfer {

namespace {

std::function<int()> opener(const std::filesystem::path& path) {
  return [path] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK); };
}

bool can_be_given(const PartOffer& offer) {
  return offer.file.sha1 && offer.verified && !offer.verified->empty() &&
         offer.verified->runs().rbegin()->second <= offer.file.size_bytes;
}

}  // namespace

bool PartOffers::put(PartOffer offer) {
  if (!can_be_given(offer)) return false;
  const Sha1 content = *offer.file.sha1;
  const bool is_new = !offers_.contains(content);
  if (is_new && offers_.size() >= kMost) return false;
  offer.file.id = 0;
  offer.file.partial = Partial{offer.verified->bytes(), offer.changed_unix};
  Standing& standing = offers_[content];
  standing.offer = std::move(offer);
  if (!is_new) return true;
  standing.is_good = std::make_shared<bool>(true);
  standing.words = words_of(base_name(standing.offer.file.name));
  changed_(standing.offer.file, true);
  return true;
}

void PartOffers::drop(const Sha1& content) {
  const auto at = offers_.find(content);
  if (at == offers_.end()) return;
  *at->second.is_good = false;
  const SharedFile file = std::move(at->second.offer.file);
  offers_.erase(at);
  changed_(file, false);
}

void PartOffers::finish(const Sha1& content, Finished file, std::int64_t now) {
  const auto at = offers_.find(content);
  if (at == offers_.end()) return;
  at->second.offer.path = std::move(file.path);
  at->second.offer.file.modified_unix = file.modified_unix;
  at->second.offer.file.partial.reset();
  at->second.until = now + kKeptMs;
}

std::optional<Offer> PartOffers::offer(const Sha1& content, std::int64_t now) {
  std::erase_if(
      offers_, [now](const auto& one) { return one.second.is_whole() && one.second.until <= now; });
  const auto at = offers_.find(content);
  if (at == offers_.end()) return {};
  const Standing& standing = at->second;
  Offer offer{standing.offer.file, opener(standing.offer.path)};
  if (standing.is_whole()) return offer;
  offer.have = standing.offer.verified;
  offer.is_good = standing.is_good;
  return offer;
}

std::shared_ptr<const HashTree> PartOffers::tree(const Sha1& content) const {
  const auto at = offers_.find(content);
  return at == offers_.end() ? nullptr : at->second.offer.tree;
}

bool PartOffers::answers(const Query& query, const Standing& standing) {
  const SharedFile& file = standing.offer.file;
  if (standing.is_whole()) return false;
  const auto has = [&](const std::string& word) {
    return std::ranges::find(standing.words, word) != standing.words.end();
  };
  // Few words of a flood are of any of our names.
  if (!std::ranges::all_of(query.words, has)) return false;
  return query.sha1 || matches(query, base_name(file.name), file.size_bytes, file.media, file.tags);
}

std::vector<SharedFile> PartOffers::match(const Query& query, std::size_t most) const {
  std::vector<SharedFile> found;
  auto at = query.sha1 ? offers_.find(*query.sha1) : offers_.begin();
  for (; at != offers_.end() && found.size() < most; ++at) {
    if (answers(query, at->second)) found.push_back(at->second.offer.file);
    if (query.sha1) break;
  }
  return found;
}

std::vector<SharedFile> PartOffers::all() const {
  std::vector<SharedFile> files;
  for (const auto& [content, standing] : offers_)
    if (!standing.is_whole()) files.push_back(standing.offer.file);
  return files;
}

}  // namespace p2p::transfer
