#include "servent/transfer/served_file.h"

#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "index/hasher.h"

namespace p2p::transfer {

namespace {

bool fits(const ServedFile& opened, const Offer& offer) {
  if (!offer.have) return opened.size_bytes() == offer.file.size_bytes;
  return offer.have->empty() || opened.size_bytes() >= offer.have->runs().rbegin()->second;
}

}  // namespace

std::shared_ptr<ServedFile> ServedFile::of(int file, std::shared_ptr<const bool> is_good) {
  if (file < 0) return nullptr;
  const auto stamp = index::stamp_of(file);
  if (!stamp) {
    ::close(file);
    return nullptr;
  }
  ::posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
  return std::shared_ptr<ServedFile>(new ServedFile(file, *stamp, std::move(is_good)));
}

ServedFile::~ServedFile() {
  ::close(file_);
}

bool ServedFile::is_unchanged() const {
  if (is_good_) return *is_good_;
  const auto now = index::stamp_of(file_);
  return now && *now == stamp_;
}

void open_offer(const ContextPtr& context, const Offer& offer,
                std::function<void(std::shared_ptr<ServedFile>)> then) {
  context->disk.run(
      [open = offer.open, good = offer.is_good] { return ServedFile::of(open(), good); },
      [context, offer, then = std::move(then)](std::shared_ptr<ServedFile> opened) {
        if (opened && fits(*opened, offer)) return then(std::move(opened));
        context->log(api::LogLevel::info, offer.file.name + " cannot be given: gone or changed");
        then(nullptr);
      });
}

}  // namespace p2p::transfer
