#include "protocols/transfer/give.h"

#include <limits>

#include "protocols/transfer/http_text.h"

namespace p2p::transfer {

Result<std::optional<std::uint32_t>> read_give(std::string_view text) {
  if (!text.starts_with(kGiveWord.substr(0, text.size()))) return fail(Errc::malformed, "no GIVE");
  const std::size_t end = text.find('\n');
  if (text.size() > kMaxGive) return fail(Errc::too_long, "a GIVE without an end");
  if (end == std::string_view::npos) return std::optional<std::uint32_t>{};
  std::string_view digits = text.substr(0, end).substr(kGiveWord.size());
  if (digits.ends_with('\r')) digits.remove_suffix(1);
  const std::string_view rest = text.substr(end + 1);
  if (!rest.empty() && rest != "\r" && rest != "\n" && rest != "\r\n")
    return fail(Errc::malformed, "words behind a GIVE");
  const auto id = read_number(digits);
  if (!id || *id > std::numeric_limits<std::uint32_t>::max())
    return fail(Errc::malformed, "a GIVE without a number");
  return static_cast<std::uint32_t>(*id);
}

}  // namespace p2p::transfer
