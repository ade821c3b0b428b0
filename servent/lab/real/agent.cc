#include "servent/lab/real/agent.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "servent/app/control_client.h"
#include "servent/lab/real/child.h"
#include "servent/lab/real/machine.h"

namespace p2p::lab {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr std::size_t kMostRows = 100'000;  // of one answer
constexpr const char* kSelf = "/proc/self/exe";

Json failed(std::string why) {
  return {{"ok", false}, {"error", std::move(why)}};
}

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

struct AgentNode {
  fs::path home;
  std::unique_ptr<Child> process;               // null: killed; it may have been halted
  std::unique_ptr<app::ControlClient> control;  // once it is up
};

class Agent {
 public:
  Agent() = default;
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;
  Agent(Agent&&) = delete;
  Agent& operator=(Agent&&) = delete;
  ~Agent() {
    nodes_.clear();
    std::error_code ignored;
    if (!keeps_ && !folder_.empty()) fs::remove_all(folder_, ignored);
  }

  Json answer(const Json& request) {
    const std::string what = request.value("do", "");
    if (what == "open") return open(request.value("keep", ""));
    if (folder_.empty()) return failed("open comes first");
    if (what == "start") return start(request);
    if (what == "ask") return ask(request);
    if (what == "kill" || what == "halt") return end(request.value("node", 0U), what == "halt");
    return failed("unknown request");
  }

 private:
  Json open(const std::string& keep) {
    keeps_ = !keep.empty();
    std::error_code error;
    if (keeps_) {
      folder_ = fs::absolute(keep, error);
      fs::create_directories(folder_, error);
    } else {
      std::string made = (fs::temp_directory_path(error) / "servent-lab-XXXXXX").string();
      if (::mkdtemp(made.data()) == nullptr) return failed("cannot make a folder like " + made);
      folder_ = made;
    }
    if (error) return failed("cannot make " + folder_.string() + ": " + error.message());
    return {{"ok", true}};
  }

