#include "servent/app/log.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "tui/sanitize.h"

namespace p2p::app {

namespace {

constexpr std::size_t kFileBytes = 5U << 20U;
constexpr std::size_t kOlderFiles = 2;  // with the one written, three
constexpr std::size_t kTextBytes = 2000;

struct Sinks {
  std::mutex mutex;
  std::shared_ptr<spdlog::logger> logger;
  api::LogLevel least = api::LogLevel::info;
  LogRing ring;
};
Sinks& sinks() {
  static Sinks all;
  return all;
}

spdlog::level::level_enum spdlog_level(api::LogLevel level) {
  switch (level) {
    case api::LogLevel::debug: return spdlog::level::debug;
    case api::LogLevel::info: return spdlog::level::info;
    case api::LogLevel::warn: return spdlog::level::warn;
    case api::LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

void LogRing::add(api::LogLevel level, std::string_view room, std::string_view text) {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  api::LogRow row;
  row.wall_ms = std::chrono::duration_cast<std::chrono::milliseconds>(wall).count();
  row.level = level;
  row.room = room;
  row.text = log_text(text);
  const std::lock_guard lock(mutex_);
  row.number = ++last_;
  if (rows_.size() == kRows) rows_.pop_front();
  rows_.push_back(std::move(row));
  if (heard_) heard_();
}

void LogRing::on_add(std::function<void()> heard) {
  const std::lock_guard lock(mutex_);
  heard_ = std::move(heard);
}

std::span<const api::LogRow> LogRing::rows() {
  const std::lock_guard lock(mutex_);
  const std::uint64_t known = lent_.empty() ? 0 : lent_.back().number;
  // Only the new ones are copied; old ones are let go of a ring's worth at a time.
  if (lent_.size() > 2 * kRows) lent_.erase(lent_.begin(), lent_.end() - kRows);
  for (const api::LogRow& row : rows_)
    if (row.number > known) lent_.push_back(row);
  const std::size_t count = std::min(lent_.size(), kRows);
  return std::span<const api::LogRow>(lent_).last(count);
}

std::uint64_t LogRing::last_number() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

Result<void> open_log(const LogPlaces& places) {
  try {
    std::vector<spdlog::sink_ptr> out;
    if (!places.file.empty())
      out.push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
          places.file.string(), kFileBytes, kOlderFiles));
    if (places.to_stderr) out.push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
    auto logger = std::make_shared<spdlog::logger>("servent", out.begin(), out.end());
    logger->set_level(spdlog::level::debug);
    logger->set_pattern("%Y-%m-%d %H:%M:%S.%e %L %v");
    logger->flush_on(spdlog::level::info);
    Sinks& all = sinks();
    const std::lock_guard lock(all.mutex);
    all.logger = std::move(logger);
    all.least = places.least;
    return {};
  } catch (const spdlog::spdlog_ex& error) {
    return fail(Errc::io, "cannot open the log: " + std::string(error.what()));
  }
}

void close_log() {
  Sinks& all = sinks();
  const std::lock_guard lock(all.mutex);
  if (all.logger) all.logger->flush();
  all.logger.reset();
}

void log_line(api::LogLevel level, std::string_view room, std::string_view text) {
  Sinks& all = sinks();
  std::shared_ptr<spdlog::logger> logger;
  {
    const std::lock_guard lock(all.mutex);
    if (level < all.least) return;
    logger = all.logger;
  }
  all.ring.add(level, room, text);
  if (logger) logger->log(spdlog_level(level), "{:4} {}", room, log_text(text));
}

LogRing& log_ring() {
  return sinks().ring;
}

std::optional<api::LogLevel> log_level_of(std::string_view word) {
  if (word == "debug") return api::LogLevel::debug;
  if (word == "info") return api::LogLevel::info;
  if (word == "warn") return api::LogLevel::warn;
  if (word == "error") return api::LogLevel::error;
  return {};
}

std::string log_text(std::string_view text) {
  const bool is_long = text.size() > kTextBytes;
  return tui::sanitize(text.substr(0, kTextBytes)).text() + (is_long ? "..." : "");
}

}  // namespace p2p::app
