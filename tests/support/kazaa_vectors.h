// Reads the tables under tests/vectors/kazaa, and makes the pieces that its tests cut bytes into.
#pragma once

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "protocols/base/bytes.h"

namespace p2p::test {

// The fields of each row, comments left out; empty when the file is not there.
inline std::vector<std::vector<std::string>> kazaa_rows(const std::string& file) {
  std::ifstream in(std::string(TEST_DATA_DIR) + "/vectors/kazaa/" + file);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::vector<std::string>& row = rows.emplace_back();
    for (std::string word; words >> word;)
      row.push_back(word);
  }
  return rows;
}

inline std::uint32_t hex_number(const std::string& digits) {
  return static_cast<std::uint32_t>(std::stoul(digits, nullptr, 16));
}

struct KazaaMessage {
  bool from_child = false;
  std::uint16_t type = 0;
  Buffer payload;

  friend bool operator==(const KazaaMessage&, const KazaaMessage&) = default;
};

// Those of the recorded session that go one way.
inline std::vector<KazaaMessage> recorded_messages(bool from_child) {
  std::vector<KazaaMessage> all;
  for (const auto& row : kazaa_rows("session_messages.txt")) {
    if ((row.at(0) == ">") != from_child) continue;
    const std::string& payload = row.at(2);
    all.push_back({from_child, static_cast<std::uint16_t>(hex_number(row.at(1))),
                   from_hex(payload == "-" ? std::string() : payload)});
  }
  return all;
}

// The first one of this type, whichever way it goes; empty when there is none.
inline Buffer recorded_payload(std::uint16_t type) {
  for (const bool from_child : {false, true})
    for (const KazaaMessage& message : recorded_messages(from_child))
      if (message.type == type) return message.payload;
  return {};
}

// Calls give(piece) for each piece of that length, in buffers of their own, so that a sanitizer
// sees who looks beyond.
template <class F>
void in_pieces(Bytes bytes, std::size_t length, F give) {
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(length, bytes.size()))) {
    const Bytes piece = bytes.first(std::min(length, bytes.size()));
    give(Buffer(piece.begin(), piece.end()));
  }
}

}  // namespace p2p::test
