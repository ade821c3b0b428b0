// The Downloads screen: files on their way, and who sends which part of the selected one.
#pragma once

#include <string>
#include <vector>

#include "servent/api/snapshot.h"

#include "tui/view.h"

namespace p2p::tui {

class DownloadsView {
 public:
  // Orders: 't' state (the first one), 'n' name, 's' size, 'p' progress, 'r' rate. Lends the
  // snapshot and itself.
  ListView list(const api::Snapshot& snapshot, const std::string& filter, Order order, int width);
  const api::DownloadRow* row(const api::Snapshot& snapshot, std::size_t place) const;

 private:
  std::vector<std::size_t> shown_;
  std::vector<std::uint64_t> keys_;
};

void draw_download(Surface& out, const Rect& in, const api::DownloadRow& row, api::Millis now);
// What became of a download, in words: "verified", "queue 2", "retry 0:42".
std::string state_text(const api::DownloadRow& row, api::Millis now);

}  // namespace p2p::tui
