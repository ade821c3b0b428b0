#include "servent/app/ui_loop.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <unistd.h>

#include "servent/app/habit_file.h"
#include "servent/app/key_file.h"
#include "servent/app/log.h"
#include "servent/app/looks.h"
#include "servent/app/notifier.h"

#include "tui/sanitize.h"
#include "tui/tui.h"

namespace p2p::app {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using ErrorCode = boost::system::error_code;

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kEscapeWait = 25ms;  // a lone Esc is told from a sequence after this
constexpr auto kKeyGap = 16ms;      // between frames that keys ask for: at most sixty a second
constexpr auto kDataGap = 250ms;    // between frames that the backend asks for: at most four
constexpr auto kCallGap = 1s;       // between news that ring, or run the user's program
constexpr auto kTwice = 400ms;      // within these two presses of the mouse are a double one
constexpr auto kTick = 1s;          // while something on the screen moves by itself

std::int32_t seconds_east_of_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm here{};
  ::localtime_r(&now, &here);
  return static_cast<std::int32_t>(here.tm_gmtoff);
}

// Empty, or what is wrong in the file.
std::string read_keymap(const std::filesystem::path& file, tui::Keymap& keys) {
  const auto lines = load_keys(file);
  if (!lines) return lines.error().detail;
  std::vector<tui::Rebinding> wanted;
  for (const KeyLine& line : *lines)
    wanted.push_back({line.screen, line.command, line.keys, line.line});
  const std::string wrong = keys.rebind(wanted);
  return wrong.empty() ? "" : file.string() + ':' + tui::sanitize(wrong).text();
}

}  // namespace

std::string why_no_screen() {
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || *term == '\0' || std::strcmp(term, "dumb") == 0;
  if (isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !dumb) return {};
  return "this needs a terminal; try `servent --headless` or `servent search WORDS`";
}

struct UiLoop::Impl : std::enable_shared_from_this<UiLoop::Impl> {
  Impl(asio::io_context& loop, api::Backend& node, UiLoop::Options wanted)
      : backend(node),
        options(std::move(wanted)),
        input(loop),
        output(loop),
        escape(loop),
        frame(loop),
        signals(loop, SIGWINCH, SIGTSTP, SIGCONT),
        notifier(loop, options.look.notify),
        habits(std::make_shared<HabitFile>(loop, options.habits)) {}

  std::string open() {
    std::string error;
    tui::Keymap keys;
    if (error = read_keymap(options.keys, keys); !error.empty()) return error;
    const tui::TerminalOptions wanted = terminal_options(options.look);
    terminal = tui::Terminal::open(wanted, error);
    if (!terminal) return error;
    screen = std::make_unique<tui::Tui>(
        tui::Tui::Options{looks_of(options.look, *terminal), seconds_east_of_utc(), wanted.theme},
        std::move(keys));
    take_habits();
    input.assign(::dup(terminal->input()));
    output.assign(::dup(terminal->output()));
    bell = backend.on_change([this] { draw_at(last_data + kDataGap); });
    draw();
    wait_for_keys();
    wait_for_signal();
    return {};
  }

  void close() {
    if (!terminal) return;
    bell.reset();
    ErrorCode ignored;
    input.close(ignored);
    output.close(ignored);
    escape.cancel();
    frame.cancel();
    signals.cancel(ignored);
    terminal.reset();
    habits->close();
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
    std::vector<tui::Key> keys = terminal->read(closed);
    for (tui::Key& key : keys)
      if (key.name == tui::KeyName::press) pair(key);
    if (!take(keys)) return;
    if (closed) {
      if (options.is_attached)
        detach();
      else
        backend.submit(api::Quit{});
      return;
    }
    if (terminal->is_waiting()) {
      escape.expires_after(kEscapeWait);
      escape.async_wait([self = shared_from_this()](ErrorCode error) {
        if (error || !self->terminal) return;
        if (self->take(self->terminal->flush())) self->draw();
      });
    }
    draw_for_key();
    wait_for_keys();
  }

  void pair(tui::Key& key) {
    const auto now = Clock::now();
    if (now - last_press < kTwice && key.x == pressed.x && key.y == pressed.y) {
      key.name = tui::KeyName::double_press;
      last_press = {};  // a third one begins anew
    } else {
      last_press = now;
    }
    pressed = key;
  }

