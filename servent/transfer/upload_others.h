// UploadOthers: what one HTTP connection on which we give hears and tells of other sources (X-Alt,
// X-Nalt; gnutella.md, section 9). An asker that we gave the last missing bytes, and that listens,
// is a source itself from then on, as gtk-gnutella has it (observed).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocols/base/file.h"
#include "protocols/transfer/http_others.h"
#include "protocols/transfer/http_request.h"

#include "servent/transfer/context.h"

namespace p2p::transfer {

class UploadOthers {
 public:
  static constexpr std::size_t kTold = 10;  // in one answer

  explicit UploadOthers(ContextPtr context) : context_(std::move(context)) {}

  // A request for this file of ours, from this address. Files without a digest are passed over.
  void hear(const HttpRequest& request, const SharedFile& file, std::uint32_t from);
  // An answer with so many bytes of it went out whole.
  void gave(std::uint64_t bytes);
  // For the next answer; none twice on a connection, and not the asker.
  std::vector<Endpoint> to_tell(const std::optional<Sha1>& content, const Endpoint& asker);

 private:
  void turn_to(const std::optional<Sha1>& content);

  ContextPtr context_;
  std::optional<Sha1> content_;  // what all below is about
  ToldOnce told_;
  Endpoint asker_{};  // where it listens, at the address it calls from; port 0: nowhere
  std::uint64_t size_bytes_ = 0;
  std::uint64_t has_bytes_ = 0;  // what it said it had, and what we gave since
};

}  // namespace p2p::transfer
