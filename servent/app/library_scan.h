// LibraryScan: one look through the shared folders: what is gone leaves the catalogue, what is new
// or changed is read, hashed and added. It runs on the scan thread, from the first to the last
// file, and says to its host what the rest of the program should know meanwhile.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "protocols/base/file.h"
#include "protocols/base/result.h"
#include "protocols/command.h"

#include "index/catalog.h"
#include "index/hasher.h"
#include "index/scanner.h"

#include "servent/api/snapshot.h"
#include "servent/app/share_tree.h"
#include "servent/transfer/meter.h"

namespace p2p::app {

// Who has the folders looked through. Called on the scan thread.
class ScanHost {
 public:
  ScanHost() = default;
  ScanHost(const ScanHost&) = delete;
  ScanHost& operator=(const ScanHost&) = delete;
  virtual ~ScanHost() = default;

  virtual void publish(Shared change) = 0;  // files came or went
  virtual void say(api::LogLevel level, std::string text) = 0;
  // `change` is called at once, with the row that the user sees.
  virtual void update(const std::function<void(api::LibraryRow&)>& change) = 0;
  virtual void found(std::shared_ptr<const ShareTree> tree) = 0;  // before the row tells of it
};

class LibraryScan {
 public:
  // The first three outlive the scan; `stopping` may be set at any time, and it ends within half a
  // second. `file` is the catalogue's. `trees`: files that were read without one are read again.
  LibraryScan(ScanHost& host, index::Catalog& catalog, const std::atomic<bool>& stopping,
              std::filesystem::path file, index::Trees trees);

  // False when a file changed while it was read; the error when the catalogue cannot be kept.
  Result<bool> compare(const std::vector<std::filesystem::path>& folders);

 private:
  bool knows_all(const SharedFile& known) const;
  Result<void> drop_known(index::Scan& scan);
  Result<void> remove(const std::vector<std::uint64_t>& gone);
  void tell_gone(const std::vector<std::string>& names);
  void show_found(const index::Scan& found, ShareTree seen, std::uint64_t count);
  Result<bool> hash_all(const index::Scan& found);
  Result<void> hash(index::Entry& entry);
  Result<void> save(std::vector<index::Entry>& batch);
  Result<void> replace(const std::vector<index::Entry>& batch);
  void settle();

  ScanHost& host_;
  index::Catalog& catalog_;
  const std::atomic<bool>& stopping_;
  const std::filesystem::path file_;
  const index::Trees trees_;
  transfer::Meter hash_rate_;
};

}  // namespace p2p::app
