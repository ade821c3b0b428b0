#include "protocols/gnutella/push_proxy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace p2p::gnutella {

namespace {

// As far as kArrivalBytes reach they begin no request for a file.
constexpr std::array<std::string_view, 4> kProxyBeginnings{"GET /gnutella/", "GET /gnet/",
                                                           "HEAD /gnutella/", "HEAD /gnet/"};
constexpr std::array<std::string_view, 3> kPaths{"/gnutella/push-proxy", "/gnutella/pushproxy",
                                                 "/gnet/push-proxy"};

// 26 letters of RFC 4648 base32 without padding; the last two bits are no part of the GUID.
std::optional<Guid> guid_from_base32(std::string_view text) {
  Guid guid;
  if (text.size() != 26) return {};
  std::uint32_t bits = 0;
  unsigned held = 0;
  std::size_t at = 0;
  for (const char c : text) {
    std::uint32_t value = 0;
    if (c >= 'A' && c <= 'Z')
      value = static_cast<std::uint32_t>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      value = static_cast<std::uint32_t>(c - 'a');
    else if (c >= '2' && c <= '7')
      value = static_cast<std::uint32_t>(c - '2') + 26;
    else
      return {};
    bits = (bits << 5U) | value;
    held += 5;
    if (held < 8) continue;
    held -= 8;
    guid.bytes[at++] = static_cast<std::byte>((bits >> held) & 255U);
  }
  return guid;
}

struct Target {
  Guid servent;
  std::uint32_t index = 0;
};

// "GET /gnet/push-proxy?guid=<32 hex digits>&file=7 HTTP/1.1". Either name goes with either form of
// the GUID.
std::optional<Target> read_target(std::string_view line) {
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return {};
  line.remove_prefix(blank + 1);
  line = line.substr(0, line.find(' '));
  const std::size_t mark = line.find('?');
  if (mark == std::string_view::npos) return {};
  if (std::ranges::find(kPaths, line.substr(0, mark)) == kPaths.end()) return {};
  std::optional<Guid> servent;
  std::uint32_t index = 0;
  for (std::string_view rest = line.substr(mark + 1); !rest.empty();) {
    const std::string_view item = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(item.size() + 1, rest.size()));
    const std::string_view name = item.substr(0, item.find('='));
    const std::string_view value = item.substr(std::min(name.size() + 1, item.size()));
    if (name == "ServerId" || name == "guid")
      servent = value.size() == 32 ? guid_from_hex(value) : guid_from_base32(value);
    else if (name == "file")
      std::from_chars(value.data(), value.data() + value.size(), index);
  }
  if (!servent) return {};
  return Target{*servent, index};
}

}  // namespace

// ---- somebody asks us -----------------------------------------------------------------------

bool PushProxy::is_for(Bytes first) {
  const std::string_view text = text_of(first);
  return std::ranges::any_of(kProxyBeginnings,
                             [text](std::string_view one) { return text.starts_with(one); });
}

bool PushProxy::accept(LinkId link, std::uint32_t from, Cx& cx) {
  if (askers_.size() >= kMostProxyAskers) return false;
  Asker& asker = askers_[link];
  asker.from = from;
  asker.deadline = cx.now + kProxyPatience;
  return true;
}

std::optional<Push> PushProxy::receive(LinkId link, Bytes bytes, Cx& cx) {
  if (const auto at = askers_.find(link); at != askers_.end())
    return hear(link, at->second, bytes, cx);
  if (const auto at = calls_.find(link); at != calls_.end()) listen(link, at->second, bytes, cx);
  return {};
}

std::optional<Push> PushProxy::hear(LinkId link, Asker& asker, Bytes bytes, Cx& cx) {
  const auto used = asker.head.feed(bytes);
  if (used && !asker.head.is_complete()) return {};
  const HeaderBlock head = used ? asker.head.take() : HeaderBlock{};
  const auto target = read_target(head.start_line);
  const auto node = parse_endpoint(head.value("X-Node"));
  const Endpoint to{asker.from, node ? node->port : std::uint16_t{0}};
  if (!target || !reaches_.may_connect(to))
    say(link, "400 Push Proxy: Bad Request", cx);
  else if (!pushes_.take(cx.now))
    say(link, "503 Push Proxy: Busy", cx);
  else
    return Push{target->servent, target->index, to, {}};
  return {};
}

