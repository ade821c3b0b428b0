// A call from somebody who wants to send us a file. What he did not tell is left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocols/base/digest.h"

namespace p2p::transfer {

struct Call {
  std::string network;
  std::string user;
  std::optional<std::string> name{};
  std::optional<std::uint64_t> size_bytes{};
  std::optional<Sha1> sha1{};
  std::optional<std::string> token{};  // what it was asked to say (Awaited); the user is then empty
};

}  // namespace p2p::transfer
