// How a command ends that cannot be done: a line for the user, and the exit status.
#pragma once

#include <cstdio>
#include <string>

namespace p2p::lab {

inline int fault(int status, const std::string& words) {
  std::fflush(stdout);  // what was said before stands before it
  std::fprintf(stderr, "servent lab: %s\n", words.c_str());
  return status;
}

}  // namespace p2p::lab
