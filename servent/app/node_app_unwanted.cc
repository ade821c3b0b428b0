// App: whom the user keeps out of its networks, uploads and searches, kept in the home.
#include <utility>

#include <boost/asio/post.hpp>

#include "protocols/base/bytes.h"

#include "servent/app/kept_text.h"
#include "servent/app/log.h"
#include "servent/app/node_app.h"

namespace p2p::app {

using api::LogLevel;

// Before the networks, so that nobody slips in.
void App::load_unwanted() {
  const auto file = places_.data / "unwanted";
  if (const auto text = read_whole(file, Unwanted::kMostText))
    unwanted_.load(*text);
  else
    log_line(LogLevel::warn, "disk", file.string() + " is ignored: it is no list of ours");
  engine_->block(unwanted_.of(api::Unwanted::blocked));
}

void App::keep_unwanted() {
  engine_->block(unwanted_.of(api::Unwanted::blocked));
  boost::asio::post(chores_, [file = places_.data / "unwanted", text = unwanted_.saved()] {
    if (!write_whole(file, text))
      log_line(LogLevel::error, "disk",
               "cannot write " + file.string() + ": who is kept out is not kept");
  });
}

api::Outcome App::add_unwanted(api::Unwanted what, const std::string& network,
                               const std::string& who) {
  if (unwanted_.add(what, network, who) == 0)
    return {"no more can be kept out: see servent banned", 0};
  log_line(LogLevel::info, "app", std::string(to_text(what)) + ' ' + escaped(who));
  keep_unwanted();
  return {};
}

api::Outcome App::ban_host(const api::BanHost& wanted) {
  const auto at = parse_endpoint(wanted.host, Unwanted::kAnyPort);
  if (!at) return {escaped(wanted.host) + " is no address like 192.168.1.5", 0};
  if (auto outcome = add_unwanted(api::Unwanted::banned, "", wanted.host); !outcome.error.empty())
    return outcome;
  for (const auto& node : nodes_)
    node->drop([&at](const Endpoint& peer) { return peer.address == at->address; });
  return {};
}

api::Outcome App::unban_host(const api::UnbanHost& wanted) {
  const auto at = parse_endpoint(wanted.host, Unwanted::kAnyPort);
  for (const api::UnwantedRow& row : unwanted_.rows())
    if (at && row.what == api::Unwanted::banned && row.who == address_to_text(at->address))
      return drop_unwanted({row.id});
  return {escaped(wanted.host) + " is not banned: see servent banned", 0};
}

api::Outcome App::block_user(const api::BlockUser& wanted) {
  const std::string giver = engine_->giver_of(wanted.upload);
  if (giver.empty()) return {"there is no such upload", 0};
  return add_unwanted(api::Unwanted::blocked, "", giver);
}

api::Outcome App::forget_ignored() {
  unwanted_.drop_all(api::Unwanted::ignored);
  keep_unwanted();
  return {};
}

api::Outcome App::drop_unwanted(const api::DropUnwanted& wanted) {
  if (!unwanted_.drop(wanted.id)) return {"nobody has this ID: see servent banned", 0};
  keep_unwanted();
  return {};
}

}  // namespace p2p::app
