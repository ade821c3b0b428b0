#include "servent/lab/progress.h"

#include <cstdio>

#include <unistd.h>

namespace p2p::lab {

namespace {

std::string time_text(double seconds) {
  const auto whole = static_cast<long>(seconds);
  const std::string rest = std::to_string(whole % 60);
  return std::to_string(whole / 60) + (rest.size() == 1 ? ":0" : ":") + rest;
}

}  // namespace

Progress::Progress(std::size_t runs) : runs_(runs), is_shown_(::isatty(STDERR_FILENO) == 1) {}

void Progress::done(const std::string& what) {
  ++done_;
  if (!is_shown_) return;
  const double each = elapsed() / static_cast<double>(done_);
  std::fprintf(stderr, "\r\x1b[K%zu of %zu runs, %s left: %s", done_, runs_,
               time_text(each * static_cast<double>(runs_ - done_)).c_str(), what.c_str());
  std::fflush(stderr);
}

void Progress::end() const {
  if (is_shown_) std::fputs("\r\x1b[K", stderr);
}

double Progress::elapsed() const {
  return std::chrono::duration<double>(Clock::now() - started_).count();
}

}  // namespace p2p::lab
