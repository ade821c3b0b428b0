// The greeting of a FastTrack session as bytes: the caller's 12, the answer's 8, and the network's
// name that follows enciphered (fasttrack.md, section 2). The same between supernodes.
//
//   -> u32 word | u32 seed | u32 wanted cipher type XOR mask(seed)
//   <- u32 seed | u32 cipher type of both directions XOR mask(seed)
//   <- name 00, enciphered with the answer's seed
//   -> name 00, enciphered with both seeds XORed
//
// mask() is known for the seeds of a table only. Who answers picks the seed, so an answerer needs
// no more; as a caller we can join whoever picks one of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "protocols/base/bytes.h"
#include "protocols/base/result.h"

namespace p2p::kazaa {

inline constexpr std::size_t kHelloBytes = 12;
inline constexpr std::size_t kAnswerBytes = 8;
// The first word has no meaning that anybody knows; the known clients all send this one.
inline constexpr std::uint32_t kHelloWord = 0xfa00b62b;
inline constexpr std::uint32_t kClientSeed = 0xfacb1238;  // as the known clients send it
inline constexpr std::uint32_t kSupernodeSeed = 0;        // seen to be accepted by mldonkey 3.2.1
inline constexpr std::string_view kNetworkName = "KaZaA";
// The names seen are up to 9 bytes; who goes on without an end is no FastTrack node.
inline constexpr std::size_t kMaxNetworkName = 32;

struct MaskedSeed {
  std::uint32_t seed = 0;
  std::uint32_t mask = 0;
};
// The seeds whose mask is known, from vectors/fasttrack.json.
std::span<const MaskedSeed> known_seeds();
std::optional<std::uint32_t> mask_of(std::uint32_t seed);

// `seed` is one of known_seeds().
void append_hello(Buffer& out, std::uint32_t seed);
void append_answer(Buffer& out, std::uint32_t seed);

// The caller's seed. Its wanted type is not looked at: the answerer says what is used.
Result<std::uint32_t> decode_hello(Bytes hello);
// The answerer's seed. unsupported: a seed whose mask is not known, or a type that is not ours.
Result<std::uint32_t> decode_answer(Bytes answer);

// KaZaA, FileShare or Grokster, in any case: the names of the one network.
bool is_network_name(std::string_view name);

}  // namespace p2p::kazaa
