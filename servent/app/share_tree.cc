#include "servent/app/share_tree.h"

#include <algorithm>
#include <utility>

#include "protocols/base/digest.h"

namespace p2p::app {

namespace {

constexpr char kBehind = '/' + 1;  // sorts just behind all that is below a folder

}  // namespace

void ShareTree::found(std::string_view name, std::uint64_t bytes) {
  for (std::size_t at = name.find('/'); at != std::string_view::npos; at = name.find('/', at + 1)) {
    const std::string_view folder = name.substr(0, at);
    auto known = folders_.find(folder);
    if (known == folders_.end()) known = folders_.emplace(folder, Amount{}).first;
    ++known->second.files;
    known->second.bytes += bytes;
  }
}

void ShareTree::waits(std::string name, std::uint64_t bytes) {
  waiting_.push_back({std::move(name), bytes});
}

void ShareTree::finish() {
  std::ranges::sort(waiting_, {}, &Waiting::name);
}

ShareTree::Amount ShareTree::in(std::string_view folder) const {
  const auto at = folders_.find(folder);
  return at == folders_.end() ? Amount{} : at->second;
}

std::vector<api::FolderRow> ShareTree::below(const std::string& folder, std::size_t most) const {
  std::vector<api::FolderRow> out;
  const std::string begin = folder + '/';
  for (auto at = folders_.lower_bound(begin);
       at != folders_.end() && at->first.starts_with(begin) && out.size() < most;) {
    const std::size_t deeper = at->first.find('/', begin.size());
    if (deeper != std::string::npos) {
      at = folders_.lower_bound(at->first.substr(0, deeper) + kBehind);
      continue;
    }
    const std::string inside = at->first + '/';
    const auto child = folders_.lower_bound(inside);
    const bool has_folders = child != folders_.end() && child->first.starts_with(inside);
    out.push_back({at->first, at->second.files, at->second.bytes, has_folders});
    ++at;
  }
  return out;
}

api::Listing ShareTree::listing(const std::string& folder, const std::vector<SharedFile>& known,
                                std::string_view hashing) const {
  constexpr std::size_t kMost = api::Listing::kMost;
  api::Listing out;
  out.folder = folder;
  out.folders = below(folder, kMost + 1);
  for (const SharedFile& file : known)
    out.files.push_back(
        {file.name, file.size_bytes, file.sha1 ? to_urn(*file.sha1) : "", api::FileState::hashed});
  // Those that wait lie among the names of all folders: past each that is below in one step.
  const std::string begin = folder + '/';
  const auto from = [&](const std::string& name) {
    return std::ranges::lower_bound(waiting_, name, {}, &Waiting::name);
  };
  for (auto at = from(begin); at != waiting_.end() && at->name.starts_with(begin);) {
    const std::size_t deeper = at->name.find('/', begin.size());
    if (deeper != std::string::npos) {
      at = from(at->name.substr(0, deeper) + kBehind);
      continue;
    }
    if (out.files.size() > 2 * kMost) break;
    const bool is_known = std::ranges::binary_search(known, at->name, {}, &SharedFile::name);
    const auto state = at->name == hashing ? api::FileState::hashing : api::FileState::waits;
    if (!is_known) out.files.push_back({at->name, at->bytes, "", state});
    ++at;
  }
  std::ranges::sort(out.files, {}, &api::FileRow::name);
  out.is_all = out.files.size() <= kMost && out.folders.size() <= kMost;
  out.files.resize(std::min(out.files.size(), kMost));
  out.folders.resize(std::min(out.folders.size(), kMost));
  return out;
}

}  // namespace p2p::app
