// Digests of the files that the captures under tests/vectors are about.
#pragma once

#include "protocols/base/digest.h"
#include "protocols/base/uuhash.h"

namespace p2p::test {

// What gtk-gnutella said of one file: vectors/gnutella/README.md.
inline constexpr const char* kRiverSha1 = "JUDQZQTXM7MZKYF24SCWEZFVX4L764LO";
inline constexpr const char* kRiverRoot = "DVCLGXG3GSIK457NNJZ77FBPNLX5BUWBRFG62EA";
inline const Sha1 kRiverDigest = sha1_from_base32(kRiverSha1).value();

// The file that the child of vectors/kazaa/session_messages.txt shares.
inline constexpr const char* kTuneHex = "191ec669b0f61222a23942776a9e36d6ff4ffbff";
inline const UuHash kTuneHash = uuhash_from_hex(kTuneHex).value();

}  // namespace p2p::test
