// The Network screen: the networks this node is in, and its links.
#pragma once

#include "tui/plain_view.h"

namespace p2p::tui {

class NetworkView final : public PlainView {
 protected:
  ListView list(const api::Snapshot& snapshot, int width) override;
};

}  // namespace p2p::tui
