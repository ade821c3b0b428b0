// App: other networks while it runs, and links that the user does not want.
#include <algorithm>
#include <utility>

#include "protocols/base/bytes.h"

#include "servent/app/config.h"
#include "servent/app/log.h"
#include "servent/app/node_app.h"

namespace p2p::app {

using api::LogLevel;

namespace {

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

// They go over Gnutella's HTTP only.
index::Trees App::wanted_trees() const {
  const bool any = std::ranges::any_of(settings_.modes, [](const std::string& mode) {
    const ModeRow* row = find_mode(mode);
    return row != nullptr && row->transfers == DialectKind::http;
  });
  return any ? index::Trees::wanted : index::Trees::none;
}

// What was said for a network at the start holds for it again: where it listens, whom it enters by,
// and, if nothing else is said now, its role.
Settings App::settings_for(const api::SwitchMode& wanted) const {
  Settings next = settings_;
  next.modes = wanted.modes;
  next.roles = wanted.roles;
  next.listens.clear();
  next.connect.clear();
  std::vector<std::string> roles;
  for (const std::string& mode : wanted.modes) {
    const Settings& before = has(settings_.modes, mode) ? settings_ : started_;
    const std::string role = role_for(next, mode);
    roles.push_back(role.empty() ? role_for(before, mode) : role);
    next.listens.push_back(listen_for(started_, mode));
    if (has(started_.modes, mode))
      for (const std::string& host : hosts_for(started_, mode))
        next.connect.push_back(std::string(mode).append("=").append(host));
  }
  next.roles = std::move(roles);
  return next;
}

// Nothing of it is told any more, and what it was asked ends with a reason.
void App::leave(net::Node& node) {
  const std::string mode(node.row().mode);
  if (const auto beacon = beacons_.find(mode); beacon != beacons_.end()) {
    beacon->second->close();
    beacons_.erase(beacon);
  }
  node.stop();
  for (const auto& question : living_.of(mode)) {
    const Ended end{LivingSearches::id_of(question), Ended::Why::cancelled, "left " + mode};
    living_.ended(mode, end.id);
    if (!seeker_.ended(end.id)) searches_.ended(end, now());
  }
  log_line(LogLevel::info, "app", "left " + mode);
}

api::Outcome App::switch_mode(const api::SwitchMode& wanted) {
  Settings said;
  said.modes = wanted.modes;
  said.roles = wanted.roles;
  if (const auto checked = check_settings(said); !checked) return {checked.error().detail, 0};
  Settings next = settings_for(wanted);
  std::erase_if(nodes_, [&](const auto& node) {
    const std::string mode(node->row().mode);
    const ModeRow* row = find_mode(mode, role_for(next, mode));
    if (has(next.modes, mode) && row == chosen_row(mode)) return false;
    leave(*node);
    return true;
  });
  settings_ = std::move(next);
  library_->want_trees(wanted_trees());
  std::string trouble;
  for (std::size_t i = 0; i < settings_.modes.size(); ++i) {
    const std::string& mode = settings_.modes[i];
    if (network(mode) != nullptr) continue;
    if (const auto started = start_network(mode, i == 0); !started)
      trouble += (trouble.empty() ? "" : "; ") + started.error().detail;
  }
  std::ranges::sort(nodes_, {}, [this](const auto& node) {
    return std::ranges::find(settings_.modes, node->row().mode) - settings_.modes.begin();
  });
  if (!trouble.empty()) log_line(LogLevel::error, "app", trouble);
  changed();
  return {trouble, 0};
}

api::Outcome App::drop_peer(const api::DropPeer& wanted) {
  const auto at = parse_endpoint(wanted.endpoint);
  std::size_t dropped = 0;
  if (at)
    for (const auto& node : nodes_)
      dropped += node->drop([&at](const Endpoint& peer) { return peer == *at; });
  if (dropped > 0) return {};
  return {"there is no link to " + escaped(wanted.endpoint) + ": see servent peers", 0};
}

}  // namespace p2p::app
