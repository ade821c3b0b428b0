// Those who give a file, and raw clients that ask them for it, over loopback in one thread: what
// the tests of uploads have in common. EngineUploads has a whole Engine, BareUploads only what
// gives in it.
#pragma once

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>

#include "protocols/transfer/http_request.h"

#include "servent/transfer/context.h"
#include "servent/transfer/engine.h"
#include "servent/transfer/uploads.h"

#include "tests/support/http_client.h"
#include "tests/support/one_loop.h"
#include "tests/support/temp_dir.h"

namespace p2p::test {

// By which the file is asked for. Nobody here looks whether its bytes have it.
inline const Sha1 kBigDigest = sha1_from_base32("JUDQZQTXM7MZKYF24SCWEZFVX4L764LO").value();

class UploadClients : public OneLoop {
 protected:
  using Client = HttpClient;
  using Answer = HttpClient::Answer;
  using tcp = boost::asio::ip::tcp;
  static constexpr std::size_t kMuch = std::size_t{64} * 1024 * 1024;  // more than sockets hold

  UploadClients() {
    file_.name = "x/big.ogg";
    file_.sha1 = kBigDigest;
    hooks_.log = [this](api::LogLevel, const std::string& text) { log_ += text + "\n"; };
  }
  virtual void accept(const std::string& network, DialectKind kind, tcp::socket socket,
                      const Buffer& first_bytes) = 0;
  virtual std::vector<api::UploadRow> rows() const = 0;

  // The file has these bytes.
  void fill(const std::string& content) {
    content_ = content;
    path_ = root_.write("big", content);
    file_.size_bytes = content.size();
  }
  // A million bytes, of which no two near each other are the same.
  static std::string million() {
    std::string content;
    for (int i = 0; i < 1'000'000; ++i)
      content.push_back(static_cast<char>(i * 7 % 251));
    return content;
  }
  // Or so many zeros.
  void resize(std::size_t bytes) {
    if (path_.empty()) path_ = root_.write("big", "");
    std::filesystem::resize_file(path_, bytes);
    file_.size_bytes = bytes;
  }
  transfer::Offer offer() const { return offer_of(file_, path_); }
  static transfer::Offer offer_of(const SharedFile& file, const std::filesystem::path& path) {
    return {file, [path] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); }};
  }

  static std::string request(const std::string& fields = "", const std::string& method = "GET",
                             const std::string& target = transfer::path_of(kBigDigest)) {
    return method + ' ' + target + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
  }
  // Somebody calls from 127.0.0.`host`; he does not read yet. `first_bytes` are here already.
  Client& call(DialectKind kind, const std::string& first_bytes = "", unsigned host = 1) {
    tcp::acceptor acceptor(io_, {boost::asio::ip::address_v4::loopback(), 0});
    here_ = {0x7f000001, acceptor.local_endpoint().port()};
    Client& client = *clients_.emplace_back(std::make_unique<Client>(io_));
    client.socket.open(tcp::v4());
    client.socket.bind({boost::asio::ip::address_v4(0x7f000000U + host), 0});
    client.socket.connect(acceptor.local_endpoint());
    const Bytes first = bytes_of(first_bytes);
    const char* const network = kind == DialectKind::napster ? "napster"
                                : kind == DialectKind::kazaa ? "kazaa"
                                                             : "gnutella";
    accept(network, kind, acceptor.accept(), Buffer(first.begin(), first.end()));
    return client;
  }
  Answer ask(Client& client, const std::string& text, bool of_head = false) {
    client.say(text);
    return next(client, of_head);
  }
  Answer next(Client& client, bool of_head = false) {
    std::optional<Answer> out;
    EXPECT_TRUE(comes([&] { return (out = client.answer(of_head)).has_value(); }))
        << client.got.substr(0, 1000) << log_;
    return out.value_or(Answer{});
  }
  std::size_t running() const {
    return static_cast<std::size_t>(std::ranges::count(rows(), "running", &api::UploadRow::state));
  }

  TempDir root_;
  std::filesystem::path path_;
  std::string content_;
  SharedFile file_;  // what is told of it
  transfer::Settings settings_;
  transfer::Hooks hooks_;
  std::string log_;
  Endpoint here_;  // where the last client called
  std::vector<std::unique_ptr<Client>> clients_;
};

class EngineUploads : public UploadClients {
 protected:
  void start() { engine_ = std::make_unique<transfer::Engine>(io_, settings_, hooks_); }
  void accept(const std::string& network, DialectKind kind, tcp::socket socket,
              const Buffer& first_bytes) override {
    engine_->accept(network, kind, std::move(socket), first_bytes);
  }
  std::vector<api::UploadRow> rows() const override { return engine_->uploads(); }

  // Asks to be called and to hear `wanted.opening`: who then is called, and has heard that.
  Client& called(const std::string& network, PushWanted wanted) {
    tcp::acceptor acceptor(io_, {boost::asio::ip::address_v4::loopback(), 0});
    wanted.endpoint = {0x7f000001, acceptor.local_endpoint().port()};
    engine_->on_push_wanted(network, wanted);
    Client& client = *clients_.emplace_back(std::make_unique<Client>(io_));
    client.socket = acceptor.accept();
    client.read_on();
    EXPECT_TRUE(comes([&] { return client.got.size() >= wanted.opening.size(); }));
    EXPECT_EQ(client.got, wanted.opening);
    client.got.clear();
    return client;
  }

  std::unique_ptr<transfer::Engine> engine_;
};

class BareUploads : public UploadClients {
 protected:
  void TearDown() override {
    context_->stopping = true;
    uploads_->stop();
    context_->disk.stop(std::chrono::milliseconds(400));
  }
  void start() {
    context_ = std::make_shared<transfer::Context>(io_, settings_, hooks_);
    uploads_ = std::make_shared<transfer::Uploads>(
        context_, [](const auto& /*call*/, const auto& /*socket*/) { return false; });
  }
  void accept(const std::string& network, DialectKind kind, tcp::socket socket,
              const Buffer& first_bytes) override {
    uploads_->accept(network, kind, std::move(socket), first_bytes);
  }
  std::vector<api::UploadRow> rows() const override { return uploads_->rows(transfer::now_ms()); }

  transfer::ContextPtr context_;
  std::shared_ptr<transfer::Uploads> uploads_;
};

}  // namespace p2p::test
