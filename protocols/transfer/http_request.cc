#include "protocols/transfer/http_request.h"

#include <limits>
#include <utility>

#include "protocols/base/letters.h"
#include "protocols/base/percent.h"
#include "protocols/transfer/http_text.h"
#include "protocols/transfer/http_tree.h"

namespace p2p::transfer {

namespace {

using Target = HttpRequest::Target;
using Waits = HttpRequest::Waits;

constexpr std::string_view kGetPath = "/get/";
constexpr std::string_view kByUuHashPath = "/.hash=";

// "http://host:port/path" is "/path" (RFC 9112, section 3.2.2: every server takes it).
std::string_view without_host(std::string_view target) {
  if (!take_head(target, "http://")) return target;
  const std::size_t slash = target.find('/');
  return slash == std::string_view::npos ? "/" : target.substr(slash);
}

std::optional<NumberedFile> numbered(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return {};
  const auto index = read_number(text.substr(0, slash));
  auto name = percent_decoded(text.substr(slash + 1));
  if (!index || *index > std::numeric_limits<std::uint32_t>::max() || !name) return {};
  return NumberedFile{static_cast<std::uint32_t>(*index), std::move(*name)};
}

void read_target(std::string_view target, HttpRequest& out) {
  target = without_host(target);
  if (target == "/") {
    out.target = Target::list;
  } else if (take_head(target, kTreePath)) {
    const auto text = percent_decoded(target);
    const auto asked = text ? read_tree_asked(*text) : std::nullopt;
    if (!asked) return;
    out.target = Target::hash_tree;
    out.file = asked->content;
    out.root = asked->root;
  } else if (take_head(target, kByDigestPath)) {
    const auto urn = percent_decoded(target);
    const auto digest = urn ? sha1_of_urn(*urn) : std::nullopt;
    if (!digest) return;
    out.target = Target::file;
    out.file = *digest;
    if (const auto both = bitprint_from_urn(*urn)) out.root = both->root;
  } else if (take_head(target, kGetPath)) {
    auto file = numbered(target);
    if (!file) return;
    out.target = Target::file;
    out.file = std::move(*file);
  } else if (take_head(target, kByUuHashPath)) {
    const auto hash = uuhash_from_hex(target);
    if (!hash) return;
    out.target = Target::file;
    out.file = *hash;
  }
}

// The one of two spellings that is there.
std::string_view either(const HeaderBlock& head, std::string_view name, std::string_view other) {
  return head.has(name) ? head.value(name) : head.value(other);
}

// gtk-gnutella says it as X-Queue: 1.1, others as X-Features: queue/0.1.
Waits read_waits(const HeaderBlock& head) {
  std::string_view version = head.value("X-Queue");
  if (version.empty()) {
    const std::string_view features = head.value("X-Features");
    const std::size_t at = features.find("queue/");
    if (at != std::string_view::npos) version = features.substr(at + 6);
  }
  if (version.starts_with("1.")) return Waits::comes_back;
  return version.starts_with("0.") ? Waits::connected : Waits::no;
}

}  // namespace

Result<HttpRequest> read_http_request(const HeaderBlock& head) {
  HttpRequest out;
  std::string_view line = head.start_line;
  const std::string_view method = line.substr(0, line.find(' '));
  line.remove_prefix(method.size());
  const std::size_t last = line.rfind(' ');
  if (method.empty() || last == std::string_view::npos || last == 0)
    return fail(Errc::malformed, "no request line");
  const std::string_view target = line.substr(1, last - 1);
  std::string_view version = line.substr(last + 1);
  if (target.empty() || !take_head(version, "HTTP/")) return fail(Errc::malformed, "no HTTP");
  if (version != "1.0" && version != "1.1") return fail(Errc::unsupported, "another HTTP");
  const unsigned minor = version == "1.1" ? 1 : 0;
  if (minor == 1 && !head.has("Host")) return fail(Errc::malformed, "no Host");

  if (method == "HEAD")
    out.method = HttpRequest::Method::head;
  else if (method != "GET")
    out.method = HttpRequest::Method::other;
  read_target(target, out);
  // A body is not read: what follows it could pass for a request.
  const bool has_body = head.has("Transfer-Encoding") ||
                        (head.has("Content-Length") && head.value("Content-Length") != "0");
  out.stays_open = !has_body && p2p::transfer::stays_open(head, minor);
  out.range = head.value("Range");
  out.if_range = head.value("If-Range");
  out.if_none_match = head.value("If-None-Match");
  out.agent = escaped(either(head, "User-Agent", "UserAgent"), HttpRequest::kMaxAgent);
  out.node = parse_endpoint(either(head, "X-Node", "X-Kazaa-IP")).value_or(Endpoint{});
  out.waits = read_waits(head);
  const auto* content = std::get_if<Sha1>(&out.file);
  out.others = read_others(head, content == nullptr ? std::nullopt : std::optional(*content));
  out.downloaded = read_number(head.value("X-Downloaded")).value_or(0);
  return out;
}

std::string path_of(const Sha1& digest) {
  return std::string(kByDigestPath) + to_urn(digest);
}

std::string path_of(std::uint32_t index, std::string_view name) {
  return std::string(kGetPath) + std::to_string(index) + '/' + percent_encoded(name);
}

std::string path_of(const UuHash& hash) {
  return std::string(kByUuHashPath) + to_hex(hash);
}

}  // namespace p2p::transfer
