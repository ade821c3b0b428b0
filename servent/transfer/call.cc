#include "servent/transfer/call.h"

#include "protocols/transfer/giv.h"
#include "protocols/transfer/give.h"

namespace p2p::transfer {

Result<std::optional<Call>> read_call(const std::string& network, DialectKind kind,
                                      std::string_view text) {
  Call call{network, {}};
  if (kind == DialectKind::kazaa) {
    const auto give = read_give(text);
    if (!give) return tl::unexpected(give.error());
    if (!*give) return std::optional<Call>{};
    call.token = std::to_string(**give);
    return call;
  }
  const auto giv = read_giv(text);
  if (!giv) return tl::unexpected(giv.error());
  if (!*giv) return std::optional<Call>{};
  call.user = to_hex((*giv)->guid);
  return call;
}

}  // namespace p2p::transfer
