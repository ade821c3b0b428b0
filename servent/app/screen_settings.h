// The settings of the screen: whether their words are known.
#pragma once

#include "protocols/base/result.h"

#include "servent/app/settings.h"

namespace p2p::app {

// An error names the word and the nearest right one.
Result<void> check_screen_settings(const ScreenSettings& screen);

}  // namespace p2p::app
