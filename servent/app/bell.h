// Tells several listeners of one thing that changed.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace p2p::app {

class Bell {
 public:
  // Rings `heard` until what this returns is let go of; also while it rings.
  [[nodiscard]] std::shared_ptr<void> add(std::function<void()> heard) {
    auto held = std::make_shared<std::function<void()>>(std::move(heard));
    listeners_.push_back(held);
    return held;
  }
  void ring() {
    bool gone = false;
    std::size_t next = 0;
    while (next < listeners_.size()) {  // one may add another
      if (const auto heard = listeners_[next++].lock())
        (*heard)();
      else
        gone = true;
    }
    if (gone) std::erase_if(listeners_, [](const auto& one) { return one.expired(); });
  }
  void clear() { listeners_.clear(); }

 private:
  std::vector<std::weak_ptr<std::function<void()>>> listeners_;
};

}  // namespace p2p::app
