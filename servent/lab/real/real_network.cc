#include "servent/lab/real/real_network.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include "protocols/base/bytes.h"
#include "protocols/registry.h"

#include "servent/lab/crowd.h"

namespace p2p::lab {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAnswers = std::chrono::seconds(10);  // of a node to a request
constexpr milliseconds kUpEach(500);  // on a machine that starts many at once, beside kAnswers
constexpr int kBetweenLooks = 20;     // ms between two looks at a barrier
constexpr milliseconds kConnectAgain = std::chrono::seconds(5);

Json verb(const char* what) {
  return {{"v", 1}, {"do", what}};
}

NodeStatus status_of(const Json& row) {
  NodeStatus status;
  status.shared = number_in(row, "shared_files");
  status.is_hashing = number_in(row, "to_hash") > 0 || row.value("scanning", Json(true)) == true;
  status.busy = number_in(row, "looking_up");
  const Json networks = row.value("networks", Json::array());
  if (!networks.is_array() || networks.empty()) return status;
  const Json& network = networks[0];
  status.is_online = network.value("online", Json(false)) == true;
  status.users = number_in(network, "users");
  status.files = number_in(network, "files");
  const Json counters = network.value("counters", Json::object());
  for (const auto& [name, value] : counters.items())
    if (value.is_number_unsigned()) status.counters[name] = value.get<std::uint64_t>();
  status.busy += status.counters["searches asked on"];
  status.duplicates = status.counters["dropped: duplicate"];
  const Json traffic = network.value("traffic", Json::array());
  for (const Json& kind : traffic)
    status.traffic.push_back({number_in(kind, "in"), number_in(kind, "out"),
                              number_in(kind, "in_bytes"), number_in(kind, "out_bytes")});
  return status;
}

// How a node of the flat network searches, and whether it asks who is there.
std::string flat_config(const Setup& setup) {
  const auto line = [](const char* key, std::uint64_t value) {
    return std::string(key) + " = " + std::to_string(value) + '\n';
  };
  return "\n[gnutella]\nmethod = \"" + std::string(to_text(setup.method)) + "\"\n" +
         line("walkers", setup.walkers) + line("check_every", setup.check_every) +
         line("enough", std::min<std::uint32_t>(setup.enough, 100'000)) +
         line("ring_wait_ms", setup.ring_wait_ms) + line("radius", setup.radius) +
         line("ping_s", setup.ping_s) +
         "floods_pings = " + (setup.pongs == "flooded" ? "true\n" : "false\n");
}

std::string shape_text(const Setup& setup, std::uint64_t seed) {
  constexpr std::array<const char*, 3> kModelNames{"constant", "uniform_int", "lognormal"};
  const Latency& latency = setup.latency;
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), "%s %u %u %.17g %.17g %llu %.17g %llu",
                kModelNames.at(static_cast<std::size_t>(latency.model)), latency.least_ms,
                std::max(latency.least_ms, latency.most_ms), latency.median_rtt_ms, latency.sigma,
                static_cast<unsigned long long>(setup.bandwidth), setup.loss,
                static_cast<unsigned long long>(seed));
  return text.data();
}

// 127.x.y.z: each node has its own, and runs side by side mostly have different x.
std::string loopback(NodeNumber node) {
  const auto run = static_cast<unsigned>(::getpid()) % 250 + 1;
  return "127." + std::to_string(run) + '.' + std::to_string(node / 250 % 256) + '.' +
         std::to_string(node % 250 + 1);
}

}  // namespace

std::uint64_t number_in(const Json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_number_unsigned() ? at->get<std::uint64_t>() : 0;
}

void add_counts(NodeStatus& to, const NodeStatus& more) {
  to.duplicates += more.duplicates;
  to.traffic.resize(std::max(to.traffic.size(), more.traffic.size()));
  for (std::size_t kind = 0; kind < more.traffic.size(); ++kind) {
    to.traffic[kind].in += more.traffic[kind].in;
    to.traffic[kind].out += more.traffic[kind].out;
    to.traffic[kind].in_bytes += more.traffic[kind].in_bytes;
    to.traffic[kind].out_bytes += more.traffic[kind].out_bytes;
  }
}

