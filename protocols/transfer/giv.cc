#include "protocols/transfer/giv.h"

#include <limits>

#include "protocols/transfer/http_text.h"

namespace p2p::transfer {

namespace {

constexpr std::size_t kGuidDigits = 32;

std::string_view without_cr(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

Result<std::optional<Giv>> read_giv(std::string_view text) {
  const std::string_view word = kGivWord.substr(0, text.size());
  if (!text.starts_with(word)) return fail(Errc::malformed, "no GIV");
  if (text.size() > kMaxGiv) return fail(Errc::too_long, "a GIV without an end");
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::optional<Giv>{};
  std::string_view line = without_cr(text.substr(0, end)).substr(kGivWord.size());
  const std::string_view rest = text.substr(end + 1);
  if (rest.empty() || rest == "\r") return std::optional<Giv>{};
  if (rest != "\n" && rest != "\r\n") return fail(Errc::malformed, "words behind a GIV");

  const std::size_t colon = line.find(':');
  const auto index = read_number(line.substr(0, colon));
  if (colon == std::string_view::npos || !index ||
      *index > std::numeric_limits<std::uint32_t>::max())
    return fail(Errc::malformed, "a GIV without a number");
  line.remove_prefix(colon + 1);
  const auto guid = guid_from_hex(line.substr(0, kGuidDigits));
  if (!guid || line.size() <= kGuidDigits || line[kGuidDigits] != '/')
    return fail(Errc::malformed, "a GIV without a GUID");
  return Giv{static_cast<std::uint32_t>(*index), *guid, std::string(line.substr(kGuidDigits + 1))};
}

}  // namespace p2p::transfer
