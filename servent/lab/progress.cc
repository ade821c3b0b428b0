#include "servent/lab/progress.h"

#include <algorithm>
#include <cstdio>

#include <sys/ioctl.h>
#include <unistd.h>

#include "servent/lab/digits.h"
#include "servent/lab/terminal.h"

namespace p2p::lab {

namespace {

constexpr auto kBetweenLines = std::chrono::milliseconds(250);
constexpr double kSoonest = 1;  // before that nobody knows how long it takes

std::string time_text(double seconds) {
  const auto whole = static_cast<long>(seconds);
  const auto two = [](long number) { return (number < 10 ? ":0" : ":") + std::to_string(number); };
  if (whole < 3600) return std::to_string(whole / 60) + two(whole % 60);
  return std::to_string(whole / 3600) + two(whole / 60 % 60) + two(whole % 60);
}

double done_share(const Pulse& pulse) {
  if (pulse.end_ms == 0) return 0;
  return std::min(1.0, static_cast<double>(pulse.now_ms) / static_cast<double>(pulse.end_ms));
}

}  // namespace

std::string to_line(const Advance& advance, std::size_t width) {
  double running = 0;
  double events = static_cast<double>(advance.events);
  double messages = static_cast<double>(advance.messages);
  std::string out = std::to_string(advance.done) + " of " + std::to_string(advance.runs) + " runs";
  for (const Pulse& pulse : advance.running) {
    running += done_share(pulse);
    events += static_cast<double>(pulse.events);
    messages += static_cast<double>(pulse.messages);
    if (pulse.end_ms > 0) out += " + " + digits(done_share(pulse) * 100, 0) + " %";
  }
  const double done = static_cast<double>(advance.done - advance.done_before) + running;
  if (advance.seconds > kSoonest && done > 0) {
    const double left = static_cast<double>(advance.runs - advance.done) - running;
    out += ", " + time_text(advance.seconds / done * std::max(left, 0.0)) + " left";
    if (messages > 0) out += ", " + short_digits(messages / advance.seconds) + " messages/s";
    if (events > 0) out += ", " + short_digits(events / advance.seconds) + " events/s";
  }
  if (!advance.what.empty()) out += ": " + printable(advance.what);
  return shortened(out, width);
}

Progress::Progress() : is_shown_(::isatty(STDERR_FILENO) == 1) {
  winsize size{};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
  if (is_shown_ && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    width_ = size.ws_col;
}

bool Progress::is_due() const {
  return is_shown_ && Clock::now() - shown_ >= kBetweenLines;
}

void Progress::show(const Advance& advance) {
  if (!is_shown_) return;
  shown_ = Clock::now();
  std::fprintf(stderr, "\r\x1b[K%s", to_line(advance, width_ - 1).c_str());
  std::fflush(stderr);
}

void Progress::end() const {
  if (is_shown_) std::fputs("\r\x1b[K", stderr);
}

double Progress::elapsed() const {
  return std::chrono::duration<double>(Clock::now() - started_).count();
}

}  // namespace p2p::lab
