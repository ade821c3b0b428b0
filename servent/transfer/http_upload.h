// HttpUpload: one HTTP connection on which files are asked for, one after the other (gnutella.md,
// section 9; fasttrack.md, section 8). It also hears the firewalled source that calls us with a GIV
// or GIVE, and calls those that asked us to by a push. A file is given to who asks for it by the
// name that its network has for it: the UuHash in FastTrack, and only there. Who may have a slot
// the host says; between two requests for the same file a slot is kept for a moment, and given up
// where the turn is over. Trees of hashes are small and need none.
//
//   (answer | call) -> hear -> (look up -> refuse | wait | give -> hear)* -> close
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "protocols/header_block.h"
#include "protocols/transfer/http_answer.h"

#include "servent/transfer/file_sender.h"
#include "servent/transfer/upload.h"
#include "servent/transfer/upload_others.h"

namespace p2p::transfer {

class HttpUpload final : public Upload, public std::enable_shared_from_this<HttpUpload> {
 public:
  HttpUpload(ContextPtr context, UploadHost& host, std::string network, DialectKind kind,
             std::shared_ptr<boost::asio::ip::tcp::socket> socket);

  void answer(Bytes first_bytes) override;
  void call(const PushWanted& wanted) override;
  void drop() override;
  void yield() override;

  void set_limit(std::uint64_t bytes_per_s) override { sender_->set_limit(bytes_per_s); }
  std::optional<std::int64_t> slot_since() const override { return slot_since_; }
  bool is_running() const override { return noted_; }
  bool is_asked() const override { return slot_since_ || busy_; }
  const UploadQueue::Asker& who() const override { return who_; }
  api::UploadRow row(std::int64_t now) const override;

 private:
  void prepare();
  void hear();
  void read();
  bool take_giv();
  void take_head(const HeaderBlock& head);
  void look_up_tree();
  void give_tree(const HashTree* tree);  // null: none
  void decide(const std::optional<Offer>& offer);
  void give(const Offer& offer, const HttpAnswer& what, std::shared_ptr<ServedFile> opened);
  void begin(const SharedFile& file, std::uint64_t first);
  void release(bool calls_anew = false);
  bool calls_anew() const;
  void say(std::string head);
  void refuse(int status);
  void next();
  void wait();
  void limit(std::chrono::milliseconds after);
  void close_gently();
  void drain();
  bool is_kazaa() const { return us_.kind == DialectKind::kazaa; }
  bool may_ask_for(const FileWanted& file) const;
  bool is_delicate() const;
  bool has_left();
  bool has_turn(const SharedFile& file, std::optional<QueuePlace>& place);
  HttpAnswer portion_of(const HttpAnswer& what) const;
  std::vector<Endpoint> others_for(const std::optional<Sha1>& content);
  Answerer us() const;

  ContextPtr context_;
  UploadHost& host_;  // not called after the end
  std::string network_;
  Dialect us_;  // what a FastTrack peer is told of us
  std::shared_ptr<boost::asio::ip::tcp::socket> socket_;
  boost::asio::steady_timer timer_;  // the end of our patience
  std::shared_ptr<FileSender> sender_;
  Buffer buffer_;
  std::string input_;  // read and not looked at
  std::string output_;
  HeaderBlockReader reader_{kHttpLimits};
  HttpRequest request_;
  UploadOthers others_;
  std::chrono::milliseconds patience_;  // until the next request
  std::size_t drained_ = 0;
  UploadQueue::Asker who_;
  api::UploadRow row_;
  bool may_give_ = false;                   // the first words may be a GIV or GIVE
  bool busy_ = false;                       // a request is being answered
  std::optional<std::int64_t> slot_since_;  // nothing: it has none
  bool noted_ = false;
  bool complete_ = false;    // the last answer went out whole
  std::uint64_t given_ = 0;  // of the file, over all requests for it
  bool ended_ = false;
};

}  // namespace p2p::transfer
