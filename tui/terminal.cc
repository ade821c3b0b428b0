#include "tui/terminal.h"

#include <array>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <ncurses.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

#include "tui/extras.h"

namespace p2p::tui {
namespace {

constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view kPaste = "\x1b[?2004h";
constexpr std::string_view kAskForFrames = "\x1b[?2026$p";
constexpr std::string_view kFrame = "\x1b[?2026h";
constexpr std::string_view kFrameEnd = "\x1b[?2026l";
constexpr std::string_view kMouse = "\x1b[?1000h\x1b[?1006h";
// Style off first, then what these did, backwards. The bottom line is for terminals without a
// second screen; the others forget it.
constexpr std::string_view kLeave =
    "\x1b[?2026l\x1b[0m\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[?25h\x1b[999;1H\r\n\x1b[?1049l";
constexpr std::string_view kShowCursor = "\x1b[?25h";
constexpr std::string_view kCancel = "\x18";  // ends an escape sequence that was taken in half
constexpr const char* kNoTerminal =
    "this needs a terminal; try `servent --headless` or `servent search WORDS`";
constexpr std::array<int, 5> kCrashes{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// What the crash handler may read: set before it is installed, a handler takes no argument.
termios crash_termios;
volatile std::sig_atomic_t crash_armed = 0;
volatile std::sig_atomic_t crash_out = 1;
volatile std::sig_atomic_t crash_blocked = 0;
std::array<char, 16384> crash_stack;

// Async-safe. A terminal that takes nothing loses what it has not read yet, to make room for this.
void restore_terminal() {
  if (crash_armed == 0) return;
  crash_armed = 0;
  // Another thread may be in the middle of writing a frame: then there is a moment to wait.
  const auto tell = [](std::string_view bytes) {
    constexpr int kTries = 30;
    constexpr int kPauseMs = 3;
    ssize_t sent = -1;
    for (int i = 0; i < kTries && sent < 0; ++i) {
      if (i > 0) ::poll(nullptr, 0, kPauseMs);
      sent = ::write(crash_out, bytes.data(), bytes.size());
    }
    return sent == static_cast<ssize_t>(bytes.size());
  };
  if (crash_blocked != 0 || !tell(kLeave)) {
    ::tcflush(crash_out, TCOFLUSH);
    tell(kCancel);
    tell(kLeave);
  }
  ::tcsetattr(0, TCSANOW, &crash_termios);
}

// SA_RESETHAND: raising again is the default action, so status and core are right.
extern "C" void restore_and_die(int signal) {
  restore_terminal();
  ::raise(signal);
}

void watch_crashes() {
  stack_t stack{};
  stack.ss_sp = crash_stack.data();
  stack.ss_size = crash_stack.size();
  ::sigaltstack(&stack, nullptr);
  for (const int signal : kCrashes) {
    struct sigaction action {};
    action.sa_handler = restore_and_die;
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_ONSTACK);
    ::sigaction(signal, &action, nullptr);
  }
}

// The terminal through a description of our own: one that does not block, while standard output
// keeps the flags that the shell shares with us. 1 when it cannot be opened (after su).
int open_output() {
  const char* name = ::ttyname(1);
  if (name == nullptr) return 1;
  const int out = ::open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  return out < 0 ? 1 : out;
}

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    return ::strcasestr(value, "utf-8") != nullptr || ::strcasestr(value, "utf8") != nullptr;
  }
  return false;
}

}  // namespace

