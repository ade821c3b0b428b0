// Names that are not what they seem: the `!` of the Search screen.
#pragma once

#include "servent/api/snapshot.h"

namespace p2p::tui {

// The name was altered to be shown, or has the extensions of two kinds of files ("song.mp3.exe"),
// or one that does not fit what is declared of the file (a program that lasts three minutes).
bool is_odd(const api::ResultRow& row);

}  // namespace p2p::tui
