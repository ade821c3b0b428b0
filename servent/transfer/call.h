// A call from somebody who wants to send us a file. What he did not tell is left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocols/base/digest.h"
#include "protocols/base/result.h"
#include "protocols/event.h"

namespace p2p::transfer {

struct Call {
  std::string network;
  std::string user;
  std::optional<std::string> name{};
  std::optional<std::uint64_t> size_bytes{};
  std::optional<Sha1> sha1{};
  std::optional<std::string> token{};  // what it was asked to say (Awaited); the user is then empty
};

// Of the first words on a connection, GIVE in FastTrack, else GIV. Nothing: too few so far. An
// error: they are no call that makes sense.
Result<std::optional<Call>> read_call(const std::string& network, DialectKind kind,
                                      std::string_view text);

}  // namespace p2p::transfer
