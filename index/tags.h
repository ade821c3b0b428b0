// What a file says of itself: sound and texts are read with TagLib, the size of a picture by
// image_size.
#pragma once

#include <filesystem>

#include "protocols/base/file.h"

namespace p2p::index {

struct Described {
  MediaFields media;
  FileTags tags;  // in UTF-8, without control characters
};

// `file` is open at `path`; its name says what is looked for. Zeros and empty texts for whatever
// cannot be read: a broken file is an ordinary event.
Described describe(int file, const std::filesystem::path& path);

}  // namespace p2p::index
