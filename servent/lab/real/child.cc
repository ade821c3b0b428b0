#include "servent/lab/real/child.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace p2p::lab {

namespace {

constexpr auto kLook = std::chrono::milliseconds(10);  // between two looks at an end that is near
constexpr std::size_t kMostLine = std::size_t{64} << 20U;

std::string how(int status) {
  if (WIFEXITED(status)) return "exit status " + std::to_string(WEXITSTATUS(status));
  const int signal = WTERMSIG(status);
  return "signal " + std::to_string(signal) + " (" + ::strsignal(signal) + ")";
}

struct Pipes {
  std::array<int, 2> in{-1, -1};
  std::array<int, 2> out{-1, -1};
};

void close_all(const Pipes& pipes) {
  for (const int file : {pipes.in[0], pipes.in[1], pipes.out[0], pipes.out[1]})
    if (file >= 0) ::close(file);
}

// In the child, where another thread of ours may have held any lock: system calls only.
[[noreturn]] void become(char* const* words, const char* errors, const Pipes& pipes, int dies_by,
                         pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, dies_by);
  if (::getppid() != parent) ::_exit(127);  // it died meanwhile
  ::setpgid(0, 0);
  ::dup2(pipes.in[0], STDIN_FILENO);
  ::dup2(pipes.out[1], STDOUT_FILENO);
  if (errors != nullptr) {
    const int file = ::open(errors, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file >= 0) ::dup2(file, STDERR_FILENO);
  }
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGPIPE, SIG_DFL);
  ::execvp(words[0], words);
  ::_exit(127);
}

}  // namespace

Result<Child> Child::start(const Wanted& wanted) {
  std::vector<std::string> copies = wanted.words;
  std::vector<char*> words;
  words.reserve(copies.size() + 1);
  for (std::string& word : copies)
    words.push_back(word.data());
  words.push_back(nullptr);
  Pipes pipes;
  const bool has_pipes =
      ::pipe2(pipes.in.data(), O_CLOEXEC) == 0 && ::pipe2(pipes.out.data(), O_CLOEXEC) == 0;
  const pid_t parent = ::getpid();
  const pid_t pid = has_pipes ? ::fork() : -1;
  if (pid == 0)
    become(words.data(), wanted.errors.empty() ? nullptr : wanted.errors.c_str(), pipes,
           wanted.dies_by, parent);
  if (pid < 0) {
    const std::string why = std::strerror(errno);
    close_all(pipes);
    return fail(Errc::io, "cannot start " + wanted.words[0] + ": " + why);
  }
  Child child;
  child.pid_ = pid;
  child.in_ = std::exchange(pipes.in[1], -1);
  child.out_ = std::exchange(pipes.out[0], -1);
  close_all(pipes);
  return child;
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      in_(std::exchange(other.in_, -1)),
      out_(std::exchange(other.out_, -1)),
      read_(std::move(other.read_)),
      ended_(std::move(other.ended_)) {}

Child::~Child() {
  kill(SIGKILL);
  if (pid_ > 0 && !ended_) ::waitpid(pid_, nullptr, 0);
  close_input();
  if (out_ >= 0) ::close(out_);
}

bool Child::write(std::string_view line) {
  std::string whole(line);
  whole += '\n';
  for (std::size_t at = 0; at < whole.size();) {
    const ssize_t sent = ::write(in_, whole.data() + at, whole.size() - at);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    at += static_cast<std::size_t>(sent);
  }
  return true;
}

std::optional<std::string> Child::read_line(Clock::time_point by) {
  std::size_t looked = 0;
  for (;;) {
    if (const std::size_t end = read_.find('\n', looked); end != std::string::npos) {
      std::string line = read_.substr(0, end);
      read_.erase(0, end + 1);
      return line;
    }
    looked = read_.size();
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(by - Clock::now()).count();
    pollfd ready{out_, POLLIN, 0};
    const int count = ::poll(&ready, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 || looked > kMostLine) return {};
    std::array<char, 65536> block{};
    const ssize_t got = ::read(out_, block.data(), block.size());
    if (got <= 0) return {};
    read_.append(block.data(), static_cast<std::size_t>(got));
  }
}

void Child::close_input() {
  if (in_ >= 0) ::close(std::exchange(in_, -1));
}

std::optional<std::string> Child::ended() {
  int status = 0;
  if (!ended_ && pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) ended_ = how(status);
  return ended_;
}

std::optional<std::string> Child::ended_by(Clock::time_point by) {
  while (pid_ > 0 && !ended() && Clock::now() < by)
    ::poll(nullptr, 0, static_cast<int>(kLook.count()));
  return ended_;
}

void Child::end(Clock::time_point by) {
  ended_by(by);
  kill(SIGKILL);
  int status = 0;
  if (!ended_ && pid_ > 0 && ::waitpid(pid_, &status, 0) == pid_) ended_ = how(status);
}

void Child::kill(int signal) {
  if (pid_ > 0 && !ended()) ::kill(pid_, signal);
}

}  // namespace p2p::lab
