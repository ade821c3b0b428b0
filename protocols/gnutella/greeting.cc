#include <algorithm>
#include <charconv>

#include "protocols/gnutella/handshake.h"

namespace p2p::gnutella {

namespace {

constexpr std::size_t kMaxAgent = 128;
constexpr std::uint32_t kMaxDegree = 255;  // nobody has more; it goes into reckoning (section 7)
constexpr std::uint32_t kMaxStatedTtl = 15;

std::optional<std::uint32_t> decimal(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

std::uint32_t number(std::string_view text, std::uint32_t most, std::uint32_t otherwise) {
  const auto value = decimal(text);
  return value ? std::clamp(*value, 1U, most) : otherwise;
}

// "0.2" is 2, later majors are more; 0 when it is no version.
std::uint32_t version(std::string_view text) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  const auto major = decimal(text.substr(0, dot));
  const auto minor = decimal(text.substr(std::min(dot + 1, text.size())));
  if (!major || !minor) return 0;
  return std::min(*major, 9U) * 100 + std::min(*minor, 99U);
}

std::optional<bool> truth(const HeaderBlock& block, std::string_view name) {
  if (block.lists(name, "true")) return true;
  if (block.lists(name, "false")) return false;
  return {};
}

std::optional<Endpoint> listening(const HeaderBlock& block) {
  for (const char* name : {"Node", "Listen-IP", "X-My-Address"}) {
    const auto endpoint = parse_endpoint(block.value(name));
    if (endpoint && is_routable(endpoint->address)) return endpoint;
  }
  return {};
}

void add_hosts(std::string_view list, std::vector<Endpoint>& hosts) {
  while (!list.empty() && hosts.size() < kMaxTryHosts) {
    const std::size_t comma = std::min(list.find(','), list.size());
    std::string_view one = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    one.remove_prefix(std::min(one.find_first_not_of(" \t"), one.size()));
    const auto host = parse_endpoint(one.substr(0, one.find_first_of(" \t")));
    if (!host || host->port == 0 || !is_routable(host->address)) continue;
    if (std::ranges::find(hosts, *host) == hosts.end()) hosts.push_back(*host);
  }
}

}  // namespace

Greeting greeting_of(const HeaderBlock& block) {
  const auto does = [&](std::string_view name) { return version(block.value(name)) > 0; };
  Greeting greeting;
  greeting.agent = block.value("User-Agent").substr(0, kMaxAgent);
  greeting.ultrapeer = truth(block, "X-Ultrapeer");
  greeting.ultrapeer_needed = truth(block, "X-Ultrapeer-Needed");
  greeting.listen = listening(block);
  greeting.remote_address = parse_address(block.value("Remote-IP"));
  greeting.servent = guid_from_hex(block.value("GUID"));
  greeting.query_routing = std::min(version(block.value("X-Query-Routing")), 2U);
  greeting.ultrapeer_query_routing = does("X-Ultrapeer-Query-Routing");
  greeting.degree = number(block.value("X-Degree"), kMaxDegree, greeting.degree);
  greeting.max_ttl = number(block.value("X-Max-TTL"), kMaxStatedTtl, greeting.max_ttl);
  greeting.dynamic_querying = does("X-Dynamic-Querying");
  greeting.ext_probes = does("X-Ext-Probes");
  greeting.pong_caching = does("Pong-Caching");
  greeting.ggep = does("GGEP");
  greeting.vendor_messages = does("Vendor-Message");
  greeting.bye = does("Bye-Packet");
  greeting.accepts_deflate = block.lists("Accept-Encoding", "deflate");
  greeting.sends_deflate = block.lists("Content-Encoding", "deflate");
  greeting.crawler = does("Crawler");
  add_hosts(block.value("X-Try-Ultrapeers"), greeting.try_hosts);
  add_hosts(block.value("X-Try"), greeting.try_hosts);
  return greeting;
}

}  // namespace p2p::gnutella
