// The first start: asks what to share, where downloads go and which network to join, and writes the
// settings. The only other file than ui_loop that shows a screen.
#pragma once

#include "servent/app/settings.h"

namespace p2p::app {

enum class Welcomed : std::uint8_t {
  go_on,     // `settings` say what was chosen, and so does the settings file
  left,      // the user left; nothing was written
  unwritten  // chosen, but the settings file cannot be written
};

// Needs a terminal. The answers go into `settings`; what the command line named is not asked for.
Welcomed welcome(Settings& settings, const Places& places);

}  // namespace p2p::app
