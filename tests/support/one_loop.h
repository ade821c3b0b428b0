// OneLoop: a test whose whole world runs on one loop, in the test's own thread.
#pragma once

#include <chrono>
#include <functional>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "tests/support/patience.h"

namespace p2p::test {

class OneLoop : public testing::Test {
 protected:
  // Runs the loop until that is so; false after twenty seconds.
  bool comes(const std::function<bool()>& what) {
    const auto end = std::chrono::steady_clock::now() + test::kPatience * std::chrono::seconds(20);
    while (!what()) {
      if (std::chrono::steady_clock::now() > end) return false;
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(20));
    }
    return true;
  }

  boost::asio::io_context io_;
};

}  // namespace p2p::test
