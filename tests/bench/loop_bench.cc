// How long the event loop stalls while an Engine has 1,000 downloads in its list and 200 of them
// come over connections of their own, from slow sources in another thread; the screen's look at the
// list four times a second is in it. A timer that is due each millisecond tells: how late it is
// called. The reference is the same timer on a loop that has nothing else to do, at the same time:
// what the machine itself withholds.
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <openssl/evp.h>

#include "protocols/transfer/http_request.h"

#include "servent/transfer/engine.h"

#include "tests/bench/paced_source.h"
#include "tests/bench/rounds.h"
#include "tests/support/temp_dir.h"

namespace p2p::bench {
namespace {
namespace asio = boost::asio;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kInList = 1000;
constexpr std::size_t kConnections = 200;
constexpr std::size_t kFileBytes = std::size_t{1} << 20U;
constexpr std::size_t kPiece = std::size_t{32} * 1024;  // each 200 ms: 32 MiB a second in all
constexpr auto kPause = 200ms;
constexpr auto kLongest = 60s;  // of a round; it takes 7

Sha1 digest_of(std::size_t file) {
  std::string content(kFileBytes, '\0');
  for (std::size_t at = 0; at < kFileBytes; ++at)
    content[at] = made_up(file, at);
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  EVP_Digest(content.data(), content.size(), out.data(), nullptr, EVP_sha1(), nullptr);
  Sha1 digest;
  std::ranges::copy(std::as_bytes(std::span(out).first(20)), digest.bytes.begin());
  return digest;
}

// Notes in milliseconds how late it is called, and the CPU that the loop took since the last time.
class Heartbeat {
 public:
  explicit Heartbeat(asio::io_context& io) : timer_(io) {}

  void start() {
    due_ = Clock::now();
    beat();
  }
  std::vector<double> late_ms;
  std::vector<double> busy_ms;

 private:
  void beat() {
    due_ = std::max(due_ + 1ms, Clock::now());
    timer_.expires_at(due_);
    const double before = thread_cpu_us();
    timer_.async_wait([this, before](boost::system::error_code e) {
      if (e) return;
      late_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - due_).count());
      busy_ms.push_back((thread_cpu_us() - before) / 1e3);
      beat();
    });
  }
  asio::steady_timer timer_;
  Clock::time_point due_;
};

class Idle {  // the reference, in a thread of its own
 public:
  Idle()
      : beat_(io_),
        thread_([this] {
          beat_.start();
          io_.run();
        }) {}
  ~Idle() { (void)end(); }
  Idle(const Idle&) = delete;
  Idle& operator=(const Idle&) = delete;
  std::vector<double>& end() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
    return beat_.late_ms;
  }

 private:
  asio::io_context io_;
  Heartbeat beat_;
  std::thread thread_;
};

class Loaded {
 public:
  explicit Loaded(const std::vector<Sha1>& digests)
      : digests_(digests),
        source_(kFileBytes, kPiece, kPause,
                [this](std::string_view request) { return named(request); }),
        beat_(io_),
        look_(io_) {
    settings_.downloads_at_once = kConnections;
    settings_.downloads = root_.path() / "down";
    settings_.state = root_.path() / "state";
    std::filesystem::create_directories(settings_.state);
    transfer::Hooks hooks;
    hooks.reach = [this](ReachId id, const Source& source) {
      asio::post(io_, [this, id, source] { reach(id, source); });
    };
    hooks.finished = [this](const auto&, const auto&) { ++finished_; };
    engine_.emplace(io_, settings_, hooks);
  }

  // False: the files have not come.
  bool run() {
    beat_.start();
    look();
    add_from(0);
    const auto end = Clock::now() + kLongest;
    while (finished_ < kConnections && Clock::now() < end)
      io_.run_one_for(100ms);
    return finished_ == kConnections;
  }
  Heartbeat& beat() { return beat_; }

 private:
  std::size_t named(std::string_view request) const {
    for (std::size_t file = 0; file < kConnections; ++file)
      if (request.find(transfer::path_of(digests_[file])) != std::string_view::npos) return file;
    return 0;
  }
  // One for each turn of the loop, as the user's wishes come.
  void add_from(std::size_t file) {
    if (file == kInList) return;
    add(file);
    asio::post(io_, [this, file] { add_from(file + 1); });
  }
  // The first ones have a source; those of the others tell them to wait.
  void add(std::size_t file) {
    transfer::Wanted wanted;
    wanted.name = "file " + std::to_string(file) + ".ogg";
    wanted.size_bytes = kFileBytes;
    if (file < kConnections) wanted.sha1 = digests_[file];
    wanted.sources.push_back(
        {"gnutella", file < kConnections ? "gives" : "waits", wanted.name, {}, 0});
    if (engine_->fetch(wanted) == 0) std::fprintf(stderr, "loop_bench: not taken: %zu\n", file);
  }
  void reach(ReachId id, const Source& source) {
    if (source.user == "waits") return engine_->on_queued("gnutella", {id, 7});
    Dialect dialect;
    dialect.kind = DialectKind::http;
    engine_->on_reached("gnutella", {id, {0x7f000001, source_.port()}, dialect});
  }
  void look() {
    rows_ += engine_->downloads().size();
    look_.expires_after(250ms);
    look_.async_wait([this](boost::system::error_code e) {
      if (!e) look();
    });
  }

  const std::vector<Sha1>& digests_;
  PacedSource source_;
  test::TempDir root_;
  asio::io_context io_;
  transfer::Settings settings_;
  Heartbeat beat_;
  asio::steady_timer look_;
  std::size_t finished_ = 0;
  std::size_t rows_ = 0;
  std::optional<transfer::Engine> engine_;
};

struct Figures {
  std::vector<double> most;
  std::vector<double> p999;
};

void take(Figures& out, std::vector<double>& values) {
  out.p999.push_back(percentile(values, 99.9));
  out.most.push_back(values.back());
}

int run() {
  std::vector<Sha1> digests;
  for (std::size_t file = 0; file < kConnections; ++file)
    digests.push_back(digest_of(file));
  Figures late;
  Figures busy;
  Figures idle;
  for (int round = 0; round <= kRounds; ++round) {
    Idle reference;
    Loaded loaded(digests);
    if (!loaded.run()) {
      std::fprintf(stderr, "loop_bench: not all files have come in time\n");
      return 1;
    }
    std::vector<double>& beside = reference.end();
    if (round == 0) continue;
    take(late, loaded.beat().late_ms);
    take(busy, loaded.beat().busy_ms);
    take(idle, beside);
  }
  const auto line = [](const char* name, double value, double reference, double most) {
    print({name, value, "ms", "idle loop", reference > 0 ? value / reference : 0,
           "<= " + std::to_string(static_cast<int>(most)), value <= most});
  };
  line("xfer.loop1000.p999", median(late.p999), median(idle.p999), 10);
  line("xfer.loop1000.most", *std::ranges::max_element(late.most),
       *std::ranges::max_element(idle.most), 10);
  const double cpu = *std::ranges::max_element(busy.most);
  print({"xfer.loop1000.cpu_most", cpu, "CPU ms", "", 0, "<= 10", cpu <= 10});
  return 0;
}

}  // namespace
}  // namespace p2p::bench

int main() {
  return p2p::bench::run();
}
