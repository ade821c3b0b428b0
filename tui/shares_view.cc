#include "tui/shares_view.h"

#include <algorithm>
#include <utility>

#include "tui/format.h"
#include "tui/library_pane.h"

namespace p2p::tui {

namespace {

constexpr std::size_t kMostRows = 10'000;  // of the tree, at once
constexpr std::size_t kMostKept = 500;     // folders that are known

std::string base_of(const std::string& name) {
  return name.substr(name.rfind('/') + 1);
}

}  // namespace

Table& SharesView::table() {
  switch (pane_) {
    case Pane::files: return files_table_;
    case Pane::skipped: return skipped_table_;
    case Pane::folders: break;
  }
  return View::table();
}

std::vector<Table*> SharesView::tables() {
  return {&View::table(), &files_table_, &skipped_table_};
}

void SharesView::focus_on(const Table* list) {
  pane_ = list == &files_table_     ? Pane::files
          : list == &skipped_table_ ? Pane::skipped
                                    : Pane::folders;
}

std::string SharesView::look() {
  return View::look() + std::to_string(static_cast<int>(pane_)) + std::to_string(open_.size());
}

int SharesView::details_height(int height) const {
  return std::clamp(height / 4, 6, 8);
}

void SharesView::learn(const api::Snapshot& snapshot, Desk& /*desk*/) {
  roots_.clear();
  labels_.clear();
  for (const api::ShareRow& row : snapshot.library.folders) {
    roots_.push_back(row.folder);
    labels_.push_back(row.label);
  }
}

// ---- what is known

std::uint64_t SharesView::key_of(const std::string& folder) {
  return keys_.try_emplace(folder, keys_.size() + 1).first->second;
}

const api::Listing* SharesView::listing_of(const std::string& folder) const {
  const auto at = kept_.find(folder);
  return at == kept_.end() || !at->second.is_here ? nullptr : &at->second.listing;
}

const SharesView::Folder* SharesView::selected() {
  const std::uint64_t key = View::table().selected_key();
  const auto at =
      std::ranges::find_if(tree_, [&](const Folder& each) { return key_of(each.name) == key; });
  return at == tree_.end() ? nullptr : &*at;
}

void SharesView::want(const std::string& folder, std::uint64_t revision) {
  if (kept_.size() >= kMostKept && !kept_.contains(folder))
    std::erase_if(kept_, [&](const auto& item) {
      return !open_.contains(item.first) && item.first != shown_ && !item.second.is_asked;
    });
  Kept& kept = kept_[folder];
  if ((kept.is_asked || kept.is_here) && kept.revision == revision) return;
  kept.is_asked = true;
  kept.revision = revision;
  wanted_.push_back(folder);
}

std::optional<std::string> SharesView::take_wanted() {
  if (wanted_.empty()) return std::nullopt;
  std::string next = std::move(wanted_.front());
  wanted_.erase(wanted_.begin());
  return next;
}

void SharesView::heard(api::Listing listing) {
  const auto at = kept_.find(listing.folder);
  if (at == kept_.end()) return;
  at->second.is_asked = false;
  at->second.is_here = true;
  at->second.listing = std::move(listing);
}

// ---- the tree

void SharesView::add_below(const Folder& parent) {
  const api::Listing* const listing = listing_of(parent.name);
  if (!is_open(parent) || listing == nullptr) return;
  const std::size_t depth = parent.depth + 1;
  for (const api::FolderRow& row : listing->folders) {
    if (tree_.size() >= kMostRows) return;
    tree_.push_back({row.name, base_of(row.name), row, depth, true});
    const Folder added = tree_.back();
    add_below(added);
  }
}

void SharesView::grow(const api::Snapshot& snapshot) {
  tree_.clear();
  for (const api::ShareRow& row : snapshot.library.folders) {
    const api::Listing* const listing = listing_of(row.label);
    // Whether there are folders in it shows when it was looked into.
    const bool has_folders = listing == nullptr || !listing->folders.empty();
    const Folder root{
        row.label, row.folder, {row.label, row.files, row.bytes, has_folders}, 0, row.present};
    tree_.push_back(root);
    add_below(root);
  }
  for (const Folder& folder : tree_)
    if (is_open(folder)) want(folder.name, snapshot.library.revision);
}

void SharesView::open_selected() {
  const Folder* const folder = selected();
  if (folder == nullptr) return;
  if (folder->amounts.has_folders && !is_open(*folder))
    open_.insert(folder->name);
  else
    pane_ = Pane::files;
}

// The folder, or the one that it is in.
void SharesView::close_selected() {
  const Folder* const folder = selected();
  if (folder == nullptr) return;
  if (open_.erase(folder->name) > 0 || folder->depth == 0) return;
  const std::string above = folder->name.substr(0, folder->name.rfind('/'));
  open_.erase(above);
  View::table().select(key_of(above));
}

// ---- commands

std::optional<api::Request> SharesView::stop_sharing(Desk& desk) {
  const Folder* const folder = selected();
  if (folder == nullptr) return std::nullopt;
  const auto at = std::ranges::find(labels_, folder->name);
  if (at == labels_.end()) {
    desk.say("Only a shared folder as a whole can be taken back: go to the one it is in");
    return std::nullopt;
  }
  const std::string& root = roots_[static_cast<std::size_t>(at - labels_.begin())];
  desk.ask(
      {"Stop sharing ", root, "? Its files stay on the disk. y/N", api::ShareFolder{root, false}});
  return std::nullopt;
}

std::optional<api::Request> SharesView::command(std::string_view command, Desk& desk) {
  if (command == "rescan") return api::Rescan{};
  if (command == "add-folder")
    desk.type(
        {"Folder to share: ", "", [&desk](const std::string& text) -> std::optional<api::Request> {
           if (text.find_first_not_of(' ') != std::string::npos)
             return api::ShareFolder{text, true};
           desk.say("Type the path of a folder, like ~/Music");
           return std::nullopt;
         }});
  if (command == "stop-sharing") return stop_sharing(desk);
  if (command == "skipped") pane_ = pane_ == Pane::skipped ? Pane::folders : Pane::skipped;
  if (command == "open" && pane_ == Pane::folders) open_selected();
  if (command == "close") {
    if (pane_ == Pane::folders)
      close_selected();
    else
      pane_ = Pane::folders;
  }
  return std::nullopt;
}

// ---- what is drawn

ListView SharesView::folders_list(const api::Snapshot& snapshot, int width) {
  folders_.clear();
  for (const Folder& folder : tree_) {
    const char* const mark = !folder.amounts.has_folders ? " " : is_open(folder) ? "▾" : "▸";
    std::string name = std::string(folder.depth * 2, ' ') + mark + ' ' + folder.label;
    if (!folder.present) name += " (not there)";
    folders_.add(key_of(folder.name),
                 {std::move(name), folder.present ? count_text(folder.amounts.files) : "-",
                  !folder.present ? "-"
                  : width <= 40   ? size_short(folder.amounts.bytes)
                                  : size_text(folder.amounts.bytes)},
                 folder.present ? Style::text : Style::warn);
  }
  const api::LibraryRow& library = snapshot.library;
  ListView out = folders_.made(pane_ == Pane::folders ? filter().text() : "", "Shared folders",
                               key_words_("Nothing is shared: {add-folder} adds a folder"),
                               {{"Folder"}, {"Files", 7, 2}, {"Size", width <= 40 ? 5 : 10, 3}});
  out.brief = plural(library.files, "file") + " · " + size_text(library.bytes);
  if (library.to_hash > 0) out.brief += " · " + count_text(library.to_hash) + " to hash";
  return out;
}

ListView SharesView::files_list(const api::Snapshot& snapshot, int width) {
  files_.clear();
  const Folder* const folder = selected();
  shown_ = folder == nullptr ? "" : folder->name;
  if (folder != nullptr) want(shown_, snapshot.library.revision);
  const api::Listing* const listing = listing_of(shown_);
  std::uint64_t key = 0;
  if (listing != nullptr)
    for (const api::FileRow& row : listing->files) {
      const bool hashed = row.state == api::FileState::hashed;
      const bool now = row.state == api::FileState::hashing;
      const std::string name = base_of(row.name);
      const bool odd = sanitize_name(name).altered();
      files_.add(++key,
                 {std::string(hashed ? "✓"
                              : now  ? spinner_sign(snapshot.now_ms)
                                     : "·") +
                      (odd ? "!" : ""),
                  name, width <= 40 ? size_short(row.size_bytes) : size_text(row.size_bytes)},
                 odd      ? Style::warn
                 : hashed ? Style::text
                          : Style::dim);
    }
  std::string empty = listing == nullptr ? "Looking into it" : "No file lies right in this folder";
  if (folder == nullptr) empty = "";
  ListView out = files_.made(pane_ == Pane::files ? filter().text() : "",
                             folder == nullptr ? "Files" : folder->name, empty,
                             {{"", 2, 9, true}, {"File"}, {"Size", width <= 40 ? 5 : 10, 3}});
  if (listing != nullptr && !listing->is_all)
    out.right = "the first " + count_text(listing->files.size());
  out.foot = "✓ hashed  " + std::string(spinner_sign(snapshot.now_ms)) + " now  · waits";
  return out;
}

ListView SharesView::skipped_list(const api::Snapshot& snapshot) {
  skipped_.clear();
  std::uint64_t key = 0;
  for (const api::SkippedRow& row : snapshot.library.skipped_rows)
    skipped_.add(++key, {row.path, row.why}, Style::warn);
  ListView out = skipped_.made(pane_ == Pane::skipped ? filter().text() : "",
                               "Skipped · " + count_text(snapshot.library.skipped),
                               "Nothing was skipped", {{"File"}, {"Why", 18, 1, true}});
  out.right = key_words_("{skipped} shows files");
  return out;
}

void SharesView::draw(Surface& out, const Layout& at, const api::Snapshot& snapshot) {
  constexpr int kTwoColumns = 90;
  grow(snapshot);
  const std::string& words = filter().text();
  const auto filter_of = [&](Pane pane) { return pane_ == pane ? words : std::string(); };
  if (!at.boxes) {  // one at a time
    const ListView list = pane_ == Pane::files     ? files_list(snapshot, at.body.width)
                          : pane_ == Pane::skipped ? skipped_list(snapshot)
                                                   : folders_list(snapshot, at.body.width);
    draw_list(out, at.body, at.title, false, list, table(), words);
    if (!at.details.empty()) draw_library(out, at.details, snapshot, false, key_words_);
    return;
  }
  Rect left = at.body;
  Rect right = at.body;
  if (at.body.width >= kTwoColumns) {
    left.width = at.body.width * 53 / 100;
    right.x += left.width;
    right.width -= left.width;
  } else {
    left.height = (at.body.height + 1) / 2;
    right.y += left.height;
    right.height -= left.height;
  }
  draw_list(out, left, {}, true, folders_list(snapshot, left.width - 2), View::table(),
            filter_of(Pane::folders), pane_ == Pane::folders);
  if (pane_ == Pane::skipped)
    draw_list(out, right, {}, true, skipped_list(snapshot), skipped_table_, words, true);
  else
    draw_list(out, right, {}, true, files_list(snapshot, right.width - 2), files_table_,
              filter_of(Pane::files), pane_ == Pane::files);
  if (!at.details.empty()) draw_library(out, at.details, snapshot, true, key_words_);
}

}  // namespace p2p::tui
