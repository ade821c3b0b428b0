// The blocking end of the control socket: lines out, lines in.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace p2p::app {

// Waits until there is something to read; false when there is nothing by then.
bool is_readable(int file, std::chrono::steady_clock::time_point by);

class ControlClient {
 public:
  explicit ControlClient(const std::string& path);
  ~ControlClient();
  ControlClient(const ControlClient&) = delete;
  ControlClient& operator=(const ControlClient&) = delete;

  bool good() const { return good_; }  // somebody answers there
  bool send(const std::string& line) const;
  // The next line without its end. Empty when the node closed, when `most` was over, and, where
  // there is no such bound, when a signal came.
  std::string line(std::optional<std::chrono::milliseconds> most = {});

 private:
  int file_;
  bool good_ = false;
  std::string read_;
};

}  // namespace p2p::app
