// Upload: one connection on which we give one file. Either somebody called and asks (answer()), or
// we call somebody because nobody can reach us (call()). A peer has half a minute to say what it
// wants, and then has to take the file at the least rate of the Settings.
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

#include "servent/transfer/context.h"
#include "servent/transfer/download.h"
#include "servent/transfer/progress.h"
#include "servent/transfer/served_file.h"

namespace p2p::transfer {

class Upload;

// What an upload asks of those around it.
class UploadHost {
 public:
  // The name under which we share what this user asks for. Nothing: not now.
  virtual std::optional<std::string> admit(const std::string& user, const std::string& name) = 0;
  // The caller wants to give, not to take: true when the socket went to a download.
  virtual bool hand_over(const Call& call,
                         const std::shared_ptr<boost::asio::ip::tcp::socket>& socket) = 0;
  // The caller wants our whole list: true when the socket went to a Listing.
  virtual bool tell_list(const std::shared_ptr<boost::asio::ip::tcp::socket>& socket) = 0;
  virtual void ended(const std::shared_ptr<Upload>& upload) = 0;

 protected:
  ~UploadHost() = default;
};

class Upload : public std::enable_shared_from_this<Upload> {
 public:
  Upload(ContextPtr context, UploadHost& host, std::string network,
         std::shared_ptr<boost::asio::ip::tcp::socket> socket);
  Upload(const Upload&) = delete;
  Upload& operator=(const Upload&) = delete;
  ~Upload() = default;

  void answer();
  void call(const PushWanted& wanted, const std::string& our_name);
  void drop();

  bool has_slot() const { return has_slot_; }
  bool is_running() const { return noted_; }
  bool has_asked() const { return !row_.user.empty(); }
  const std::string& user() const { return row_.user; }
  api::UploadRow row(std::int64_t now) const;

 private:
  void hear();
  void decide();
  void refuse();
  void locate(const std::string& name, std::function<void()> then, std::function<void()> otherwise);
  void connect(const PushWanted& wanted);
  void greet();
  void hear_offset();
  void take_offset();
  void begin();
  void give();
  void send();
  void limit(std::chrono::milliseconds after);  // for all that happens until the file flows
  void watch();
  void broken(const std::string& why);
  bool has_whole_file() const { return file_ && file_->size_bytes() == row_.size_bytes; }

  ContextPtr context_;
  UploadHost& host_;  // not called after the end
  std::string network_;
  std::shared_ptr<boost::asio::ip::tcp::socket> socket_;
  Giver giver_;
  Buffer buffer_;
  std::string output_;
  boost::asio::steady_timer timer_;    // the end of our patience
  boost::asio::steady_timer silence_;  // tells the end of a request that has none
  Progress progress_;
  api::UploadRow row_;
  std::optional<Sha1> sha1_;  // of the file, if the catalogue knows it
  std::shared_ptr<ServedFile> file_;
  std::uint64_t at_ = 0;
  bool has_slot_ = false;
  bool noted_ = false;
  bool ended_ = false;
  Meter meter_;
};
using UploadPtr = std::shared_ptr<Upload>;

}  // namespace p2p::transfer
