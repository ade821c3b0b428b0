#include "servent/app/known_hosts.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace p2p::app {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kFirstLine = "servent hosts 1";
constexpr std::size_t kMaxRole = 16;
constexpr std::size_t kMaxFile = std::size_t{64} << 10U;  // 500 lines of 40 bytes are a third

bool is_role(std::string_view text) {
  return !text.empty() && text.size() <= kMaxRole && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Result<KnownHost> host_of(std::string_view line) {
  const std::size_t blank = line.find(' ');
  const auto endpoint = parse_endpoint(line.substr(0, blank));
  const std::string_view role = blank == line.npos ? "" : line.substr(blank + 1);
  if (!endpoint || endpoint->port == 0 || !is_role(role))
    return fail(Errc::malformed, "a line that is no host");
  return KnownHost{*endpoint, role == "-" ? "" : std::string(role)};
}

}  // namespace

bool KnownHosts::add(const Endpoint& endpoint, const std::string& role) {
  const auto at = std::ranges::find(hosts_, endpoint, &KnownHost::endpoint);
  if (at != hosts_.end() && at == hosts_.begin() && at->role == role) return false;
  if (at != hosts_.end())
    hosts_.erase(at);
  else if (hosts_.size() >= kMaxKnownHosts)
    hosts_.pop_back();
  hosts_.insert(hosts_.begin(), {endpoint, role});
  return true;
}

std::string KnownHosts::text() const {
  std::string out = std::string(kFirstLine) + '\n';
  for (const KnownHost& host : hosts_)
    out += to_text(host.endpoint) + ' ' + (is_role(host.role) ? host.role : "-") + '\n';
  return out;
}

Result<KnownHosts> KnownHosts::parse(std::string_view text) {
  KnownHosts out;
  bool is_first = true;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) return fail(Errc::malformed, "the last line has no end");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (std::exchange(is_first, false)) {
      if (line != kFirstLine) return fail(Errc::malformed, "not a list of hosts");
      continue;
    }
    auto host = host_of(line);
    if (!host) return tl::unexpected(host.error());
    if (out.hosts_.size() < kMaxKnownHosts) out.hosts_.push_back(std::move(*host));
  }
  if (is_first) return fail(Errc::malformed, "an empty file");
  return out;
}

Result<KnownHosts> load_hosts(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) return KnownHosts{};
  const auto size = fs::file_size(file, error);
  if (error || size > kMaxFile) return fail(Errc::too_long, "not a list of hosts");
  std::ifstream in(file, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in) return fail(Errc::io, "it cannot be read");
  return KnownHosts::parse(text);
}

Result<void> save_hosts(const fs::path& file, const std::string& text) {
  const fs::path fresh = file.string() + ".new";
  std::ofstream out(fresh, std::ios::trunc | std::ios::binary);
  out << text;
  out.close();
  std::error_code error;
  if (out) fs::rename(fresh, file, error);
  if (!out || error)
    return fail(Errc::io, "cannot write " + file.string() + ": the hosts are not kept");
  return {};
}

}  // namespace p2p::app
