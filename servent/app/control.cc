#include "servent/app/control.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>
#include <sys/stat.h>

#include "protocols/base/bytes.h"

#include "servent/app/control_requests.h"
#include "servent/app/control_rows.h"
#include "servent/app/control_watch.h"
#include "servent/app/request_json.h"
#include "servent/app/row_gate.h"
#include "servent/app/snapshot_json.h"

namespace p2p::app {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t kMaxClients = 32;
constexpr auto kPoll = milliseconds(50);

}  // namespace

class ControlServer::Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(asio::io_context& io, api::Backend& backend, std::vector<Json> settings)
      : io_(io),
        backend_(backend),
        settings_(std::move(settings)),
        door_(io) {}

  Result<void> open(const std::filesystem::path& path) {
    std::error_code ignored;
    if (path.native().size() > 107)
      return fail(Errc::too_long, "the socket's path is longer than 107 bytes: " + path.string());
    if (std::filesystem::create_directories(path.parent_path(), ignored))
      std::filesystem::permissions(path.parent_path(), std::filesystem::perms::owner_all, ignored);
    boost::system::error_code error;
    Local::socket probe(io_);
    probe.connect(Local::endpoint(path.string()), error);
    if (!error) return fail(Errc::refused, "another servent answers at " + path.string());
    if (std::filesystem::is_socket(path, ignored)) std::filesystem::remove(path, ignored);
    door_.open(Local(), error);
    const mode_t before = ::umask(0177);  // so that the file is never open to others
    if (!error) door_.bind(Local::endpoint(path.string()), error);
    ::umask(before);
    if (!error) path_ = path;
    if (!error) door_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return fail(Errc::io, "cannot listen at " + path.string() + ": " + error.message());
    asio::co_spawn(io_, accept(shared_from_this()), asio::detached);
    return {};
  }

  void close() {
    open_ = false;
    boost::system::error_code ignored;
    door_.close(ignored);
    for (const auto& client : clients_)
      if (const auto alive = client.lock()) {
        alive->socket.close(ignored);
        alive->timer.cancel();
      }
    std::error_code gone;
    if (!path_.empty()) std::filesystem::remove(path_, gone);
    path_.clear();
  }

 private:
  struct Client {
    explicit Client(Local::socket s) : socket(std::move(s)), timer(socket.get_executor()) {}
    Local::socket socket;
    asio::steady_timer timer;
    std::string read;
  };
  using Self = std::shared_ptr<Listener>;
  using ClientPtr = std::shared_ptr<Client>;

  static std::shared_ptr<Local::socket> socket_of(const ClientPtr& client) {
    return {client, &client->socket};
  }
  static std::shared_ptr<std::string> read_of(const ClientPtr& client) {
    return {client, &client->read};
  }

  static asio::awaitable<void> accept(Self self) {
    while (self->open_) {
      auto accepted = co_await self->door_.async_accept(kAnswer);
      if (!self->open_) co_return;
      if (std::get<0>(accepted)) {  // out of descriptors, mostly: not at full speed
        asio::steady_timer pause(self->io_, kPoll);
        co_await pause.async_wait(kAnswer);
        continue;
      }
      std::erase_if(self->clients_, [](const auto& client) { return client.expired(); });
      auto client = std::make_shared<Client>(std::move(std::get<1>(accepted)));
      if (self->clients_.size() >= kMaxClients) {  // told why and closed; never waited for
        const std::string why = write_line(end_of("too many commands run at the same time"));
        (void)::send(client->socket.native_handle(), why.data(), why.size(),
                     MSG_DONTWAIT | MSG_NOSIGNAL);
        continue;
      }
      self->clients_.push_back(client);
      asio::co_spawn(self->io_, serve(self, client), asio::detached);
    }
  }

  static asio::awaitable<void> serve(Self self, ClientPtr client) {
    while (self->open_) {
      auto buffer = asio::dynamic_buffer(client->read, kMaxLine);
      const auto [error, size] =
          co_await asio::async_read_until(client->socket, buffer, '\n', kAnswer);
      if (error == asio::error::not_found && self->open_) {
        co_await send(client,
                      end_of("the line is longer than " + std::to_string(kMaxLine) + " bytes"));
        co_return;
      }
      if (error || !self->open_) co_return;
      const std::string line = client->read.substr(0, size);
      client->read.erase(0, size);
      const Json request = parse_request(line);
      const bool good = request.is_object() && number_in(request, "v") == 1U;
      const std::string verb = good ? text_in(request, "do") : "";
      if (!good) {
        co_await send(client, end_of("not a request: one JSON object a line with \"v\":1"));
      } else if (verb == "search" || verb == "browse") {
        co_await search(self, client, request, question(verb, request));
      } else if (verb == "get") {
        co_await get(self, client, request);
      } else if (verb == "share" || verb == "unshare") {
        co_await share(self, client, text_in(request, "path"), verb == "share");
      } else if (verb == "look_into") {
        co_await look_into(self, client, text_in(request, "folder"));
      } else if (verb == "hosts") {
        co_await hosts(self, client);
      } else if (verb == "watch") {
        co_await watch(socket_of(client), read_of(client), self->backend_, request);
      } else if (verb == "quit" || (verb == "submit" && text_in(request, "what") == "quit")) {
        co_await send(client, end_of(""));
        if (self->open_) self->backend_.submit(api::Quit{});
      } else {
        co_await send(client, self->answer(verb, request));
      }
    }
  }

  static asio::awaitable<bool> send(ClientPtr client, std::string lines) {
    const auto [error, size] =
        co_await asio::async_write(client->socket, asio::buffer(lines), kAnswer);
    co_return !error;
  }
  static asio::awaitable<bool> send(ClientPtr client, const Json& object) {
    return send(std::move(client), write_line(object));
  }

  // Waits one poll; false when the client hung up or the server closed.
  static asio::awaitable<bool> tick(Self self, ClientPtr client) {
    client->timer.expires_after(kPoll);
    co_await client->timer.async_wait(kAnswer);
    char byte = 0;
    const bool gone = !client->socket.is_open() || ::recv(client->socket.native_handle(), &byte, 1,
                                                          MSG_PEEK | MSG_DONTWAIT) == 0;
    co_return self->open_ && !gone;
  }

  static asio::awaitable<void> search(Self self, ClientPtr client, Json request,
                                      api::Request asked) {
    const auto start = Clock::now();
    const auto wait = number_in(request, "wait_ms");
    const std::size_t limit = number_in(request, "limit").value_or(1000000);
    const api::Outcome outcome = self->backend_.submit(asked);
    if (!outcome.error.empty()) {
      co_await send(client, end_of(outcome.error));
      co_return;
    }
    RowGate gate(text_in(request, "filter"), limit);
    bool going = true;
    std::string why;
    while (going) {
      const bool over = wait && Clock::now() - start >= milliseconds(*wait);
      const auto moment = self->backend_.snapshot(outcome.id);
      bool finished = true;  // also when somebody closed it
      for (const api::SearchRow& row : moment.searches)
        if (row.id == outcome.id) {
          finished = row.state == api::SearchState::finished;
          why = row.why;
        }
      std::string lines;
      if (moment.search == outcome.id)
        for (const std::size_t row : gate.open_for(moment.results, moment.now_ms, finished || over))
          lines += write_line(Json{{"row", to_json(moment.results[row])}});
      if (!lines.empty()) going = co_await send(client, lines);
      if (finished || over || gate.is_full()) break;
      if (going) going = co_await tick(self, client);
    }
    if (!self->open_) co_return;
    self->backend_.submit(api::CloseSearch{outcome.id});
    Json end = end_of("");
    end["results"] = gate.sent();
    end["why"] = why;
    co_await send(client, end);
  }

  static asio::awaitable<void> share(Self self, ClientPtr client, std::string path, bool wanted) {
    const auto outcome = std::make_shared<std::optional<api::Outcome>>();
    self->backend_.share(path, wanted, [outcome, client](api::Outcome came) {
      *outcome = std::move(came);
      client->timer.cancel();
    });
    bool going = true;
    while (going && !*outcome)
      going = co_await tick(self, client);
    if (self->open_ && *outcome) co_await send(client, end_of((*outcome)->error));
  }

  static asio::awaitable<void> look_into(Self self, ClientPtr client, std::string folder) {
    const auto listing = std::make_shared<std::optional<api::Listing>>();
    self->backend_.look_into(folder, [listing, client](api::Listing told) {
      *listing = std::move(told);
      client->timer.cancel();
    });
    bool going = true;
    while (going && !*listing)
      going = co_await tick(self, client);
    if (!self->open_ || !*listing) co_return;
    Json end = end_of("");
    end["listing"] = to_json(**listing);
    co_await send(client, end);
  }

  static asio::awaitable<void> hosts(Self self, ClientPtr client) {
    const auto list = std::make_shared<std::optional<api::HostList>>();
    self->backend_.look_at_hosts([list, client](api::HostList told) {
      *list = std::move(told);
      client->timer.cancel();
    });
    bool going = true;
    while (going && !*list)
      going = co_await tick(self, client);
    if (!self->open_ || !*list) co_return;
    Json end = end_of("");
    end["hosts"] = to_json(**list);
    co_await send(client, end);
  }

  struct Wanted {
    std::string link;
    std::uint32_t id = 0;
    bool over = false;
    std::uint64_t told = ~0ULL;
    api::DownloadState state = api::DownloadState::waiting;
  };

  static asio::awaitable<void> get(Self self, ClientPtr client, Json request) {
    const auto start = Clock::now();
    const auto wait = number_in(request, "wait_ms");
    std::vector<Wanted> wanted;
    std::string lines;
    std::size_t done = 0;
    if (request.contains("links") && request["links"].is_array())
      for (const Json& link : request["links"]) {
        if (!link.is_string()) continue;
        const std::string text = link.get<std::string>();
        const api::Outcome outcome = self->backend_.submit(api::GetLink{text});
        if (outcome.error.empty() && bool_in(request, "in_order"))
          self->backend_.submit(
              api::ChangeDownload{outcome.id, {}, {}, bool_in(request, "in_order")});
        if (outcome.error.empty())
          wanted.push_back({text, outcome.id});
        else
          lines += write_line(Json{{"row", failed(text, outcome.error)}});
      }
    const std::size_t refused = static_cast<std::size_t>(std::ranges::count(lines, '\n'));
    std::size_t open = wanted.size();
    std::uint64_t revision = ~self->backend_.revision();
    bool going = true;
    while (going) {
      const bool over = wait && Clock::now() - start >= milliseconds(*wait);
      if (over || revision != self->backend_.revision()) {
        revision = self->backend_.revision();
        const auto moment = self->backend_.snapshot(0);
        for (Wanted& one : wanted)
          if (!one.over) lines += told(one, moment, over, open, done);
      }
      if (!lines.empty()) going = co_await send(client, lines);
      lines.clear();
      if (open == 0 || over) break;
      if (going) going = co_await tick(self, client);
    }
    if (!self->open_) co_return;
    Json end = end_of("");
    end["done"] = done;
    end["failed"] = wanted.size() + refused - done;
    co_await send(client, end);
  }

  static Json failed(const std::string& link, const std::string& why) {
    return {{"name", nullptr}, {"done", false}, {"verified", false},
            {"path", nullptr}, {"reason", why}, {"link", link}};
  }

  // What there is to say about one download now: progress, or the row that ends it.
  static std::string told(Wanted& one, const api::Snapshot& moment, bool over, std::size_t& open,
                          std::size_t& done) {
    const auto row = std::ranges::find(moment.downloads, one.id, &api::DownloadRow::id);
    const bool there = row != moment.downloads.end();
    const bool is_done = there && row->state == api::DownloadState::done;
    if (!there || is_done || row->state == api::DownloadState::failed || over) {
      one.over = true;
      --open;
      if (is_done) ++done;
      return write_line(
          Json{{"row", there ? get_json(*row, one.link) : failed(one.link, "taken off the list")}});
    }
    if (row->have_bytes == one.told && row->state == one.state) return {};
    one.told = row->have_bytes;
    one.state = row->state;
    return write_line(Json{{"progress", get_json(*row, one.link)}});
  }

  // Sets what is named, then tells what holds.
  std::string limit(const Json& request) {
    for (const api::Request& one : limit_requests(request))
      if (const auto outcome = backend_.submit(one); !outcome.error.empty())
        return write_line(end_of(outcome.error));
    return write_line(Json{{"row", to_json(backend_.snapshot(0).limits)}}) + write_line(end_of(""));
  }

  // Whatever a screen asks.
  std::string submit(const Json& asked) {
    const auto request = request_in(asked);
    if (!request) return write_line(end_of("this is no request: see docs/control.md"));
    const api::Outcome outcome = backend_.submit(*request);
    Json end = end_of(outcome.error);
    if (outcome.id != 0) end["id"] = outcome.id;
    return write_line(end);
  }

  // Commands that are answered at once: rows and the end as lines.
  std::string answer(const std::string& verb, const Json& request) {
    std::vector<api::Request> asked;
    const auto id = static_cast<std::uint32_t>(number_in(request, "id").value_or(0));
    if (verb == "connect") asked.emplace_back(api::ConnectTo{text_in(request, "endpoint")});
    if (verb == "pause") asked.emplace_back(api::PauseDownload{id, true});
    if (verb == "resume") asked.emplace_back(api::PauseDownload{id, false});
    if (verb == "cancel") asked.emplace_back(api::CancelDownload{id});
    if (verb == "retry") asked.emplace_back(api::RetryDownload{id});
    if (verb == "end_upload") asked.emplace_back(api::EndUpload{id});
    if (verb == "limit") return limit(request);
    if (verb == "submit") return submit(request);
    if (verb == "trail") return trail_lines(backend_.trail()) + write_line(end_of(""));
    if (verb == "change")
      if (const auto change = change_request(id, request)) asked.emplace_back(*change);
    if (verb == "move")
      if (const auto move = move_request(id, request)) asked.emplace_back(*move);
    if ((verb == "change" || verb == "move") && asked.empty())
      return write_line(end_of("this is nothing that can be said of a download"));
    if (!asked.empty()) return write_line(end_of(backend_.submit(asked[0]).error));
    const auto lines = listed(verb, backend_.snapshot(0), settings_);
    if (!lines) return write_line(end_of("unknown command \"" + escaped(verb) + '"'));
    return *lines + write_line(end_of(""));
  }

  asio::io_context& io_;
  api::Backend& backend_;
  std::vector<Json> settings_;
  Local::acceptor door_;
  std::filesystem::path path_;
  std::vector<std::weak_ptr<Client>> clients_;
  bool open_ = true;
};

ControlServer::ControlServer(asio::io_context& io, api::Backend& backend,
                             std::vector<Json> settings)
    : listener_(std::make_shared<Listener>(io, backend, std::move(settings))) {}
ControlServer::~ControlServer() {
  close();
}
Result<void> ControlServer::listen(const std::filesystem::path& socket) {
  return listener_->open(socket);
}
void ControlServer::close() {
  listener_->close();
}

}  // namespace p2p::app
