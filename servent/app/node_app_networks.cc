// App and its networks: how a node is set up, changes its role, finds others near it and remembers
// whom it met.
#include <chrono>
#include <ctime>

#include <boost/asio/post.hpp>

#include "servent/app/log.h"
#include "servent/app/node_app.h"
#include "servent/app/options.h"

namespace p2p::app {

using api::LogLevel;

namespace {

constexpr auto kSaveHosts = std::chrono::seconds(30);  // between two writes of what was learned
constexpr auto kNameAgain = std::chrono::seconds(30);  // until an unknown host is looked for again
constexpr std::size_t kMostNames = 100;
constexpr Endpoint kLoopback{0x7f000001, 0};

std::string title(const ModeRow& row) {
  return std::string(row.mode) + ' ' + std::string(row.role);
}

}  // namespace

// The role that the user named, or else the mode's first.
const ModeRow* App::chosen_row(const std::string& mode) const {
  return find_mode(mode, role_for(settings_, mode));
}

// `row` may be a role that was taken on later: whether it may change again is the chosen one's.
ModeConfig App::mode_config(const ModeRow& row) {
  ModeConfig config;
  config.nick = settings_.nick;
  config.password = settings_.password;
  config.agent = version_text();
  config.link_speed = settings_.link_speed;
  config.allow_public = settings_.allow_public;
  config.server_name = settings_.server_name;
  config.motd = settings_.motd;
  config.max_users = settings_.max_users;
  config.links_per_address = settings_.links_per_address;
  config.links_per_loopback = settings_.links_per_loopback;
  config.max_results = settings_.max_results;
  config.registered_only = settings_.registered_only;
  config.auto_register = settings_.auto_register;
  config.flat.ttl = static_cast<std::uint8_t>(settings_.flat_ttl);
  config.flat.method = search_method(settings_.flat_method).value_or(SearchMethod::flood);
  config.flat.walkers = static_cast<std::uint8_t>(settings_.walkers);
  config.flat.check_every = static_cast<std::uint8_t>(settings_.check_every);
  config.flat.enough = settings_.enough_hits;
  config.flat.radius = static_cast<std::uint8_t>(settings_.radius);
  config.flat.ping_every = std::chrono::seconds(settings_.ping_s);
  config.flat.floods_pings = settings_.floods_pings;
  config.flat.ring_wait = std::chrono::milliseconds(settings_.ring_wait_ms);
  config.supernode.wanted_links = settings_.supernode_links;
  config.supernode.max_links = settings_.supernode_max_links;
  config.supernode.max_children = settings_.max_children;
  config.supernode.ttl = static_cast<std::uint8_t>(settings_.query_ttl);
  config.supernode.proven_uptime = std::chrono::seconds(settings_.promote_after_s);
  config.identity = identity_;
  config.keeps_trail = settings_.lab_trace;
  config.started_unix = static_cast<std::uint64_t>(std::time(nullptr));
  config.changes_role = chosen_row(std::string(row.mode))->changes_role;
  config.known_hosts = known_hosts(std::string(row.mode)).list();
  for (const std::string& host : hosts_for(settings_, row.mode))
    if (const auto at = parse_endpoint(host, row.connect_port))
      config.connect.push_back(*at);
    else if (const auto name = net::parse_host(host, row.connect_port))
      look_up(std::string(row.mode), *name);
    else
      log_line(LogLevel::warn, "app", escaped(host) + " is no host like 127.0.0.1:8888");
  config.counts_traffic = settings_.lab_node;
  config.only_connect = settings_.lab_node && !settings_.lab_seeks;
  if (settings_.lab_ttl > 0) config.flat.ttl = static_cast<std::uint8_t>(settings_.lab_ttl);
  if (row.keeps_accounts) config.kept = accounts().kept();
  return config;
}

// A name that is not known now may be later, when the line is up.
void App::look_up(const std::string& mode, const net::HostName& host) {
  names_.resolve(host, [this, mode, host](std::optional<Endpoint> found) {
    if (net::Node* node = network(mode); found && node != nullptr) {
      log_line(LogLevel::info, "net", host.name + " is " + to_text(*found));
      node->command(Join{*found});
      return;
    } else if (node == nullptr) {
      return;  // it was left
    }
    log_line(LogLevel::warn, "net", "no address is known for " + host.name + "; asking again");
    const bool is_waiting = !unknown_names_.empty();
    if (unknown_names_.size() < kMostNames) unknown_names_.emplace_back(mode, host);
    if (is_waiting) return;
    names_timer_.expires_after(kNameAgain);
    names_timer_.async_wait([this](boost::system::error_code error) {
      if (!error) look_up_again();
    });
  });
}

void App::look_up_again() {
  for (const auto& [mode, host] : std::exchange(unknown_names_, {}))
    look_up(mode, host);
}

Accounts& App::accounts() {
  if (accounts_) return *accounts_;
  accounts_ = std::make_unique<Accounts>(io_, places_.data / "accounts.json", settings_.admins);
  if (const std::string trouble = accounts_->load(); !trouble.empty())
    log_line(LogLevel::error, "app", trouble);
  return *accounts_;
}

Result<void> App::start_network(const std::string& mode, bool first) {
  const ModeRow* row = chosen_row(mode);
  if (row == nullptr) return fail(Errc::unsupported, "there is no mode " + mode + " here");
  auto node = std::make_shared<net::Node>(io_, *row, net::NodeHooks{});
  net::Node& made = *node;
  made.set_hooks(node_hooks(made));
  ModeConfig config = mode_config(*row);
  if (!settings_.firewalled) {
    const auto listening = listen(made, first);
    if (!listening) return tl::unexpected(listening.error());
    config.listen = *listening;
    log_line(LogLevel::info, "app", title(*row) + " listens on " + to_text(*listening));
  }
  if (const auto shape = net::LinkShape::parse(settings_.lab_link)) made.shape(*shape);
  nodes_.push_back(std::move(node));
  made.start(config);
  if (row->beacon && settings_.beacon) start_beacon(made, config.listen);
  return {};
}

// Where the user said, else where the mode does by custom. Many nodes may live on one machine: the
// port of an `everywhere` mode is then taken, and any other does as well. Where any does, a network
// that was left takes the one it had: others know it by that.
Result<Endpoint> App::listen(net::Node& node, bool first) {
  const ModeRow& row = node.row();
  const std::string place = listen_for(settings_, row.mode);
  Endpoint at{0, row.default_port};
  if (!place.empty())
    at = parse_endpoint(place, row.default_port).value_or(kLoopback);
  else if (!row.everywhere)
    at = {kLoopback.address, first ? row.default_port : std::uint16_t{0}};
  const bool any_other = place.empty() && row.everywhere;
  std::uint16_t& had = ports_[std::string(row.mode)];
  Result<Endpoint> listening;
  if (had != 0 && (any_other || at.port == 0)) listening = node.listen({at.address, had});
  if (!listening || listening->port == 0) listening = node.listen(at);
  if (!listening && any_other) {
    log_line(LogLevel::info, "app", listening.error().detail + "; taking a free port");
    listening = node.listen({});
  }
  if (listening) had = listening->port;
  return listening;
}

net::NodeHooks App::node_hooks(net::Node& node) {
  net::NodeHooks hooks;
  hooks.on_event = [this, &node](Event happened) { event(node, std::move(happened)); };
  hooks.on_transfer = [this, &node](boost::asio::ip::tcp::socket socket, Endpoint,
                                    const Buffer& first) {
    const ModeRow& row = node.row();
    engine_->accept(std::string(row.mode), row.transfers, std::move(socket), first);
  };
  hooks.is_banned = [this](std::uint32_t address) { return unwanted_.is_banned(address); };
  hooks.on_settled = [this] { changed(); };
  hooks.on_closed = [](const Endpoint& peer, Reason why) {
    log_line(LogLevel::debug, "net",
             "closed the link to " + to_text(peer) + ": " + std::string(to_text(why)));
  };
  return hooks;
}

void App::become(net::Node& node, const std::string& role) {
  const ModeRow& old = node.row();
  const std::string mode(old.mode);
  const ModeRow* row = role.empty() ? nullptr : find_mode(mode, role);
  if (row == nullptr) {
    log_line(LogLevel::error, "app", title(old) + " asks for a role that is not there: " + role);
    return;
  }
  log_line(LogLevel::info, "app", title(old) + " becomes " + std::string(row->role));
  ModeConfig config = mode_config(*row);
  config.listen = node.listening();
  node.become(*row, config);
  if (const auto beacon = beacons_.find(mode); beacon != beacons_.end())
    beacon->second->become(role);
  for (const auto& question : living_.of(mode))
    std::visit([&node](const auto& one) { node.command(one); }, question);
  changed();
}

void App::start_beacon(net::Node& node, const Endpoint& listen) {
  const std::string mode(node.row().mode);
  net::LanBeacon::Where where;
  where.group = parse_endpoint(settings_.beacon_at).value_or(Endpoint{});
  where.listen = listen.port == 0 && !node.row().everywhere ? kLoopback.address : listen.address;
  where.allow_public = settings_.allow_public;
  auto beacon = std::make_unique<net::LanBeacon>(
      io_, where, Beacon::Us{mode, std::string(node.row().role), listen.port, 0},
      [&node](const Heard& heard) { node.command(heard); });
  if (const auto started = beacon->start(); !started)
    log_line(LogLevel::warn, "net", started.error().detail);
  else
    beacons_[mode] = std::move(beacon);
}

KnownHosts& App::known_hosts(const std::string& mode) {
  const auto [at, is_new] = hosts_.try_emplace(mode);
  if (!is_new) return at->second;
  const auto file = places_.data / ("hosts-" + mode);
  if (auto loaded = load_hosts(file))
    at->second = std::move(*loaded);
  else
    log_line(LogLevel::warn, "disk", file.string() + " is ignored: " + loaded.error().detail);
  return at->second;
}

void App::learned(const std::string& mode, const Learned& host) {
  if (!known_hosts(mode).add(host.endpoint, host.role)) return;
  const bool is_waiting = !hosts_changed_.empty();
  hosts_changed_.insert(mode);
  if (is_waiting) return;
  hosts_timer_.expires_after(kSaveHosts);
  hosts_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) save_hosts_now();
  });
}

void App::save_hosts_now() {
  hosts_timer_.cancel();
  for (const std::string& mode : std::exchange(hosts_changed_, {}))
    boost::asio::post(chores_,
                      [file = places_.data / ("hosts-" + mode), text = hosts_[mode].text()] {
                        if (const auto saved = save_hosts(file, text); !saved)
                          log_line(LogLevel::error, "disk", saved.error().detail);
                      });
}

}  // namespace p2p::app
