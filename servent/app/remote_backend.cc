#include "servent/app/remote_backend.h"

#include <chrono>
#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "servent/app/bell.h"
#include "servent/app/control_client.h"
#include "servent/app/json.h"
#include "servent/app/request_json.h"
#include "servent/app/snapshot_json.h"
#include "servent/app/wire.h"

namespace p2p::app {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;
using Clock = std::chrono::steady_clock;
using ErrorCode = boost::system::error_code;
using std::chrono::milliseconds;

namespace {

constexpr auto kAnswerWait = std::chrono::seconds(2);
constexpr std::size_t kMostLine = std::size_t{64} << 20U;  // a thousand downloads with all sources
constexpr std::size_t kMostWaiting = 4096;  // bytes of choices that the node has not taken yet

api::Outcome outcome_in(const std::string& line) {
  const Json answer = Json::parse(line, nullptr, false);
  api::Outcome outcome;
  if (!answer.is_object() || !answer.contains("end"))
    return {"the node does not answer; it may still do it", 0};
  const auto ok = answer.find("ok");
  const auto id = answer.find("id");
  const auto error = answer.find("error");
  if (error != answer.end()) Wire<std::string>::in(*error, outcome.error);
  if (id != answer.end()) Wire<std::uint32_t>::in(*id, outcome.id);
  if (outcome.error.empty() && (ok == answer.end() || *ok != true)) outcome.error = "refused";
  return outcome;
}

// One question on a connection of its own, for which nobody waits here.
struct Question : std::enable_shared_from_this<Question> {
  explicit Question(asio::io_context& io) : socket(io) {}

  void ask(const std::string& path) {
    socket.async_connect(Local::endpoint(path), [self = shared_from_this()](ErrorCode error) {
      if (error) return self->over();
      asio::async_write(self->socket, asio::buffer(self->line),
                        [self](ErrorCode failed, std::size_t) {
                          if (failed) return self->over();
                          self->read();
                        });
    });
  }
  void read() {
    asio::async_read_until(socket, asio::dynamic_buffer(answer, kMostLine), '\n',
                           [self = shared_from_this()](ErrorCode, std::size_t) { self->over(); });
  }
  void over() { done(answer); }

  Local::socket socket;
  std::string line;
  std::string answer;
  std::function<void(const std::string& answer)> done;
};

}  // namespace

struct RemoteBackend::Impl : std::enable_shared_from_this<RemoteBackend::Impl> {
  Impl(asio::io_context& loop, std::filesystem::path socket)
      : io(loop),
        path(std::move(socket)),
        watched(loop) {}

  Result<void> open() {
    ErrorCode error;
    watched.connect(Local::endpoint(path.string()), error);
    const std::string line = write_line(Json{{"v", 1}, {"do", "watch"}});
    if (!error) asio::write(watched, asio::buffer(line), error);
    const auto by = Clock::now() + kAnswerWait;
    while (!error && revision == 0 && is_readable(watched.native_handle(), by)) {
      const std::size_t had = read.size();
      read.resize(had + kBlock);
      read.resize(had + watched.read_some(asio::buffer(read.data() + had, kBlock), error));
      take_lines();
    }
    if (revision == 0) return fail(Errc::refused, "no servent answers at " + path.string());
    wait_for_lines();
    return {};
  }

  void wait_for_lines() {
    asio::async_read_until(watched, asio::dynamic_buffer(read, kMostLine), '\n',
                           [self = shared_from_this()](ErrorCode error, std::size_t) {
                             if (!self->is_open) return;
                             if (error) return self->lost();
                             self->take_lines();
                             self->bell.ring();
                             self->wait_for_lines();
                           });
  }

