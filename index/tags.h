// What a media file says of itself, read with TagLib.
#pragma once

#include <filesystem>

#include "protocols/base/file.h"

namespace p2p::index {

// Zeros for whatever cannot be read: a broken file is an ordinary event.
MediaFields media_of(const std::filesystem::path& file);

}  // namespace p2p::index
