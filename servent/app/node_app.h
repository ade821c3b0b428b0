// App: builds and joins the rooms, and is the Backend that screens and the control socket see.
// It carries values between rooms and decides nothing itself.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include "protocols/base/result.h"

#include "servent/api/backend.h"
#include "servent/app/accounts.h"
#include "servent/app/bell.h"
#include "servent/app/disk_watch.h"
#include "servent/app/fetched_files.h"
#include "servent/app/known_hosts.h"
#include "servent/app/library.h"
#include "servent/app/living_searches.h"
#include "servent/app/searches.h"
#include "servent/app/seeker.h"
#include "servent/app/settings.h"
#include "servent/app/unwanted.h"
#include "servent/app/wishes.h"
#include "servent/net/lan_beacon.h"
#include "servent/net/names.h"
#include "servent/net/node.h"
#include "servent/transfer/engine.h"
#include "servent/transfer/limits.h"

namespace p2p::app {

class App final : public api::Backend {
 public:
  App(boost::asio::io_context& io, Settings settings, Places places);
  ~App() override;  // NOLINT(bugprone-exception-escape): see there
  App(const App&) = delete;
  App& operator=(const App&) = delete;
  App(App&&) = delete;
  App& operator=(App&&) = delete;

  Result<void> start();
  void stop();  // finishes part files; within half a second
  void on_quit(std::function<void()> quit) { quit_ = std::move(quit); }

  std::string mode() const;  // of the first network
  std::string role() const;
  std::string listening() const;

  std::uint64_t revision() const override;
  std::shared_ptr<void> on_change(std::function<void()> ring) override;
  api::Snapshot snapshot(std::uint32_t search) override;
  api::Outcome submit(const api::Request& request) override;
  void share(const std::string& path, bool wanted, std::function<void(api::Outcome)> done) override;
  void look_into(const std::string& folder, std::function<void(api::Listing)> done) override;
  void look_at_hosts(std::function<void(api::HostList)> done) override;
  std::vector<api::TrailRow> trail() override;

 private:
  api::Outcome switch_mode(const api::SwitchMode& wanted);
  index::Trees wanted_trees() const;
  Settings settings_for(const api::SwitchMode& wanted) const;
  void leave(net::Node& node);
  api::Outcome drop_peer(const api::DropPeer& wanted);
  void load_unwanted();
  void keep_unwanted();
  api::Outcome add_unwanted(api::Unwanted what, const std::string& network, const std::string& who);
  api::Outcome ban_host(const api::BanHost& wanted);
  api::Outcome unban_host(const api::UnbanHost& wanted);
  api::Outcome block_user(const api::BlockUser& wanted);
  api::Outcome forget_ignored();
  api::Outcome drop_unwanted(const api::DropUnwanted& wanted);
  void load_fetched();
  void keep_fetched(const Sha1& content);
  void load_wishes();
  void keep_wishes();
  void keep_wishes_soon();
  void ask_wishes();
  void take_wish(const Wishes::News& news);
  api::Outcome add_wish(const api::AddWish& wanted);
  api::Outcome drop_wish(const api::DropWish& wanted);
  api::Outcome see_wish(const api::SeeWish& wanted);
  Result<void> start_network(const std::string& mode, bool first);
  Accounts& accounts();
  ModeConfig mode_config(const ModeRow& row);
  Result<Endpoint> listen(net::Node& node, bool first);
  net::NodeHooks node_hooks(net::Node& node);
  void become(net::Node& node, const std::string& role);
  const ModeRow* chosen_row(const std::string& mode) const;
  void start_beacon(net::Node& node, const Endpoint& listen);
  KnownHosts& known_hosts(const std::string& mode);
  void learned(const std::string& mode, const Learned& host);
  void save_hosts_now();
  std::function<void(const p2p::Command&)> answer_to(net::Node& node);
  void event(net::Node& node, Event happened);
  net::Node* network(const std::string& mode);
  void command_all(const p2p::Command& command);
  void ask(net::Node& node, const LivingSearches::Question& question);
  std::unique_ptr<transfer::Engine> make_engine();
  LibraryHooks library_hooks();
  api::Outcome start_search(const std::string& text, std::uint32_t wish = 0);
  api::Outcome start_browse(const std::string& user);
  bool connect(const std::string& host, const std::string& mode);
  void look_up(const std::string& mode, const net::HostName& host);
  void look_up_again();
  api::Outcome get_link(const std::string& text);
  void apply_limits();
  api::LimitsRow limits_row() const;
  api::Outcome set_limits(const api::SetLimits& wanted);
  api::Outcome set_slots(const api::SetSlots& wanted);
  api::Outcome limit_upload(const api::LimitUpload& wanted);
  api::Outcome end_upload(const api::EndUpload& wanted);
  // A folder that was looked at.
  struct Seen {
    std::filesystem::path folder;
    bool is_readable = false;
  };
  api::Outcome share_seen(const std::string& path, const Seen& seen, bool wanted);
  void find_sources(std::uint32_t download, const transfer::Wanted& wanted);
  void mark_shared(std::vector<Sha1> contents);
  void load_folders();
  void retry_downloads();
  void look_at_disk();
  void changed();
  void wait_to_tick();
  void tick();
  api::NetworkRow network_row(const net::Node& node) const;
  api::Millis now() const;

  boost::asio::io_context& io_;
  Settings settings_;
  const Settings started_;        // with which the program began
  std::optional<Guid> identity_;  // the same in every run
  Places places_;
  std::function<void()> quit_;
  std::uint64_t revision_ = 1;
  Bell bell_;
  std::unique_ptr<Accounts> accounts_;
  std::unique_ptr<Library> library_;
  std::unique_ptr<transfer::Engine> engine_;
  transfer::Limits limits_;
  std::string limits_why_;
  std::vector<std::shared_ptr<net::Node>> nodes_;                   // in the order of the modes
  std::map<std::string, std::unique_ptr<net::LanBeacon>> beacons_;  // by mode
  std::map<std::string, std::uint16_t> ports_;  // by mode: where it listened last
  std::map<std::string, KnownHosts> hosts_;     // by mode
  std::set<std::string> hosts_changed_;         // modes to write for
  LivingSearches living_;
  Searches searches_;
  Seeker seeker_;
  Wishes wishes_;
  DiskWatch disk_;
  Unwanted unwanted_;
  FetchedFiles fetched_;
  std::vector<std::filesystem::path> kept_shares_;  // added while running, now or before
  boost::asio::thread_pool chores_{1};              // small writes, and looks at folders
  std::vector<std::uint64_t> down_history_;
  std::vector<std::uint64_t> up_history_;
  net::Names names_;
  std::vector<std::pair<std::string, net::HostName>> unknown_names_;  // with the mode to join
  boost::asio::steady_timer names_timer_;
  boost::asio::steady_timer hosts_timer_;
  boost::asio::steady_timer limits_timer_;
  boost::asio::steady_timer wishes_timer_;
  boost::asio::steady_timer keep_timer_;
  bool is_keeping_ = false;  // the wishes are to be written
  boost::asio::steady_timer ticker_;
  bool ticking_ = false;
};

}  // namespace p2p::app
