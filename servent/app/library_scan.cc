#include "servent/app/library_scan.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

#include "protocols/base/bytes.h"

#include "index/tags.h"

#include "servent/app/shared_file.h"

namespace p2p::app {

namespace fs = std::filesystem;
using api::LogLevel;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::size_t kBatch = 500;                  // files in one transaction; also of one Shared
constexpr auto kBatchAge = std::chrono::seconds(1);  // a kill loses no more than this

}  // namespace

LibraryScan::LibraryScan(ScanHost& host, index::Catalog& catalog, const std::atomic<bool>& stopping,
                         fs::path file, index::Trees trees)
    : host_(host),
      catalog_(catalog),
      stopping_(stopping),
      file_(std::move(file)),
      trees_(trees) {}

Result<bool> LibraryScan::compare(const std::vector<fs::path>& folders) {
  host_.update([](api::LibraryRow& row) { row.scanning = true; });
  index::Scan found = index::scan(index::shares_of(folders), stopping_);
  if (stopping_) return true;
  ShareTree seen;
  for (const index::Found& one : found.files)
    seen.found(one.name, one.stamp.size_bytes);
  const std::uint64_t count = found.files.size();
  if (const auto gone = drop_known(found); !gone) return tl::unexpected(gone.error());
  show_found(found, std::move(seen), count);
  auto hashed = hash_all(found);
  if (hashed) settle();
  return hashed;
}

bool LibraryScan::knows_all(const SharedFile& known) const {
  return known.uuhash && (known.tree_root || trees_ == index::Trees::none);
}

// Takes out of `found` what the catalogue has unchanged, and out of the catalogue what is gone.
Result<void> LibraryScan::drop_known(index::Scan& scan) {
  std::vector<index::Found>& found = scan.files;
  std::ranges::sort(found, {}, &index::Found::name);
  const auto place_of = [&](const std::string& name) {
    const auto at = std::ranges::lower_bound(found, name, {}, &index::Found::name);
    return at == found.end() || at->name != name ? found.end() : at;
  };
  std::vector<char> known(found.size(), 0);
  std::vector<std::uint64_t> gone;
  std::vector<std::string> names;
  index::Totals totals;
  for (std::uint64_t after = 0;;) {
    const auto entries = catalog_.entries(after, kBatch);
    if (!entries) return tl::unexpected(entries.error());
    if (entries->empty()) break;
    for (const index::Entry& entry : *entries) {
      const auto at = place_of(entry.file.name);
      if (at != found.end() && at->stamp == entry.stamp &&
          scan.shares[at->share].root == entry.root) {
        // The row of an older program, or of other modes, knows less of it: the new one takes
        // its place when it is read.
        if (knows_all(entry.file))
          known[static_cast<std::size_t>(at - found.begin())] = 1;
        else
          at->known = entry.file.id;
        ++totals.files;
        totals.bytes += entry.file.size_bytes;
      } else {
        gone.push_back(entry.file.id);
        names.push_back(entry.file.name);
      }
    }
    after = entries->back().file.id;
  }
  if (auto removed = remove(gone); !removed) return removed;
  std::size_t next = 0;
  std::erase_if(found, [&](const index::Found&) { return known[next++] != 0; });
  host_.update([&](api::LibraryRow& row) {
    row.files = totals.files;
    row.bytes = totals.bytes;
  });
  tell_gone(names);
  return {};
}

Result<void> LibraryScan::remove(const std::vector<std::uint64_t>& gone) {
  for (std::size_t at = 0; at < gone.size(); at += kBatch) {
    const std::size_t count = std::min(kBatch, gone.size() - at);
    auto removed = catalog_.remove(std::span(gone).subspan(at, count));
    if (!removed) return removed;
  }
  return {};
}

void LibraryScan::tell_gone(const std::vector<std::string>& names) {
  for (std::size_t at = 0; at < names.size(); at += kBatch) {
    Shared change;
    const std::size_t end = std::min(at + kBatch, names.size());
    change.removed.assign(names.begin() + static_cast<std::ptrdiff_t>(at),
                          names.begin() + static_cast<std::ptrdiff_t>(end));
    host_.publish(std::move(change));
  }
}

// `found` has the files that are to be read, `count` is of all.
void LibraryScan::show_found(const index::Scan& found, ShareTree seen, std::uint64_t count) {
  std::uint64_t bytes = 0;
  for (const index::Found& one : found.files) {
    seen.waits(one.name, one.stamp.size_bytes);
    bytes += one.stamp.size_bytes;
  }
  seen.finish();
  std::uint64_t on_disk = 0;
  for (const char* const part : {"", "-wal"}) {
    std::error_code error;
    const std::uint64_t size = fs::file_size(file_.string() + part, error);
    on_disk += error ? 0 : size;
  }
  const auto tree = std::make_shared<const ShareTree>(std::move(seen));
  host_.found(tree);
  const index::Skipped& skipped = found.skipped;
  host_.update([&](api::LibraryRow& row) {
    row.scanning = false;
    row.to_hash = found.files.size();
    row.to_hash_bytes = bytes;
    row.found = count;
    row.found_folders = found.folders;
    row.on_disk = on_disk;
    row.looked_ms = transfer::now_ms();
    row.skipped = skipped.empty + skipped.unreadable + skipped.bad_name;
    row.skipped_rows.clear();
    for (const index::Skipped::One& one : skipped.first)
      row.skipped_rows.push_back({one.path.string(), one.why});
    for (api::ShareRow& share : row.folders) {
      const ShareTree::Amount amount = tree->in(share.label);
      share.files = amount.files;
      share.bytes = amount.bytes;
    }
    ++row.revision;
  });
}

