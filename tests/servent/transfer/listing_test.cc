// The whole list of what we share, told over loopback.
#include "servent/transfer/listing.h"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include "servent/transfer/engine.h"

namespace p2p::transfer {
namespace {
namespace asio = boost::asio;
using asio::ip::tcp;

struct Listings : testing::Test {
  asio::io_context io;
  tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};

  // Three files in two pages.
  static Hooks hooks() {
    Hooks hooks;
    hooks.page = [](std::uint64_t after, const auto& then) {
      std::vector<SharedFile> files;
      for (std::uint64_t id = after + 1; id <= (after == 0 ? 2U : 3U); ++id) {
        files.emplace_back();
        files.back().name = std::to_string(id) + ".mp3";
        files.back().size_bytes = id;
      }
      then(std::move(files), after == 0 ? 2U : 3U, after != 0);
    };
    return hooks;
  }
  static Settings settings() {
    Settings settings;
    settings.nick = "bob";
    return settings;
  }
  // All that comes until the other end closes.
  static void read_on(tcp::socket& socket, std::string& text) {
    asio::async_read(socket, asio::dynamic_buffer(text),
                     [](boost::system::error_code, std::size_t) {});
  }
  static std::string lines() {
    std::string lines;
    for (int id = 1; id <= 3; ++id)
      lines += '"' + std::to_string(id) + ".mp3\" " + std::string(32, '0') + " " +
               std::to_string(id) + " 0 0 0\n";
    return lines + "\n";
  }
};

TEST_F(Listings, AreToldToWhoCallsAndAsks) {
  Engine engine(io, settings(), hooks());
  acceptor.async_accept([&](boost::system::error_code, tcp::socket socket) {
    engine.accept("napster", DialectKind::napster, std::move(socket));
  });
  tcp::socket asker(io);
  std::string text;
  asker.async_connect(acceptor.local_endpoint(), [&](boost::system::error_code) {
    asio::write(asker, asio::buffer(std::string("GETLIST\n")));
    read_on(asker, text);
  });
  io.run_for(std::chrono::milliseconds(600));
  EXPECT_EQ(text, "SENDLIST\nbob\n" + lines());
}

TEST_F(Listings, AreBroughtToWhoCannotCallUs) {
  Engine engine(io, settings(), hooks());
  std::string text;
  std::unique_ptr<tcp::socket> heard;
  acceptor.async_accept([&](boost::system::error_code, tcp::socket socket) {
    heard = std::make_unique<tcp::socket>(std::move(socket));
    asio::write(*heard, asio::buffer("1", 1));
    read_on(*heard, text);
  });
  engine.on_list_wanted(
      "napster", {{0x7f000001, acceptor.local_endpoint().port()}, {{}, "bobby", false}, "alice"});
  io.run_for(std::chrono::milliseconds(400));
  EXPECT_EQ(text, "SENDLIST bobby\n" + lines());
}

}  // namespace
}  // namespace p2p::transfer
