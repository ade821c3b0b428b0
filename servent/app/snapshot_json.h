// A Snapshot as it goes from a node to the screens of other processes: whole the first time, then
// what changed. Both directions are here, so that they cannot differ; docs/control.md has the
// format. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "servent/api/snapshot.h"
#include "servent/app/json.h"

namespace p2p::app {

// As a moment has them, for commands.
Json to_json(const api::LogRow& row);
Json to_json(const api::WishRow& row);
Json to_json(const api::UnwantedRow& row);

// What is in a shared folder, both ways. False: it is none.
Json to_json(const api::Listing& listing);
bool listing_in(const Json& json, api::Listing& listing);
// The hosts that the networks know, the same.
Json to_json(const api::HostList& list);
bool hosts_in(const Json& json, api::HostList& list);

// What one reader has been told, and what is new for him.
class SnapshotTeller {
 public:
  // The parts that he wants ("networks", "log", ...); empty: all.
  explicit SnapshotTeller(std::vector<std::string> parts = {}) : parts_(std::move(parts)) {}

  // {"moment":{...}} as a line with its end: every part that is not what it was, of results and log
  // the new and changed rows only. Empty: he knows it all. A moment that has much to tell says only
  // a part of it, about kMostBytes of results and of log each; has_more() then, and the rest is in
  // the next one.
  std::string tell(const api::Snapshot& shot);
  bool has_more() const { return has_more_; }

  static constexpr std::size_t kMostBytes = std::size_t{1} << 20U;

 private:
  bool wants(std::string_view part) const;
  void tell_part(std::string_view name, const Json& part);
  void tell_results(const api::Snapshot& shot);
  void tell_log(const api::Snapshot& shot);
  void add(std::string_view name, std::string_view json);

  std::vector<std::string> parts_;
  std::string line_;
  bool has_more_ = false;
  std::map<std::string, std::string, std::less<>> told_;  // by part, as it was written
  std::uint32_t search_ = 0;
  std::vector<std::uint64_t> changes_;  // of each result that he has
  std::uint64_t log_number_ = 0;
};

// The other end: what was told so far, put together.
class SnapshotHeard {
 public:
  // Takes what is in {"moment":{...}}; false when that makes no sense.
  bool take(const Json& moment);
  // `search` as in Backend::snapshot; results that were not told (yet) are none. Spans are lent
  // until the next take().
  api::Snapshot snapshot(std::uint32_t search) const;

 private:
  bool take_results(const Json& told);

  api::Snapshot shot_;  // without its spans
  std::uint32_t search_ = 0;
  std::vector<api::ResultRow> results_;
  std::map<std::uint64_t, std::size_t> place_of_;  // of a result, by its key
  std::vector<api::LogRow> log_;
};

}  // namespace p2p::app
