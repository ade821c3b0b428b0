// A program in a terminal of its own, as a shell would start it: its own job in the foreground, its
// output drawn by a ScreenEmulator, keys typed into it, its stops and its end told.
#pragma once

#include <array>
#include <cerrno>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/support/patience.h"
#include "tests/support/process.h"
#include "tests/support/screen_emulator.h"

namespace p2p::test {

class TerminalProgram {
 public:
  // `settings` are added to the environment; an empty value takes the variable away.
  TerminalProgram(const Arguments& words, int width, int height,
                  const std::map<std::string, std::string>& settings = {})
      : screen(width, height) {
    const winsize size{static_cast<unsigned short>(height), static_cast<unsigned short>(width), 0,
                       0};
    std::array<int, 2> told{};
    std::array<int, 2> asked{};
    if (::pipe2(told.data(), O_CLOEXEC) != 0 || ::pipe2(asked.data(), O_CLOEXEC) != 0)
      throw std::runtime_error("no pipe");
    if (::openpty(&master_, &slave_, nullptr, nullptr, &size) != 0)
      throw std::runtime_error("no terminal");
    ::fcntl(master_, F_SETFD, FD_CLOEXEC);
    ::fcntl(slave_, F_SETFD, FD_CLOEXEC);
    ::tcgetattr(slave_, &before_);
    shell_ = ::fork();
    if (shell_ == 0) run_shell(words, settings, told[1], asked[0]);
    ::close(told[1]);
    ::close(asked[0]);
    told_ = told[0];
    asked_ = asked[1];
    if (!await('P', 5s)) throw std::runtime_error("the program did not start");
    pid_ = number_;
  }
  ~TerminalProgram() {
    if (!ended_) ::kill(pid_, SIGKILL);
    if (!ended_) ::kill(pid_, SIGCONT);
    vanish();
    ::close(told_);
    ::close(asked_);
    ::waitpid(shell_, nullptr, 0);
  }
  TerminalProgram(const TerminalProgram&) = delete;
  TerminalProgram& operator=(const TerminalProgram&) = delete;

