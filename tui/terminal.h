// The real terminal, and the only user of terminfo: alternate screen, keys in, frames out. While
// one lives, a crash signal restores the terminal before its default action; the destructor
// restores it otherwise. At most one at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <termios.h>

#include "tui/differ.h"
#include "tui/key_decoder.h"
#include "tui/surface.h"

namespace p2p::tui {

struct TerminalSize {
  int width = 80, height = 24;
};

class Terminal {
 public:
  // Empty, with the sentence for the user in `error`, when there is no terminal to speak of.
  static std::unique_ptr<Terminal> open(std::string& error);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  int input() const { return 0; }  // the descriptor to wait on until readable
  bool ascii() const { return ascii_; }
  bool colour() const { return colour_; }
  TerminalSize size() const;
  // All keys that are there now. `closed` becomes true at end of file.
  std::vector<Key> read(bool& closed);
  bool is_waiting() const { return decoder_.is_waiting(); }  // then flush() after 25 ms
  std::vector<Key> flush() { return decoder_.flush(); }
  // One write of what changed; false when the terminal takes no more now: draw again later.
  bool draw(const Surface& surface);
  void redraw() { last_ = Surface(); }  // the next draw() paints everything
  void suspend();                       // the terminal as it was; the caller stops itself
  void resume();

 private:
  Terminal(bool ascii, bool colour, Movement movement);
  bool ascii_, colour_;
  Movement movement_;
  termios saved_{};
  bool entered_ = false;
  std::string unsent_;  // the rest of a frame that was taken in part
  Surface last_;
  KeyDecoder decoder_;
};

}  // namespace p2p::tui
