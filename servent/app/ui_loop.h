// Feeds keys, ticks and snapshots to the screen, on the event loop of the node. The only file of
// servent/ that knows tui/.
//
// Draws on a key (at most sixty times a second), on a resize, when the backend rings (at most four
// times a second), and once a second only while something on the screen moves by itself. An idle
// screen neither writes nor wakes. A terminal that does not take a frame skips the next ones; the
// loop never waits for it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "servent/api/backend.h"
#include "servent/app/settings.h"

namespace boost::asio {
class io_context;
}

namespace p2p::app {

// Why there can be no screen here, in one sentence; empty when there can. Touches nothing.
std::string why_no_screen();

class UiLoop {
 public:
  struct Options {
    std::string first_search;
    ScreenSettings look;
    std::filesystem::path keys;    // the user's keys.toml, which may miss
    std::filesystem::path habits;  // kept from start to start: how lists are ordered; may miss
    // The user leaves and the node stays (api::Detach). Called from the loop, once; it may destroy
    // the UiLoop.
    std::function<void()> on_detach;
    bool is_attached = false;  // the node lives in another process: it outlives this terminal
  };
  UiLoop(boost::asio::io_context& io, api::Backend& backend, Options options);
  ~UiLoop();  // the terminal is as it was
  UiLoop(const UiLoop&) = delete;
  UiLoop& operator=(const UiLoop&) = delete;
  UiLoop(UiLoop&&) = delete;
  UiLoop& operator=(UiLoop&&) = delete;

  std::string open();  // empty, or why there is no screen

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace p2p::app
