// RealNetwork once it is linked: barriers, kills, questions.
#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <utility>

#include <poll.h>

#include "protocols/registry.h"

#include "servent/lab/population.h"
#include "servent/lab/real/real_network.h"

namespace p2p::lab {

namespace {

using std::chrono::milliseconds;

constexpr int kFirstLook = 2;  // ms between two looks at what is on its way; twice that each time
constexpr int kLastLook = 50;
constexpr milliseconds kQuietGaps = std::chrono::seconds(2);  // see has_gaps_

// Kinds by which nodes tell others what they have.
constexpr std::array<std::string_view, 2> kTelling{"table", "share"};

}  // namespace

bool is_paced(const Setup& setup) {
  return setup.repair == "self" || (is_lively(setup) && setup.departure == "silent");
}

// In and out of these kinds, at all nodes that were there.
RealNetwork::Balance RealNetwork::balance(
    const std::function<bool(const MessageKind&)>& is_of) const {
  const auto kinds = find_mode(plan_.mode)->watching().kinds;
  Balance sum;
  for (const Node& node : nodes_)
    for (const NodeStatus* status : {&node.seen, &node.before})
      for (std::size_t kind = 0; kind < std::min(status->traffic.size(), kinds.size()); ++kind) {
        if (!is_of(kinds[kind])) continue;
        sum.in += status->traffic[kind].in;
        sum.out += status->traffic[kind].out;
      }
  return sum;
}

// What is told is there: lists of the server, of supernodes, tables of leaves.
std::string RealNetwork::untold() const {
  std::uint64_t files = 0;
  std::uint64_t users = 0;
  for (NodeNumber node = 0; node < plan_.users; ++node) {
    if (!nodes_[node].is_up) continue;
    const std::size_t has = placement_.files(node).size();
    const NodeStatus& seen = nodes_[node].seen;
    files += has;
    ++users;
    if (!seen.is_online && plan_.dials) return name_of(node) + " is not logged in";
    const auto registered = seen.counters.find("registered files");
    const std::uint64_t told = plan_.counts_told                   ? seen.files
                               : registered != seen.counters.end() ? registered->second
                                                                   : has;
    if (told < has)
      return name_of(node) + " has told of " + std::to_string(told) + " of " + std::to_string(has) +
             " files";
  }
  const Balance told = balance([](const MessageKind& kind) {
    return std::ranges::find(kTelling, kind.name) != kTelling.end();
  });
  if (told.in < told.out && !has_gaps_)
    return std::to_string(told.out - told.in) + " messages of files are on their way";
  if (!plan_.dials || !is_up(static_cast<NodeNumber>(plan_.users))) return {};
  const NodeStatus& server = nodes_[plan_.users].seen;
  if (server.users < users || server.files < files)
    return "the server has " + std::to_string(server.users) + " of " + std::to_string(users) +
           " users and " + std::to_string(server.files) + " of " + std::to_string(files) + " files";
  return {};
}

Result<void> RealNetwork::register_all() {
  return until("registering", kBarrier, [&]() -> Result<std::string> {
    if (const auto seen = look(); !seen) return tl::unexpected(seen.error());
    return untold();
  });
}

// ---- kills ------------------------------------------------------------------------------------

Result<std::set<std::string>> RealNetwork::end(const std::vector<NodeNumber>& nodes,
                                               const char* how) {
  // What they have counted counts on.
  if (auto seen = look(); !seen) return tl::unexpected(seen.error());
  std::set<std::string> ended;
  for (const NodeNumber number : nodes) {
    Node& node = nodes_[number];
    if (!std::exchange(node.is_up, false)) continue;
    has_gaps_ = true;
    add_counts(node.before, std::exchange(node.seen, {}));
    ended.insert(node.listen);
    Machine& machine = machines_[node.machine];
    const auto done = machine.ask({{"do", how}, {"node", number}}, milliseconds(0));
    if (!done) return tl::unexpected(done.error());
    take_ended(machine, *done);
  }
  return ended;
}

Result<void> RealNetwork::halt(const std::vector<NodeNumber>& nodes) {
  if (auto halted = end(nodes, "halt"); !halted) return tl::unexpected(halted.error());
  return {};
}

Result<void> RealNetwork::kill(const std::vector<NodeNumber>& nodes) {
  const auto dead = end(nodes, "kill");
  if (!dead) return tl::unexpected(dead.error());
  if (is_paced(setup_)) return {};
  return until("losing links", kBarrier, [&]() -> Result<std::string> {
    std::string left;
    const auto seen = each_end([&](NodeNumber node, const Json& row) {
      const std::string to = row.value("endpoint", "");
      if (dead->contains(to)) left = name_of(node) + " still has a link to " + to;
    });
    if (!seen) return tl::unexpected(seen.error());
    return left;
  });
}

std::vector<std::size_t> RealNetwork::links_planned() const {
  std::vector<std::size_t> links(nodes_.size());
  for (const auto& [from, to] : planned()) {
    ++links[from];
    ++links[to];
  }
  return links;
}

Result<std::vector<std::size_t>> RealNetwork::links_up() {
  std::vector<std::size_t> links(nodes_.size());
  const auto seen = each_end([&](NodeNumber node, const Json&) { ++links[node]; });
  if (!seen) return tl::unexpected(seen.error());
  return links;
}

Result<void> RealNetwork::restart(const std::vector<NodeNumber>& nodes) {
  std::set<NodeNumber> its;
  for (const NodeNumber node : nodes)
    if (!nodes_[node].is_up) its.insert(node);
  if (its.empty()) return {};
  if (auto launched = launch({its.begin(), its.end()}); !launched) return launched;
  // A server is called again by its clients, each when it thinks so.
  const bool is_called_again = is_paced(setup_) && plan_.dials;
  Links links;
  for (const auto& one : planned())
    if ((its.contains(one.first) || (its.contains(one.second) && !is_called_again)) &&
        is_up(one.first) && is_up(one.second))
      links.push_back(one);
  if (is_paced(setup_)) return plan_.repairs ? Result<void>() : connect(links);
  if (auto shared = share(); !shared) return shared;
  if (auto linked = link(links); !linked) return linked;
  return register_all();
}

// ---- questions --------------------------------------------------------------------------------

Result<std::optional<std::uint32_t>> RealNetwork::search(NodeNumber node,
                                                         const std::string& words) {
  const Json line{{"v", 1}, {"do", "submit"}, {"what", "start_search"}, {"text", words}};
  const auto answers = ask_each({node}, line);
  if (!answers) return tl::unexpected(answers.error());
  const Json& rows = answers->front();
  if (!rows.is_array() || rows.empty() || !rows.back().contains("id")) return std::nullopt;
  return rows.back()["id"].get<std::uint32_t>();
}

// A node tells of one search at a time.
Result<std::vector<Json>> RealNetwork::take(const std::vector<Begun>& begun) {
  std::vector<Json> out(begun.size());
  std::vector<bool> is_taken(begun.size());
  for (std::size_t left = begun.size(); left > 0;) {
    std::vector<std::size_t> places;
    std::vector<NodeNumber> nodes;
    std::vector<Json> asks;
    for (std::size_t i = 0; i < begun.size(); ++i) {
      if (is_taken[i] || std::ranges::count(nodes, begun[i].node) > 0) continue;
      is_taken[i] = true;
      places.push_back(i);
      nodes.push_back(begun[i].node);
      asks.push_back({{"search", begun[i].search}});
    }
    auto answers = ask(nodes, asks);
    if (!answers) return tl::unexpected(answers.error());
    for (std::size_t i = 0; i < places.size(); ++i) {
      Json& answer = (*answers)[i];
      const bool is_told = answer.is_array() && !answer.empty() && answer[0].is_object();
      if (is_told) out[places[i]] = answer[0].value("moment", Json());
    }
    left -= places.size();
  }
  return out;
}

// Two looks that are alike, with all that was sent received between, show that nothing moves
// (Mattern 1987, the four counter method): a node that could still send something says so (busy).
Result<bool> RealNetwork::settle(milliseconds most) {
  const auto by = Clock::now() + most;
  Balance before;
  auto changed = Clock::now();
  bool is_first = true;
  for (int pause = kFirstLook;; pause = std::min(2 * pause, kLastLook)) {
    if (const auto seen = look(); !seen) return tl::unexpected(seen.error());
    const Balance now =
        balance([](const MessageKind& kind) { return kind.purpose != Purpose::upkeep; });
    const bool is_busy = std::ranges::any_of(
        nodes_, [](const Node& node) { return node.is_up && node.seen.busy > 0; });
    const bool is_still = !is_first && now == before && !is_busy;
    if (!is_still) changed = Clock::now();
    if (is_still && (now.in == now.out || (has_gaps_ && Clock::now() - changed >= kQuietGaps)))
      return true;
    if (stop_) return fail(Errc::stopped, "stopped");
    if (Clock::now() >= by) return false;
    before = now;
    is_first = false;
    ::poll(nullptr, 0, pause);
  }
}

Result<std::vector<NodeStatus>> RealNetwork::counts() {
  if (const auto seen = look(); !seen) return tl::unexpected(seen.error());
  std::vector<NodeStatus> all;
  for (const Node& node : nodes_) {
    all.push_back(node.before);
    add_counts(all.back(), node.seen);
  }
  return all;
}

std::optional<NodeNumber> RealNetwork::node_at(const std::string& endpoint) const {
  const auto at = places_.find(endpoint);
  if (at == places_.end()) return {};
  return at->second;
}

}  // namespace p2p::lab
