#include "servent/transfer/disk.h"

#include <future>
#include <string>

#include <gtest/gtest.h>

namespace p2p::transfer {
namespace {
namespace asio = boost::asio;
using namespace std::chrono_literals;

TEST(Disk, AnswersOnTheLoopInTheOrderOfTheJobs) {
  asio::io_context io;
  Disk disk(io);
  std::string answers;
  for (const char letter : {'a', 'b', 'c'})
    disk.run([letter] { return letter; }, [&](char c) { answers += c; });
  io.run();  // ends by itself when nothing is under way
  EXPECT_EQ(answers, "abc");
}

TEST(Disk, FinishesWhatIsQueuedWhenItStopsButAnswersNoMore) {
  asio::io_context io;
  Disk disk(io);
  std::atomic<int> jobs = 0;
  int answers = 0;
  for (int i = 0; i < 3; ++i)
    disk.run([&] { return ++jobs; }, [&](int) { ++answers; });
  disk.stop(10s);
  disk.run([&] { return ++jobs; }, [&](int) { ++answers; });
  io.run();
  EXPECT_EQ(jobs, 3);
  EXPECT_EQ(answers, 0);
}

// Were it waited for, this test would never end.
TEST(Disk, LeavesAJobThatHangsToItself) {
  auto release = std::make_shared<std::promise<void>>();
  auto ended = std::make_shared<std::promise<void>>();
  auto never = std::make_shared<std::atomic<bool>>(false);
  {
    asio::io_context io;
    Disk disk(io);
    disk.run(
        [release, ended] {
          release->get_future().wait();
          ended->set_value();
          return 0;
        },
        [](int) { ADD_FAILURE(); });
    disk.run(
        [never] {
          *never = true;
          return 0;
        },
        [](int) { ADD_FAILURE(); });
    disk.stop(50ms);
    EXPECT_TRUE(*disk.stopping());
  }
  release->set_value();
  EXPECT_EQ(ended->get_future().wait_for(10s), std::future_status::ready);
  EXPECT_FALSE(*never);
}

}  // namespace
}  // namespace p2p::transfer
