// The Network screen: the links of this node, what it is and what goes through it, and what
// happened last.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tui/counts.h"
#include "tui/host_list.h"
#include "tui/plain_view.h"

namespace p2p::tui {

class NetworkView final : public View {
 public:
  NetworkView(const KeyWords& keys, std::int32_t seconds_east_of_utc)
      : View(keys),
        seconds_east_(seconds_east_of_utc) {}

  void learn(const api::Snapshot& snapshot, Desk& desk) override;
  std::optional<api::Request> command(std::string_view command, Desk& desk) override;
  void draw(Surface& out, const Layout& at, const api::Snapshot& snapshot) override;
  int details_height(int height) const override;
  bool moves(const api::Snapshot& snapshot) const override;  // how long links are up
  std::string look() override;
  bool back() override;
  Table& table() override { return hosts_.is_open() ? hosts_.table() : View::table(); }
  Prompt& filter() override { return hosts_.is_open() ? hosts_.filter() : View::filter(); }

  HostList& hosts() { return hosts_; }

 protected:
  ListView list(const api::Snapshot& snapshot, int width) override;

 private:
  void choose_mode(Desk& desk);
  std::optional<api::Request> connect(Desk& desk);
  std::string chosen_endpoint();  // of the list that is seen; empty: none
  struct Row {                    // what commands need of it
    std::size_t network = 0;
    std::string endpoint;  // empty: it is the network itself
    std::string agent;
  };
  const Row* selected();
  // Of the selected row; null: there is none.
  const api::NetworkRow* network_of(const api::Snapshot& snapshot);

  std::int32_t seconds_east_;
  Counts counts_;
  HostList hosts_;
  std::vector<std::string> modes_;  // that there are
  std::vector<api::UnwantedRow> banned_;
  bool shows_table_ = false;
  std::map<std::string, std::uint64_t> keys_;  // of rows, the same while they are there
  std::uint64_t last_key_ = 0;
  std::map<std::uint64_t, Row> by_key_;
  PlainRows rows_;
};

}  // namespace p2p::tui
