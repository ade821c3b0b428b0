// A process of the laboratory: its standard input and output are pipes to us, and it does not
// outlive us (prctl: PR_SET_PDEATHSIG). It has a process group of its own, so that Ctrl-C is ours
// alone to act on.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "protocols/base/result.h"

namespace p2p::lab {

using Clock = std::chrono::steady_clock;

class Child {
 public:
  struct Wanted {
    std::vector<std::string> words;  // the program first: looked for on PATH
    std::string errors;              // file for its standard error; empty: ours
    int dies_by = 9;                 // the signal that it gets when we die
  };
  static Result<Child> start(const Wanted& wanted);
  ~Child();  // kills it
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  bool write(std::string_view line);  // with its end; false: it takes nothing more
  // The next line, without its end. Nothing: its output ended, or the time is up.
  std::optional<std::string> read_line(Clock::time_point by);
  void close_input();

  // How it ended: "exit status 3", "signal 11 (Segmentation fault)". Nothing: it runs.
  std::optional<std::string> ended();
  std::optional<std::string> ended_by(Clock::time_point by);  // waits for that
  // Waits for its end until then, and kills it if there is none.
  void end(Clock::time_point by);
  void kill(int signal);
  pid_t pid() const { return pid_; }

 private:
  Child() = default;

  pid_t pid_ = -1;
  int in_ = -1;
  int out_ = -1;
  std::string read_;
  std::optional<std::string> ended_;
};

}  // namespace p2p::lab