Result<bool> LibraryScan::hash_all(const index::Scan& found) {
  std::vector<index::Entry> batch;
  bool is_complete = true;
  auto since = Clock::now();
  for (const index::Found& one : found.files) {
    if (stopping_) break;
    host_.update([&](api::LibraryRow& row) { row.hashing = one.name; });
    const std::uint64_t size = one.stamp.size_bytes;
    index::Entry entry = index::entry_of(found, one);
    const auto hashed = hash(entry);
    if (hashed)
      batch.push_back(std::move(entry));
    else if (hashed.error().code == Errc::refused)
      is_complete = false;
    host_.update([&](api::LibraryRow& row) {
      --row.to_hash;
      row.to_hash_bytes -= std::min(size, row.to_hash_bytes);
      row.hash_bps = hash_rate_.rate(transfer::now_ms());
    });
    if (batch.size() >= kBatch || Clock::now() - since >= kBatchAge) {
      if (const auto saved = save(batch); !saved) return tl::unexpected(saved.error());
      since = Clock::now();
    }
  }
  if (const auto saved = save(batch); !saved) return tl::unexpected(saved.error());
  return is_complete;
}

// The file as it is now, which may be later than the scan. Errc::refused: it changes just now.
Result<void> LibraryScan::hash(index::Entry& entry) {
  const File opened(open_beneath(entry.root, entry.relative));
  const auto stamp = index::stamp_of(opened.get());
  if (!stamp) {
    host_.say(LogLevel::warn, "cannot read " + escaped(entry.file.name) + " (skipped)");
    return fail(Errc::io, stamp.error().detail);
  }
  if (entry.file.id != 0 && entry.stamp != *stamp)
    return fail(Errc::refused, "changed after the scan");  // no longer what the row tells
  entry.stamp = *stamp;
  entry.file.size_bytes = stamp->size_bytes;
  auto digests =
      index::hash_file(opened.get(), entry.stamp, trees_, stopping_,
                       [this](std::uint64_t bytes) { hash_rate_.add(bytes, transfer::now_ms()); });
  if (!digests) {
    if (digests.error().code != Errc::stopped)
      host_.say(LogLevel::warn,
                escaped(entry.file.name) + ": " + digests.error().detail + " (next time)");
    return tl::unexpected(digests.error());
  }
  entry.file.sha1 = digests->sha1;
  entry.file.start_md5 = digests->start_md5;
  entry.file.uuhash = digests->uuhash;
  entry.tree = std::move(digests->tree);
  if (entry.tree) entry.file.tree_root = entry.tree->root();
  index::Described described = index::describe(opened.get(), entry.root / entry.relative);
  entry.file.media = described.media;
  entry.file.tags = std::move(described.tags);
  return {};
}

Result<void> LibraryScan::save(std::vector<index::Entry>& batch) {
  if (batch.empty()) return {};
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  for (const index::Entry& entry : batch) {
    if (entry.file.id != 0) continue;
    ++files;
    bytes += entry.file.size_bytes;
  }
  if (auto replaced = replace(batch); !replaced) return replaced;
  if (auto added = catalog_.add(batch); !added) return added;
  Shared change;
  for (index::Entry& entry : batch)
    change.added.push_back(std::move(entry.file));
  host_.update([&](api::LibraryRow& row) {
    row.files += files;
    row.bytes += bytes;
    ++row.revision;
  });
  batch.clear();
  host_.publish(std::move(change));
  return {};
}

// Takes the rows out whose place these files take.
Result<void> LibraryScan::replace(const std::vector<index::Entry>& batch) {
  std::vector<std::uint64_t> old;
  Shared change;
  for (const index::Entry& entry : batch) {
    if (entry.file.id == 0) continue;
    old.push_back(entry.file.id);
    change.removed.push_back(entry.file.name);
  }
  if (old.empty()) return {};
  if (auto removed = catalog_.remove(old); !removed) return removed;
  host_.publish(std::move(change));
  return {};
}

// The scan is over: the index is made small and fast. What is not done now is done later.
void LibraryScan::settle() {
  for (bool more = true; more && !stopping_;) {
    const auto merged = catalog_.merge();
    if (!merged) host_.say(LogLevel::warn, merged.error().detail);
    more = merged.value_or(false);
  }
  if (const auto rested = catalog_.rest(); !rested)
    host_.say(LogLevel::warn, rested.error().detail);
}

}  // namespace p2p::app
