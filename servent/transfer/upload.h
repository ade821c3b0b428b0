// Upload: one connection on which we give files, whatever its dialect. Either somebody called and
// asks (answer()), or we call somebody because nobody can reach us (call()). make_upload() is the
// only place that knows which dialect has which.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "protocols/event.h"
#include "protocols/transfer/http_answer.h"

#include "servent/transfer/call.h"
#include "servent/transfer/context.h"
#include "servent/transfer/upload_queue.h"

namespace p2p::transfer {

class Upload;
using UploadPtr = std::shared_ptr<Upload>;

// What an upload asks of those around it.
class UploadHost {
 public:
  // The name under which we share what he asks for; the slot is his. Nothing: not now.
  virtual std::optional<std::string> admit(const UploadQueue::Asker& who,
                                           const std::string& name) = 0;
  struct Turn {
    bool is_now = false;  // the slot is his
    std::optional<QueuePlace> place{};
    std::int64_t since = 0;  // when his turn began
  };
  // May `asker` give this file now? Who `waits` is given a place in the queue, if there is one.
  virtual Turn ask_turn(const Upload& asker, const SharedFile& file, bool waits) = 0;
  // May who has a slot give one more part? Else his turn is over, and others wait.
  virtual bool keeps_turn(const Upload& holder) = 0;
  virtual bool others_wait() const = 0;
  // A slot that was held so long is free, or its upload has ended.
  virtual void gave_back(std::int64_t held_ms) = 0;
  // Instead: its user calls anew for the next part of this file, and goes on with his turn then.
  virtual void keep_slot(const Upload& holder, const std::string& name) = 0;
  // The caller wants to give, not to take: true when the socket went to a download.
  virtual bool hand_over(const Call& call,
                         const std::shared_ptr<boost::asio::ip::tcp::socket>& socket) = 0;
  // The caller wants our whole list: true when the socket went to a Listing.
  virtual bool tell_list(const std::shared_ptr<boost::asio::ip::tcp::socket>& socket) = 0;
  virtual void ended(const UploadPtr& upload) = 0;

 protected:
  ~UploadHost() = default;
};

class Upload {
 public:
  // So long a peer has to ask, from the connection or the last answer on.
  static constexpr std::chrono::seconds kRequestWait{30};

  Upload() = default;
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;
  Upload(Upload&&) = delete;
  Upload& operator=(Upload&&) = delete;
  virtual ~Upload() = default;

  virtual void answer(Bytes first_bytes) = 0;  // some may have been read already
  virtual void call(const PushWanted& wanted) = 0;
  virtual void drop() = 0;
  // Gives its slot back if it has one and gives nothing at this moment, or its peer has closed.
  virtual void yield() {}

  virtual void set_limit(std::uint64_t bytes_per_s) = 0;  // zero: none of its own

  virtual std::optional<std::int64_t> slot_since() const = 0;  // nothing: it has none
  virtual bool is_running() const = 0;                         // has a row
  virtual bool is_asked() const = 0;  // else it may be dropped for another caller
  virtual const UploadQueue::Asker& who() const = 0;
  virtual api::UploadRow row(std::int64_t now) const = 0;
};

UploadPtr make_upload(DialectKind kind, ContextPtr context, UploadHost& host, std::string network,
                      std::shared_ptr<boost::asio::ip::tcp::socket> socket);

}  // namespace p2p::transfer
