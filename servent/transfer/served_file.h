// ServedFile: an open file of ours as it was when we began to give it. Closed with its last owner.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "index/catalog.h"

#include "servent/transfer/context.h"

namespace p2p::transfer {

class ServedFile {
 public:
  // Takes the descriptor. Null when there is none or it is no regular file. Disk's thread.
  static std::shared_ptr<ServedFile> of(int file);
  ~ServedFile();
  ServedFile(const ServedFile&) = delete;
  ServedFile& operator=(const ServedFile&) = delete;

  int descriptor() const { return file_; }
  std::uint64_t size_bytes() const { return stamp_.size_bytes; }
  bool is_unchanged() const;  // in size and time

 private:
  ServedFile(int file, const index::Stamp& stamp) : file_(file), stamp_(stamp) {}
  const int file_;
  const index::Stamp stamp_;
};

// Opens what is offered on the disk's thread. Null when it is gone or has another size; that is
// logged.
void open_offer(const ContextPtr& context, const Offer& offer,
                std::function<void(std::shared_ptr<ServedFile>)> then);

}  // namespace p2p::transfer
