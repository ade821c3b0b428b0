// Runs the user's program for news: `notify` of the settings.
#pragma once

#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace p2p::app {

class Notifier {
 public:
  // The program is looked for in PATH; empty: none is run.
  Notifier(boost::asio::io_context& io, std::string program);
  ~Notifier();  // one that still runs is left alone
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;
  Notifier(Notifier&&) = delete;
  Notifier& operator=(Notifier&&) = delete;

  // With the text as its only argument, without a shell, away from the terminal. One at a time:
  // of what is told meanwhile the newest follows. A failure is logged, once.
  void tell(const std::string& text);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace p2p::app
