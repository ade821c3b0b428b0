#include "tui/terminal.h"

#include <array>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <ncurses.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

namespace p2p::tui {
namespace {

constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[?2004h";
// Style off first, then what kEnter did, backwards.
constexpr char kLeave[] = "\x1b[0m\x1b[?2004l\x1b[?25h\x1b[?1049l";
constexpr const char* kNoTerminal =
    "this needs a terminal; try `servent --headless` or `servent search WORDS`";
constexpr std::array<int, 5> kCrashes{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// What the crash handler may read: set before it is installed, a handler takes no argument.
termios crash_termios;
volatile std::sig_atomic_t crash_armed = 0;
std::array<char, 16384> crash_stack;

void write_leave() {
  [[maybe_unused]] const ssize_t sent = ::write(1, kLeave, sizeof kLeave - 1);
}

// SA_RESETHAND: raising again is the default action, so status and core are right.
extern "C" void restore_and_die(int signal) {
  if (crash_armed != 0) {
    crash_armed = 0;
    write_leave();
    ::tcsetattr(0, TCSANOW, &crash_termios);
  }
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

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view text = value;
    return text.find("UTF-8") != std::string_view::npos ||
           text.find("utf8") != std::string_view::npos ||
           text.find("UTF8") != std::string_view::npos;
  }
  return false;
}

}  // namespace

std::unique_ptr<Terminal> Terminal::open(std::string& error) {
  const char* term = std::getenv("TERM");
  int status = 0;
  if (::isatty(0) == 0 || ::isatty(1) == 0 || term == nullptr || *term == '\0' ||
      std::string_view(term) == "dumb" || ::setupterm(term, 1, &status) != OK ||
      cursor_address == nullptr || clear_screen == nullptr) {
    error = kNoTerminal;
    return nullptr;
  }
  const char* no_colour = std::getenv("NO_COLOR");
  const bool colour = (no_colour == nullptr || *no_colour == '\0') && max_colors >= 8;
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
  return std::unique_ptr<Terminal>(new Terminal(!locale_is_utf8(), colour, std::move(movement)));
}

Terminal::Terminal(bool ascii, bool colour, Movement movement)
    : ascii_(ascii),
      colour_(colour),
      movement_(std::move(movement)) {
  ::tcgetattr(0, &saved_);
  crash_termios = saved_;
  watch_crashes();
  resume();
}

Terminal::~Terminal() {
  suspend();
  for (const int signal : kCrashes)
    ::signal(signal, SIG_DFL);
}

void Terminal::resume() {
  if (entered_) return;
  termios raw = saved_;
  raw.c_iflag &= ~static_cast<tcflag_t>(ICRNL | IXON | INLCR | ISTRIP | BRKINT);
  raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG | IEXTEN);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 0;
  ::tcsetattr(0, TCSANOW, &raw);
  crash_armed = 1;
  unsent_ = kEnter;
  last_ = Surface();
  entered_ = true;
}

void Terminal::suspend() {
  if (!entered_) return;
  crash_armed = 0;
  write_leave();
  ::tcsetattr(0, TCSANOW, &saved_);
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
      keys.push_back(std::move(key));
    }
  }
}

bool Terminal::draw(const Surface& surface) {
  if (!entered_) return true;
  // After a partial write the rest goes first: half a sequence must not stay in the terminal.
  const bool was_whole = unsent_.empty() || unsent_ == kEnter;
  if (was_whole) {
    unsent_ += difference(last_, surface, movement_, colour_);
    last_ = surface;
  }
  while (!unsent_.empty()) {
    const ssize_t sent = ::write(1, unsent_.data(), unsent_.size());
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    unsent_.erase(0, static_cast<std::size_t>(sent));
  }
  return was_whole || draw(surface);
}

}  // namespace p2p::tui
