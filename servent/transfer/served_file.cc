#include "servent/transfer/served_file.h"

#include <fcntl.h>
#include <unistd.h>

#include "index/hasher.h"

namespace p2p::transfer {

std::shared_ptr<ServedFile> ServedFile::of(int file) {
  if (file < 0) return nullptr;
  const auto stamp = index::stamp_of(file);
  if (!stamp) {
    ::close(file);
    return nullptr;
  }
  ::posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
  return std::shared_ptr<ServedFile>(new ServedFile(file, *stamp));
}

ServedFile::~ServedFile() {
  ::close(file_);
}

bool ServedFile::is_unchanged() const {
  const auto now = index::stamp_of(file_);
  return now && *now == stamp_;
}

}  // namespace p2p::transfer
