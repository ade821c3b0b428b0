// Machines that real nodes run on: this one, or those of a file of hosts, over ssh. Each has an
// agent (agent.h) that does there what we say.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "protocols/base/result.h"

#include "servent/lab/real/child.h"

namespace p2p::lab {

struct Host {
  std::string name;                  // for messages: "ada@lab3"
  std::string address;               // its nodes listen here; empty: each has its own of 127.x.y.z
  std::vector<std::string> command;  // that runs its agent
};

Host this_machine();
// A line each: `user@host [address] [path/to/servent]`, '#' starts a comment. Without an address
// that of `host`; without a path the `servent` that is on PATH there. Errc::malformed names the
// line, Errc::not_found a host without an address.
Result<std::vector<Host>> read_hosts(std::string_view text, const std::string& file);

using Json = nlohmann::json;  // what agents and nodes are told, and say

class Machine {
 public:
  // Its agent is up, and has a folder: `keep`, or a temporary one. Fails within half a minute, with
  // the host's name.
  static Result<Machine> open(const Host& host, const std::string& keep);
  Machine(Machine&&) noexcept = default;
  Machine& operator=(Machine&&) = delete;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  ~Machine();  // ends the agent, and with it its nodes

  const Host& host() const { return host_; }
  // Sends a request; its answer is taken by hear(), in the order of the requests.
  bool say(const Json& request);
  // What the agent answers to a request for which it was given `wait`.
  Result<Json> hear(std::chrono::milliseconds wait);
  Result<Json> ask(const Json& request, std::chrono::milliseconds wait);

 private:
  Machine(Host host, Child agent) : host_(std::move(host)), agent_(std::move(agent)) {}

  Host host_;
  Child agent_;
};

}  // namespace p2p::lab
