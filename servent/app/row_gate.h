// RowGate: which rows of a search go to a command now. A new row waits a while for more of its
// sources, and one that does not pass the filter is looked at again when it has changed. Pure: time
// is handed in.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "servent/api/snapshot.h"
#include "servent/filter/filter.h"

namespace p2p::app {

class RowGate {
 public:
  static constexpr api::Millis kGather = 250;

  RowGate(std::string_view filter, std::size_t limit) : filter_(filter), limit_(limit) {}

  // The places of the rows that are to be sent now, each once; with `all` also of those that would
  // still wait. `rows` begins with the rows of the last call.
  std::vector<std::size_t> open_for(std::span<const api::ResultRow> rows, api::Millis now,
                                    bool all);
  std::size_t sent() const { return sent_; }
  bool is_full() const { return sent_ >= limit_; }  // as many as were wanted have passed

 private:
  struct Row {
    api::Millis came = 0;
    std::size_t judged = SIZE_MAX;  // how many sources it had when it did not pass
    api::Have had = api::Have::no;
    bool sent = false;
  };
  Filter filter_;
  std::vector<Row> rows_;
  std::size_t limit_;
  std::size_t sent_ = 0;
};

}  // namespace p2p::app
