// HabitFile: the small text by which a screen is as it was the last time. It is written off the
// event loop, some seconds after the last of many changes, and at the end.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

namespace boost::asio {
class io_context;
}

namespace p2p::app {

class HabitFile : public std::enable_shared_from_this<HabitFile> {
 public:
  HabitFile(boost::asio::io_context& loop, std::filesystem::path file);

  // Empty where there is none; nothing where it cannot be one. Waits for the disk.
  std::optional<std::string> load() const;
  void begin(const std::string& text) { text_ = text; }  // it is as it is kept
  void keep_soon(const std::string& text);
  void close();  // what has changed is written before it returns

 private:
  void keep();
  std::filesystem::path file_;
  std::string text_;
  bool is_waiting_ = false;  // to be written
  boost::asio::steady_timer timer_;
  boost::asio::thread_pool chores_{1};
};

}  // namespace p2p::app
