#include "servent/app/node_app.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <random>

#include <boost/asio/post.hpp>

#include "protocols/base/overloaded.h"

#include "servent/app/home.h"
#include "servent/app/kept_shares.h"
#include "servent/app/link.h"
#include "servent/app/log.h"
#include "servent/app/options.h"

namespace p2p::app {

using api::LogLevel;

namespace {

constexpr std::size_t kHistory = 60;       // seconds that the sparklines show
constexpr std::size_t kAnswerFiles = 100;  // to one question of a neighbour

LogLevel level_of(Notice::Level level) {
  switch (level) {
    case Notice::Level::debug: return LogLevel::debug;
    case Notice::Level::info: return LogLevel::info;
    case Notice::Level::warn: return LogLevel::warn;
    case Notice::Level::error: return LogLevel::error;
  }
  return LogLevel::info;
}

std::string login_name() {
  const char* user = std::getenv("USER");
  std::string name;
  for (const char c : std::string_view(user == nullptr ? "" : user))
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) name += c;
  return (name.empty() ? "servent" : name.substr(0, 10)) + '-' + random_word(4);
}

// A file that is shared as a whole is not told twice.
void add_parts(std::vector<SharedFile>& files, std::vector<SharedFile> parts) {
  std::erase_if(parts, [&](const SharedFile& part) {
    return std::ranges::find(files, part.sha1, &SharedFile::sha1) != files.end();
  });
  std::ranges::move(parts, std::back_inserter(files));
}

}  // namespace

App::App(boost::asio::io_context& io, Settings settings, Places places)
    : io_(io),
      settings_(std::move(settings)),
      started_(settings_),
      places_(std::move(places)),
      limits_({settings_.limit_up, settings_.limit_down},
              transfer::Schedule::parse(settings_.limits).value_or(transfer::Schedule{})),
      names_(io),
      names_timer_(io),
      hosts_timer_(io),
      limits_timer_(io),
      wishes_timer_(io),
      keep_timer_(io),
      ticker_(io) {}

App::~App() {  // NOLINT(bugprone-exception-escape): no timer throws when it is cancelled
  stop();
}

Result<void> App::start() {
  if (settings_.nick.empty()) settings_.nick = remembered(places_.data / "nick", login_name());
  if (settings_.password.empty())
    settings_.password = remembered(places_.data / "password", random_word(16));
  identity_ = guid_from_hex(remembered(places_.data / "servent-id", to_hex(random_guid())));
  std::error_code error;
  std::filesystem::create_directories(places_.downloads, error);
  if (error)
    log_line(LogLevel::error, "disk",
             "cannot make " + places_.downloads.string() + ": " + error.message());

  library_ = std::make_unique<Library>(io_, places_.data / "catalogue.db", library_hooks(),
                                       wanted_trees());
  engine_ = make_engine();
  apply_limits();
  load_unwanted();
  for (std::size_t i = 0; i < settings_.modes.size(); ++i)
    if (auto started = start_network(settings_.modes[i], i == 0); !started) return started;
  load_folders();
  load_wishes();
  load_fetched();
  look_at_disk();
  return {};
}

void App::stop() {
  log_ring().on_add({});
  bell_.clear();
  ticker_.cancel();
  names_timer_.cancel();
  limits_timer_.cancel();
  wishes_timer_.cancel();
  for (auto& [mode, beacon] : beacons_)
    beacon->close();
  for (auto& node : nodes_)
    node->stop();
  save_hosts_now();
  if (is_keeping_) keep_wishes();
  if (engine_) engine_->stop();
  if (library_) library_->stop();
  chores_.join();
}

// The folders of the settings and those that were added while running.
void App::load_folders() {
  boost::asio::post(chores_, [this, folders = settings_.shares,
                              file = places_.data / "shares"]() mutable {
    std::error_code error;
    for (auto& folder : folders)
      if (auto plain = std::filesystem::weakly_canonical(folder, error); !error)
        folder = std::move(plain);
    auto kept = load_shares(file);
    for (const auto& folder : kept)
      if (std::ranges::find(folders, folder) == folders.end()) folders.push_back(folder);
    boost::asio::post(io_, [this, folders = std::move(folders), kept = std::move(kept)]() mutable {
      settings_.shares = std::move(folders);
      kept_shares_ = std::move(kept);
      library_->set_folders(settings_.shares);
    });
  });
}