RealNetwork::RealNetwork(const Plan& plan, const Setup& setup, std::uint64_t seed,
                         const Placement& placement, const std::atomic<bool>& stop, Say say)
    : plan_(plan),
      setup_(setup),
      seed_(seed),
      placement_(placement),
      stop_(stop),
      say_(std::move(say)),
      nodes_(plan.roles.size()) {}

Result<void> RealNetwork::open(const std::vector<Host>& hosts, const std::string& keep) {
  machines_.reserve(hosts.size());
  for (const Host& host : hosts) {
    auto machine = Machine::open(host, keep);
    if (!machine) return tl::unexpected(machine.error());
    machines_.push_back(std::move(*machine));
  }
  for (std::size_t node = 0; node < nodes_.size(); ++node)
    nodes_[node].machine = node % machines_.size();
  return {};
}

// ---- asking -----------------------------------------------------------------------------------

Result<std::vector<Json>> RealNetwork::ask(const std::vector<NodeNumber>& nodes,
                                           const std::vector<Json>& asks) {
  std::vector<Json> of_machines(machines_.size(), Json::array());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    Json one = asks[i];
    one["node"] = nodes[i];
    of_machines[nodes_[nodes[i]].machine].push_back(std::move(one));
  }
  for (std::size_t i = 0; i < machines_.size(); ++i)
    if (!of_machines[i].empty())
      machines_[i].say(
          {{"do", "ask"}, {"asks", std::move(of_machines[i])}, {"wait_ms", kAnswers.count()}});
  std::vector<Json> answers(machines_.size());
  std::vector<bool> is_heard(machines_.size());
  std::vector<std::size_t> next(machines_.size());
  std::vector<Json> out;
  for (const NodeNumber node : nodes) {
    const std::size_t at = nodes_[node].machine;
    if (!is_heard[at]) {
      auto answer = machines_[at].hear(kAnswers);
      if (!answer) return tl::unexpected(answer.error());
      take_ended(machines_[at], *answer);
      answers[at] = std::move((*answer)["answers"]);
      is_heard[at] = true;
    }
    const std::size_t place = next[at]++;
    const bool is_there = answers[at].is_array() && place < answers[at].size();
    out.push_back(is_there ? std::move(answers[at][place]) : Json());
  }
  return out;
}

Result<std::vector<Json>> RealNetwork::ask_each(const std::vector<NodeNumber>& nodes,
                                                const Json& line) {
  return ask(nodes, std::vector<Json>(nodes.size(), Json{{"line", line}}));
}

// What it has counted counts on.
void RealNetwork::take_ended(const Machine& machine, const Json& answer) {
  for (const Json& one : answer.value("ended", Json::array())) {
    const auto number = static_cast<NodeNumber>(number_in(one, "node"));
    if (number >= nodes_.size()) continue;
    Node& node = nodes_[number];
    if (std::exchange(node.is_up, false)) add_counts(node.before, std::exchange(node.seen, {}));
    has_gaps_ = true;
    crashes_.push_back(name_of(number) + " (" + machine.host().name +
                       ") crashed: " + escaped(one.value("how", "")));
  }
}

std::vector<NodeNumber> RealNetwork::up() const {
  std::vector<NodeNumber> up;
  for (NodeNumber node = 0; node < nodes_.size(); ++node)
    if (nodes_[node].is_up) up.push_back(node);
  return up;
}

Result<void> RealNetwork::look() {
  const std::vector<NodeNumber> asked = up();
  const auto answers = ask_each(asked, verb("status"));
  if (!answers) return tl::unexpected(answers.error());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const Json& rows = (*answers)[i];
    if (rows.is_array() && rows.size() > 1 && nodes_[asked[i]].is_up)
      nodes_[asked[i]].seen = status_of(rows[0]);
  }
  return {};
}

