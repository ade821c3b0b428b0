// ServedFile: an open file of ours as it was when we began to give it. Closed with its last owner.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "index/catalog.h"

#include "servent/transfer/context.h"

namespace p2p::transfer {

class ServedFile {
 public:
  // Takes the descriptor. Null when there is none or it is no regular file. Disk's thread.
  // `is_good`: says in place of size and time whether it is what it was (Offer).
  static std::shared_ptr<ServedFile> of(int file, std::shared_ptr<const bool> is_good = {});
  ~ServedFile();
  ServedFile(const ServedFile&) = delete;
  ServedFile& operator=(const ServedFile&) = delete;

  int descriptor() const { return file_; }
  std::uint64_t size_bytes() const { return stamp_.size_bytes; }
  bool is_unchanged() const;  // in size and time, or by the word of its owner; loop's thread

 private:
  ServedFile(int file, const index::Stamp& stamp, std::shared_ptr<const bool> is_good)
      : file_(file),
        stamp_(stamp),
        is_good_(std::move(is_good)) {}
  const int file_;
  const index::Stamp stamp_;
  const std::shared_ptr<const bool> is_good_;
};

// Opens what is offered on the disk's thread. Null when it is gone or has another size, or not even
// what is said to be there; that is logged.
void open_offer(const ContextPtr& context, const Offer& offer,
                std::function<void(std::shared_ptr<ServedFile>)> then);

}  // namespace p2p::transfer
