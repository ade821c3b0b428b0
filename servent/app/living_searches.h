// LivingSearches: what each network was asked and has not ended yet, so that a mode that takes the
// place of another (Become) can be asked again, and one that is left can be done without. Pure.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "protocols/command.h"

namespace p2p::app {

class LivingSearches {
 public:
  using Question = std::variant<Search, Browse>;

  void asked(const std::string& network, const Question& question) {
    if (all_.size() >= kMost) all_.erase(all_.begin());
    all_.emplace_back(network, question);
  }
  void ended(const std::string& network, SearchId id) {
    std::erase_if(all_,
                  [&](const auto& one) { return one.first == network && id_of(one.second) == id; });
  }
  std::vector<Question> of(const std::string& network) const {
    std::vector<Question> out;
    for (const auto& [name, question] : all_)
      if (name == network) out.push_back(question);
    return out;
  }
  static SearchId id_of(const Question& question) {
    return std::visit([](const auto& one) { return one.id; }, question);
  }

 private:
  static constexpr std::size_t kMost = 1000;  // the oldest is forgotten: only the two miss it
  std::vector<std::pair<std::string, Question>> all_;
};

}  // namespace p2p::app
