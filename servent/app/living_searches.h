// LivingSearches: what each network was asked and has not ended yet, so that a mode that takes the
// place of another (Become) can be asked again. Pure.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "protocols/command.h"

namespace p2p::app {

class LivingSearches {
 public:
  void asked(const std::string& network, const Search& search) {
    if (all_.size() >= kMost) all_.erase(all_.begin());
    all_.emplace_back(network, search);
  }
  void ended(const std::string& network, SearchId id) {
    std::erase_if(all_,
                  [&](const auto& one) { return one.first == network && one.second.id == id; });
  }
  std::vector<Search> of(const std::string& network) const {
    std::vector<Search> out;
    for (const auto& [name, search] : all_)
      if (name == network) out.push_back(search);
    return out;
  }

 private:
  static constexpr std::size_t kMost = 1000;  // the oldest is forgotten: only Become misses it
  std::vector<std::pair<std::string, Search>> all_;
};

}  // namespace p2p::app