  // What is no moment tells nothing: the end of the watch comes before the end of the connection.
  void take_lines() {
    std::size_t taken = 0;
    for (std::size_t end = 0; (end = read.find('\n', taken)) != std::string::npos;) {
      const Json line =
          Json::parse(read.begin() + static_cast<std::ptrdiff_t>(taken),
                      read.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
      taken = end + 1;
      if (!line.is_object() || !line.contains("moment") || !heard.take(line["moment"])) continue;
      heard_at = Clock::now();
      ++revision;
    }
    read.erase(0, taken);
  }

  void lost() {
    close();
    if (gone) gone(is_quitting);
  }

  void close() {
    ErrorCode ignored;
    is_open = false;
    watched.close(ignored);
    asking.reset();
  }

  // Which results are wanted from now on.
  void choose(std::uint32_t search) {
    if (search == chosen || !is_open || waiting.size() > kMostWaiting) return;
    chosen = search;
    waiting += write_line(Json{{"v", 1}, {"search", search}});
    if (!is_sending) send();
  }
  void send() {
    is_sending = !waiting.empty();
    if (!is_sending) return;
    const auto line = std::make_shared<std::string>(std::exchange(waiting, {}));
    asio::async_write(watched, asio::buffer(*line),
                      [self = shared_from_this(), line](ErrorCode error, std::size_t) {
                        self->is_sending = false;
                        if (!error && self->is_open) self->send();
                      });
  }

  api::Outcome submit(const api::Request& request) {
    Json asked{{"v", 1}, {"do", "submit"}};
    asked.update(request_json(request));
    if (!asking) asking.emplace(path.string());
    if (std::holds_alternative<api::Quit>(request)) is_quitting = true;
    api::Outcome outcome;
    if (asking->good() && asking->send(write_line(asked)))
      outcome = outcome_in(asking->line(kAnswerWait));
    else
      outcome.error = "the node does not answer";
    // An answer that comes too late must not be taken for that of the next request.
    if (!outcome.error.empty()) asking.reset();
    return outcome;
  }

  static constexpr std::size_t kBlock = 65536;

  asio::io_context& io;
  std::filesystem::path path;
  Local::socket watched;
  std::string read;
  SnapshotHeard heard;
  Clock::time_point heard_at;
  std::uint64_t revision = 0;
  Bell bell;
  std::uint32_t chosen = 0;
  std::string waiting;
  bool is_sending = false;
  std::optional<ControlClient> asking;
  bool is_quitting = false;
  bool is_open = true;
  std::function<void(bool)> gone;
};

RemoteBackend::RemoteBackend(asio::io_context& io, std::filesystem::path socket)
    : impl_(std::make_shared<Impl>(io, std::move(socket))) {}

RemoteBackend::~RemoteBackend() {
  impl_->close();
}

Result<void> RemoteBackend::open() {
  return impl_->open();
}

void RemoteBackend::on_gone(std::function<void(bool asked)> gone) {
  impl_->gone = std::move(gone);
}

std::uint64_t RemoteBackend::revision() const {
  return impl_->revision;
}

std::shared_ptr<void> RemoteBackend::on_change(std::function<void()> ring) {
  return impl_->bell.add(std::move(ring));
}

api::Snapshot RemoteBackend::snapshot(std::uint32_t search) {
  impl_->choose(search);
  api::Snapshot shot = impl_->heard.snapshot(search);
  shot.revision = impl_->revision;
  shot.now_ms += std::chrono::duration_cast<milliseconds>(Clock::now() - impl_->heard_at).count();
  return shot;
}

api::Outcome RemoteBackend::submit(const api::Request& request) {
  return impl_->submit(request);
}

void RemoteBackend::share(const std::string& path, bool wanted,
                          std::function<void(api::Outcome)> done) {
  const auto question = std::make_shared<Question>(impl_->io);
  question->line =
      write_line(Json{{"v", 1}, {"do", wanted ? "share" : "unshare"}, {"path", to_wire(path)}});
  question->done = [done = std::move(done)](const std::string& answer) {
    done(outcome_in(answer));
  };
  question->ask(impl_->path.string());
}

void RemoteBackend::look_into(const std::string& folder, std::function<void(api::Listing)> done) {
  const auto question = std::make_shared<Question>(impl_->io);
  question->line = write_line(Json{{"v", 1}, {"do", "look_into"}, {"folder", to_wire(folder)}});
  question->done = [done = std::move(done)](const std::string& answer) {
    api::Listing listing;
    const Json told = Json::parse(answer, nullptr, false);
    const bool is_listing = told.is_object() && listing_in(told.value("listing", Json()), listing);
    done(is_listing ? std::move(listing) : api::Listing{});
  };
  question->ask(impl_->path.string());
}

void RemoteBackend::look_at_hosts(std::function<void(api::HostList)> done) {
  const auto question = std::make_shared<Question>(impl_->io);
  question->line = write_line(Json{{"v", 1}, {"do", "hosts"}});
  question->done = [done = std::move(done)](const std::string& answer) {
    api::HostList list;
    const Json told = Json::parse(answer, nullptr, false);
    const bool is_list = told.is_object() && hosts_in(told.value("hosts", Json()), list);
    done(is_list ? std::move(list) : api::HostList{});
  };
  question->ask(impl_->path.string());
}

}  // namespace p2p::app
