// THEX: a HashTree as it goes over HTTP, two records of DIME (gnutella.md, section 9;
// draft-jchapweske-thex-02, section 3; draft-nielsen-dime-02, section 3).
// Observed: vectors/gnutella/http_thex_body.hex.
//
//   record: u8 version 5 bits = 1, MB first, ME last, CF chunk follows | u8 type's form 4 bits, 0
//           | u16be options | u16be id | u16be type | u32be data: lengths, then these four in turn,
//           each filled up with zeros to a multiple of four
//   1st:    text/xml: <hashtree> of <file size segmentsize/> <digest algorithm outputsize/>
//           <serializedtree depth type uri/>
//   2nd:    its id is the uri of the first: 24 bytes a node, level by level from the root
#pragma once

#include <cstdint>
#include <string_view>

#include "protocols/base/bytes.h"
#include "protocols/base/hash_tree.h"
#include "protocols/base/result.h"

namespace p2p::transfer {

inline constexpr std::string_view kThexType = "application/dime";
// A body is refused that is longer. LimeWire sends 98,280 bytes at most (2048 leaves).
inline constexpr std::size_t kMaxThex = std::size_t{256} * 1024;

Buffer encode_thex(const HashTree& tree);

// The tree of a file of this size; whether its hashes are true is for HashTree::is_sound() to say.
// malformed: it breaks the format or is of another file; too_long: past kMaxThex; unsupported:
// other hashes, or in another order. The depth that it states does not count: Shareaza always says
// nine.
Result<HashTree> decode_thex(Bytes body, std::uint64_t size_bytes);

}  // namespace p2p::transfer
