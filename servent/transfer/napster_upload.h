// NapsterUpload: one connection on which we give one file (napster.md, 7.1 and 7.2). A peer has
// half a minute to say what it wants, and then has to take the file at the least rate of the
// Settings.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "protocols/transfer/giver.h"

#include "servent/transfer/file_sender.h"
#include "servent/transfer/served_file.h"
#include "servent/transfer/upload.h"

namespace p2p::transfer {

class NapsterUpload final : public Upload, public std::enable_shared_from_this<NapsterUpload> {
 public:
  NapsterUpload(ContextPtr context, UploadHost& host, std::string network,
                std::shared_ptr<boost::asio::ip::tcp::socket> socket);

  void answer(Bytes first_bytes) override;
  void call(const PushWanted& wanted) override;
  void drop() override;

  void set_limit(std::uint64_t bytes_per_s) override { sender_->set_limit(bytes_per_s); }
  std::optional<std::int64_t> slot_since() const override { return slot_since_; }
  bool is_running() const override { return noted_; }
  bool is_asked() const override { return !who_.user.empty(); }
  const UploadQueue::Asker& who() const override { return who_; }
  api::UploadRow row(std::int64_t now) const override;

 private:
  void hear();
  void decide();
  void refuse();
  std::optional<std::string> admit(const std::string& user, const std::string& name);
  void locate(const std::string& name, std::function<void()> then, std::function<void()> otherwise);
  void connect(const PushWanted& wanted);
  void greet();
  void hear_offset();
  void take_offset();
  void give(std::string head);
  void limit(std::chrono::milliseconds after);  // for all that happens until the file flows
  bool feed(Bytes bytes);

  ContextPtr context_;
  UploadHost& host_;  // not called after the end
  std::string network_;
  std::shared_ptr<boost::asio::ip::tcp::socket> socket_;
  UploadQueue::Asker who_;
  Giver giver_;
  Buffer buffer_;
  std::string output_;
  boost::asio::steady_timer timer_;    // the end of our patience
  boost::asio::steady_timer silence_;  // tells the end of a request that has none
  std::shared_ptr<FileSender> sender_;
  api::UploadRow row_;
  std::optional<Sha1> sha1_;  // of the file, if the catalogue knows it
  std::shared_ptr<ServedFile> file_;
  std::uint64_t at_ = 0;
  std::optional<std::int64_t> slot_since_;  // nothing: it has none
  bool is_decided_ = false;                 // what comes is no part of the request
  bool noted_ = false;
  bool ended_ = false;
};

}  // namespace p2p::transfer
