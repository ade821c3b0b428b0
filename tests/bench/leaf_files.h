// What hangs on an ultrapeer or a supernode that is flooded with queries: leaves or children of six
// files and thirty words each, none of which is asked for.
#pragma once

#include <cstddef>
#include <string>

#include "protocols/base/file.h"
#include "protocols/gnutella/qrp.h"

namespace p2p::bench {

inline constexpr std::size_t kLeaves = 50;
inline constexpr std::size_t kFilesOfLeaf = 6;
inline constexpr std::size_t kWordsOfFile = 5;

inline std::string leaf_word(std::size_t leaf, std::size_t number) {
  return "leaf" + std::to_string(leaf) + "word" + std::to_string(number);
}

inline SharedFile leaf_file(std::size_t leaf, std::size_t number) {
  SharedFile file;
  for (std::size_t i = 0; i < kWordsOfFile; ++i)
    file.name += leaf_word(leaf, kWordsOfFile * number + i) + ' ';
  file.size_bytes = 1'000'000;
  file.uuhash.emplace();
  file.uuhash->bytes[0] = static_cast<std::byte>(leaf);
  file.uuhash->bytes[1] = static_cast<std::byte>(number);
  return file;
}

inline gnutella::QrpTable leaf_table(std::size_t leaf) {
  gnutella::QrpTable table;
  for (std::size_t word = 0; word < kFilesOfLeaf * kWordsOfFile; ++word)
    table.add(leaf_word(leaf, word));
  return table;
}

}  // namespace p2p::bench
