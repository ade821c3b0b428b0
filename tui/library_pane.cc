#include "tui/library_pane.h"

#include <algorithm>
#include <map>
#include <string>

#include "tui/format.h"
#include "tui/frame.h"

namespace p2p::tui {

namespace {

constexpr int kLibraryLabel = 9;  // cells of a label

std::string ago_text(api::Millis since, api::Millis now) {
  const auto minutes = static_cast<std::uint64_t>(std::max<api::Millis>(now - since, 0) / 60'000);
  if (minutes == 0) return "just now";
  return minutes < 120 ? count_text(minutes) + " min ago" : count_text(minutes / 60) + " h ago";
}

std::string total_text(const api::LibraryRow& library, api::Millis now) {
  std::string text = plural(library.files, "file") + " · " + size_text(library.bytes);
  if (library.found_folders > 0) text += " · " + plural(library.found_folders, "folder");
  if (library.on_disk > 0) text += " · catalogue " + size_text(library.on_disk);
  if (library.looked_ms > 0) text += " · last full look " + ago_text(library.looked_ms, now);
  return text;
}

// "18: 11 empty, 5 unreadable (r shows them)", by reason where all are known.
std::string skipped_text(const api::LibraryRow& library, const KeyWords& keys) {
  if (library.skipped == 0) return "nothing";
  std::string text = count_text(library.skipped);
  if (library.skipped_rows.size() == library.skipped) {
    std::map<std::string, std::uint64_t> reasons;
    for (const api::SkippedRow& row : library.skipped_rows)
      ++reasons[row.why];
    const char* joint = ": ";
    for (const auto& [why, count] : reasons) {
      text += joint + count_text(count) + ' ' + why;
      joint = ", ";
    }
  }
  return text + keys(" ({skipped} shows them)");
}

}  // namespace

void draw_library(Surface& out, const Rect& box, const api::Snapshot& snapshot, bool boxes,
                  const KeyWords& keys) {
  const api::LibraryRow& library = snapshot.library;
  const Rect in = draw_box(out, box, {"Library", "", ""}, boxes);
  int y = in.y;
  const auto line = [&](const char* label, const std::string& text) {
    if (y >= in.y + in.height) return;
    out.put(in.x, y, label, Style::dim, in.width);
    out.put(in.x + kLibraryLabel, y++, text, Style::text, in.width - kLibraryLabel);
  };
  if (library.to_hash > 0) {
    const std::uint64_t done = library.found - std::min(library.to_hash, library.found);
    std::string rest = count_text(done) + " of " + count_text(library.found);
    if (library.hash_bps > 0)
      rest += "  " + rate_text(library.hash_bps) + "  left " +
              time_text(library.to_hash_bytes / library.hash_bps);
    const int bar = std::clamp(in.width / 4, 0, 30);
    rest = bar_text(done, library.found, bar) + "  " + rest;
    const int used = out.shown(rest).width();
    const std::string name = library.hashing.substr(library.hashing.rfind('/') + 1);
    const int room = std::max(in.width - kLibraryLabel - used - 2, 0);
    line("hashing", "");
    const int x =
        in.x + kLibraryLabel + out.put_name(in.x + kLibraryLabel, y - 1, name, Style::text, room);
    out.put(x + 2, y - 1, rest, Style::text, in.x + in.width - x - 2);
  } else {
    line("hashing", library.scanning ? "looking through the folders" : "all is hashed");
  }
  line("total", total_text(library, snapshot.now_ms));
  line("skipped", skipped_text(library, keys));
  line("queries", "matched " + count_text(library.matched) + " of " + count_text(library.queries) +
                      " in the last hour");
}

}  // namespace p2p::tui
