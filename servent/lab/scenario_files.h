// Where the command finds what a scenario is made of: the scenario itself, and the graphs it names.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "protocols/base/result.h"

#include "servent/lab/graph.h"
#include "servent/lab/scenario.h"

namespace p2p::lab {

// The scenarios of the repository are a part of the program (cmake/Embed.cmake), by their names.
struct ScenarioFile {
  std::string_view name;  // "ttl"
  std::string_view text;
};
std::span<const ScenarioFile> scenario_files();

// At most kMostScenarioBytes + 1, so that one that is too long shows.
Result<std::string> read_text(const std::string& file);

// A file where there is one, else one of scenario_files(). Errc::io for neither, with the nearest
// right word; else as read_scenario.
Result<Scenario> load_scenario(const std::string& name);

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
