#include "servent/app/link.h"

#include <algorithm>
#include <charconv>

#include "protocols/base/bytes.h"
#include "protocols/base/empty_file.h"
#include "protocols/base/percent.h"

namespace p2p::app {

namespace {

constexpr std::string_view kMagnet = "magnet:?";
constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttpNetwork = "gnutella";    // whose sources are asked over HTTP
constexpr std::string_view kByDigest = "/uri-res/N2R?";  // RFC 2169
constexpr std::string_view kHashNetwork = "kazaa";       // whose sources are asked by UuHash
constexpr std::string_view kByUuHash = "/.hash=";
constexpr std::string_view kSig2dat = "urn:sig2dat:";

bool is_network(std::string_view text) {
  return !text.empty() && text.size() <= 32 && text != "http" && text != "https" && text != "ftp" &&
         std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

// http://IP:PORT/uri-res/N2R?urn:sha1:BASE32 or http://IP:PORT/.hash=HEX. Other pages are no source
// of ours.
struct WebSource {
  Endpoint endpoint;
  std::optional<Sha1> digest;  // one of the two
  std::optional<UuHash> uuhash;
};
std::optional<WebSource> parse_web_source(std::string_view text) {
  if (!text.starts_with(kHttp)) return {};
  text.remove_prefix(kHttp.size());
  const std::string_view host = text.substr(0, text.find('/'));
  text.remove_prefix(host.size());
  const auto endpoint = parse_endpoint(host, 80);
  if (!endpoint || endpoint->port == 0) return {};
  WebSource source{*endpoint, {}, {}};
  if (text.starts_with(kByDigest)) source.digest = sha1_from_urn(text.substr(kByDigest.size()));
  if (text.starts_with(kByUuHash)) source.uuhash = uuhash_from_hex(text.substr(kByUuHash.size()));
  if (!source.digest && !source.uuhash) return {};
  return source;
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

Result<void> take_uuhash(const std::optional<UuHash>& uuhash, Link& out) {
  if (!uuhash) return fail(Errc::malformed, "the link's urn:sig2dat: is not 32 base32 letters");
  if (out.uuhash && *out.uuhash != *uuhash)
    return fail(Errc::malformed, "the link names two different UuHashes");
  out.uuhash = uuhash;
  return {};
}

// `raw` still has its escapes, which of a source of ours are its own; http is not so careful.
Result<void> take_source(std::string_view raw, std::string_view text, Link& out) {
  std::optional<Source> source;
  if (const auto web = parse_web_source(text)) {
    auto same = web->uuhash ? take_uuhash(web->uuhash, out) : take_digest(web->digest, out);
    if (!same) return same;
    source.emplace();
    source->network = web->uuhash ? kHashNetwork : kHttpNetwork;
    source->uuhash = web->uuhash;
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
  if (key == "xt" && text->starts_with(kSig2dat)) return take_uuhash(uuhash_from_urn(*text), out);
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
std::string written(const Source& source, const LinkNames& names) {
  const bool by_uuhash = source.network == kHashNetwork;
  if (!by_uuhash && source.network != kHttpNetwork)
    return "&xs=" + source.network + "://" + percent_encoded(source.user) + '/' +
           percent_encoded(source.name);
  if (source.endpoint.port == 0 || source.firewalled) return "";
  std::string path;
  if (by_uuhash && source.uuhash && source.uuhash == names.uuhash)
    path = std::string(kByUuHash) + to_hex(*source.uuhash);
  if (!by_uuhash && names.digest) path = std::string(kByDigest) + to_urn(*names.digest);
  return path.empty() ? "" : "&xs=" + std::string(kHttp) + to_text(source.endpoint) + path;
}

}  // namespace

std::string make_link(const LinkNames& names, std::uint64_t size_bytes, std::string_view name,
                      std::span<const Source> sources) {
  std::string link(kMagnet);
  if (names.digest) link += "xt=" + to_urn(*names.digest) + '&';
  if (names.uuhash) link += "xt=" + to_urn(*names.uuhash) + '&';
  link += "xl=" + std::to_string(size_bytes);
  const std::string shown = "&dn=" + percent_encoded(name);
  if (link.size() + shown.size() <= kMaxLinkBytes) link += shown;
  for (const Source& source : sources.first(std::min(sources.size(), kMaxLinkSources))) {
    const std::string more = written(source, names);
    if (link.size() + more.size() <= kMaxLinkBytes) link += more;
  }
  return link;
}

Result<Link> parse_link(std::string_view text) {
  if (text.size() > kMaxLinkBytes) return fail(Errc::too_long, "the link is longer than 8 KiB");
  Link link;
  if (text.starts_with("urn:sha1:") || text.starts_with(kSig2dat)) {
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
  // There is one empty file only.
  if (!link.digest && link.size_bytes == 0U) link.digest = kEmptySha1;
  if (link.digest == kEmptySha1 && link.size_bytes.value_or(0) > 0)
    return fail(Errc::malformed, "the link names a size, and the digest of an empty file");
  if (!link.digest && !link.uuhash && link.sources.empty())
    return fail(Errc::malformed,
                "the link names neither a digest (xt=urn:sha1: or urn:sig2dat:) nor a source (xs)");
  return link;
}

}  // namespace p2p::app
