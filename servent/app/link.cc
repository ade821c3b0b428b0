#include "servent/app/link.h"

#include <algorithm>
#include <charconv>

#include "protocols/base/bytes.h"
#include "protocols/base/percent.h"

namespace p2p::app {

namespace {

constexpr std::string_view kMagnet = "magnet:?";

bool is_network(std::string_view text) {
  return !text.empty() && text.size() <= 32 &&
         std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

// napster://nick/name. Other schemes (http) are not ours: no source, no error.
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

// One parameter of the URI into the link.
Result<void> take(std::string_view key, std::string_view value, Link& out) {
  if (key != "xt" && key != "xl" && key != "dn" && key != "xs") return {};
  const auto text = percent_decoded(value);
  if (!text) return tl::unexpected(text.error());
  if (key == "dn") out.name = *text;
  if (key == "xt" && text->starts_with("urn:sha1:")) {
    const auto digest = sha1_from_urn(*text);
    if (!digest) return fail(Errc::malformed, "the link's urn:sha1: is not 32 base32 letters");
    if (out.digest && *out.digest != *digest)
      return fail(Errc::malformed, "the link names two different digests");
    out.digest = digest;
  }
  if (key == "xl") {
    std::uint64_t size = 0;
    const char* const end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, size);
    if (error != std::errc() || stop != end)
      return fail(Errc::malformed, "the link's size (xl) is not a number");
    out.size_bytes = size;
  }
  if (key == "xs") {
    // The value carries the source's own escapes inside the URI: decode it once as it stands.
    auto source = parse_source(value);
    if (!source) return tl::unexpected(source.error());
    if (*source && out.sources.size() >= kMaxLinkSources)
      return fail(Errc::too_long, "the link names more than 64 sources");
    if (*source) out.sources.push_back(std::move(**source));
  }
  return {};
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
    const std::string more = "&xs=" + source.network + "://" + percent_encoded(source.user) + '/' +
                             percent_encoded(source.name);
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
  if (!link.digest && link.sources.empty())
    return fail(Errc::malformed,
                "the link names neither a digest (xt=urn:sha1:) nor a source (xs)");
  return link;
}

}  // namespace p2p::app
