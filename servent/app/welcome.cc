#include "servent/app/welcome.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <toml++/toml.h>
#include <unistd.h>

#include "protocols/registry.h"

#include "servent/app/config.h"
#include "servent/app/looks.h"

#include "tui/welcome_view.h"

namespace p2p::app {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using boost::system::error_code;

namespace {

using tui::WelcomeView;

std::vector<WelcomeView::Network> networks() {
  std::vector<WelcomeView::Network> out;
  for (const std::string_view mode : mode_names())
    out.push_back({std::string(mode), std::string(about_mode(mode))});
  return out;
}

// One whose nodes find each other by themselves: nobody has to know a server.
std::size_t first_choice() {
  const std::vector<std::string_view> names = mode_names();
  const auto at =
      std::ranges::find_if(names, [](std::string_view mode) { return find_mode(mode)->beacon; });
  return at == names.end() ? 0 : static_cast<std::size_t>(at - names.begin());
}

fs::path home_folder() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  const char* home = std::getenv("HOME");
  return home == nullptr || *home == '\0' ? "/" : home;
}

// "~/Music" as a path; empty stays empty.
fs::path path_of(const std::string& typed) {
  const std::size_t begin = typed.find_first_not_of(' ');
  if (begin == std::string::npos) return {};
  const std::string text = typed.substr(begin, typed.find_last_not_of(' ') + 1 - begin);
  if (text == "~") return home_folder();
  if (text.starts_with("~/")) return home_folder() / text.substr(2);
  std::error_code failed;
  return fs::absolute(text, failed).lexically_normal();
}

// As a person would type it.
std::string typed(const fs::path& path) {
  const fs::path below = path.lexically_relative(home_folder());
  if (below.empty() || *below.begin() == "..") return path.string();
  return "~/" + below.string();
}

std::string toml_text(const std::string& text) {
  std::ostringstream out;
  out << toml::value<std::string>(text);
  return out.str();
}

// One terminal, one dialogue: keys in until it is answered.
class Talk {
 public:
  Talk(Settings& settings, const Places& places, std::unique_ptr<tui::Terminal> terminal)
      : settings_(settings),
        places_(places),
        terminal_(std::move(terminal)),
        view_(typed(places.downloads), networks(), first_choice(),
              looks_of(settings.screen, *terminal_)),
        input_(io_, ::dup(terminal_->input())),
        output_(io_, ::dup(terminal_->output())),
        signals_(io_, SIGWINCH, SIGTERM, SIGHUP) {
    signals_.add(SIGINT);
  }

  Welcomed run() {
    draw();
    wait_for_keys();
    wait_for_signals();
    io_.run();
    return outcome_;
  }

 private:
  void draw() {
    const tui::TerminalSize size = terminal_->size();
    terminal_->draw(view_.show(size.width, size.height));  // nothing while it takes no more
    if (terminal_->is_blocked() && !std::exchange(is_waiting_, true)) wait_until_writable();
  }

  void wait_until_writable() {
    output_.async_wait(asio::posix::stream_descriptor::wait_write, [this](error_code error) {
      if (error) return;
      terminal_->send();
      if (terminal_->is_blocked()) return wait_until_writable();
      is_waiting_ = false;
      draw();
    });
  }

  void wait_for_keys() {
    input_.async_wait(asio::posix::stream_descriptor::wait_read, [this](error_code error) {
      if (error) return;
      bool closed = false;
      const std::vector<tui::Key> keys = terminal_->read(closed);
      for (const tui::Key& key : keys)
        if (take(key)) return;
      if (closed) return end(Welcomed::left);
      draw();
      wait_for_keys();
    });
  }

  void wait_for_signals() {
    signals_.async_wait([this](error_code error, int number) {
      if (error) return;
      if (number != SIGWINCH) return end(Welcomed::left);
      draw();
      wait_for_signals();
    });
  }

  // True: that was the last one.
  bool take(const tui::Key& key) {
    switch (view_.key(key)) {
      case WelcomeView::Answer::none: return false;
      case WelcomeView::Answer::leave: end(Welcomed::left); return true;
      case WelcomeView::Answer::start: break;
    }
    const std::string wrong = start();
    if (wrong.empty()) return true;
    view_.refuse(wrong);
    return false;
  }

  // Empty, or why not.
  std::string start() {
    std::error_code failed;
    const fs::path share = path_of(view_.share());
    const fs::path downloads = path_of(view_.downloads());
    if (!share.empty() && !fs::is_directory(share, failed))
      return "There is no folder " + share.string();
    if (downloads.empty()) return "Downloads need a folder";
    if (fs::exists(downloads, failed) && !fs::is_directory(downloads, failed))
      return downloads.string() + " is no folder";
    settings_.modes = {view_.network()};
    settings_.downloads = downloads;
    std::map<std::string_view, std::string> chosen{{"mode", "[" + toml_text(view_.network()) + "]"},
                                                   {"downloads", toml_text(downloads.string())}};
    if (!share.empty()) {
      settings_.shares = {share};
      chosen["share"] = "[" + toml_text(share.string()) + "]";
    }
    fs::create_directories(places_.config.parent_path(), failed);
    end(make_config(places_.config, chosen) ? Welcomed::go_on : Welcomed::unwritten);
    return {};
  }

  void end(Welcomed outcome) {
    outcome_ = outcome;
    io_.stop();
  }

  Settings& settings_;
  const Places& places_;
  std::unique_ptr<tui::Terminal> terminal_;
  WelcomeView view_;
  asio::io_context io_;
  asio::posix::stream_descriptor input_;
  asio::posix::stream_descriptor output_;
  asio::signal_set signals_;
  bool is_waiting_ = false;  // until the terminal takes the rest of a frame
  Welcomed outcome_ = Welcomed::left;
};

}  // namespace

Welcomed welcome(Settings& settings, const Places& places) {
  std::string why;
  std::unique_ptr<tui::Terminal> terminal =
      tui::Terminal::open(terminal_options(settings.screen), why);
  if (!terminal) {
    std::cerr << "servent: " << why << '\n';
    return Welcomed::left;
  }
  return Talk(settings, places, std::move(terminal)).run();
}

}  // namespace p2p::app
