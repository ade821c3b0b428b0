// App: its wishes ask the networks, are kept in the home, and may begin a download.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include <boost/asio/post.hpp>

#include "protocols/base/bytes.h"
#include "protocols/base/query.h"

#include "servent/app/kept_text.h"
#include "servent/app/log.h"
#include "servent/app/node_app.h"

namespace p2p::app {

namespace {

constexpr auto kKeepSoon = std::chrono::seconds(5);

}  // namespace

void App::load_wishes() {
  boost::asio::post(chores_, [this, file = places_.data / "wishes"] {
    std::ifstream in(file, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    boost::asio::post(io_, [this, text = std::move(text)] {
      wishes_.load(text);
      ask_wishes();
    });
  });
}

void App::keep_wishes() {
  is_keeping_ = false;
  keep_timer_.cancel();
  boost::asio::post(chores_, [file = places_.data / "wishes", text = wishes_.saved()] {
    if (!write_whole(file, text))
      log_line(api::LogLevel::error, "disk",
               "cannot write " + file.string() + ": the wishes are not kept");
  });
}

// Many answers make one write.
void App::keep_wishes_soon() {
  if (std::exchange(is_keeping_, true)) return;
  keep_timer_.expires_after(kKeepSoon);
  keep_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) keep_wishes();
  });
}

// Those that are due. Without a network they wait for the first link.
void App::ask_wishes() {
  const bool is_online =
      std::ranges::any_of(nodes_, [](const auto& node) { return node->report(0).online; });
  if (!is_online) return;
  for (const auto& [id, text] : wishes_.due(now()))
    command_all(Search{id, parse_query(text)});
  const auto next = wishes_.next();
  if (!next) return;
  wishes_timer_.expires_after(std::chrono::milliseconds(std::max<api::Millis>(*next - now(), 0)));
  wishes_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) ask_wishes();
  });
}

void App::take_wish(const Wishes::News& news) {
  if (news.fetch) {
    log_line(api::LogLevel::info, "find",
             "the wish \"" + escaped(news.text) + "\" fetches " + escaped(news.fetch->name));
    engine_->fetch(*news.fetch);
  }
  if (news.is_first)
    log_line(api::LogLevel::info, "find",
             "the wish \"" + escaped(news.text) + "\" found something new");
  if (news.fresh > 0 || news.fetch) keep_wishes_soon();
}

api::Outcome App::add_wish(const api::AddWish& wanted) {
  if (parse_query(wanted.text).asks_nothing())
    return {"a wish needs a word of two letters or more", 0};
  const std::uint32_t id = wishes_.add(wanted);
  if (id == 0)
    return {"this wish is there already, or there are " + std::to_string(Wishes::kMost), 0};
  keep_wishes();
  ask_wishes();
  return {"", id};
}

api::Outcome App::drop_wish(const api::DropWish& wanted) {
  if (!wishes_.drop(wanted.id)) return {"there is no such wish: see servent wish", 0};
  keep_wishes();
  return {};
}

api::Outcome App::see_wish(const api::SeeWish& wanted) {
  const std::string* text = wishes_.text(wanted.id);
  if (text == nullptr) return {"there is no such wish: see servent wish", 0};
  const std::string words = *text;
  wishes_.see(wanted.id);
  keep_wishes();
  return start_search(words, wanted.id);
}

}  // namespace p2p::app
