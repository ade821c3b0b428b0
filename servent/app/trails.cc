#include "servent/app/trails.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <system_error>
#include <utility>

#include "servent/app/control_client.h"
#include "servent/app/control_requests.h"

namespace p2p::app {

namespace fs = std::filesystem;

namespace {

constexpr auto kNodeWait = std::chrono::seconds(5);  // with one node
constexpr std::size_t kMostNodes = 10'000;

// Nothing: it is none.
std::optional<TrailStep> step_in(const Json& row) {
  const auto query = guid_from_hex(text_in(row, "query"));
  const auto local = parse_endpoint(text_in(row, "local"));
  const auto remote = parse_endpoint(text_in(row, "remote"));
  const auto* const what = std::ranges::find(kTrailWords, text_in(row, "what"));
  if (!query || !local || !remote || what == kTrailWords.end()) return {};
  const Time at{Duration(static_cast<Duration::rep>(number_in(row, "at_ms").value_or(0)))};
  return TrailStep{at, *query, *local, *remote,
                   static_cast<TrailStep::What>(what - kTrailWords.begin())};
}

std::vector<TrailStep> steps_of(const fs::path& home, Time since) {
  std::vector<TrailStep> steps;
  ControlClient node((home / "control.sock").string());
  if (!node.good() || !node.send(write_line(Json{{"v", 1}, {"do", "trail"}}))) return steps;
  for (;;) {
    const Json answer = Json::parse(node.line(kNodeWait), nullptr, false);
    if (!answer.is_object() || !answer.contains("row")) return steps;
    if (const auto step = step_in(answer["row"]); step && step->at >= since) steps.push_back(*step);
  }
}

}  // namespace

std::vector<NodeTrail> gather_trails(const fs::path& home, Time since) {
  std::error_code error;
  const fs::path ours = fs::canonical(home, error);
  std::vector<fs::path> homes;
  for (fs::directory_iterator at(ours.parent_path(), error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    if (homes.size() < kMostNodes && fs::is_socket(at->path() / "control.sock", ignored))
      homes.push_back(at->path());
  }
  std::ranges::sort(homes, {}, [&](const fs::path& one) { return std::pair(one != ours, one); });
  if (homes.empty() || homes.front() != ours) homes.insert(homes.begin(), ours);
  std::vector<NodeTrail> trails;
  trails.reserve(homes.size());
  for (const fs::path& one : homes)
    trails.push_back({one.filename().string(), steps_of(one, since)});
  return trails;
}

}  // namespace p2p::app
