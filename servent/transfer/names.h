// Names: as the two ends of a data connection compare them, and as they become files of ours.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace p2p::transfer {

bool same_user(std::string_view a, std::string_view b);  // nicks do not mind case
std::string folded_user(std::string_view user);          // equal for the same user only

// Names on a data connection have backslashes and no quotes (napster.md, 3).
std::string wire_form(std::string name);
std::string our_form(std::string name);

inline constexpr std::size_t kMaxName = 255;  // bytes; what Linux file systems take

// A file name of ours from a name of theirs, at most `limit` bytes (16 or more) with the extension
// kept: the part after the last slash of either kind, as UTF-8 without control characters and
// marks that turn the reading direction (each becomes '_'), without dots in front and without dots
// or blanks at the end. "unnamed" when nothing is left.
std::string safe_name(std::string_view name, std::size_t limit = kMaxName);
// "a.ogg", 2: "a (2).ogg", at most kMaxName bytes. `name` is safe already.
std::string numbered_name(std::string_view name, unsigned number);
// The part file's name, without extension: two names that differ have different keys, though they
// may be made safe alike.
std::string part_key(std::string_view name);

}  // namespace p2p::transfer
