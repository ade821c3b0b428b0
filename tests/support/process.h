// Real servent processes for tests/e2e: each in its own temporary home, with its ready line read,
// its commands run with their output, and its end by signal. Every wait has a limit, and whatever
// still runs is killed when its object goes.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/files.h"
#include "tests/support/patience.h"
#include "tests/support/temp_dir.h"

namespace p2p::test {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using Millis = std::chrono::milliseconds;
using Arguments = std::vector<std::string>;

// Asks every 20 ms until the answer is yes; false after `limit`.
template <typename Question>
bool wait_until(Question question, Millis limit) {
  const auto end = std::chrono::steady_clock::now() + kPatience * limit;
  while (!question()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

// One program with its standard output in a pipe and its standard error in a file.
class Process {
 public:
  Process(const Arguments& words, const std::filesystem::path& errors) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    out_ = pipe[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0600);
    Arguments copies = words;
    std::vector<char*> argv;
    argv.reserve(copies.size() + 1);
    for (std::string& word : copies)
      argv.push_back(word.data());
    argv.push_back(nullptr);
    const int failed = ::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(pipe[1]);
    if (failed != 0) {
      ::close(out_);
      throw std::runtime_error("cannot start " + words.front());
    }
  }
  ~Process() {
    if (is_running()) stop(SIGKILL, 5s);
    ::close(out_);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // The next line without its end; what is there so far when the output ends or the time is up.
  std::string read_line(Millis limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (true) {
      const std::size_t at = held_.find('\n');
      if (at != std::string::npos) {
        std::string line = held_.substr(0, at);
        held_.erase(0, at + 1);
        return line;
      }
      if (!read_more(end)) return std::exchange(held_, {});
    }
  }

  // Everything up to the end of the output, or until the time is up.
  std::string read_all(Millis limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (read_more(end)) {
    }
    return std::exchange(held_, {});
  }

  pid_t pid() const { return pid_; }  // -1 when it has ended

  bool is_running() {
    if (pid_ > 0 && ::waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = -1;
    return pid_ > 0;
  }

  // Its exit status, 128 and the signal's number when a signal ended it, -1 while it runs on.
  int wait(Millis limit) {
    if (!wait_until([&] { return !is_running(); }, limit)) return -1;
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
  }

  int stop(int signal, Millis limit) {
    if (is_running()) ::kill(pid_, signal);
    return wait(limit);
  }

 private:
  bool read_more(std::chrono::steady_clock::time_point end) {
    const auto left =
        std::chrono::duration_cast<Millis>(end - std::chrono::steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd ready{out_, POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(left)) <= 0) return false;
    std::array<char, 65536> bytes{};
    const ssize_t got = ::read(out_, bytes.data(), bytes.size());
    if (got <= 0) return false;
    held_.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
  }

  pid_t pid_ = -1;
  int out_ = -1;
  int status_ = 0;
  std::string held_;
};

struct Ran {
  int status = -1;  // -1: it had to be killed
  std::string output;

  // The objects that it printed, one a line; a line that is none is left out.
  std::vector<Json> rows() const {
    std::vector<Json> out;
    std::size_t start = 0;
    while (start < output.size()) {
      const std::size_t end = std::min(output.find('\n', start), output.size());
      Json row = Json::parse(output.substr(start, end - start), nullptr, false);
      if (row.is_object()) out.push_back(std::move(row));
      start = end + 1;
    }
    return out;
  }
};

// A headless node in its own home. start() and stop() may follow each other.
class Servent {
 public:
  // `more` follows --headless --mode MODE --role ROLE --home HOME --listen 127.0.0.1:PORT.
  Servent(std::string role, std::filesystem::path home, Arguments more = {},
          std::string mode = "napster")
      : mode_(std::move(mode)),
        role_(std::move(role)),
        home_(std::move(home)),
        more_(std::move(more)) {
    std::filesystem::create_directories(home_);
  }

  // True when the ready line came. The port of the last run is taken again.
  bool start() {
    process_.reset();
    Arguments words{SERVENT_BINARY, "--headless",
                    "--mode",       mode_,
                    "--role",       role_,
                    "--home",       home_.string(),
                    "--listen",     listen_.empty() ? "127.0.0.1:0" : listen_};
    words.insert(words.end(), more_.begin(), more_.end());
    process_ = std::make_unique<Process>(words, errors());
    ready_ = Json::parse(process_->read_line(10s), nullptr, false);
    if (!ready_.is_object() || !ready_.value("ready", false)) return false;
    listen_ = ready_.value("listen", "");
    return true;
  }

  // A command for this node: run("search", {"zed"}).
  Ran run(const std::string& command, const Arguments& words = {}, Millis limit = 20s) const {
    const std::unique_ptr<Process> asked = begin(command, words);
    Ran out;
    out.output = asked->read_all(limit);
    out.status = asked->wait(1s);
    return out;
  }
  std::unique_ptr<Process> begin(const std::string& command, const Arguments& words) const {
    Arguments all{SERVENT_BINARY, command};
    all.insert(all.end(), words.begin(), words.end());
    all.insert(all.end(), {"--home", home_.string(), "--json"});
    return std::make_unique<Process>(all, errors());
  }

  Process& process() { return *process_; }
  const Json& ready() const { return ready_; }
  const std::string& listen() const { return listen_; }
  const std::filesystem::path& home() const { return home_; }
  std::filesystem::path errors() const { return home_.string() + ".stderr"; }

 private:
  std::string mode_;
  std::string role_;
  std::filesystem::path home_;
  Arguments more_;
  std::string listen_;
  Json ready_;
  std::unique_ptr<Process> process_;
};

}  // namespace p2p::test
