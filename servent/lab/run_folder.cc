#include "servent/lab/run_folder.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "servent/lab/report.h"
#include "servent/lab/results_file.h"

namespace p2p::lab {

namespace {

namespace fs = std::filesystem;

// By the driver: simulated, real.
constexpr std::array kJournals{"runs.jsonl", "runs-real.jsonl"};
constexpr auto kBetweenSyncs = std::chrono::seconds(1);

tl::unexpected<Error> cannot(const char* what, const fs::path& file, int error) {
  return fail(Errc::io, std::string("cannot ") + what + ' ' + file.string() + ": " +
                            std::generic_category().message(error));
}

Result<std::string> whole_text(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in.is_open() || in.bad()) return cannot("read", file, errno != 0 ? errno : EIO);
  return text;
}

// All that two scenarios must have in common for their runs to be the same.
Scenario networks_of(const Scenario& scenario) {
  Scenario out;
  out.name = scenario.name;
  out.setup = scenario.setup;
  out.vary = scenario.vary;
  return out;
}

// The first lines that differ, as "was ..., is ..."; empty where none does.
std::string first_difference(const Scenario& was, const Scenario& is) {
  const std::string before = to_toml(networks_of(was));
  const std::string now = to_toml(networks_of(is));
  if (before == now) return {};
  const auto [a, b] = std::ranges::mismatch(before, now);
  const auto line_at = [](const std::string& text, std::string::const_iterator at) {
    const auto place = static_cast<std::size_t>(at - text.begin());
    const std::size_t begin = place == 0 ? 0 : text.rfind('\n', place - 1) + 1;
    return text.substr(begin, text.find('\n', place) - begin);
  };
  return "was `" + line_at(before, a) + "`, is `" + line_at(now, b) + '`';
}

}  // namespace

Journal::Journal(fs::path file, int handle, std::uint64_t size)
    : file_(std::move(file)),
      handle_(handle),
      size_(size) {}

Journal::~Journal() {
  if (handle_ >= 0) ::close(handle_);
}

Journal::Journal(Journal&& other) noexcept
    : file_(std::move(other.file_)),
      handle_(std::exchange(other.handle_, -1)),
      size_(other.size_),
      synced_(other.synced_) {}

Result<Journal> Journal::begin(const fs::path& folder, const Results& known) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return cannot("make", folder, error.value());
  fs::path file = folder / kJournals.at(known.is_real ? 1 : 0);
  std::string text = head_line(known);
  for (const Outcome& outcome : known.outcomes)
    text += run_line(outcome, known.effort);
  if (auto written = write_whole(file, text); !written) return tl::unexpected(written.error());
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
  const int handle = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (handle < 0) return cannot("write", file, errno);
  return Journal(std::move(file), handle, text.size());
}

Result<void> Journal::add(const Outcome& outcome, const Effort& so_far) {
  const std::string line = run_line(outcome, so_far);
  std::size_t written = 0;
  while (written < line.size()) {
    const auto count = ::write(handle_, line.data() + written, line.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      const int error = count < 0 ? errno : EIO;
      [[maybe_unused]] const int cut = ::ftruncate(handle_, static_cast<off_t>(size_));
      return cannot("write", file_, error);
    }
    written += static_cast<std::size_t>(count);
  }
  size_ += line.size();
  const auto now = std::chrono::steady_clock::now();
  if (now - synced_ < kBetweenSyncs) return {};
  synced_ = now;
  if (::fdatasync(handle_) != 0) return cannot("write", file_, errno);
  return {};
}

void Journal::remove() {
  std::error_code error;
  fs::remove(file_, error);
}

Result<std::vector<Results>> load_results(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    const auto text = whole_text(path);
    if (!text) return tl::unexpected(text.error());
    return read_results(*text, path.string());
  }
  std::vector<Results> all;
  for (const char* name : kJournals) {
    const fs::path journal = path / name;
    if (!fs::exists(journal, error)) continue;
    const auto text = whole_text(journal);
    if (!text) return tl::unexpected(text.error());
    auto results = read_lines(*text, journal.string());
    if (!results) return tl::unexpected(results.error());
    all.push_back(std::move(*results));
  }
  if (all.empty()) return load_results(path / "results.json");
  return all;
}

Result<void> take_up(const fs::path& folder, Results& results) {
  auto before = load_results(folder);
  if (!before) return tl::unexpected(before.error());
  const auto same = std::ranges::find(*before, results.is_real, &Results::is_real);
  const std::string begin = "cannot go on with " + folder.string() + ": ";
  if (same == before->end()) return fail(Errc::refused, begin + "its runs are of another driver");
  if (same->version != results.version)
    return fail(Errc::refused,
                begin + "it is of " + same->version + ", this is " + results.version);
  if (const std::string differs = first_difference(same->scenario, results.scenario);
      !differs.empty())
    return fail(Errc::refused, begin + "it is of another scenario: " + differs);
  results.outcomes = std::move(same->outcomes);
  results.effort = same->effort;
  return {};
}

}  // namespace p2p::lab
