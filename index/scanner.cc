#include "index/scanner.h"

#include <algorithm>
#include <set>
#include <utility>

#include <sys/stat.h>

namespace p2p::index {

namespace fs = std::filesystem;

namespace {

constexpr const char* kBadName = "has a name that no network carries";

bool is_hidden(const std::string& name) {
  return name.starts_with('.');
}

// No network can carry these: Napster's fields end at a quote, and its servers refuse controls.
bool is_bad_name(const std::string& name) {
  return name.size() > kMaxSharedName || std::ranges::any_of(name, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '"' || c == '\\';
         });
}

// One folder is open at a time, however deep they lie; below a name that no network carries there
// is nothing to share.
class Walk {
 public:
  Walk(Scan& result, std::uint32_t share, const std::atomic<bool>& stop)
      : share_(result.shares[share]),
        number_(share),
        result_(result),
        stop_(stop) {}

  void run() {
    for (folders_.emplace_back(); !folders_.empty() && !stop_;) {
      const fs::path next = std::move(folders_.back());
      folders_.pop_back();
      folder(next);
    }
  }

 private:
  void folder(const fs::path& relative) {
    std::error_code error;
    fs::directory_iterator entries(share_.root / relative, error);
    ++result_.folders;
    for (const fs::directory_iterator end; !error && entries != end && !stop_;
         entries.increment(error)) {
      const std::string name = entries->path().filename().string();
      if (is_hidden(name)) continue;
      std::error_code gone;
      const fs::file_status status = entries->symlink_status(gone);
      if (fs::is_directory(status)) enter(relative / name);
      if (fs::is_regular_file(status)) file(relative / name);
    }
    if (error) skip(relative, result_.skipped.unreadable, "cannot be read");
  }

  void enter(fs::path relative) {
    if (is_bad_name(shared_name(relative)))
      skip(relative, result_.skipped.bad_name, kBadName);
    else
      folders_.push_back(std::move(relative));
  }

  void skip(const fs::path& relative, std::uint64_t& count, const char* why) {
    ++count;
    auto& first = result_.skipped.first;
    if (first.size() < Skipped::kNamed) first.push_back({share_.root / relative, why});
  }

  std::string shared_name(const fs::path& relative) const {
    return share_.label + '/' + relative.generic_string();
  }

  void file(const fs::path& relative) {
    if (relative.extension() == ".part") return;
    struct stat info {};
    const fs::path whole = share_.root / relative;
    if (::lstat(whole.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
      skip(relative, result_.skipped.unreadable, "cannot be read");
      return;
    }
    if (info.st_size == 0) {
      skip(relative, result_.skipped.empty, "is empty");
      return;
    }
    Found found;
    found.name = shared_name(relative);
    if (is_bad_name(found.name)) {
      skip(relative, result_.skipped.bad_name, kBadName);
      return;
    }
    found.share = number_;
    found.stamp = {static_cast<std::uint64_t>(info.st_size),
                   std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec,
                   static_cast<std::uint64_t>(info.st_ino)};
    result_.files.push_back(std::move(found));
  }

  const Share& share_;
  const std::uint32_t number_;  // its place in the scan
  Scan& result_;
  const std::atomic<bool>& stop_;
  std::vector<fs::path> folders_;  // to be read
};

}  // namespace

std::vector<Share> shares_of(const std::vector<fs::path>& folders) {
  std::vector<fs::path> roots;
  for (const fs::path& folder : folders) {
    std::error_code error;
    fs::path root = fs::weakly_canonical(folder, error);
    roots.push_back(error ? fs::absolute(folder, error) : std::move(root));
  }
  return labelled(roots);
}

std::vector<Share> labelled(const std::vector<fs::path>& roots) {
  std::vector<Share> shares;
  std::set<std::string> used;
  for (const fs::path& root : roots) {
    std::string name = root.filename().string();
    if (name.empty() || is_bad_name(name)) name = "files";
    std::string label = name;
    for (int n = 2; !used.insert(label).second; ++n)
      label = name + " (" + std::to_string(n) + ')';
    shares.push_back({root, std::move(label)});
  }
  return shares;
}

Scan scan(std::vector<Share> shares, const std::atomic<bool>& stop) {
  Scan result;
  result.shares = std::move(shares);
  for (std::uint32_t share = 0; share < result.shares.size(); ++share)
    Walk(result, share, stop).run();
  return result;
}

Entry entry_of(const Scan& scan, const Found& file) {
  const Share& share = scan.shares[file.share];
  Entry entry;
  entry.file.id = file.known;
  entry.file.name = file.name;
  entry.file.size_bytes = file.stamp.size_bytes;
  entry.root = share.root;
  entry.relative = file.name.substr(share.label.size() + 1);
  entry.stamp = file.stamp;
  return entry;
}

}  // namespace p2p::index
