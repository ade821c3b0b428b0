// The Uploads screen: who fetches what from here, who waits and why, and what was given so far.
// Where there is no room for three panes one list has all.
#pragma once

#include <string>
#include <vector>

#include "tui/plain_view.h"

namespace p2p::tui {

class UploadsView final : public View {
 public:
  using View::View;

  void learn(const api::Snapshot& snapshot, Desk& desk) override;
  std::optional<api::Request> command(std::string_view command, Desk& desk) override;
  void draw(Surface& out, const Layout& at, const api::Snapshot& snapshot) override;
  int details_height(int height) const override;
  bool moves(const api::Snapshot& snapshot) const override;  // the times of those who wait
  std::string look() override;

  Table& table() override;
  std::vector<Table*> tables() override;
  void focus_on(const Table* list) override;

 private:
  struct Upload {  // what commands need of a row
    std::uint32_t id = 0;
    bool waits = false;
    std::string user;
  };
  std::optional<api::Request> of_upload(std::string_view command, const Upload& row, Desk& desk);
  ListView running(const api::Snapshot& snapshot);
  ListView queue(const api::Snapshot& snapshot);
  ListView all(const api::Snapshot& snapshot, int width);

  std::vector<Upload> uploads_;
  std::vector<api::UnwantedRow> blocked_;
  bool is_split_ = false;  // into panes, as it was last drawn
  bool in_queue_ = false;
  Table running_table_, queue_table_;
  PlainRows running_, queue_;
};

}  // namespace p2p::tui
