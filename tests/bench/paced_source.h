// A thread with an HTTP server on 127.0.0.1 that gives made-up files by ranges, each answer in
// small pieces with a pause between: many slow sources for one engine. Reads only what our own
// client sends.
#pragma once

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

namespace p2p::bench {

// The byte of a made-up file; there are 251 different ones.
inline char made_up(std::size_t file, std::size_t at) {
  return static_cast<char>((at * 7 + file) % 251);
}

class PacedSource {
 public:
  using Named = std::function<std::size_t(std::string_view request)>;  // which file is asked for

  PacedSource(std::size_t file_bytes, std::size_t piece, std::chrono::milliseconds pause,
              Named named)
      : file_bytes_(file_bytes),
        piece_(piece),
        pause_(pause),
        named_(std::move(named)),
        acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}) {
    accept();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~PacedSource() {
    io_.stop();
    thread_.join();
  }
  PacedSource(const PacedSource&) = delete;
  PacedSource& operator=(const PacedSource&) = delete;

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  using Error = boost::system::error_code;
  struct Talk {
    explicit Talk(boost::asio::ip::tcp::socket s)
        : socket(std::move(s)),
          timer(socket.get_executor()) {}
    boost::asio::ip::tcp::socket socket;
    boost::asio::steady_timer timer;
    std::string in;
    std::string out;
    std::size_t file = 0;
    std::size_t at = 0;
    std::size_t end = 0;
  };
  using TalkPtr = std::shared_ptr<Talk>;

  void accept() {
    acceptor_.async_accept([this](Error e, boost::asio::ip::tcp::socket socket) {
      if (e) return;
      read(std::make_shared<Talk>(std::move(socket)));
      accept();
    });
  }
  void read(const TalkPtr& talk) {
    boost::asio::async_read_until(talk->socket, boost::asio::dynamic_buffer(talk->in, 65536),
                                  "\r\n\r\n", [this, talk](Error e, std::size_t count) {
                                    if (e) return;
                                    answer(*talk, std::string_view(talk->in).substr(0, count));
                                    talk->in.erase(0, count);
                                    write(talk);
                                  });
  }
  // "Range: bytes=FIRST-[LAST]"; without it the whole file.
  void answer(Talk& talk, std::string_view request) const {
    talk.file = named_(request);
    talk.at = 0;
    talk.end = file_bytes_;
    constexpr std::string_view kRange = "Range: bytes=";
    const std::size_t range = request.find(kRange);
    if (range != std::string_view::npos) {
      const char* const stop = request.data() + request.size();
      const auto first = std::from_chars(request.data() + range + kRange.size(), stop, talk.at).ptr;
      std::size_t last = 0;
      if (first != stop && std::from_chars(first + 1, stop, last).ec == std::errc{})
        talk.end = std::min(last + 1, file_bytes_);
    }
    talk.out =
        "HTTP/1.1 206 Partial Content\r\nContent-Length: " + std::to_string(talk.end - talk.at) +
        "\r\nContent-Range: bytes " + std::to_string(talk.at) + '-' + std::to_string(talk.end - 1) +
        '/' + std::to_string(file_bytes_) + "\r\n\r\n";
  }
  void write(const TalkPtr& talk) {
    const std::size_t stop = std::min(talk->end, talk->at + piece_);
    for (; talk->at < stop; ++talk->at)
      talk->out += made_up(talk->file, talk->at);
    boost::asio::async_write(talk->socket, boost::asio::buffer(talk->out),
                             [this, talk](Error e, std::size_t) {
                               if (e) return;
                               talk->out.clear();
                               if (talk->at == talk->end) return read(talk);
                               talk->timer.expires_after(pause_);
                               talk->timer.async_wait([this, talk](Error) { write(talk); });
                             });
  }

  std::size_t file_bytes_;
  std::size_t piece_;
  std::chrono::milliseconds pause_;
  Named named_;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::thread thread_;
};

}  // namespace p2p::bench
