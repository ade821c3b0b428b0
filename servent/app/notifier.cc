#include "servent/app/notifier.h"

#include <array>
#include <csignal>
#include <cstring>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "servent/app/log.h"

namespace p2p::app {

namespace {

// The process, or -1 with errno's meaning in `why`. A group of its own: it is no part of our job.
pid_t start(const std::string& program, std::string text, std::string& why) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  sigset_t usual;
  sigemptyset(&usual);
  posix_spawnattr_setsigmask(&attributes, &usual);
  for (const int signal : {SIGPIPE, SIGXFSZ})  // which we ignore
    sigaddset(&usual, signal);
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  std::string name = program;
  std::array<char*, 3> argv{name.data(), text.data(), nullptr};
  pid_t pid = -1;
  const int failed =
      posix_spawnp(&pid, program.c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed == 0) return pid;
  why = std::strerror(failed);  // NOLINT(concurrency-mt-unsafe): of the system's own table
  return -1;
}

}  // namespace

struct Notifier::Impl : std::enable_shared_from_this<Notifier::Impl> {
  Impl(boost::asio::io_context& io, std::string wanted)
      : program(std::move(wanted)),
        children(io) {}

  void run(const std::string& text) {
    std::string why;
    pid = start(program, text, why);
    if (pid < 0) {
      log_line(api::LogLevel::warn, "app", "cannot run " + program + ": " + why);
      program.clear();
      return;
    }
    await();
  }

  void await() {
    children.async_wait([self = shared_from_this()](boost::system::error_code error, int) {
      if (error) return;
      if (::waitpid(self->pid, nullptr, WNOHANG) != self->pid) return self->await();
      self->pid = -1;
      if (!self->next.empty()) self->run(std::exchange(self->next, {}));
    });
  }

  std::string program;
  boost::asio::signal_set children;
  pid_t pid = -1;
  std::string next;
};

Notifier::Notifier(boost::asio::io_context& io, std::string program)
    : impl_(std::make_shared<Impl>(io, std::move(program))) {
  if (!impl_->program.empty()) impl_->children.add(SIGCHLD);
}

Notifier::~Notifier() {
  boost::system::error_code ignored;
  impl_->children.cancel(ignored);
}

void Notifier::tell(const std::string& text) {
  if (impl_->program.empty()) return;
  if (impl_->pid >= 0)
    impl_->next = text;
  else
    impl_->run(text);
}

}  // namespace p2p::app
