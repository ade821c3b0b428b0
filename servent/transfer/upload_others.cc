#include "servent/transfer/upload_others.h"

#include <algorithm>

namespace p2p::transfer {

void UploadOthers::turn_to(const std::optional<Sha1>& content) {
  if (content_ == content) return;
  content_ = content;
  told_ = {};
  size_bytes_ = has_bytes_ = 0;
}

void UploadOthers::hear(const HttpRequest& request, const SharedFile& file, std::uint32_t from) {
  turn_to(file.sha1);
  if (size_bytes_ == 0) has_bytes_ = std::min(request.downloaded, file.size_bytes);
  size_bytes_ = file.size_bytes;
  // Nobody is a source because another says so for him.
  asker_ = request.node.address == from ? request.node : Endpoint{};
  if (!content_) return;
  context_->alternates.told(*content_, request.others, from, now_ms());
  told_.add(request.others.alive);
  told_.add(request.others.dead);
}

void UploadOthers::gave(std::uint64_t bytes) {
  has_bytes_ += bytes;
  if (!content_ || asker_.port == 0 || has_bytes_ < size_bytes_) return;
  context_->alternates.told(*content_, {{asker_}, {}}, asker_.address, now_ms());
}

std::vector<Endpoint> UploadOthers::to_tell(const std::optional<Sha1>& content,
                                            const Endpoint& asker) {
  turn_to(content);
  if (!content) return {};
  std::vector<Endpoint> all = context_->alternates.of(*content, now_ms());
  std::erase(all, asker);
  return told_.fresh(all, kTold);
}

}  // namespace p2p::transfer
