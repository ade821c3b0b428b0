// Reads the byte captures under tests/vectors/gnutella: hex, 32 bytes a line, one message or header
// block a file (its README.md says what each is).
#pragma once

#include <fstream>
#include <string>

#include "protocols/base/bytes.h"

namespace p2p::test {

// `name` without ".hex"; empty when it is not there.
inline Buffer gnutella_vector(const std::string& name) {
  std::ifstream in(std::string(TEST_DATA_DIR) + "/vectors/gnutella/" + name + ".hex");
  std::string digits;
  for (std::string line; std::getline(in, line);)
    digits += line;
  return from_hex(digits);
}

// What is behind the 23 bytes of a message's header.
inline Buffer gnutella_payload(const std::string& name) {
  const Buffer message = gnutella_vector(name);
  const Bytes payload = Bytes(message).subspan(message.size() < 23 ? message.size() : 23);
  return {payload.begin(), payload.end()};
}

}  // namespace p2p::test
