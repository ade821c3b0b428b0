// Where the command finds what a scenario is made of: the scenario itself, and the graphs it names.
#pragma once

#include <map>
#include <span>
#include <string>

#include "protocols/base/result.h"

#include "servent/lab/graph.h"
#include "servent/lab/scenario.h"

namespace p2p::lab {

// Errc::io when there is no such file, else as read_scenario.
Result<Scenario> load_scenario(const std::string& file);

// The graphs that the points name, each read once: of a file its largest part, a flood reaches no
// other.
class Graphs {
 public:
  static Result<Graphs> of(std::span<const Point> points);
  // Null: the setup names none.
  const Graph* find(const Setup& setup) const;

 private:
  std::map<std::string, Graph> read_;
};

}  // namespace p2p::lab
