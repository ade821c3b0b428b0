# cmake -DOUT=scenarios.cc -DFILES="a.toml|b.toml" -P Embed.cmake: the scenarios of the repository as
# a part of the program, so that one binary is all that another machine needs.
string(REPLACE "|" ";" files "${FILES}")
set(rows "")
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME_WE)
  file(READ "${file}" text)
  string(APPEND rows "    {\"${name}\", R\"toml(${text})toml\"},\n")
endforeach()
file(WRITE "${OUT}" "// Made by cmake/Embed.cmake.
#include \"servent/lab/scenario_files.h\"

#include <array>

namespace p2p::lab {

namespace {

const std::array kFiles = std::to_array<ScenarioFile>({
${rows}});

}  // namespace

std::span<const ScenarioFile> scenario_files() {
  return kFiles;
}

}  // namespace p2p::lab
")