  // False when the user left.
  bool take(const std::vector<tui::Key>& keys) {
    for (const tui::Key& key : keys) {
      if (key.is_ctrl("z")) {
        suspend();
        continue;
      }
      if (key.is_ctrl("l")) terminal->redraw();
      ask(screen->key(key));
      ask_more();
      const auto errand = screen->take_errand();
      if (errand == tui::Dialog::Errand::suspend) suspend();
      if (errand == tui::Dialog::Errand::redraw) terminal->redraw();
      if (screen->quit() || is_leaving) return false;
      if (&key == &keys.back() || !screen->is_stale()) continue;
      look();
      show();
    }
    return true;
  }

  void ask(const std::optional<api::Request>& request) {
    if (!request) return;
    if (const auto* folder = std::get_if<api::ShareFolder>(&*request)) return share(*folder);
    if (std::holds_alternative<api::Detach>(*request)) return detach();
    const api::Outcome outcome = backend.submit(*request);
    screen->told(*request, outcome);
    const bool stays = !outcome.error.empty() && std::holds_alternative<api::Quit>(*request);
    if (stays && options.is_attached) detach();  // the node does not even listen
  }

  void ask_more() {
    while (const auto request = screen->more())
      ask(request);
  }

  // The disk is looked at first, which takes its time.
  void share(const api::ShareFolder& wanted) {
    std::string path = wanted.path;
    const char* const home = std::getenv("HOME");
    if (home != nullptr && (path == "~" || path.starts_with("~/"))) path.replace(0, 1, home);
    const bool adds = wanted.wanted;
    backend.share(path, adds, [weak = weak_from_this(), path, adds](const api::Outcome& told) {
      const auto self = weak.lock();
      if (!self || !self->terminal) return;
      self->screen->toast(
          !told.error.empty() ? told.error : (adds ? "Shared: " : "Not shared any more: ") + path);
      self->draw_at(Clock::now());
    });
  }

  void detach() {
    if (std::exchange(is_leaving, true)) return;
    asio::post(input.get_executor(), [self = shared_from_this()] {
      if (self->terminal) self->options.on_detach();
    });
  }

  // --- frames ------------------------------------------------------------------------------

  void draw_for_key() {
    if (Clock::now() - last_key >= kKeyGap)
      draw();
    else
      draw_at(last_key + kKeyGap);
    last_key = std::max(last_key, last_draw);
  }

  // The earliest of what was asked for counts; nothing is asked for while nothing changes, and so
  // an idle screen does not wake up.
  void draw_at(Clock::time_point when) {
    if (armed && armed_for <= when) return;
    armed = true;
    armed_for = when;
    frame.expires_at(when);
    frame.async_wait([self = shared_from_this()](ErrorCode error) {
      if (error || !self->terminal) return;
      self->armed = false;
      self->draw();
    });
  }

  void draw() {
    if (!terminal) return;
    if (terminal->is_blocked()) return;  // skipped: one is drawn when it takes more
    const bool news = look();
    const tui::Surface& next = show();
    pass_on();
    habits->keep_soon(screen->habits());
    terminal->wear(screen->theme());
    terminal->draw(next);
    last_draw = Clock::now();
    if (news) last_data = last_draw;
    if (terminal->is_blocked()) wait_until_writable();
    look_into_folders();
    look_at_hosts();
    if (screen->wants_tick()) draw_at(last_draw + kTick);
    if (screen->wanted_search() != shot.search) draw_at(last_draw);  // the other one was closed
  }

  // Listings come later, each asks for a frame.
  void look_into_folders() {
    while (const auto folder = screen->take_wanted_folder())
      backend.look_into(*folder, [weak = weak_from_this()](api::Listing listing) {
        const auto self = weak.lock();
        if (!self || !self->terminal) return;
        self->screen->learn(std::move(listing));
        self->draw_at(Clock::now());
      });
  }

  void look_at_hosts() {
    if (!screen->take_wants_hosts()) return;
    backend.look_at_hosts([weak = weak_from_this()](api::HostList list) {
      const auto self = weak.lock();
      if (!self || !self->terminal) return;
      self->screen->learn(std::move(list));
      self->draw_at(Clock::now());
    });
  }

  // What the screen has for others than its cells: at most once a second somebody is called.
  void pass_on() {
    if (const std::string text = screen->take_copied(); !text.empty()) terminal->copy(text);
    const std::vector<std::string> news = screen->take_news();
    for (const std::string& one : news)
      log_line(api::LogLevel::info, "app", one);
    const auto now = Clock::now();
    if (news.empty() || now - last_call < kCallGap) return;
    last_call = now;
    terminal->notify(news.back());
    if (options.look.bell) terminal->ring();
    notifier.tell(tui::sanitize(news.back()).text());
  }

