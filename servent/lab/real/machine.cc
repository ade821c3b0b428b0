#include "servent/lab/real/machine.h"

#include <csignal>
#include <sstream>
#include <utility>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include "protocols/base/bytes.h"

namespace p2p::lab {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kOpens = std::chrono::seconds(30);
constexpr milliseconds kSpare = std::chrono::seconds(10);  // for the way there and back
constexpr milliseconds kTidiesUp = std::chrono::seconds(10);
constexpr milliseconds kDies = milliseconds(500);  // once its output has ended
constexpr const char* kSshPatience = "ConnectTimeout=10";

std::string address_of(const std::string& name) {
  addrinfo wanted{};
  wanted.ai_family = AF_INET;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(name.c_str(), nullptr, &wanted, &found) != 0 || found == nullptr) return {};
  in_addr address{};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the system's own way
  address = reinterpret_cast<const sockaddr_in*>(found->ai_addr)->sin_addr;
  ::freeaddrinfo(found);
  std::string text(INET_ADDRSTRLEN, '\0');
  if (::inet_ntop(AF_INET, &address, text.data(), INET_ADDRSTRLEN) == nullptr) return {};
  text.resize(text.find('\0'));
  return text;
}

bool is_address(const std::string& text) {
  in_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1;
}

}  // namespace

Host this_machine() {
  return {"this machine", "", {"/proc/self/exe", "lab", "agent"}};
}

Result<std::vector<Host>> read_hosts(std::string_view text, const std::string& file) {
  std::vector<Host> hosts;
  std::istringstream lines{std::string(text)};
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const std::string where = file + ':' + std::to_string(number) + ": ";
    std::istringstream words(line.substr(0, line.find('#')));
    std::string name;
    std::string address;
    std::string program;
    std::string more;
    if (!(words >> name)) continue;
    words >> address >> program;
    if (words >> more || name.starts_with('-'))
      return fail(Errc::malformed, where + "a host is `user@host [address] [path/to/servent]`");
    if (!address.empty() && !is_address(address)) {
      if (!program.empty())
        return fail(Errc::malformed, where + '"' + escaped(address) + "\" is no address");
      program = std::exchange(address, {});
    }
    if (address.empty()) address = address_of(name.substr(name.find('@') + 1));
    if (address.empty())
      return fail(Errc::not_found, where + "no address is known for " + escaped(name));
    if (program.empty()) program = "servent";
    hosts.push_back(
        {name,
         address,
         {"ssh", "-o", "BatchMode=yes", "-o", kSshPatience, "-T", name, program, "lab", "agent"}});
  }
  if (hosts.empty()) return fail(Errc::malformed, file + " names no host");
  return hosts;
}

Result<Machine> Machine::open(const Host& host, const std::string& keep) {
  std::signal(SIGPIPE, SIG_IGN);  // an agent that ends is an error that says so
  Child::Wanted agent;
  agent.words = host.command;
  agent.dies_by = SIGTERM;  // it tidies up
  auto child = Child::start(agent);
  if (!child) return fail(Errc::io, host.name + ": " + child.error().detail);
  Machine machine(host, std::move(*child));
  const auto opened = machine.ask({{"do", "open"}, {"keep", keep}}, kOpens);
  if (!opened) return tl::unexpected(opened.error());
  return machine;
}

Machine::~Machine() {
  agent_.close_input();
  agent_.end(Clock::now() + kTidiesUp);
}

bool Machine::say(const Json& request) {
  return agent_.write(request.dump(-1, ' ', false, Json::error_handler_t::replace));
}

Result<Json> Machine::hear(milliseconds wait) {
  const auto line = agent_.read_line(Clock::now() + wait + kSpare);
  if (!line) {
    const auto how = agent_.ended_by(Clock::now() + kDies);
    return fail(Errc::io, host_.name + (how ? " cannot be used: its agent ended with " + *how
                                            : std::string(" does not answer")));
  }
  Json answer = Json::parse(*line, nullptr, false);
  if (!answer.is_object())
    return fail(Errc::malformed, host_.name + " does not talk as an agent: " +
                                     escaped(std::string_view(*line).substr(0, 100)));
  if (!answer.value("ok", false))
    return fail(Errc::refused, host_.name + ": " + escaped(answer.value("error", "no reason")));
  return answer;
}

Result<Json> Machine::ask(const Json& request, milliseconds wait) {
  if (!say(request)) return hear(milliseconds(0));  // which tells why
  return hear(wait);
}

}  // namespace p2p::lab
