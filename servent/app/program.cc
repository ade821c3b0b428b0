// The process around an App: home, settings, signals, ready line, screen.
#include <csignal>
#include <iostream>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "servent/app/app.h"
#include "servent/app/command_line.h"
#include "servent/app/config.h"
#include "servent/app/config_list.h"
#include "servent/app/control.h"
#include "servent/app/home.h"
#include "servent/app/log.h"
#include "servent/app/node_app.h"
#include "servent/app/options.h"
#include "servent/app/ui_loop.h"
#include "servent/app/welcome.h"

namespace p2p::app {

namespace {

// A server of ten thousand clients needs as many descriptors; take what the system allows.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Nothing is set yet, and nothing on the command line says what this node shall be.
bool is_first_start(const Invocation& invocation, const Places& places) {
  for (const char* option : {"yes", "mode", "connect", "share", "downloads", "config"})
    if (invocation.given.contains(option)) return false;
  std::error_code failed;
  return !std::filesystem::exists(places.config, failed);
}

void print_ready(const App& app, const Settings& settings, const Places& places) {
  const nlohmann::json line{
      {"ready", true},
      {"mode", app.mode()},
      {"role", app.role()},
      {"listen", app.listening()},
      {"home", (settings.home.empty() ? places.data : settings.home).string()}};
  std::cout << line.dump() << std::endl;  // flushed: somebody waits for it
}

}  // namespace

int run_node(const Invocation& invocation) {
  Settings settings = invocation.settings;
  if (const auto checked = check_settings(settings); !checked)
    return complain(Exit::usage, checked.error().detail);
  if (!settings.headless) {
    if (const std::string why = why_no_screen(); !why.empty()) return complain(Exit::usage, why);
  }
  Places places = places_of(settings);
  if (is_first_start(invocation, places)) {
    if (settings.headless) {
      std::cerr << "servent: first start with the defaults, nothing is shared; settings are in "
                << places.config.string() << '\n';
    } else {
      switch (welcome(settings, places)) {
        case Welcomed::go_on: break;
        case Welcomed::left: return static_cast<int>(Exit::done);
        case Welcomed::unwritten:
          return complain(Exit::failed, "cannot write " + places.config.string());
      }
      places = places_of(settings);
    }
  }
  const auto lock = HomeLock::take(places);
  if (!lock && lock.error().code == Errc::refused && !settings.headless)
    return attach_screen(invocation);
  if (!lock) return complain(Exit::failed, lock.error().detail);
  const auto logged = open_log({places.state / "servent.log", settings.headless,
                                log_level_of(settings.log_level).value_or(api::LogLevel::info)});
  if (!logged) return complain(Exit::failed, logged.error().detail);
  raise_descriptor_limit();
  if (const auto made = make_config(places.config); !made)
    log_line(api::LogLevel::warn, "app", made.error().detail);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a write past the limit fails, as on a full disk

  boost::asio::io_context io;
  App app(io, settings, places);
  if (const auto started = app.start(); !started)
    return complain(Exit::failed, started.error().detail);
  ControlServer control(io, app, list_settings(invocation));
  if (const auto open = control.listen(places.socket); !open)
    return complain(Exit::failed, open.error().detail);

  std::unique_ptr<UiLoop> screen;
  boost::asio::signal_set signals(io, SIGTERM, SIGINT, SIGHUP);
  signals.add(SIGQUIT);
  const auto stop = [&] {
    screen.reset();
    control.close();
    app.stop();
    signals.cancel();
    io.stop();
  };
  signals.async_wait([&](boost::system::error_code error, int) {
    if (!error) stop();
  });
  app.on_quit(stop);

  if (settings.headless) {
    print_ready(app, settings, places);
  } else {
    const auto detach = [&] {
      screen.reset();
      signals.remove(SIGHUP);  // the terminal may go too
      std::signal(SIGHUP, SIG_IGN);
      std::cerr << "servent: the node goes on; `servent attach` opens its screen, `servent quit` "
                   "ends it\n";
    };
    screen = std::make_unique<UiLoop>(io, app,
                                      UiLoop::Options{settings.first_search, settings.screen,
                                                      places.config.parent_path() / "keys.toml",
                                                      places.state / "screen", detach, false});
    if (const std::string why = screen->open(); !why.empty()) return complain(Exit::usage, why);
  }
  io.run();
  close_log();
  return static_cast<int>(Exit::done);
}

}  // namespace p2p::app
