#include "servent/app/fetched_files.h"

#include "protocols/base/letters.h"

namespace p2p::app {

std::string FetchedFiles::add(const Sha1& content) {
  if (!known_.insert(content).second) return {};
  order_.push_back(content);
  if (order_.size() > kMost) {
    known_.erase(order_.front());
    order_.pop_front();
  }
  return to_base32(content) + '\n';
}

bool FetchedFiles::load(std::string_view text) {
  bool is_good = text.empty() || text.ends_with('\n');
  std::size_t lines = 0;
  while (!text.empty()) {
    const auto content = sha1_from_base32(take_until(text, '\n'));
    is_good = content && !add(*content).empty() && is_good;
    ++lines;
  }
  return is_good && lines <= kMost;
}

std::string FetchedFiles::saved() const {
  std::string text;
  for (const Sha1& content : order_)
    text += to_base32(content) + '\n';
  return text;
}

}  // namespace p2p::app
