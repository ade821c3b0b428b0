#include "servent/app/habit_file.h"

#include <chrono>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "servent/app/kept_text.h"
#include "servent/app/log.h"

namespace p2p::app {

namespace asio = boost::asio;

namespace {

constexpr auto kSoon = std::chrono::seconds(3);
constexpr std::size_t kMostHabitBytes = 4096;

}  // namespace

HabitFile::HabitFile(asio::io_context& loop, std::filesystem::path file)
    : file_(std::move(file)),
      timer_(loop) {}

std::optional<std::string> HabitFile::load() const {
  return read_whole(file_, kMostHabitBytes);
}

void HabitFile::keep_soon(const std::string& text) {
  if (text == text_) return;
  text_ = text;
  is_waiting_ = true;
  timer_.expires_after(kSoon);
  timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
    if (!error) self->keep();
  });
}

void HabitFile::keep() {
  if (!std::exchange(is_waiting_, false)) return;
  asio::post(chores_, [file = file_, text = text_] {
    if (!write_whole(file, text))
      log_line(api::LogLevel::error, "disk",
               "cannot write " + file.string() + ": the order of lists is not kept");
  });
}

void HabitFile::close() {
  timer_.cancel();
  keep();
  chores_.join();
}

}  // namespace p2p::app
