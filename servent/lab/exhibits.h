// What a report shows of results, whatever it is drawn on: tables of text and charts of numbers.
// Several results are of one scenario, simulated and with real nodes, and stand side by side.
// Texts are as they came: whoever draws them escapes them.
#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/result.h"

#include "servent/lab/outcome.h"
#include "servent/lab/plot.h"

namespace p2p::lab {

struct Column {
  std::string name;
  std::string unit;  // may be empty
};
struct Table {
  std::string title;
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  // each as wide as `columns`
  std::size_t keys = 0;                        // the first columns, which say what a row is of
};

// Errc::refused when there are none, or they do not vary the same fields.
Result<void> check_comparable(std::span<const Results> results);

// Whether any run at any point has the number.
bool came_out(std::span<const Results> results, std::string_view number);
// Types of messages that came out of any run.
std::set<std::string> types_of(std::span<const Results> results);
// The points that ran, of all results.
struct Ran {
  std::size_t place = 0;   // of the results
  std::size_t number = 0;  // of the point
  Point point;
};
std::vector<Ran> ran_points(std::span<const Results> results);

// "simulated" or "real", with a number where there are several of a kind.
std::string driver_of(std::span<const Results> results, std::size_t place);
// "query.ttl = 7, overlay.nodes = 1,000"; empty for the one point of a scenario without variations.
std::string label_of(const Scenario& scenario, const Point& point);
// The seeds that ran: "1 to 5", or "1, 3, 4".
std::string seeds_of(const Results& results);

// "2,000 nodes, 1.24 M messages in 3.2 s: 387 k messages/s, 2.1 M events/s, 43 MiB of
// memory at most"; of runs that told nothing the time alone.
std::string effort_line(const Effort& effort);

// One for each group of numbers, then messages by type: mean and interval at each point that ran.
std::vector<Table> tables_of(std::span<const Results> results);
// The expectations with what they met.
Table verdicts_of(std::span<const Results> results);
// One for each number that came out, over the first varied field whose values are numbers (else
// over its words), and where one field is varied one of all types' share of the bytes; none of
// these when nothing is varied. Where nodes come and go one of success over time. Titles of partial
// results say so.
std::vector<Chart> charts_of(std::span<const Results> results);

}  // namespace p2p::lab
