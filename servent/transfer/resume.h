// Resume records: one small text file beside each part file, so that a download goes on after a
// restart.
//
//   name x<hex> | size <n> | have <n> | pieces <piece_text.h> | sha1 <base32> | md5 <hex> | uuhash
//   <hex> | paused | in_order | limit <bytes a second> | priority low, high | order <n> |
//   modified <seconds since 1970> | placing <inode> x<hex path> | source <network> x<hex user>
//   x<hex name> <endpoint> <speed> [gave] [blamed] [index=<n>]
//          [firewalled] [proxy=<endpoint>]... [uuhash=<hex>] [absolute]
//
// What it does not know is passed over, so that an older program reads the record of a newer one:
// for it `have` says how much there is from the beginning on, without a gap.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "protocols/transfer/piece_map.h"

#include "servent/transfer/engine.h"

namespace p2p::transfer {

struct KnownSource {
  Source source;
  bool gave = false;      // some of the bytes that are there
  bool blamed = false;    // it gave wrong content: not asked again for this file
  bool absolute = false;  // over HTTP it did not hear the path alone (FetchAsk::absolute)
};

// The complete file is about to get this name, or has got it already: the file that lies there is
// ours if it has this inode.
struct Placing {
  std::filesystem::path path;
  std::uint64_t inode = 0;
};

struct Resume {
  Wanted wanted;  // without its sources
  std::vector<KnownSource> sources;
  std::uint64_t have_bytes = 0;  // of the part file
  bool paused = false;
  std::optional<Placing> placing;
  // Which bytes are there. Nothing: `have_bytes` from the beginning on, as older programs wrote.
  std::optional<PieceMap> pieces{};
  std::uint64_t limit_bps = 0;  // 0: none
  api::Priority priority = api::Priority::normal;
  std::optional<std::int64_t> order{};          // DownloadTurns::order()
  std::optional<std::int64_t> modified_unix{};  // of the sources' file, as they say
};

std::string to_text(const Resume& resume);
// Nothing when it is damaged; a list of pieces that is damaged is left out.
std::optional<Resume> parse_record(const std::string& text);
// Whole or not at all, and on the disk. Zero or errno.
int write_record(const std::filesystem::path& path, const std::string& text);
// Nothing when there is none or it is damaged.
std::optional<Resume> read_record(const std::filesystem::path& path);
// All of a folder, in the order of their file names; damaged ones are left out.
std::vector<Resume> read_records(const std::filesystem::path& folder);

std::filesystem::path record_of(const std::filesystem::path& part);

}  // namespace p2p::transfer
