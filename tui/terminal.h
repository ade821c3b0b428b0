// The real terminal, and the only user of terminfo: alternate screen, keys in, frames out. While
// one lives, a crash signal or exit() restores the terminal; the destructor restores it otherwise.
// At most one at a time. Writing never blocks: what the terminal does not take is kept.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <termios.h>

#include "tui/differ.h"
#include "tui/key_decoder.h"
#include "tui/surface.h"
#include "tui/theme.h"

namespace p2p::tui {

struct TerminalSize {
  int width = 80, height = 24;
};

struct TerminalOptions {
  std::string colour = "auto";  // "never", "16", "256", "full"
  ThemeName theme = ThemeName::terminal;
  bool mouse = true;
  bool paste = true;    // a paste is told from typing
  bool frames = true;   // whole frames, where the terminal says that it can (private mode 2026)
  bool copy = true;     // OSC 52
  bool notices = true;  // OSC 9 or 777, where the terminal is known for it
  bool shows_cursor = false;  // for screen readers: else it is where the focus is, unseen
};

class Terminal {
 public:
  // Empty, with the sentence for the user in `error`, when there is no terminal to speak of.
  static std::unique_ptr<Terminal> open(const TerminalOptions& options, std::string& error);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  int input() const { return 0; }      // the descriptor to wait on until readable
  int output() const { return out_; }  // and until writable, while is_blocked()
  bool ascii() const { return ascii_; }
  TerminalSize size() const;
  // All keys that are there now. `closed` becomes true at end of file.
  // Its answers to questions of ours are not among them.
  std::vector<Key> read(bool& closed);
  bool is_waiting() const { return decoder_.is_waiting(); }  // then flush() after 25 ms
  std::vector<Key> flush() { return decoder_.flush(); }
  void wear(ThemeName theme);  // from the next draw() on
  // With the next draw(); nothing where it is not wanted, or the terminal is not one that knows it.
  void copy(std::string_view text);
  void notify(std::string_view news);
  void ring();
  // One write of what changed. Nothing while is_blocked(): the frame is skipped.
  void draw(const Surface& surface);
  bool is_blocked() const { return !fresh_ && !unsent_.empty(); }  // a part of a frame waits
  void send();                          // as much of it as the terminal takes now
  void redraw() { last_ = Surface(); }  // the next draw() paints everything
  void suspend();                       // the terminal as it was; the caller stops itself
  void resume();                        // whatever somebody else did to it meanwhile

 private:
  Terminal(const TerminalOptions& options, bool ascii, bool is_xterm, Depth depth,
           Movement movement);
  TerminalOptions options_;
  bool is_xterm_;          // understands the orders that came with xterm, or ignores them
  bool is_asked_ = false;  // for whole frames
  bool frames_ = false;    // it has them
  std::string extras_;     // for the next frame
  bool ascii_;
  Depth depth_;
  Theme theme_;
  Movement movement_;
  int out_ = 1;
  termios saved_{};
  bool entered_ = false;
  bool fresh_ = false;  // entered, and the first frame is still to come
  std::string unsent_;
  Surface last_;
  KeyDecoder decoder_;
};

}  // namespace p2p::tui