void PushProxy::answer(LinkId link, bool passed_on, Cx& cx) {
  say(link, passed_on ? "202 Push Proxy: Message Sent" : "410 Push Proxy: Servent not connected",
      cx);
}

void PushProxy::say(LinkId link, std::string_view status, Cx& cx) {
  if (askers_.erase(link) == 0) return;
  HeaderBlockWriter head("HTTP/1.1 " + std::string(status));
  head.field("Server", agent_).field("Connection", "close").field("Content-Length", "0");
  cx.out.send(link, bytes_of(head.text()), Urgency::control);
  cx.out.close(link, Reason::done);
}

// ---- we ask ---------------------------------------------------------------------------------

bool PushProxy::has_refused(const Guid& servent, const Endpoint& by, Time now) const {
  return std::ranges::any_of(refusals_, [&](const Refusal& one) {
    return one.servent == servent && one.by == by && one.at + kProxyRefused > now;
  });
}

std::size_t PushProxy::ask(const Push& push, std::span<const Endpoint> proxies, Cx& cx) {
  std::size_t asked = 0;
  for (const Endpoint& proxy : proxies) {
    if (asked >= kProxiesAsked || calls_.size() >= kMostProxyCalls) break;
    if (!reaches_.may_connect(proxy) || proxy == push.endpoint) continue;
    if (has_refused(push.servent, proxy, cx.now)) continue;
    Call& call = calls_[cx.out.dial(proxy)];
    call.servent = push.servent;
    call.index = push.index;
    call.to = proxy;
    call.deadline = cx.now + kProxyPatience;
    ++asked;
  }
  return asked;
}

void PushProxy::up(LinkId link, const LinkInfo& info, Cx& cx) {
  const auto at = calls_.find(link);
  if (at == calls_.end()) return;
  const Call& call = at->second;
  HeaderBlockWriter request("HEAD /gnet/push-proxy?guid=" + to_hex(call.servent) +
                            "&file=" + std::to_string(call.index) + " HTTP/1.1");
  request.field("Host", to_text(call.to)).field("User-Agent", agent_);
  request.field("Connection", "close");
  request.field("X-Node", to_text(Endpoint{info.local.address, port_}));
  cx.out.send(link, bytes_of(request.text()), Urgency::control);
}

// Whatever it says, the leaf calls or it does not; who says no is not asked again.
void PushProxy::listen(LinkId link, Call& call, Bytes bytes, Cx& cx) {
  const auto used = call.head.feed(bytes);
  if (used && !call.head.is_complete()) return;
  const std::string line = used ? call.head.take().start_line : std::string();
  if (line.substr(line.find(' ') + 1, 1) != "2") {  // "HTTP/1.1 202 ..."
    if (refusals_.size() >= kMostProxyRefused) refusals_.pop_front();
    refusals_.push_back({call.servent, call.to, cx.now});
  }
  calls_.erase(link);
  cx.out.close(link, Reason::done);
}

// ---- the end --------------------------------------------------------------------------------

void PushProxy::down(LinkId link) {
  askers_.erase(link);
  calls_.erase(link);
}

void PushProxy::expire(Cx& cx) {
  const auto is_late = [&](const auto& item) {
    if (item.second.deadline > cx.now) return false;
    cx.out.close(item.first, Reason::timeout);
    return true;
  };
  std::erase_if(askers_, is_late);
  std::erase_if(calls_, is_late);
}

Time PushProxy::deadline() const {
  Time first = kNever;
  for (const auto& [link, asker] : askers_)
    first = std::min(first, asker.deadline);
  for (const auto& [link, call] : calls_)
    first = std::min(first, call.deadline);
  return first;
}

}  // namespace p2p::gnutella
