// FileWanted: how a peer names a file of ours that it wants. None of these is ever a path.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "protocols/base/digest.h"
#include "protocols/base/uuhash.h"

namespace p2p::transfer {

struct NamedFile {
  std::string name;  // as we publish it
};
struct NumberedFile {
  std::uint32_t index = 0;  // SharedFile::id
  std::string name;         // as we publish it, or the last part of that
};
using FileWanted = std::variant<NamedFile, NumberedFile, Sha1, UuHash>;

}  // namespace p2p::transfer