Result<void> RealNetwork::each_end(const std::function<void(NodeNumber, const Json&)>& see) {
  const std::vector<NodeNumber> asked = up();
  const auto answers = ask_each(asked, verb("peers"));
  if (!answers) return tl::unexpected(answers.error());
  for (std::size_t i = 0; i < asked.size(); ++i)
    for (const Json& row : (*answers)[i])
      if (row.is_object() && row.value("state", Json("")) == "up") see(asked[i], row);
  return {};
}

Result<void> RealNetwork::until(const char* what, milliseconds most,
                                const std::function<Result<std::string>()>& missing) {
  const auto by = Clock::now() + most;
  for (;;) {
    const auto words = missing();
    if (!words) return tl::unexpected(words.error());
    if (words->empty()) return {};
    if (stop_) return fail(Errc::stopped, "stopped");
    if (Clock::now() > by)
      return fail(Errc::refused, std::string(what) + " takes longer than " +
                                     std::to_string(most.count() / 1000) + " s: " + *words);
    ::poll(nullptr, 0, kBetweenLooks);
  }
}

// ---- starting ---------------------------------------------------------------------------------

std::string RealNetwork::config_of(NodeNumber node) const {
  const auto many = std::to_string(nodes_.size() + 1);
  return std::string("beacon = false\nlog_level = \"warn\"\n[kazaa]\n") +
         (plan_.repairs ? "" : "supernode_links = 1000\n") +
         "supernode_max_links = 1000\nmax_children = 10000\nquery_ttl = " +
         std::to_string(std::min<unsigned>(setup_.ttl, 15)) + "\n[server]\nmax_users = " + many +
         "\nlinks_per_address = " + many + flat_config(setup_) +
         "[lab]\nnode = true\nseeks = " + (plan_.repairs ? "true" : "false") +
         "\nttl = " + std::to_string(setup_.ttl) + "\nlink = \"" +
         shape_text(setup_, seed_ * 1'000'003 % 1'000'000'007 + node) + "\"\n";
}

Json RealNetwork::wanted(NodeNumber node) const {
  const Node& its = nodes_[node];
  const std::string& address = machines_[its.machine].host().address;
  const std::string listen =
      !its.listen.empty() ? its.listen : (address.empty() ? loopback(node) : address) + ":0";
  Json words{"--yes",  "--mode",          plan_.mode, "--role", plan_.roles[node],
             "--nick", Crowd::nick(node), "--listen", listen};
  for (const NodeNumber host : known_to(plan_, node))
    if (!nodes_[host].listen.empty()) words.insert(words.end(), {"--connect", nodes_[host].listen});
  Json files = Json::array();
  if (node < plan_.users)
    for (const FileNumber file : placement_.files(node))
      files.push_back(placement_.corpus().name(file));
  return {{"node", node},
          {"words", std::move(words)},
          {"config", config_of(node)},
          {"files", std::move(files)}};
}

Result<void> RealNetwork::launch(const std::vector<NodeNumber>& which) {
  std::vector<Json> of_machines(machines_.size(), Json::array());
  for (const NodeNumber node : which)
    of_machines[nodes_[node].machine].push_back(wanted(node));
  const auto wait = kAnswers + kUpEach * which.size();
  for (std::size_t i = 0; i < machines_.size(); ++i)
    if (!of_machines[i].empty())
      machines_[i].say({{"do", "start"}, {"nodes", of_machines[i]}, {"wait_ms", wait.count()}});
  for (std::size_t i = 0; i < machines_.size(); ++i) {
    if (of_machines[i].empty()) continue;
    const auto answer = machines_[i].hear(wait);
    if (!answer) return tl::unexpected(answer.error());
    for (std::size_t k = 0; k < of_machines[i].size(); ++k) {
      const NodeNumber node = of_machines[i][k]["node"];
      nodes_[node].is_up = true;
      nodes_[node].listen = answer->at("answers").at(k).get<std::string>();
      places_[nodes_[node].listen] = node;
    }
  }
  return {};
}

Result<void> RealNetwork::start() {
  std::vector<NodeNumber> all(nodes_.size());
  std::iota(all.begin(), all.end(), NodeNumber{0});
  say_("starting " + std::to_string(all.size()) + " nodes");
  if (auto launched = launch(all); !launched) return launched;
  if (auto shared = share(); !shared) return shared;
  return plan_.repairs ? seek() : link_all();
}

// They are told whom they know when they are started, and where those listen is known now only.
Result<void> RealNetwork::seek() {
  std::vector<NodeNumber> all = up();
  if (auto killed = kill(all); !killed) return killed;
  if (auto launched = launch(all); !launched) return launched;
  return connect(planned());
}

Result<void> RealNetwork::link_all() {
  // Leaves first: super-peers then tell each other at once what all of them have.
  Links low;
  Links high;
  for (const auto& one : planned())
    (plan_.roles[one.first] == plan_.roles[one.second] ? high : low).push_back(one);
  for (const Links& links : {low, high}) {
    if (auto linked = link(links); !linked) return linked;
    if (auto done = register_all(); !done) return done;
  }
  return {};
}

Result<void> RealNetwork::share() {
  say_("sharing " + std::to_string(placement_.copies()) + " files");
  return until("sharing", kBarrier, [&]() -> Result<std::string> {
    if (const auto seen = look(); !seen) return tl::unexpected(seen.error());
    for (NodeNumber node = 0; node < plan_.users; ++node) {
      const std::size_t has = placement_.files(node).size();
      const NodeStatus& seen = nodes_[node].seen;
      if (nodes_[node].is_up && (seen.is_hashing || seen.shared < has))
        return name_of(node) + " shares " + std::to_string(seen.shared) + " of " +
               std::to_string(has) + " files";
    }
    return std::string();
  });
}

RealNetwork::Links RealNetwork::planned() const {
  Links links = plan_.links;
  if (plan_.dials)
    for (NodeNumber node = 0; node < plan_.users; ++node)
      links.emplace_back(node, static_cast<NodeNumber>(plan_.users));
  return links;
}

Result<void> RealNetwork::connect(const Links& links) {
  std::vector<NodeNumber> callers;
  std::vector<Json> asks;
  for (const auto& [from, to] : links) {
    callers.push_back(from);
    Json line = verb("connect");
    line["endpoint"] = nodes_[to].listen;
    asks.push_back({{"line", std::move(line)}});
  }
  const auto asked = ask(callers, asks);
  if (!asked) return tl::unexpected(asked.error());
  return {};
}

// A link is there when both ends say so.
Result<void> RealNetwork::link(const Links& links) {
  if (links.empty()) return {};
  say_("linking: " + std::to_string(links.size()) + " links");
  if (auto asked = connect(links); !asked) return asked;
  auto again = Clock::now() + kConnectAgain;
  std::map<NodeNumber, std::size_t> called;  // so many links by those who call them
  for (const auto& [from, to] : links)
    ++called[to];
  return until("linking", kBarrier, [&]() -> Result<std::string> {
    std::map<NodeNumber, std::vector<std::string>> at;  // who it is linked to by its own call
    std::map<NodeNumber, std::size_t> came;
    const auto seen = each_end([&](NodeNumber node, const Json& row) {
      if (row.value("direction", Json("")) == "out")
        at[node].push_back(row.value("endpoint", ""));
      else
        ++came[node];
    });
    if (!seen) return tl::unexpected(seen.error());
    Links missing;
    for (const auto& one : links)
      if (is_up(one.first) && is_up(one.second) &&
          std::ranges::count(at[one.first], nodes_[one.second].listen) == 0)
        missing.push_back(one);
    for (const auto& [node, count] : called)
      if (missing.empty() && is_up(node) && came[node] < count && !has_gaps_)
        return name_of(node) + " has " + std::to_string(came[node]) + " of the " +
               std::to_string(count) + " links that others call";
    if (missing.empty()) return std::string();
    if (Clock::now() > again) {
      again = Clock::now() + kConnectAgain;
      if (const auto called_again = connect(missing); !called_again)
        return tl::unexpected(called_again.error());
    }
    const auto& [from, to] = missing.front();
    return name_of(from) + " has no link to " + name_of(to) + " at " + nodes_[to].listen +
           ", nor " + std::to_string(missing.size() - 1) + " others theirs";
  });
}

}  // namespace p2p::lab
