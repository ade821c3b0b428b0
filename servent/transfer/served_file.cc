#include "servent/transfer/served_file.h"

#include <utility>

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

void open_offer(const ContextPtr& context, const Offer& offer,
                std::function<void(std::shared_ptr<ServedFile>)> then) {
  context->disk.run(
      [open = offer.open] { return ServedFile::of(open()); },
      [context, file = offer.file, then = std::move(then)](std::shared_ptr<ServedFile> opened) {
        if (opened && opened->size_bytes() == file.size_bytes) return then(std::move(opened));
        context->log(api::LogLevel::info, file.name + " cannot be given: gone or changed");
        then(nullptr);
      });
}

}  // namespace p2p::transfer
