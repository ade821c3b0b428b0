#include "servent/app/ui_loop.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <unistd.h>

#include "tui/terminal.h"
#include "tui/tui.h"

namespace p2p::app {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using ErrorCode = boost::system::error_code;

namespace {

constexpr auto kEscapeWait = 25ms;  // a lone Esc is told from a sequence after this
constexpr auto kLook = 250ms;       // data frames: at most four a second
constexpr auto kTick = 1s;

}  // namespace

std::string why_no_screen() {
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || *term == '\0' || std::strcmp(term, "dumb") == 0;
  if (isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !dumb) return {};
  return "this needs a terminal; try `servent --headless` or `servent search WORDS`";
}

struct UiLoop::Impl : std::enable_shared_from_this<UiLoop::Impl> {
  Impl(asio::io_context& loop, api::Backend& node, std::string search)
      : io(loop),
        backend(node),
        first_search(std::move(search)),
        input(loop),
        escape(loop),
        look(loop),
        signals(loop, SIGWINCH, SIGTSTP, SIGCONT) {}

  std::string open() {
    std::string error;
    terminal = tui::Terminal::open(error);
    if (!terminal) return error;
    screen = std::make_unique<tui::Tui>(tui::Tui::Options{terminal->ascii(), terminal->colour()});
    input.assign(::dup(terminal->input()));
    draw();
    wait_for_keys();
    wait_for_signal();
    wait_to_look();
    return {};
  }

  void close() {
    ErrorCode ignored;
    input.close(ignored);
    escape.cancel();
    look.cancel();
    signals.cancel(ignored);
    terminal.reset();
  }

  void wait_for_keys() {
    input.async_wait(asio::posix::stream_descriptor::wait_read,
                     [self = shared_from_this()](ErrorCode error) {
                       if (error || !self->terminal) return;
                       self->keys_are_there();
                     });
  }

  // All keys are decoded and applied, then one frame is drawn.
  void keys_are_there() {
    bool closed = false;
    const std::vector<tui::Key> keys = terminal->read(closed);
    if (!take(keys)) return;
    if (closed) {
      leave();
      return;
    }
    if (terminal->is_waiting()) {
      escape.expires_after(kEscapeWait);
      escape.async_wait([self = shared_from_this()](ErrorCode error) {
        if (error || !self->terminal) return;
        if (self->take(self->terminal->flush())) self->draw();
      });
    }
    draw();
    wait_for_keys();
  }

  // False when the user left: then nothing here may be touched any more.
  bool take(const std::vector<tui::Key>& keys) {
    for (const tui::Key& key : keys) {
      if (key.is_ctrl("z")) {
        suspend();
        continue;
      }
      if (key.is_ctrl("l")) terminal->redraw();
      ask(screen->key(key));
      if (screen->quit()) {
        leave();
        return false;
      }
    }
    return true;
  }

  void leave() { backend.submit(api::Quit{}); }

  void ask(const std::optional<api::Request>& request) {
    if (!request) return;
    const api::Outcome outcome = backend.submit(*request);
    if (!outcome.error.empty()) screen->toast(outcome.error);
  }

  void draw() {
    if (!terminal) return;
    drawn = backend.revision();
    const tui::TerminalSize size = terminal->size();
    unfinished = !terminal->draw(
        screen->show(backend.snapshot(screen->wanted_search()), size.width, size.height));
    last_draw = std::chrono::steady_clock::now();
  }

  // A quarter of a second after the last look: has anything changed?
  // TODO: let the backend ring instead, so that an idle screen causes no wake-up at all.
  void wait_to_look() {
    look.expires_after(kLook);
    look.async_wait([self = shared_from_this()](ErrorCode error) {
      if (error || !self->terminal) return;
      self->search_once_online();
      const bool tick =
          self->screen->wants_tick() && std::chrono::steady_clock::now() - self->last_draw >= kTick;
      if (tick || self->unfinished || self->backend.revision() != self->drawn) self->draw();
      self->wait_to_look();
    });
  }

  // The search given on the command line waits for a network that can answer it.
  void search_once_online() {
    if (first_search.empty()) return;
    const api::Snapshot now = backend.snapshot(0);
    const bool online = std::ranges::any_of(
        now.networks, [](const api::NetworkRow& network) { return network.online; });
    if (!online) return;
    ask(screen->type_search(std::exchange(first_search, {})));
    draw();
  }

  void suspend() {
    terminal->suspend();
    std::raise(SIGSTOP);  // SIGCONT comes back here
    terminal->resume();
    draw();
  }

  void wait_for_signal() {
    signals.async_wait([self = shared_from_this()](ErrorCode error, int number) {
      if (error || !self->terminal) return;
      if (number == SIGTSTP) self->suspend();
      if (number == SIGCONT) self->terminal->redraw();
      self->draw();
      self->wait_for_signal();
    });
  }

  asio::io_context& io;
  api::Backend& backend;
  std::string first_search;
  asio::posix::stream_descriptor input;
  asio::steady_timer escape;
  asio::steady_timer look;
  asio::signal_set signals;
  std::unique_ptr<tui::Terminal> terminal;
  std::unique_ptr<tui::Tui> screen;
  std::uint64_t drawn = 0;
  bool unfinished = false;
  std::chrono::steady_clock::time_point last_draw;
};

UiLoop::UiLoop(asio::io_context& io, api::Backend& backend, std::string first_search)
    : impl_(std::make_shared<Impl>(io, backend, std::move(first_search))) {}

UiLoop::~UiLoop() {
  impl_->close();
}

std::string UiLoop::open() {
  return impl_->open();
}

}  // namespace p2p::app
