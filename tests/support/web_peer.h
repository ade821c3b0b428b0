// WebPeer: a sharer that answers each HTTP request with what a script says, over loopback.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "protocols/header_block.h"

namespace p2p::test {

namespace asio = boost::asio;

class WebPeer {
 public:
  struct Asked {
    std::string target;
    std::size_t first = 0;  // of the range, if there is one
    std::size_t last = 0;
    bool is_head = false;
  };
  // The answer to the number-th request.
  struct Reply {
    std::string text;
    bool closes = false;
    // What comes then: these bytes one by one, so far apart; or all of them again and again.
    std::string drip{};
    std::chrono::milliseconds every{10};
    std::string endless{};
  };
  using Script = std::function<Reply(std::size_t number, const Asked& asked)>;

  WebPeer(asio::io_context& io, Script script)
      : script_(std::move(script)),
        acceptor_(io, {asio::ip::address_v4::loopback(), 0}) {
    accept();
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  const std::vector<HeaderBlock>& requests() const { return requests_; }
  std::size_t connections() const { return talks_.size(); }
  std::size_t open_connections() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(talks_, [](const auto& talk) { return !talk->is_over; }));
  }

 private:
  struct Talk {
    explicit Talk(asio::ip::tcp::socket s) : socket(std::move(s)) {}
    asio::ip::tcp::socket socket;
    std::array<char, 4096> block{};
    HeaderBlockReader reader;
    std::size_t dripped = 0;
    bool is_over = false;
    asio::steady_timer timer{socket.get_executor()};
  };
  void accept() {
    acceptor_.async_accept([this](boost::system::error_code e, asio::ip::tcp::socket socket) {
      if (e) return;
      talks_.push_back(std::make_shared<Talk>(std::move(socket)));
      read(talks_.back());
      accept();
    });
  }
  void read(const std::shared_ptr<Talk>& talk) {
    talk->socket.async_read_some(
        asio::buffer(talk->block), [this, talk](boost::system::error_code e, std::size_t count) {
          talk->is_over = static_cast<bool>(e);
          if (e) return;
          EXPECT_EQ(talk->reader.feed(bytes_of({talk->block.data(), count})), count);
          if (!talk->reader.is_complete()) return read(talk);
          requests_.push_back(talk->reader.take());
          answer(talk);
        });
  }
  void answer(const std::shared_ptr<Talk>& talk) {
    const std::string_view range = requests_.back().value("Range");
    const std::string& line = requests_.back().start_line;
    const std::size_t blank = line.find(' ') + 1;
    Asked asked{line.substr(blank, line.rfind(' ') - blank)};
    asked.is_head = line.starts_with("HEAD ");
    if (!range.empty()) {
      asked.first = std::stoul(std::string(range.substr(6)));
      asked.last = std::stoul(std::string(range.substr(range.find('-') + 1)));
    }
    // Shared, as handlers are copied with each piece that is written.
    const auto reply = std::make_shared<const Reply>(script_(requests_.size() - 1, asked));
    asio::async_write(talk->socket, asio::buffer(reply->text),
                      [this, talk, reply](boost::system::error_code, std::size_t) {
                        boost::system::error_code ignored;
                        if (reply->closes) talk->socket.close(ignored);
                        if (!reply->drip.empty()) drip(talk, reply);
                        if (!reply->endless.empty()) repeat(talk, reply);
                        if (!reply->closes) read(talk);
                      });
  }
  void drip(const std::shared_ptr<Talk>& talk, const std::shared_ptr<const Reply>& reply) {
    talk->timer.expires_after(reply->every);
    talk->timer.async_wait([this, talk, reply](boost::system::error_code e) {
      boost::system::error_code failed;
      if (!e && talk->dripped < reply->drip.size())
        asio::write(talk->socket, asio::buffer(&reply->drip[talk->dripped++], 1), failed);
      if (!e && !failed) drip(talk, reply);
    });
  }
  void repeat(const std::shared_ptr<Talk>& talk, const std::shared_ptr<const Reply>& reply) {
    asio::async_write(talk->socket, asio::buffer(reply->endless),
                      [this, talk, reply](boost::system::error_code e, std::size_t) {
                        if (!e) repeat(talk, reply);
                      });
  }

  Script script_;
  asio::ip::tcp::acceptor acceptor_;
  std::vector<std::shared_ptr<Talk>> talks_;
  std::vector<HeaderBlock> requests_;
};

}  // namespace p2p::test
