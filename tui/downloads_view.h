// The Downloads screen: files on their way, and who sends which part of the selected one.
#pragma once

#include <string>
#include <vector>

#include "servent/api/snapshot.h"

#include "tui/view.h"

namespace p2p::tui {

class DownloadsView final : public View {
 public:
  // Orders: 't' state (the first one), 'n' name, 's' size, 'p' progress, 'r' rate, 'o' that in
  // which they have their turns.
  DownloadsView(const KeyWords& keys, std::int32_t seconds_east_of_utc)
      : View(keys),
        seconds_east_(seconds_east_of_utc) {
    order_ = {'t', false};
  }

  // The end of a download is told wherever the user looks.
  void learn(const api::Snapshot& snapshot, Desk& desk) override;
  std::optional<api::Request> command(std::string_view command, Desk& desk) override;
  // This one is selected when the screen is seen, unless the user selects another one before.
  void go_to(std::uint32_t download) { table().aim(download); }
  int details_height(int height) const override;
  bool moves(const api::Snapshot& snapshot) const override;

 protected:
  std::string_view orders() const override { return "tnspro"; }
  ListView list(const api::Snapshot& snapshot, int width) override;
  void draw_details(Surface& out, const Rect& box, bool boxes,
                    const api::Snapshot& snapshot) override;

 private:
  struct Download {  // what commands need of a row
    std::uint32_t id = 0;
    api::DownloadState state = api::DownloadState::waiting;
    std::string name;
    std::uint64_t have_bytes = 0;
    api::Priority priority = api::Priority::normal;
    bool in_order = false;
  };
  std::optional<api::Request> clear(Desk& desk);
  std::optional<api::Request> change(std::string_view command, const Download& row, Desk& desk);

  std::int32_t seconds_east_;
  std::vector<Download> downloads_;
  bool seen_any_ = false;
  std::vector<std::size_t> shown_;
  std::vector<std::uint64_t> keys_;
};

}  // namespace p2p::tui