  void type(std::string_view keys) const {
    [[maybe_unused]] const ssize_t sent = ::write(master_, keys.data(), keys.size());
  }
  // Also more than the terminal holds: waits for the program to read, and draws meanwhile.
  bool type_all(std::string_view keys, Millis limit = 10s) {
    return draw_until(
        [&] {
          pollfd ready{master_, POLLOUT, 0};
          while (!keys.empty() && ::poll(&ready, 1, 0) > 0 && (ready.revents & POLLOUT) != 0) {
            const ssize_t sent =
                ::write(master_, keys.data(), std::min<std::size_t>(keys.size(), 512));
            if (sent <= 0) break;
            keys.remove_prefix(static_cast<std::size_t>(sent));
          }
          return keys.empty();
        },
        limit);
  }
  // Draws what the program writes until the screen has the words; false after `limit`.
  bool sees(std::string_view words, Millis limit = 10s) {
    return draw_until([&] { return screen.has(words); }, limit);
  }
  template <typename Question>
  bool draw_until(Question question, Millis limit = 10s) {
    return wait_until(
        [&] {
          read_all();
          return question();
        },
        limit);
  }
  void resize(int width, int height) {
    read_all();
    screen.resize(width, height);
    const winsize size{static_cast<unsigned short>(height), static_cast<unsigned short>(width), 0,
                       0};
    ::ioctl(master_, TIOCSWINSZ, &size);
  }
  void signal(int number) const { ::kill(pid_, number); }
  bool stopped(Millis limit = 5s) { return await('S', limit); }
  void go_on() const {  // as `fg`
    [[maybe_unused]] const ssize_t sent = ::write(asked_, "c", 1);
  }
  // Its exit status, 128 and the signal's number when a signal ended it, -1 while it runs on. What
  // it wrote is drawn if the terminal is still there.
  int wait(Millis limit = 5s) {
    if (!await('E', limit)) return -1;
    read_all();
    return WIFEXITED(number_) ? WEXITSTATUS(number_) : 128 + WTERMSIG(number_);
  }
  // Closes the terminal, as a window that goes.
  void vanish() {
    for (int* side : {&master_, &slave_}) {
      if (*side >= 0) ::close(*side);
      *side = -1;
    }
  }
  // Leaves no room in the terminal for anything that is written to it, until it is read again.
  bool fill() const {
    const int out = ::open(::ttyname(slave_), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    const std::string much(1000, '\r');
    int refused = 0;  // the kernel makes some room for a while
    const bool full = wait_until(
        [&] {
          for (const std::size_t size : {much.size(), std::size_t{1}})
            while (::write(out, much.data(), size) > 0)
              refused = 0;
          return ++refused >= 5;
        },
        5s);
    ::close(out);
    return full;
  }
  bool has_read_all_keys() const {
    int count = 0;
    ::ioctl(slave_, FIONREAD, &count);
    return count == 0;
  }
  // Everything as it was before the program began: settings, screen, cursor, paste.
  bool is_restored() const {
    termios now{};
    ::tcgetattr(slave_, &now);
    return now.c_iflag == before_.c_iflag && now.c_oflag == before_.c_oflag &&
           now.c_lflag == before_.c_lflag && screen.modes() == std::set<int>{25};
  }
  // What was written last may come after the end of its writer.
  bool restores(Millis limit = 5s) {
    return draw_until([&] { return is_restored(); }, limit);
  }
  const std::string& bytes() const { return bytes_; }  // all that was read

  ScreenEmulator screen;

 private:
  void read_all() {
    std::array<char, 65536> buffer{};
    pollfd ready{master_, POLLIN, 0};
    while (master_ >= 0 && ::poll(&ready, 1, 0) > 0) {
      const ssize_t got = ::read(master_, buffer.data(), buffer.size());
      if (got <= 0) return;
      screen.feed({buffer.data(), static_cast<std::size_t>(got)});
      bytes_.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }

  // Waits for this news of the shell: 'P' the number of the process, 'S' it stopped, 'E' it ended.
  bool await(char what, Millis limit) {
    const auto end = std::chrono::steady_clock::now() + kPatience * limit;
    while (std::chrono::steady_clock::now() < end) {
      pollfd ready{told_, POLLIN, 0};
      if (::poll(&ready, 1, 20) > 0) {
        char kind = 0;
        if (::read(told_, &kind, 1) != 1 ||
            ::read(told_, &number_, sizeof number_) != sizeof number_)
          return false;
        if (kind == 'E') ended_ = true;
        if (kind == what) return true;
      }
    }
    return false;
  }

  static void tell(int to, char what, int number) {
    [[maybe_unused]] ssize_t sent = ::write(to, &what, 1);
    sent = ::write(to, &number, sizeof number);
  }

  [[noreturn]] void run_shell(const Arguments& words,
                              const std::map<std::string, std::string>& settings, int told,
                              int asked) const {
    ::close(master_);
    ::setsid();
    for (int descriptor = 0; descriptor < 3; ++descriptor)
      ::dup2(slave_, descriptor);
    ::ioctl(0, TIOCSCTTY, 0);
    ::signal(SIGTTOU, SIG_IGN);
    ::signal(SIGHUP, SIG_IGN);
    const pid_t job = ::fork();
    if (job == 0) {
      ::setpgid(0, 0);
      ::tcsetpgrp(0, ::getpid());
      ::signal(SIGTTOU, SIG_DFL);
      ::signal(SIGHUP, SIG_DFL);
      for (const auto& [name, value] : settings) {
        if (value.empty())
          ::unsetenv(name.c_str());
        else
          ::setenv(name.c_str(), value.c_str(), 1);
      }
      Arguments copies = words;
      std::vector<char*> argv;
      for (std::string& word : copies)
        argv.push_back(word.data());
      argv.push_back(nullptr);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    ::setpgid(job, job);
    tell(told, 'P', job);
    for (;;) {
      int status = 0;
      if (::waitpid(job, &status, WUNTRACED) != job) ::_exit(1);
      if (!WIFSTOPPED(status)) {
        tell(told, 'E', status);
        ::_exit(0);
      }
      ::tcsetpgrp(0, ::getpgrp());
      tell(told, 'S', 0);
      char order = 0;
      if (::read(asked, &order, 1) == 1) ::tcsetpgrp(0, job);
      ::kill(-job, SIGCONT);
    }
  }

  int master_ = -1, slave_ = -1;
  int told_ = -1, asked_ = -1;
  pid_t shell_ = -1, pid_ = -1;
  int number_ = 0;
  bool ended_ = false;
  termios before_{};
  std::string bytes_;
};

}  // namespace p2p::test
