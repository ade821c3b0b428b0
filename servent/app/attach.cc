// The process of a screen whose node lives in another one.
#include <csignal>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "servent/app/app.h"
#include "servent/app/command_line.h"
#include "servent/app/config.h"
#include "servent/app/options.h"
#include "servent/app/remote_backend.h"
#include "servent/app/ui_loop.h"

namespace p2p::app {

int attach_screen(const Invocation& invocation) {
  if (const std::string why = why_no_screen(); !why.empty()) return complain(Exit::usage, why);
  Settings settings = invocation.settings;
  if (const auto loaded = load_config(invocation.given, settings); !loaded)
    return complain(Exit::usage, loaded.error().detail);
  const Places places = places_of(settings);
  std::signal(SIGPIPE, SIG_IGN);
  boost::asio::io_context io;
  RemoteBackend node(io, places.socket);
  if (const auto opened = node.open(); !opened) return complain(Exit::no_node, no_node_in(places));

  std::unique_ptr<UiLoop> screen;
  bool is_lost = false;
  boost::asio::signal_set signals(io, SIGTERM, SIGINT, SIGHUP);
  signals.add(SIGQUIT);
  const auto stop = [&] {
    screen.reset();
    io.stop();
  };
  signals.async_wait([&](boost::system::error_code error, int) {
    if (!error) stop();
  });
  node.on_gone([&](bool asked) {
    is_lost = !asked;
    stop();
  });
  screen = std::make_unique<UiLoop>(io, node,
                                    UiLoop::Options{settings.first_search, settings.screen,
                                                    places.config.parent_path() / "keys.toml",
                                                    places.state / "screen", stop, true});
  if (const std::string why = screen->open(); !why.empty()) return complain(Exit::usage, why);
  io.run();
  return is_lost ? complain(Exit::no_node, "the node went away") : static_cast<int>(Exit::done);
}

}  // namespace p2p::app