std::unique_ptr<Terminal> Terminal::open(const TerminalOptions& options, std::string& error) {
  const char* term = std::getenv("TERM");
  int status = 0;
  if (::isatty(0) == 0 || ::isatty(1) == 0 || term == nullptr || *term == '\0' ||
      std::string_view(term) == "dumb") {
    error = kNoTerminal;
    return nullptr;
  }
  if (::setupterm(term, 1, &status) != OK || cursor_address == nullptr || clear_screen == nullptr) {
    error = "terminfo knows no screen for TERM=" + std::string(term) +
            "; try TERM=xterm, or `servent --headless`";
    return nullptr;
  }
  const Depth depth =
      colour_depth(options.colour, std::getenv("NO_COLOR"), std::getenv("COLORTERM"), max_colors);
  // The console of Linux has a mouse by terminfo, but shows what it does not know.
  const bool is_xterm = key_mouse != nullptr && !std::string_view(term).starts_with("linux");
  // Padding is for machines of iron: dropped, "$<5>" must not reach the screen.
  const auto plain = [](const char* capability) {
    std::string text = capability;
    for (std::size_t at = text.find("$<"); at != std::string::npos; at = text.find("$<")) {
      text.erase(at, text.find('>', at) - at + 1);
    }
    return text;
  };
  Movement movement;
  movement.clear = plain(clear_screen);
  movement.move = [plain, pattern = std::string(cursor_address)](int x, int y) {
    const char* bytes = ::tparm(pattern.c_str(), static_cast<long>(y), static_cast<long>(x), 0L, 0L,
                                0L, 0L, 0L, 0L, 0L);
    return bytes == nullptr ? std::string() : plain(bytes);
  };
  if (parm_right_cursor != nullptr)
    movement.right = [plain, pattern = std::string(parm_right_cursor)](int cells) {
      const char* bytes =
          ::tparm(pattern.c_str(), static_cast<long>(cells), 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
      return bytes == nullptr ? std::string() : plain(bytes);
    };
  movement.has_last_cell = auto_right_margin == 0 || eat_newline_glitch != 0;
  if (repeat_char != nullptr)
    movement.repeat = [plain, pattern = std::string(repeat_char)](char what, int count) {
      const char* bytes = ::tparm(pattern.c_str(), static_cast<long>(what),
                                  static_cast<long>(count), 0L, 0L, 0L, 0L, 0L, 0L, 0L);
      return bytes == nullptr ? std::string(static_cast<std::size_t>(count), what) : plain(bytes);
    };
  return std::unique_ptr<Terminal>(
      new Terminal(options, !locale_is_utf8(), is_xterm, depth, std::move(movement)));
}

Terminal::Terminal(const TerminalOptions& options, bool ascii, bool is_xterm, Depth depth,
                   Movement movement)
    : options_(options),
      is_xterm_(is_xterm),
      ascii_(ascii),
      depth_(depth),
      theme_(options.theme, depth),
      movement_(std::move(movement)),
      out_(open_output()) {
  ::tcgetattr(0, &saved_);
  crash_termios = saved_;
  crash_out = out_;
  watch_crashes();
  std::atexit(restore_terminal);
  resume();
}

Terminal::~Terminal() {
  suspend();
  for (const int signal : kCrashes)
    ::signal(signal, SIG_DFL);
  if (out_ != 1) ::close(out_);
  ::del_curterm(cur_term);  // the next one asks terminfo anew
}

void Terminal::resume() {
  termios raw = saved_;
  raw.c_iflag &= ~static_cast<tcflag_t>(ICRNL | IXON | INLCR | ISTRIP | BRKINT);
  raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG | IEXTEN);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  ::tcsetattr(0, TCSANOW, &raw);
  crash_armed = 1;
  if (is_blocked()) unsent_ = kCancel;
  unsent_ += kEnter;
  // Once, and never waited for. Apple's terminal shows the question.
  const char* program = std::getenv("TERM_PROGRAM");
  const bool shows_it = program != nullptr && std::string_view(program) == "Apple_Terminal";
  if (options_.frames && is_xterm_ && !shows_it && !std::exchange(is_asked_, true))
    unsent_ += kAskForFrames;
  if (options_.shows_cursor) unsent_ += kShowCursor;
  if (options_.paste) unsent_ += kPaste;
  if (options_.mouse && is_xterm_) unsent_ += kMouse;
  fresh_ = true;
  last_ = Surface();
  entered_ = true;
}

void Terminal::suspend() {
  if (!entered_) return;
  restore_terminal();
  crash_blocked = 0;
  entered_ = false;
  unsent_.clear();
}

TerminalSize Terminal::size() const {
  winsize window{};
  if (::ioctl(1, TIOCGWINSZ, &window) != 0 || window.ws_col == 0 || window.ws_row == 0) return {};
  return {window.ws_col, window.ws_row};
}

std::vector<Key> Terminal::read(bool& closed) {
  std::vector<Key> keys;
  std::array<char, 4096> bytes{};
  // VMIN 0: a read that finds nothing gives 0; only the first one, after a poll, tells of the end.
  for (bool first = true;; first = false) {
    const ssize_t got = ::read(0, bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      closed = first && (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK));
      return keys;
    }
    for (Key& key : decoder_.decode({bytes.data(), static_cast<std::size_t>(got)})) {
      if (key.name == KeyName::answer)
        frames_ = frames_ || key.text == "[?2026;1$y" || key.text == "[?2026;2$y";
      else
        keys.push_back(std::move(key));
    }
  }
}

void Terminal::wear(ThemeName theme) {
  if (theme == theme_.name()) return;
  theme_ = Theme(theme, depth_);
  redraw();
}

void Terminal::draw(const Surface& surface) {
  if (!entered_ || is_blocked()) return;
  fresh_ = false;
  unsent_ += std::exchange(extras_, {});
  const std::string changed = difference(last_, surface, movement_, theme_);
  if (!changed.empty() && frames_) unsent_ += kFrame;
  unsent_ += changed;
  if (!changed.empty() && frames_) unsent_ += kFrameEnd;
  last_ = surface;
  send();
}

void Terminal::copy(std::string_view text) {
  if (options_.copy && is_xterm_) extras_ = copy_order(text);
}

void Terminal::notify(std::string_view news) {
  const auto set = [](const char* name) -> std::string_view {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
  };
  if (options_.notices) extras_ += notice_order(notices_of(set("TERM"), set("TERM_PROGRAM")), news);
}

void Terminal::ring() {
  extras_ += '\a';
}

void Terminal::send() {
  while (!unsent_.empty()) {
    const ssize_t sent = ::write(out_, unsent_.data(), unsent_.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno != EAGAIN && errno != EWOULDBLOCK) unsent_.clear();  // it is gone
    if (sent <= 0) break;
    unsent_.erase(0, static_cast<std::size_t>(sent));
  }
  crash_blocked = unsent_.empty() ? 0 : 1;
}

}  // namespace p2p::tui
