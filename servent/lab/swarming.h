// Swarming: many want one file at about the same time. Each plans its download with the program's
// own Swarm (protocols/transfer/swarm.h), so who asks whom for which piece is decided by the code
// that users run; rates, uploads at once and who finds whom are modelled here.
//
// Modelled: a peer gives at most kUploads at once and keeps the others waiting in order; a block
// takes the share that both its ends have to give; an upload keeps its place for transfer::kTurn,
// and then while nobody waits; who fetches looks for further sources every kLookEvery and knows at
// most kMostSources of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace p2p::lab {

struct SwarmingSetup {
  std::size_t fetchers = 100;
  std::size_t sources = 1;  // that have all of it from the start
  std::uint64_t size_bytes = 16'000'000;
  double over_s = 60;              // the fetchers come evenly within this time
  std::uint64_t up_rate = 32'000;  // bytes a second, of every peer
  std::uint64_t down_rate = 500'000;
  bool shares_parts = true;  // what is fetched is given on before the file is whole
  bool in_order = false;     // the first piece first, else the rarest
  bool stays = true;         // who has all of it goes on giving
  double copies = 0;         // each source leaves when it gave so many; 0: never
  std::uint64_t seed = 1;
};

struct Swarmed {
  double completed = 0;          // share of the fetchers
  std::optional<double> mean_s;  // of those: from coming to having all
  std::optional<double> last_s;  // from the start until the last of them had all
  double of_first = 0;           // of all bytes given, those of the first sources
  double pieces_left = 1;        // share of the pieces that somebody present has, at the end
};
inline constexpr std::size_t kUploads = 4;
inline constexpr std::size_t kMostSources = 20;
inline constexpr double kLookEvery = 10;  // seconds
inline constexpr double kPatience = 600;  // so long nothing was given to anybody: it ends

Swarmed swarm(const SwarmingSetup& setup);

}  // namespace p2p::lab
