// What a person types to narrow a list (protocols/base/row_filter.h has the language), and what it
// asks of a result of a search: a room of its own, since the screen and the command line have the
// same one. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/row_filter.h"

#include "servent/api/snapshot.h"

namespace p2p {

// What a filter and an order ask of one result, made once for each.
struct ResultFacts {
  std::string name;       // folded
  std::string extension;  // of that
  std::string users;      // folded, one a line
  std::uint64_t size_bytes = 0;
  std::uint64_t rate_bps = 0;  // of the best source
  bool claims = false;         // that one: it says so, nobody measured it
  std::uint32_t sources = 0;
  std::uint32_t free = 0;  // of them, those with a free slot
  FileKind kind = FileKind::any;
  api::Have have = api::Have::no;
};
ResultFacts bare_facts(const api::ResultRow& row);  // without its sources
void add_source(ResultFacts& facts, const api::SourceRow& source);
ResultFacts facts_of(const api::ResultRow& row);

class Filter {
 public:
  explicit Filter(std::string_view typed) : read_(typed) {}
  bool empty() const { return read_.empty(); }
  // A line of text, in a list that has no fields: they are text there.
  bool passes(std::string_view text) const { return empty() || read_.passes_text(folded(text)); }
  bool passes(const ResultFacts& facts) const;
  bool asks_have() const { return read_.asks_stock(); }
  bool asks_sources() const { return read_.asks_sources(); }
  // The parts of what was typed that look like a field and are none.
  const std::vector<RowFilter::Part>& misread() const { return read_.misread(); }
  // And those that ask nothing until more is typed.
  const std::vector<RowFilter::Part>& unfinished() const { return read_.unfinished(); }
  static std::string folded(std::string_view text);

 private:
  RowFilter read_;
};

}  // namespace p2p