// The catalogue answers from its own thread, so a row may be seen for a moment without its mark.
void App::mark_shared(std::vector<Sha1> contents) {
  std::erase_if(contents, [this](const Sha1& content) {
    return fetched_.contains(content) && searches_.mark(content, api::Have::have);
  });
  if (contents.empty()) return;
  library_->which(std::move(contents), [this](const std::vector<Sha1>& shared) {
    bool any = false;
    for (const Sha1& content : shared)
      any = searches_.mark(content, api::Have::have) || any;
    if (any) changed();
  });
}

LibraryHooks App::library_hooks() {
  LibraryHooks hooks;
  hooks.changed = [this](const Shared& what) {
    command_all(what);
    for (const SharedFile& file : what.added)
      if (file.sha1) searches_.mark(*file.sha1, api::Have::have);
    changed();
  };
  hooks.progress = [this] { changed(); };
  hooks.log = [](LogLevel level, const std::string& text) { log_line(level, "disk", text); };
  return hooks;
}

std::unique_ptr<transfer::Engine> App::make_engine() {
  transfer::Settings settings;
  settings.downloads = places_.downloads;
  settings.state = places_.state;
  settings.nick = settings_.nick;
  settings.agent = version_text();
  std::ranges::replace(settings.agent, ' ', '/');  // as HTTP writes it
  settings.upload_slots = settings_.upload_slots;
  settings.allow_public = settings_.allow_public;
  settings.per_user = settings_.uploads_per_user;
  settings.upload_queue = settings_.upload_queue;
  settings.seed = std::random_device{}();
  settings.downloads_at_once = settings_.downloads_at_once;
  transfer::Hooks hooks;
  hooks.reach = [this](ReachId id, const Source& source) {
    if (net::Node* node = network(source.network)) {
      node->command(Reach{id, source});
    } else if (engine_) {
      const Unreached no{id, "no " + source.network + " network runs here", true};
      boost::asio::post(io_,
                        [this, no, name = source.network] { engine_->on_unreached(name, no); });
    }
  };
  hooks.transfer_note = [this](const std::string& name, const TransferNote& note) {
    if (net::Node* node = network(name)) node->command(note);
  };
  hooks.upload_answer = [this](const std::string& name, const UploadAnswer& answer) {
    if (net::Node* node = network(name)) node->command(answer);
  };
  hooks.locate = [this](const transfer::FileWanted& wanted,
                        std::function<void(std::optional<transfer::Offer>)> reply) {
    library_->locate(wanted, [reply = std::move(reply)](std::optional<Located> found) {
      if (!found) return reply(std::nullopt);
      reply(
          transfer::Offer{found->file, [at = *found] { return open_for_upload(at).value_or(-1); }});
    });
  };
  hooks.tree = [this](const Sha1& content, std::function<void(std::optional<HashTree>)> reply) {
    library_->tree(content, std::move(reply));
  };
  hooks.page = [this](std::uint64_t after,
                      std::function<void(std::vector<SharedFile>, std::uint64_t, bool)> reply) {
    library_->page(after, kPageFiles, std::move(reply));
  };
  hooks.find_sources = [this](std::uint32_t download, const transfer::Wanted& wanted) {
    find_sources(download, wanted);
  };
  hooks.part_offered = [this](const SharedFile& file, bool is_there) {
    Shared change;
    change.partial = true;
    if (is_there)
      change.added.push_back(file);
    else
      change.removed.push_back(file.name);
    for (auto& node : nodes_)
      if (node->row().transfers == DialectKind::http) node->command(change);
  };
  hooks.changed = [this] { changed(); };
  hooks.log = [](LogLevel level, const std::string& text) { log_line(level, "xfer", text); };
  hooks.finished = [this](const std::filesystem::path&, const std::optional<Sha1>& content) {
    if (content) keep_fetched(*content);
    library_->rescan();
  };
  return std::make_unique<transfer::Engine>(io_, std::move(settings), std::move(hooks));
}

net::Node* App::network(const std::string& mode) {
  for (auto& node : nodes_)
    if (node->row().mode == mode) return node.get();
  return nullptr;
}

void App::command_all(const p2p::Command& command) {
  const auto* search = std::get_if<Search>(&command);
  const auto* browse = std::get_if<Browse>(&command);
  for (auto& node : nodes_) {
    if (search != nullptr)
      ask(*node, *search);
    else if (browse != nullptr)
      ask(*node, *browse);
    else
      node->command(command);
  }
}

void App::ask(net::Node& node, const LivingSearches::Question& question) {
  living_.asked(std::string(node.row().mode), question);
  std::visit([&node](const auto& one) { node.command(one); }, question);
}

