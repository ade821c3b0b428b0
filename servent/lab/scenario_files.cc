#include "servent/lab/scenario_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "protocols/base/bytes.h"
#include "protocols/base/nearest_word.h"

#include "servent/lab/graph_file.h"

namespace p2p::lab {

namespace {

Result<std::string> text_of_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(Errc::io, file + " cannot be read");
  std::string text(kMostScenarioBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

Result<Graph> graph_of(const std::string& file) {
  const auto read = read_graph_file(file);
  if (!read) return tl::unexpected(read.error());
  return largest_component(read->graph);
}

}  // namespace

Result<Scenario> load_scenario(const std::string& name) {
  std::error_code error;
  if (std::filesystem::exists(name, error) && !std::filesystem::is_directory(name, error)) {
    const auto text = text_of_file(name);
    if (!text) return tl::unexpected(text.error());
    return read_scenario(*text, name);
  }
  const auto files = scenario_files();
  const auto known = std::ranges::find(files, name, &ScenarioFile::name);
  if (known != files.end()) return read_scenario(known->text, name + ".toml");
  std::vector<std::string_view> names;
  for (const ScenarioFile& file : files)
    names.push_back(file.name);
  const std::string near(nearest_word(name, names));
  return fail(Errc::io, "no scenario \"" + escaped(name) + "\", neither a file nor one of `list`" +
                            (near.empty() ? "" : ": did you mean \"" + near + "\"?"));
}

Result<Graphs> Graphs::of(std::span<const Point> points) {
  Graphs graphs;
  for (const Point& point : points) {
    const std::string& file = point.setup.graph;
    if (file.empty() || graphs.read_.contains(file)) continue;
    auto read = graph_of(file);
    if (!read) return tl::unexpected(read.error());
    graphs.read_.emplace(file, std::move(*read));
  }
  return graphs;
}

const Graph* Graphs::find(const Setup& setup) const {
  const auto known = read_.find(setup.graph);
  return known == read_.end() ? nullptr : &known->second;
}

}  // namespace p2p::lab
