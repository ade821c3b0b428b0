// The Shares screen: the folders offered, and how far they are hashed.
#pragma once

#include "tui/plain_view.h"

namespace p2p::tui {

class SharesView final : public PlainView {
 public:
  std::optional<api::Request> command(std::string_view command, Desk& desk) override;

 protected:
  ListView list(const api::Snapshot& snapshot, int width) override;
};

}  // namespace p2p::tui
