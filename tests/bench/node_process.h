// A node of ours for a benchmark, in a home of its own, that shares one file, "zephyr shared.txt".
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "tests/support/process.h"

namespace p2p::bench {

class NodeProcess {
 public:
  NodeProcess(const std::string& mode, const std::string& role)
      : process_(
            (test::write_file(home_.path() / "share" / "zephyr shared.txt", "one file\n"),
             test::Arguments{SERVENT_BINARY, "--headless", "--mode", mode, "--role", role,
                             "--no-beacon", "--home", (home_.path() / "home").string(), "--listen",
                             "127.0.0.1:0", "--share", (home_.path() / "share").string()}),
            home_.path() / "errors") {
    const std::string at =
        test::Json::parse(process_.read_line(std::chrono::seconds(10))).at("listen");
    port_ = static_cast<std::uint16_t>(std::stoul(at.substr(at.rfind(':') + 1)));
  }
  std::uint16_t port() const { return port_; }
  int pid() const { return process_.pid(); }

 private:
  test::TempDir home_;
  test::Process process_;
  std::uint16_t port_ = 0;
};

}  // namespace p2p::bench
