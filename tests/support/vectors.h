// Reads the byte captures under tests/vectors: "# comment" lines, and "<who><dir> <hex>" lines.
#pragma once

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/bytes.h"

namespace p2p::test {

struct Captured {
  char who = ' ';          // 'A', 'B', ...; ' ' in the files of peers
  bool to_server = false;  // '>': from the side that connected
  Buffer bytes;
};

// `file` below tests/vectors; empty when it is not there.
inline std::vector<Captured> captured(const std::string& file) {
  std::ifstream in(std::string(TEST_DATA_DIR) + "/vectors/" + file);
  std::vector<Captured> all;
  for (std::string line; std::getline(in, line);) {
    line.erase(std::min(line.find('#'), line.size()));
    while (!line.empty() && line.back() == ' ')
      line.pop_back();
    const std::size_t blank = line.find(' ');
    if (blank == std::string::npos || blank == 0) continue;
    Captured one;
    if (blank == 2) one.who = line[0];
    one.to_server = line[blank - 1] == '>';
    one.bytes = from_hex(std::string_view(line).substr(blank + 1));
    if (!one.bytes.empty()) all.push_back(std::move(one));
  }
  return all;
}

// One side of it, joined.
inline Buffer joined(const std::vector<Captured>& all, char who, bool to_server) {
  Buffer out;
  for (const Captured& one : all)
    if (one.who == who && one.to_server == to_server)
      out.insert(out.end(), one.bytes.begin(), one.bytes.end());
  return out;
}

}  // namespace p2p::test
