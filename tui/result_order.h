// ResultOrder: the results of one search in the order of the screen, without those that the filter
// or the user hides. Only what changed since the last snapshot is looked at and put into its place
// anew, so that a key is answered at once while thousands of answers come in. Pure.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "servent/api/snapshot.h"
#include "servent/filter/filter.h"

#include "tui/view.h"

namespace p2p::tui {

class ResultOrder {
 public:
  // Orders: 'c' free slots, then sources, then rate, then name; 'n' name, 's' size, 'r' rate,
  // 't' type, 'd' digest.
  struct How {
    Order order{'c', false};
    std::string filter;
    std::set<std::string> ignored;  // user_key() of those who are not shown
    bool operator==(const How&) const = default;
  };
  // A user of one network.
  static std::string user_key(const std::string& network, const std::string& user);

  // True: shown() may be another.
  bool update(const api::Snapshot& snapshot, const How& how);

  // Results are named by their places in the snapshot.
  const std::vector<std::uint32_t>& shown() const { return shown_; }
  const ResultFacts& facts(std::uint32_t result) const { return facts_[result]; }
  std::size_t size() const { return facts_.size(); }
  std::size_t ignored() const { return ignored_; }  // those that only ignored users have
  // Whether it is here or on its way: what the backend knows, or a download of the same file.
  api::Have have(const api::ResultRow& row, std::uint32_t result) const;
  bool is_coming(std::uint32_t result) const;  // a download of it is not done yet
  // When it was first seen, by the clock of the snapshots; and when the newest of them was.
  api::Millis came_ms(std::uint32_t result) const { return came_[result]; }
  api::Millis newest_ms() const { return newest_ms_; }
  bool is_ignored(const api::SourceRow& source) const;
  // Whether a result passes as this one of its sources has it.
  bool passes_alone(const api::SourceRow& source, std::uint32_t result) const;

 private:
  void forget();
  void look_at(const api::Snapshot& snapshot);
  void look_at_downloads(const api::Snapshot& snapshot);
  void sort(const api::Snapshot& snapshot, bool all);
  void judge(const api::Snapshot& snapshot, std::uint32_t result);
  bool is_before(const api::Snapshot& snapshot, std::uint32_t a, std::uint32_t b) const;

  How how_;
  Filter filter_{""};
  std::uint32_t search_ = 0;
  std::uint64_t revision_ = 0;
  std::size_t answers_ = 0;  // of the search, as it counts them
  // One a result, in order of arrival.
  std::vector<ResultFacts> facts_;
  std::vector<std::size_t> files_;           // file_hash()
  std::vector<std::uint32_t> told_sources_;  // how many it had when its facts were made
  std::vector<api::Millis> came_;
  std::vector<bool> passes_;

  std::vector<std::uint32_t> changed_;  // since the last time
  std::vector<std::uint32_t> sorted_;   // all, in order
  std::vector<std::uint32_t> shown_;
  std::unordered_map<std::size_t, api::Have> downloads_;  // by file_hash()
  api::Millis newest_ms_ = 0;
  std::size_t ignored_ = 0;
};

}  // namespace p2p::tui
