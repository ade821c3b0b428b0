// Under which name somebody's gifts are kept (Context::gifts), and his claims to a slot of ours are
// weighed: the nick in Napster, the IPv4 address in all other networks. It is the address of the
// data connection's other end, whoever called whom, and has no port. So who gives to us in one
// network by HTTP is known in another, and all behind one address are one. A nick is as sure as a
// data connection of Napster makes it: not very (napster.md, 7).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocols/base/ids.h"
#include "protocols/event.h"

#include "servent/transfer/names.h"

namespace p2p::transfer {

// `address` counts in HTTP, `user` in Napster; the other one may be nothing.
inline std::string giver_key(DialectKind kind, std::string_view user, std::uint32_t address) {
  if (kind == DialectKind::napster) return "napster:" + folded_user(user);
  return address_to_text(address);
}

}  // namespace p2p::transfer
