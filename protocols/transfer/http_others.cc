#include "protocols/transfer/http_others.h"

#include <algorithm>

#include "protocols/base/letters.h"
#include "protocols/transfer/http_request.h"
#include "protocols/transfer/http_text.h"

namespace p2p::transfer {

namespace {

constexpr std::uint16_t kCustomaryPort = 6346;
constexpr std::string_view kHttp = "http://";

// "http://1.2.3.4:6346/uri-res/N2R?urn:sha1:<b32> 2003-04-30T08:30Z"; the time says nothing that we
// would believe.
std::optional<Endpoint> read_url(std::string_view text, const std::optional<Sha1>& content) {
  text = text.substr(0, text.find_first_of(" \t"));
  text.remove_prefix(kHttp.size());
  const std::string_view host = text.substr(0, text.find('/'));
  text.remove_prefix(host.size());
  if (!content || !text.starts_with(kByDigestPath)) return {};
  if (sha1_of_urn(text.substr(kByDigestPath.size())) != content) return {};
  return parse_endpoint(host, kCustomaryPort);
}

std::optional<Endpoint> read_one(std::string_view item, const std::optional<Sha1>& content) {
  if (item.starts_with(kHttp)) return read_url(item, content);
  // Numbers only: a name would be looked up where it is dialled.
  if (item.find_first_not_of("0123456789.:") != std::string_view::npos) return {};
  return parse_endpoint(item, kCustomaryPort);
}

void read_list(std::string_view list, const std::optional<Sha1>& content,
               std::vector<Endpoint>& out) {
  for (std::size_t looked = 0; !list.empty() && looked < kMaxLooked; ++looked) {
    const std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(item.size() + 1, list.size()));
    const auto one = read_one(trimmed(item), content);
    if (!one || one->port == 0 || !is_routable(one->address)) continue;
    if (out.size() >= kMaxOthers) return;
    if (std::ranges::find(out, *one) == out.end()) out.push_back(*one);
  }
}

}  // namespace

Others read_others(const HeaderBlock& head, const std::optional<Sha1>& content) {
  Others out;
  read_list(head.value("X-Alt"), content, out.alive);
  read_list(head.value("Alt-Location"), content, out.alive);
  read_list(head.value("X-Gnutella-Alternate-Location"), content, out.alive);
  read_list(head.value("X-Nalt"), content, out.dead);
  return out;
}

std::string to_list(std::span<const Endpoint> endpoints) {
  std::string list;
  for (const Endpoint& one : endpoints)
    list += (list.empty() ? "" : ", ") + to_text(one);
  return list;
}

void ToldOnce::add(std::span<const Endpoint> told) {
  for (const Endpoint& one : told)
    if (told_.size() < kMost && std::ranges::find(told_, one) == told_.end()) told_.push_back(one);
}

std::vector<Endpoint> ToldOnce::fresh(std::span<const Endpoint> all, std::size_t most) {
  std::vector<Endpoint> out;
  for (const Endpoint& one : all) {
    if (out.size() >= most || told_.size() >= kMost) break;
    if (std::ranges::find(told_, one) != told_.end()) continue;
    told_.push_back(one);
    out.push_back(one);
  }
  return out;
}

}  // namespace p2p::transfer
