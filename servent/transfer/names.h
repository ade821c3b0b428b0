// Names: as the two ends of a data connection compare them, and as they become files of ours.
#pragma once

#include <string>
#include <string_view>

namespace p2p::transfer {

bool same_user(std::string_view a, std::string_view b);  // nicks do not mind case

// Names on a data connection have backslashes and no quotes (napster.md, 3).
std::string wire_form(std::string name);
std::string our_form(std::string name);

// A name of ours from a name of theirs: no folder, no control byte, no leading dot, 200 bytes.
std::string safe_name(std::string_view name);
// The same for the same name only, though two names may be made safe alike.
std::string part_key(const std::string& name);

}  // namespace p2p::transfer
