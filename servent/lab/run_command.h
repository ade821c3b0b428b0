// `servent lab run`: a scenario with all its runs, its report into a folder, its tables to the
// terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "servent/lab/scenario_asked.h"

namespace p2p::lab {

struct RunAsked {
  ScenarioAsked scenario;
  std::string into;
  std::uint32_t seeds = 0;  // 0: as the scenario says
  std::size_t jobs = 1;     // runs at a time; 0: as many as there are cores
  bool resume = false;      // go on with what the folder holds
  std::size_t real = 0;     // with so many real nodes; 0: with none
  std::size_t sim = 0;  // so many simulated ones; 0: as the scenario says, none beside real ones
  std::string hosts;    // a file: where real nodes run; else on this machine
  std::string keep;     // homes and logs of real nodes stay, in this folder; else they go
};

// The exit status (command.h).
int run(const RunAsked& asked, std::string_view version);

}  // namespace p2p::lab