  // All at once; then their ready lines.
  Json start(const Json& request) {
    const auto by = Clock::now() + milliseconds(request.value("wait_ms", 10'000));
    for (const Json& wanted : request.at("nodes"))
      if (std::string why = begin(wanted); !why.empty()) return failed(std::move(why));
    Json listening = Json::array();
    for (const Json& wanted : request.at("nodes")) {
      const unsigned number = wanted.at("node");
      AgentNode& node = nodes_.at(number);
      const auto line = node.process->read_line(by);
      const Json ready = Json::parse(line.value_or(""), nullptr, false);
      if (!ready.is_object() || !ready.value("ready", false)) return failed(not_up(number));
      node.control = std::make_unique<app::ControlClient>((node.home / "control.sock").string());
      if (!node.control->good()) return failed(not_up(number));
      listening.push_back(ready.value("listen", ""));
    }
    return done(std::move(listening));
  }

  std::string not_up(unsigned number) {
    AgentNode& node = nodes_.at(number);
    const auto how = node.process->ended();
    const std::string said = first_line(errors_of(number));
    return "node " + std::to_string(number) + " is not up" + (how ? ": " + *how : "") +
           (said.empty() ? "" : ": " + said);
  }

  fs::path errors_of(unsigned number) const {
    return folder_ / (std::to_string(number) + ".stderr");
  }

  std::string begin(const Json& wanted) {
    const unsigned number = wanted.at("node");
    AgentNode& node = nodes_[number];
    node.control.reset();
    node.process.reset();
    if (node.home.empty()) {
      node.home = folder_ / std::to_string(number);
      if (std::string why = furnish(node.home, wanted); !why.empty()) return why;
    }
    Child::Wanted process;
    process.words = {kSelf, "--headless", "--home", node.home.string()};
    for (const std::string word : wanted.at("words"))
      process.words.push_back(word);
    process.words.insert(process.words.end(), {"--share", (node.home / "share").string()});
    process.errors = errors_of(number).string();
    auto child = Child::start(process);
    if (!child) return child.error().detail;
    node.process = std::make_unique<Child>(std::move(*child));
    return {};
  }

  // Its settings, and its files: each is the line of its name.
  static std::string furnish(const fs::path& home, const Json& wanted) {
    std::error_code error;
    fs::create_directories(home / "share", error);
    std::ofstream(home / "servent.toml") << wanted.value("config", "");
    for (const std::string name : wanted.at("files")) {
      const fs::path file = home / "share" / fs::path(name).filename();
      std::ofstream out(file);
      out << name << '\n';
      out.close();
      if (!out) return "cannot write " + file.string();
    }
    return {};
  }

  Json end(unsigned number, bool is_halt) {
    const auto node = nodes_.find(number);
    if (node == nodes_.end()) return failed("no such node");
    node->second.control.reset();
    if (is_halt && node->second.process)
      node->second.process->kill(SIGSTOP);
    else
      node->second.process.reset();
    return done(Json::array());
  }

  // Each is asked before the first one is listened to.
  Json ask(const Json& request) {
    const auto by = Clock::now() + milliseconds(request.value("wait_ms", 10'000));
    const Json& asks = request.at("asks");
    for (const Json& one : asks)
      if (AgentNode* node = asked(one)) say(*node, one);
    Json answers = Json::array();
    for (const Json& one : asks) {
      AgentNode* node = asked(one);
      answers.push_back(node == nullptr ? Json() : heard(*node, one, by));
    }
    return done(std::move(answers));
  }

  AgentNode* asked(const Json& one) {
    const auto node = nodes_.find(one.at("node").get<unsigned>());
    return node == nodes_.end() || !node->second.control ? nullptr : &node->second;
  }

  // The line behind a watch ends it.
  static void say(AgentNode& node, const Json& one) {
    if (!one.contains("search")) {
      node.control->send(one.at("line").dump() + '\n');
      return;
    }
    const Json watch{
        {"v", 1}, {"do", "watch"}, {"search", one["search"]}, {"parts", {"searches", "results"}}};
    node.control->send(watch.dump() + '\n');
  }

  static Json heard(AgentNode& node, const Json& one, Clock::time_point by) {
    if (!one.contains("search")) return rows(node, by);
    Json answer = Json::array();
    answer.push_back(next(node, by));
    const Json close{{"v", 1}, {"do", "submit"}, {"what", "close_search"}, {"id", one["search"]}};
    node.control->send(close.dump() + '\n');
    if (rows(node, by).is_null() || rows(node, by).is_null()) return {};
    return answer;
  }

  // Moments that come too late for us are passed over.
  static Json rows(AgentNode& node, Clock::time_point by) {
    Json rows = Json::array();
    while (rows.size() < kMostRows) {
      Json line = next(node, by);
      if (!line.is_object()) {
        node.control.reset();  // out of step, or gone
        return {};
      }
      if (line.contains("moment")) continue;
      const bool is_end = line.contains("end");
      rows.push_back(line.contains("row") ? std::move(line["row"]) : std::move(line));
      if (is_end) return rows;
    }
    return {};
  }

  static Json next(AgentNode& node, Clock::time_point by) {
    if (!node.control) return {};
    const auto left = std::chrono::ceil<milliseconds>(by - Clock::now());
    return Json::parse(node.control->line(std::max(left, milliseconds(0))), nullptr, false);
  }

  Json done(Json answers) {
    Json ended = Json::array();
    for (auto& [number, node] : nodes_) {
      const auto how = node.process ? node.process->ended() : std::nullopt;
      if (!how) continue;
      ended.push_back({{"node", number}, {"how", *how}});
      node.control.reset();
      node.process.reset();
    }
    return {{"ok", true}, {"answers", std::move(answers)}, {"ended", std::move(ended)}};
  }

  fs::path folder_;
  bool keeps_ = false;
  std::map<unsigned, AgentNode> nodes_;
};

// A request that makes no sense is refused; it comes from a laboratory of another version.
Json answered(Agent& agent, const std::string& line) {
  try {
    const Json request = Json::parse(line, nullptr, false);
    return request.is_object() ? agent.answer(request) : failed("not a request");
  } catch (const std::exception& error) {
    return failed(error.what());
  }
}

}  // namespace

int run_agent() {
  // The end of the input ends it, however the laboratory died. A signal puts an end there: not by
  // closing it, since the next link to a node would then take its place.
  static const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  struct sigaction quits {};
  quits.sa_handler = [](int) { ::dup2(nothing, STDIN_FILENO); };
  for (const int signal : {SIGTERM, SIGHUP, SIGINT})
    ::sigaction(signal, &quits, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  Agent agent;
  for (std::string line; std::getline(std::cin, line);) {
    const std::string text =
        answered(agent, line).dump(-1, ' ', false, Json::error_handler_t::replace);
    std::cout << text << '\n' << std::flush;
  }
  return 0;
}

}  // namespace p2p::lab
