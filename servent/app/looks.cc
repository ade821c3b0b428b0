#include "servent/app/looks.h"

namespace p2p::app {

tui::TerminalOptions terminal_options(const ScreenSettings& screen) {
  tui::TerminalOptions options;
  options.colour = screen.colour;
  options.theme = tui::theme_named(screen.theme).value_or(tui::ThemeName::terminal);
  options.mouse = screen.mouse;
  options.paste = screen.paste;
  options.frames = screen.frames;
  options.copy = screen.copy;
  options.notices = screen.notices;
  options.shows_cursor = screen.kind == "plain";
  return options;
}

tui::Looks looks_of(const ScreenSettings& screen, const tui::Terminal& terminal) {
  tui::Looks looks;
  looks.ascii = terminal.ascii();
  looks.border = tui::border_named(screen.border);
  looks.plain = screen.kind == "plain";
  looks.motion = screen.motion;
  return looks;
}

}  // namespace p2p::app
