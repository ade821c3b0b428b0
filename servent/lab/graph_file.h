// A graph in a file, plain or packed by gzip, whatever it is called.
#pragma once

#include <string>

#include "servent/lab/graph.h"

namespace p2p::lab {

// As read_graph(); the message begins with the file's name. Errc::io where it cannot be read, or
// what is packed is broken.
Result<ReadGraph> read_graph_file(const std::string& file);

}  // namespace p2p::lab
