// `servent lab diff A B`: two runs, compared number by number.
#pragma once

#include <string>

namespace p2p::lab {

struct DiffAsked {
  std::string a;  // folders of runs, or their results.json
  std::string b;
  bool types = false;  // the numbers of each type of message too
  bool json = false;
};

// The exit status: 0 no difference is significant, 1 some is, 2 they cannot be compared.
int diff(const DiffAsked& asked);

}  // namespace p2p::lab
