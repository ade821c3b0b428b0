// The Shares screen: the shared folders as a tree, the files of the selected one, and how far the
// library is. Folders are asked for when they are seen, one by one, and kept while they are.
//
//   draw -> take_wanted() -> (the host asks) -> heard() -> draw
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tui/plain_view.h"

namespace p2p::tui {

class SharesView final : public View {
 public:
  using View::View;

  void learn(const api::Snapshot& snapshot, Desk& desk) override;
  std::optional<api::Request> command(std::string_view command, Desk& desk) override;
  void draw(Surface& out, const Layout& at, const api::Snapshot& snapshot) override;
  int details_height(int height) const override;
  std::string look() override;
  Table& table() override;
  std::vector<Table*> tables() override;
  void focus_on(const Table* list) override;

  // A folder that was drawn and is not known, or not any more; each once.
  std::optional<std::string> take_wanted();
  void heard(api::Listing listing);

 private:
  enum class Pane : std::uint8_t { folders, files, skipped };
  struct Folder {  // a row of the tree
    std::string name;
    std::string label;  // as it is shown
    api::FolderRow amounts;
    std::size_t depth = 0;
    bool present = true;
  };
  struct Kept {
    api::Listing listing;
    std::uint64_t revision = 0;  // of the library, when it was asked for
    bool is_here = false;
    bool is_asked = false;
  };

  void grow(const api::Snapshot& snapshot);
  void add_below(const Folder& parent);
  void want(const std::string& folder, std::uint64_t revision);
  const Folder* selected();
  std::uint64_t key_of(const std::string& folder);
  const api::Listing* listing_of(const std::string& folder) const;
  bool is_open(const Folder& folder) const { return open_.contains(folder.name); }
  void open_selected();
  void close_selected();
  std::optional<api::Request> stop_sharing(Desk& desk);

  ListView folders_list(const api::Snapshot& snapshot, int width);
  ListView files_list(const api::Snapshot& snapshot, int width);
  ListView skipped_list(const api::Snapshot& snapshot);

  Pane pane_ = Pane::folders;
  std::set<std::string> open_;
  std::map<std::string, Kept> kept_;
  std::vector<std::string> wanted_;
  std::map<std::string, std::uint64_t> keys_;  // of folders, the same as long as it runs
  std::vector<Folder> tree_;                   // what is seen of it
  std::vector<std::string> roots_;             // as the disk knows them
  std::vector<std::string> labels_;            // and the networks
  std::string shown_;                          // the folder whose files are shown
  Table files_table_, skipped_table_;
  PlainRows folders_, files_, skipped_;
};

}  // namespace p2p::tui
