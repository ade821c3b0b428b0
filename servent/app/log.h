// What the program says while it runs: to a rotating file in the state place, to stderr when there
// is no screen, and to a ring in memory that the Log screen shows. Text may hold a stranger's
// bytes: control bytes are escaped before any of the three sees them.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/base/result.h"

#include "servent/api/snapshot.h"

namespace p2p::app {

// The last 2000 lines, oldest first. Adding is safe from any thread.
class LogRing {
 public:
  static constexpr std::size_t kRows = 2000;  // some screens full of a busy minute

  void add(api::LogLevel level, std::string_view room, std::string_view text);
  // Lent until the next call of rows(), whatever is added meanwhile; for one thread only.
  std::span<const api::LogRow> rows();
  std::uint64_t last_number() const;  // 0 while empty
  // Called after each line, on the thread that added it; must not add one. Empty: nobody.
  void on_add(std::function<void()> heard);

 private:
  mutable std::mutex mutex_;
  std::deque<api::LogRow> rows_;
  std::uint64_t last_ = 0;
  std::function<void()> heard_;
  std::vector<api::LogRow> lent_;  // the reader's copy: its last kRows are what rows() lends
};

struct LogPlaces {
  std::filesystem::path file;  // servent.log; 5 MiB, two older ones are kept; empty: none
  bool to_stderr = false;
  api::LogLevel least = api::LogLevel::info;
};

// Opens the places; call once, before other threads start. Without it log_line fills the ring only.
Result<void> open_log(const LogPlaces& places);
void close_log();

// One line, from any thread. Lines below the level asked for are dropped.
void log_line(api::LogLevel level, std::string_view room, std::string_view text);
// The program's ring, that log_line fills.
LogRing& log_ring();

// "debug", "info", "warn", "error".
std::optional<api::LogLevel> log_level_of(std::string_view word);

// As a terminal may have it, by tui/sanitize; cut at about 2000 bytes.
std::string log_text(std::string_view text);

}  // namespace p2p::app