// The disk answers later: by then the network may be left, or another mode lives there, for which
// the answer is not.
std::function<void(const p2p::Command&)> App::answer_to(net::Node& node) {
  const auto is_it = [&node](const auto& one) { return one.get() == &node; };
  const auto found = std::ranges::find_if(nodes_, is_it);
  std::weak_ptr<net::Node> asker;
  if (found != nodes_.end()) asker = *found;
  return [asker, life = node.life()](const p2p::Command& command) {
    if (const auto at = asker.lock(); at && at->life() == life) at->command(command);
  };
}

// The one place where what a network says is carried to the room that it concerns.
void App::event(net::Node& node, Event happened) {
  const std::string name(node.row().mode);
  changed();
  std::visit(
      Overloaded{
          [&](Found& e) {
            if (const auto more = seeker_.take(e.id, e.hits))
              engine_->add_sources(more->download, more->sources);
            else if (const auto news = wishes_.take(e.id, e.hits))
              take_wish(*news);
            else
              mark_shared(searches_.add(e.id, std::move(e.hits), now()));
          },
          [&](Ended& e) {
            living_.ended(name, e.id);
            if (!seeker_.ended(e.id)) searches_.ended(e, now());
          },
          [&](Asked& e) {
            auto parts = e.query.takes_partial ? engine_->match_parts(e.query, kAnswerFiles)
                                               : std::vector<SharedFile>();
            library_->match(e.query, kAnswerFiles,
                            [this, answer = answer_to(node), ticket = e.ticket,
                             parts = std::move(parts)](std::vector<SharedFile> files) mutable {
                              add_parts(files, std::move(parts));
                              answer(Answer{ticket, std::move(files), engine_->has_free_slot()});
                            });
          },
          [&](PageAsked& e) {
            library_->page(e.after, kPageFiles,
                           [this, answer = answer_to(node), asked = e](
                               std::vector<SharedFile> files, std::uint64_t next, bool last) {
                             if (last && asked.partial) add_parts(files, engine_->parts());
                             answer(Page{asked.ticket, std::move(files), next, last});
                           });
          },
          [&](Learned& e) { learned(name, e); },
          [&](Reached& e) { engine_->on_reached(name, e); },
          [&](Awaited& e) { engine_->on_awaited(name, e); },
          [&](Queued& e) { engine_->on_queued(name, e); },
          [&](Unreached& e) { engine_->on_unreached(name, e); },
          [&](UploadAsked& e) { engine_->on_upload_asked(name, e); },
          [&](PushWanted& e) { engine_->on_push_wanted(name, e); },
          [&](ListWanted& e) { engine_->on_list_wanted(name, e); },
          [&](Linked& e) {
            log_line(LogLevel::info, "net", "link up: " + e.role);
            retry_downloads();
            boost::asio::post(io_, [this] { ask_wishes(); });
          },
          [&](Become& e) { become(node, e.role); },
          [&](Refused& e) {
            log_line(LogLevel::warn, "net", name + " cannot do this: " + e.command);
          },
          [&](Notice& e) { log_line(level_of(e.level), "net", e.text); },
          [&](AccountAsked& e) {
            if (accounts_)
              accounts_->ask(std::move(e), [answer = answer_to(node)](const AccountAnswer& told) {
                answer(told);
              });
          },
          [&](Keep& e) {
            if (accounts_) accounts_->keep(std::move(e));
          },
      },
      happened);
}

// Whatever happens may be the beginning of a transfer: from then on the ticker counts rates.
void App::changed() {
  ++revision_;
  bell_.ring();
  if (!ticking_) wait_to_tick();
}

void App::wait_to_tick() {
  ticking_ = true;
  ticker_.expires_after(std::chrono::seconds(1));
  ticker_.async_wait([this](boost::system::error_code error) {
    if (!error) tick();
  });
}

// Once a second: rates for the sparklines. It stops when they have nothing left to show, so that a
// node without transfers wakes for nobody.
void App::tick() {
  ticking_ = false;
  look_at_disk();
  const std::uint64_t down = engine_->down_bps();
  const std::uint64_t up = engine_->up_bps();
  const auto push = [](std::vector<std::uint64_t>& history, std::uint64_t value) {
    history.push_back(value);
    if (history.size() > kHistory) history.erase(history.begin());
  };
  push(down_history_, down);
  push(up_history_, up);
  const auto moves = [](std::uint64_t rate) { return rate > 0; };
  if (std::ranges::any_of(down_history_, moves) || std::ranges::any_of(up_history_, moves))
    changed();
}

}  // namespace p2p::app
