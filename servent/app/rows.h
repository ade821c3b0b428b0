// Rows of the commands for people at a terminal: aligned columns, the longest part last; text from
// strangers passed through tui/sanitize. Scripts take --json instead.
#pragma once

#include <string>
#include <string_view>

#include "servent/app/json.h"
#include "servent/app/options.h"

namespace p2p::app {

// The line of headings above the rows of this command, or nothing where rows need none.
std::string heading_for(Command command);

// One row as the node sent it (app/json.h), with its line ends. A row that lacks what it should
// have, or has something else there, shows "-" in that place.
std::string text_row(Command command, const Json& row);

// How far a download is, in one line without its end: it is written over and over.
std::string progress_text(const Json& row);

// A stranger's text as a terminal may have it, by tui/sanitize.
std::string shown(std::string_view stranger);

}  // namespace p2p::app
