// Resume records: one small text file beside each part file, so that a download goes on after a
// restart. How much is there is not in it: the part file's size says so.
//
//   name <hex> | size <n> | sha1 <base32> | md5 <hex> | paused |
//   source <network> x<hex user> x<hex name> <endpoint> <speed>
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "servent/transfer/engine.h"

namespace p2p::transfer {

struct Resume {
  Wanted wanted;
  bool paused = false;
};

std::string to_text(const Resume& resume);
// Whole or not at all. False: it could not be written.
bool write_record(const std::filesystem::path& path, const std::string& text);
// All of a folder, in the order of their file names; damaged ones are left out.
std::vector<Resume> read_records(const std::filesystem::path& folder);

inline constexpr const char* kRecord = ".get";

}  // namespace p2p::transfer
