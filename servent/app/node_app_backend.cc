// App as the Backend: what the screen and the control socket see and ask.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>

#include <boost/asio/post.hpp>

#include "protocols/base/bytes.h"
#include "protocols/base/empty_file.h"
#include "protocols/base/overloaded.h"
#include "protocols/registry.h"

#include "servent/app/kept_shares.h"
#include "servent/app/link.h"
#include "servent/app/log.h"
#include "servent/app/node_app.h"
#include "servent/app/trails.h"

namespace p2p::app {

namespace {

constexpr std::size_t kMaxPeerRows = 500;  // of one network, in a snapshot

api::Millis wall_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// What is told to have no bytes is the empty file, whose digest everybody knows.
std::optional<Sha1> digest_of(const std::optional<Sha1>& told, std::uint64_t size_bytes) {
  return told || size_bytes > 0 ? told : kEmptySha1;
}

std::string text_or_none(const Endpoint& at) {
  return at.port == 0 ? "" : to_text(at);
}

}  // namespace

std::string App::mode() const {
  return nodes_.empty() ? "" : std::string(nodes_[0]->row().mode);
}
std::string App::role() const {
  return nodes_.empty() ? "" : std::string(nodes_[0]->row().role);
}
std::string App::listening() const {
  return nodes_.empty() ? "" : text_or_none(nodes_[0]->listening());
}

api::Millis App::now() const {
  return net::steady_now().time_since_epoch().count();
}

std::uint64_t App::revision() const {
  return revision_ + log_ring().last_number();
}

// A log line may come from any thread: it rings through the loop, once for as many as there are.
std::shared_ptr<void> App::on_change(std::function<void()> ring) {
  log_ring().on_add([this, posted = std::make_shared<std::atomic<bool>>(false)] {
    if (posted->exchange(true)) return;
    boost::asio::post(io_, [this, posted] {
      posted->store(false);
      bell_.ring();
    });
  });
  return bell_.add(std::move(ring));
}

api::NetworkRow App::network_row(const net::Node& node) const {
  Report report = node.report(kMaxPeerRows);
  api::NetworkRow row;
  row.mode = node.row().mode;
  row.role = node.row().role;
  row.listen = text_or_none(node.listening());
  row.online = report.online;
  row.state = std::move(report.state);
  row.why_role = std::move(report.why_role);
  row.no_hops = std::move(report.no_hops);
  row.since_ms = node.calls().since.time_since_epoch().count();
  row.called_ms = node.calls().last.time_since_epoch().count();
  row.called_for_file = node.calls().for_a_file;
  row.users = report.users;
  row.files = report.files;
  row.bytes = report.bytes;
  row.peer_count = report.peer_count;
  row.counters = std::move(report.counters);
  const auto kinds = node.row().watching().kinds;
  for (std::size_t kind = 0; kind < report.traffic.size(); ++kind) {
    const KindTraffic& all = report.traffic[kind];
    row.traffic.push_back(
        {std::string(kinds[kind].name), all.in, all.out, all.in_bytes, all.out_bytes});
  }
  const net::Node::Rates all = node.rates();
  row.down_bps = all.down;
  row.up_bps = all.up;
  for (PeerRow& peer : report.peers) {
    api::NetworkPeerRow shown;
    shown.endpoint = to_text(peer.endpoint);
    shown.role = std::move(peer.role);
    shown.agent = std::move(peer.agent);
    shown.name = std::move(peer.name);
    shown.inbound = peer.inbound;
    shown.state = std::move(peer.state);
    shown.since_ms = peer.since.time_since_epoch().count();
    shown.received = peer.received;
    shown.sent = peer.sent;
    shown.counters = std::move(peer.counters);
    const net::Node::Rates rates = node.rates(peer.link);
    shown.down_bps = rates.down;
    shown.up_bps = rates.up;
    row.peers.push_back(std::move(shown));
  }
  return row;
}

api::Snapshot App::snapshot(std::uint32_t search) {
  api::Snapshot shot;
  shot.revision = revision();
  shot.now_ms = now();
  shot.epoch_ms = (wall_ms() - shot.now_ms) / 1000 * 1000;
  for (const std::string_view mode : mode_names())
    shot.modes.emplace_back(mode);
  for (const auto& node : nodes_)
    shot.networks.push_back(network_row(*node));
  shot.searches = searches_.rows();
  shot.search = search == 0 ? searches_.newest() : search;
  shot.results = searches_.results(shot.search);
  shot.downloads = engine_->downloads();
  shot.uploads = engine_->uploads();
  shot.given = engine_->given();
  shot.limits = limits_row();
  shot.library = library_->row();
  shot.wishes = wishes_.rows();
  shot.unwanted = unwanted_.rows();
  shot.disk = disk_.row();
  shot.log = log_ring().rows();
  shot.down_bps = engine_->down_bps();
  shot.up_bps = engine_->up_bps();
  shot.down_history = down_history_;
  shot.up_history = up_history_;
  return shot;
}

api::Outcome App::start_search(const std::string& text, std::uint32_t wish) {
  const Query query = parse_query(text);
  if (query.asks_nothing()) return {"a search needs a word of two letters or more", 0};
  const std::uint32_t id = searches_.open(text, nodes_.size(), now(), wish);
  command_all(Search{SearchId{id}, query});
  log_line(api::LogLevel::info, "find", "search " + std::to_string(id) + ": " + text);
  return {"", id};
}

api::Outcome App::start_browse(const std::string& user) {
  if (user.empty()) return {"whose files? Say the user of a search's result, or HOST:PORT", 0};
  const std::uint32_t id = searches_.open("all of " + user, nodes_.size(), now());
  command_all(Browse{SearchId{id}, user});
  log_line(api::LogLevel::info, "find",
           "search " + std::to_string(id) + ": all of " + escaped(user));
  return {"", id};
}

api::Outcome App::get_link(const std::string& text) {
  auto link = parse_link(text);
  if (!link) return {"this is not a link: " + link.error().detail, 0};
  transfer::Wanted wanted;
  wanted.name = link->name.empty() && !link->sources.empty()
                    ? std::string(base_name(link->sources.front().name))
                    : link->name;
  wanted.size_bytes = link->size_bytes.value_or(0);
  wanted.sha1 = link->digest;
  wanted.uuhash = link->uuhash;
  wanted.sources = std::move(link->sources);
  const std::uint32_t id = engine_->fetch(wanted);
  if (id == 0) return {"this link names neither a size nor a source that can be asked", 0};
  return {"", id};
}

// In this network, or in every one; one without a port means the port that is usual there. False:
// it is neither an address nor a name.
bool App::connect(const std::string& host, const std::string& mode) {
  bool is_address = true;
  for (auto& node : nodes_) {
    if (!mode.empty() && node->row().mode != mode) continue;
    if (const auto at = parse_endpoint(host, node->row().connect_port))
      node->command(Join{*at});
    else if (const auto name = net::parse_host(host, node->row().connect_port))
      look_up(std::string(node->row().mode), *name);
    else
      is_address = false;
  }
  return is_address;
}

api::Outcome App::submit(const api::Request& request) {
  changed();
  const auto known = [](bool is) {
    return is ? api::Outcome{} : api::Outcome{"there is no such download or search", 0};
  };
  return std::visit(
      Overloaded{
          [&](const api::StartSearch& r) { return start_search(r.text); },
          [&](const api::StartBrowse& r) { return start_browse(r.user); },
          [&](const api::RepeatSearch& r) {
            const std::string* text = searches_.text(r.id);
            return text == nullptr ? known(false)
                                   : start_search(std::string(*text), searches_.wish(r.id));
          },
          [&](const api::CloseSearch& r) {
            command_all(Cancel{SearchId{r.id}});
            return known(searches_.close(r.id));
          },
          [&](const api::GetResult& r) {
            const FoundFile* found = searches_.result(r.search, r.key);
            if (found == nullptr) return known(false);
            const std::uint32_t id = engine_->fetch(
                {found->name, found->size_bytes, digest_of(found->sha1, found->size_bytes),
                 found->start_md5, found->sources, found->uuhash});
            return api::Outcome{id == 0 ? "this cannot be fetched" : "", id};
          },
          [&](const api::GetLink& r) { return get_link(r.link); },
          [&](const api::PauseDownload& r) {
            return known(r.pause ? engine_->pause(r.id) : engine_->retry(r.id));
          },
          [&](const api::CancelDownload& r) { return known(engine_->cancel(r.id)); },
          [&](const api::RetryDownload& r) { return known(engine_->retry(r.id)); },
          [&](const api::FindSources& r) { return known(engine_->find_sources(r.id)); },
          [&](const api::ChangeDownload& r) { return known(engine_->change(r)); },
          [&](const api::MoveDownload& r) { return known(engine_->move(r.id, r.where)); },
          [&](const api::ClearFinished&) {
            engine_->clear();
            return api::Outcome{};
          },
          [&](const api::RestoreCleared&) {
            return api::Outcome{engine_->restore() ? "" : "there is nothing to bring back", 0};
          },
          [&](const api::SetLimits& r) { return set_limits(r); },
          [&](const api::SetSlots& r) { return set_slots(r); },
          [&](const api::LimitUpload& r) { return limit_upload(r); },
          [&](const api::EndUpload& r) { return end_upload(r); },
          [&](const api::BlockUser& r) { return block_user(r); },
          [&](const api::MoveUpload& r) {
            const bool moved = engine_->move_upload(r.id, r.where);
            return api::Outcome{moved ? "" : "this upload does not wait", 0};
          },
          [&](const api::ShareFolder& r) {
            share(r.path, r.wanted, [this](const api::Outcome& told) {
              if (!told.error.empty()) log_line(api::LogLevel::error, "app", escaped(told.error));
            });
            return api::Outcome{};
          },
          [&](const api::Rescan&) {
            library_->rescan();
            return api::Outcome{};
          },
          [&](const api::ConnectTo& r) {
            const bool is_address = connect(r.endpoint, r.network);
            return api::Outcome{
                is_address ? "" : escaped(r.endpoint) + " is no host like 127.0.0.1:8888", 0};
          },
          [&](const api::DropPeer& r) { return drop_peer(r); },
          [&](const api::BanHost& r) { return ban_host(r); },
          [&](const api::UnbanHost& r) { return unban_host(r); },
          [&](const api::IgnoreUser& r) {
            return add_unwanted(api::Unwanted::ignored, r.network, r.user);
          },
          [&](const api::ForgetIgnored&) { return forget_ignored(); },
          [&](const api::DropUnwanted& r) { return drop_unwanted(r); },
          [&](const api::SwitchMode& r) { return switch_mode(r); },
          [&](const api::AddWish& r) { return add_wish(r); },
          [&](const api::DropWish& r) { return drop_wish(r); },
          [&](const api::SeeWish& r) { return see_wish(r); },
          [&](const api::Detach&) { return api::Outcome{}; },
          [&](const api::Quit&) {
            if (quit_) boost::asio::post(io_, quit_);
            return api::Outcome{};
          },
      },
      request);
}

void App::share(const std::string& path, bool wanted, std::function<void(api::Outcome)> done) {
  boost::asio::post(chores_, [this, path, wanted, done = std::move(done)]() mutable {
    std::error_code error;
    Seen seen{std::filesystem::weakly_canonical(path, error), false};
    seen.is_readable = std::filesystem::is_directory(seen.folder, error);
    boost::asio::post(io_, [this, path, wanted, seen = std::move(seen), done = std::move(done)] {
      done(share_seen(path, seen, wanted));
      changed();
    });
  });
}

// What an earlier run or another node said of it is the only word on what a host is, where the mode
// itself keeps none.
void App::look_at_hosts(std::function<void(api::HostList)> done) {
  api::HostList list;
  const Time time = net::steady_now();
  const auto ago = [time](Time then) -> std::optional<std::uint64_t> {
    if (then == Time{}) return {};
    return static_cast<std::uint64_t>(std::max((time - then).count(), Duration::rep{0}) / 1000);
  };
  for (const auto& node : nodes_) {
    const std::string mode(node->row().mode);
    std::map<Endpoint, std::string> roles;
    for (const KnownHost& known : known_hosts(mode).list())
      roles[known.endpoint] = known.role;
    for (HostRow& host : node->hosts()) {
      api::HostRow& row = list.rows.emplace_back();
      row.network = mode;
      row.endpoint = to_text(host.endpoint);
      row.role = host.role.empty() ? roles[host.endpoint] : std::move(host.role);
      row.told_by = std::move(host.told_by);
      row.state = std::move(host.state);
      row.heard_s = ago(host.heard);
      row.tried_s = ago(host.tried);
      row.good_s = ago(host.good);
      row.failures = host.failures;
    }
  }
  boost::asio::post(
      io_, [done = std::move(done), list = std::move(list)]() mutable { done(std::move(list)); });
}

std::vector<api::TrailRow> App::trail() {
  std::vector<api::TrailRow> rows;
  for (const auto& node : nodes_)
    for (const TrailStep& step : node->trail())
      rows.push_back({static_cast<std::uint64_t>(step.at.time_since_epoch().count()),
                      std::string(kTrailWords.at(static_cast<std::size_t>(step.what))),
                      to_hex(step.query), to_text(step.local), to_text(step.remote)});
  return rows;
}

void App::look_into(const std::string& folder, std::function<void(api::Listing)> done) {
  library_->look_into(folder, std::move(done));
}

// What was added since the start is kept in the home. A folder of the settings that is taken back
// stays away until the next start only, since the settings are the user's to change.
api::Outcome App::share_seen(const std::string& path, const Seen& seen, bool wanted) {
  const auto& folder = seen.folder;
  if (wanted && !seen.is_readable) return {path + " is not a folder that can be read", 0};
  auto& folders = settings_.shares;
  const auto at = std::find(folders.begin(), folders.end(), folder);
  if (wanted == (at != folders.end()))
    return wanted ? api::Outcome{} : api::Outcome{path + " is not shared", 0};
  if (wanted)
    folders.push_back(folder);
  else
    folders.erase(at);
  if (wanted)
    kept_shares_.push_back(folder);
  else if (std::erase(kept_shares_, folder) == 0)
    log_line(api::LogLevel::warn, "app",
             folder.string() + " is shared by the settings: it comes back at the next start");
  boost::asio::post(chores_, [file = places_.data / "shares", folders = kept_shares_] {
    if (const auto saved = save_shares(file, folders); !saved)
      log_line(api::LogLevel::error, "disk", saved.error().detail);
  });
  library_->set_folders(folders);
  return {};
}

}  // namespace p2p::app