  const tui::Surface& show() {
    const tui::TerminalSize size = terminal->size();
    const tui::Surface& drawn = screen->show(shot, size.width, size.height);
    ask_more();  // some commands find only in this snapshot what they are about
    return drawn;
  }

  // How lists are ordered and grouped, as they were the last time.
  void take_habits() {
    const auto text = habits->load();
    if (!text || !screen->take_habits(*text))
      log_line(api::LogLevel::warn, "app",
               options.habits.string() + " is damaged: lists are ordered as they are at first");
    habits->begin(screen->habits());
  }

  // Takes a snapshot when it would differ from the one at hand; false: only time went by.
  bool look() {
    const std::uint32_t wanted = screen->wanted_search();
    const auto now = Clock::now();
    if (shot.revision != 0 && shot.revision == backend.revision() && wanted == shot.search) {
      shot.now_ms =
          shot_ms + std::chrono::duration_cast<std::chrono::milliseconds>(now - shot_at).count();
      return false;
    }
    shot = backend.snapshot(wanted);
    if (search_once_online()) shot = backend.snapshot(screen->wanted_search());
    shot_ms = shot.now_ms;
    shot_at = now;
    return true;
  }

  // The search given on the command line waits for a network that can answer it.
  bool search_once_online() {
    if (options.first_search.empty() ||
        std::ranges::none_of(shot.networks,
                             [](const api::NetworkRow& network) { return network.online; }))
      return false;
    ask(screen->type_search(std::exchange(options.first_search, {})));
    return true;
  }

  void wait_until_writable() {
    output.async_wait(asio::posix::stream_descriptor::wait_write,
                      [self = shared_from_this()](ErrorCode error) {
                        if (error || !self->terminal) return;
                        self->terminal->send();
                        if (self->terminal->is_blocked())
                          self->wait_until_writable();
                        else
                          self->draw();
                      });
  }

  // --- signals -----------------------------------------------------------------------------

  // As the terminal's own Ctrl-Z: the whole job stops, with the script that started us.
  void suspend() {
    terminal->suspend();
    struct sigaction usual {};
    struct sigaction on_stop {};
    struct sigaction on_continue {};
    usual.sa_handler = SIG_DFL;
    ::sigaction(SIGTSTP, &usual, &on_stop);
    ::sigaction(SIGCONT, &usual, &on_continue);
    ::kill(0, SIGTSTP);  // we go on behind it; a job that nobody can continue does so at once
    ::sigaction(SIGCONT, &on_continue, nullptr);
    ::sigaction(SIGTSTP, &on_stop, nullptr);
    terminal->resume();
    draw();
  }

  void wait_for_signal() {
    signals.async_wait([self = shared_from_this()](ErrorCode error, int number) {
      if (error || !self->terminal) return;
      if (number == SIGTSTP) self->suspend();
      // Stopped by others: who knows what was done to the terminal meanwhile.
      if (number == SIGCONT) self->terminal->resume();
      self->draw_at(Clock::now());  // many resizes at once are one frame
      self->wait_for_signal();
    });
  }

  api::Backend& backend;
  UiLoop::Options options;
  std::shared_ptr<void> bell;
  asio::posix::stream_descriptor input;
  asio::posix::stream_descriptor output;
  asio::steady_timer escape;
  asio::steady_timer frame;
  asio::signal_set signals;
  Notifier notifier;
  std::shared_ptr<HabitFile> habits;
  std::unique_ptr<tui::Terminal> terminal;
  std::unique_ptr<tui::Tui> screen;
  api::Snapshot shot;
  api::Millis shot_ms = 0;  // its time, and when that was
  Clock::time_point shot_at;
  bool is_leaving = false;
  bool armed = false;
  Clock::time_point armed_for;
  Clock::time_point last_draw;
  Clock::time_point last_key;
  Clock::time_point last_call;
  Clock::time_point last_press;  // of the mouse, at `pressed`
  tui::Key pressed;
  Clock::time_point last_data;
};

UiLoop::UiLoop(asio::io_context& io, api::Backend& backend, Options options)
    : impl_(std::make_shared<Impl>(io, backend, std::move(options))) {}

UiLoop::~UiLoop() {
  impl_->close();
}

std::string UiLoop::open() {
  return impl_->open();
}

}  // namespace p2p::app
