// The list of one user's files as he tells it himself, on a connection between two clients
// (napster.md, 7.3). Observed: vectors/napster/23.
//
//   they called:  GETLIST from them;  SENDLIST LF <nick> LF { file LF }... LF   from us, then the
//   end we call:      '1' from them;      SENDLIST <nick> LF    { file LF }... LF   from us, then
//   the end file:         "<name>" <hash> <size> <bitrate> <freq> <time> [urn:sha1:...]
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "protocols/base/file.h"

namespace p2p::napster {

enum class BrowseCaller : std::uint8_t { them, us };

// What stands before the files, the lines of some of them (a catalogue is told page by page), and
// what stands behind the last. `nick` is ours.
std::string browse_head(std::string_view nick, BrowseCaller caller);
std::string browse_lines(std::span<const SharedFile> files);
inline constexpr std::string_view kBrowseEnd = "\n";

}  // namespace p2p::napster
