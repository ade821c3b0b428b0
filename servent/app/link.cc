#include "servent/app/link.h"

#include <algorithm>
#include <charconv>

#include "protocols/base/bytes.h"
#include "protocols/base/percent.h"

namespace p2p::app {

namespace {

constexpr std::string_view kMagnet = "magnet:?";
constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttpNetwork = "gnutella";    // whose sources are asked over HTTP
constexpr std::string_view kByDigest = "/uri-res/N2R?";  // RFC 2169

bool is_network(std::string_view text) {
  return !text.empty() && text.size() <= 32 && text != "http" && text != "https" && text != "ftp" &&
         std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

// http://IP:PORT/uri-res/N2R?urn:sha1:BASE32. Other pages are no source of ours.
struct WebSource {
  Endpoint endpoint;
  Sha1 digest;
};
std::optional<WebSource> parse_web_source(std::string_view text) {
  if (!text.starts_with(kHttp)) return {};
  text.remove_prefix(kHttp.size());
  const std::string_view host = text.substr(0, text.find('/'));
  text.remove_prefix(host.size());
  const auto endpoint = parse_endpoint(host, 80);
  if (!endpoint || endpoint->port == 0 || !text.starts_with(kByDigest)) return {};
  const auto digest = sha1_from_urn(text.substr(kByDigest.size()));
  if (!digest) return {};
  return WebSource{*endpoint, *digest};
}

// napster://nick/name. Other schemes are not ours: no source, no error.
Result<std::optional<Source>> parse_source(std::string_view text) {
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || !is_network(text.substr(0, colon))) return std::nullopt;
  const std::string_view rest = text.substr(colon + 3);
  const std::size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  auto user = percent_decoded(rest.substr(0, slash));
  auto name = percent_decoded(rest.substr(slash + 1));
  if (!user) return tl::unexpected(user.error());
  if (!name) return tl::unexpected(name.error());
  if (user->empty() || name->empty()) return std::nullopt;
  Source source;
  source.network = text.substr(0, colon);
  source.user = std::move(*user);
  source.name = std::move(*name);
  return source;
}

Result<void> take_digest(const std::optional<Sha1>& digest, Link& out) {
  if (!digest) return fail(Errc::malformed, "the link's urn:sha1: is not 32 base32 letters");
  if (out.digest && *out.digest != *digest)
    return fail(Errc::malformed, "the link names two different digests");
  out.digest = digest;
  return {};
}

// `raw` still has its escapes, which of a source of ours are its own; http is not so careful.
Result<void> take_source(std::string_view raw, std::string_view text, Link& out) {
  std::optional<Source> source;
  if (const auto web = parse_web_source(text)) {
    if (auto same = take_digest(web->digest, out); !same) return same;
    source.emplace();
    source->network = kHttpNetwork;
    source->user = to_text(web->endpoint);
    source->endpoint = web->endpoint;
  } else {
    auto ours = parse_source(raw);
    if (!ours) return tl::unexpected(ours.error());
    source = std::move(*ours);
  }
  if (source && out.sources.size() >= kMaxLinkSources)
    return fail(Errc::too_long, "the link names more than 64 sources");
  if (source) out.sources.push_back(std::move(*source));
  return {};
}

// One parameter of the URI into the link.
Result<void> take(std::string_view key, std::string_view value, Link& out) {
  if (key != "xt" && key != "xl" && key != "dn" && key != "xs") return {};
  const auto text = percent_decoded(value);
  if (!text) return tl::unexpected(text.error());
  if (key == "dn") out.name = *text;
  if (key == "xt" && text->starts_with("urn:sha1:")) return take_digest(sha1_from_urn(*text), out);
  if (key == "xl") {
    std::uint64_t size = 0;
    const char* const end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, size);
    if (error != std::errc() || stop != end)
      return fail(Errc::malformed, "the link's size (xl) is not a number");
    out.size_bytes = size;
  }
  if (key == "xs") return take_source(value, *text, out);
  return {};
}

// Empty for one that nobody else could use: whom other programs reach only by a push.
std::string written(const Source& source, const std::optional<Sha1>& digest) {
  if (source.network != kHttpNetwork)
    return "&xs=" + source.network + "://" + percent_encoded(source.user) + '/' +
           percent_encoded(source.name);
  if (!digest || source.endpoint.port == 0 || source.firewalled) return "";
  return "&xs=" + std::string(kHttp) + to_text(source.endpoint) + std::string(kByDigest) +
         to_urn(*digest);
}

}  // namespace

std::string make_link(const std::optional<Sha1>& digest, std::uint64_t size_bytes,
                      std::string_view name, std::span<const Source> sources) {
  std::string link(kMagnet);
  if (digest) link += "xt=" + to_urn(*digest) + '&';
  link += "xl=" + std::to_string(size_bytes);
  const std::string shown = "&dn=" + percent_encoded(name);
  if (link.size() + shown.size() <= kMaxLinkBytes) link += shown;
  for (const Source& source : sources.first(std::min(sources.size(), kMaxLinkSources))) {
    const std::string more = written(source, digest);
    if (link.size() + more.size() <= kMaxLinkBytes) link += more;
  }
  return link;
}

Result<Link> parse_link(std::string_view text) {
  if (text.size() > kMaxLinkBytes) return fail(Errc::too_long, "the link is longer than 8 KiB");
  Link link;
  if (text.starts_with("urn:sha1:")) {
    if (const auto taken = take("xt", text, link); !taken) return tl::unexpected(taken.error());
    return link;
  }
  if (!text.starts_with(kMagnet))
    return fail(Errc::malformed,
                "\"" + escaped(text, 40) + "\" is no link: it starts with magnet:?");
  text.remove_prefix(kMagnet.size());
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    const auto taken = take(part.substr(0, equals), part.substr(equals + 1), link);
    if (!taken) return tl::unexpected(taken.error());
  }
  for (Source& source : link.sources)
    if (source.name.empty()) source.name = link.name;
  if (!link.digest && link.sources.empty())
    return fail(Errc::malformed,
                "the link names neither a digest (xt=urn:sha1:) nor a source (xs)");
  return link;
}

}  // namespace p2p::app
