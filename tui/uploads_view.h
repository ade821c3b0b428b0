// The Uploads screen: who fetches what from here, and why the others wait.
#pragma once

#include <string>
#include <vector>

#include "tui/plain_view.h"

namespace p2p::tui {

class UploadsView final : public PlainView {
 public:
  void learn(const api::Snapshot& snapshot, Desk& desk) override;
  std::optional<api::Request> command(std::string_view command, Desk& desk) override;

 protected:
  ListView list(const api::Snapshot& snapshot, int width) override;

 private:
  struct Upload {  // what commands need of a row
    std::uint32_t id = 0;
    std::string user;
  };
  std::vector<Upload> uploads_;
};

}  // namespace p2p::tui
