// The settings of the screen as tui/ takes them.
#pragma once

#include "servent/app/settings.h"

#include "tui/terminal.h"

namespace p2p::app {

tui::TerminalOptions terminal_options(const ScreenSettings& screen);
tui::Looks looks_of(const ScreenSettings& screen, const tui::Terminal& terminal);

}  // namespace p2p::app
