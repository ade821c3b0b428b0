#include "tui/shares_view.h"

#include "tui/format.h"

namespace p2p::tui {

std::optional<api::Request> SharesView::command(std::string_view command, Desk& /*desk*/) {
  if (command == "rescan") return api::Rescan{};
  return std::nullopt;
}

ListView SharesView::list(const api::Snapshot& snapshot, int /*width*/) {
  clear();
  const api::LibraryRow& library = snapshot.library;
  std::uint64_t key = 0;
  for (const api::ShareRow& row : library.folders)
    add(++key, {row.folder, row.label, row.present ? "" : "missing"},
        row.present ? Style::text : Style::warn);
  std::string title =
      "Shares · " + plural(library.files, "file") + " · " + size_text(library.bytes);
  if (library.to_hash > 0) title += " · " + count_text(library.to_hash) + " to hash";
  return made(title, "Nothing is shared: `servent share DIR` adds a folder",
              {{"Folder"}, {"Label", 12, 1, true}, {"State", 8, 2}});
}

}  // namespace p2p::tui
